"""Draws a pack into a folder: of a quarter, of a vendor, or of a vendor's refresh of a year."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bestexec import Pack, pack_to_json, render_document, render_page, render_workbook
from oversight.lifecycle import Refusal
from oversight.packs import kinds, queries
from oversight.record.models import Recorded
from oversight.vendors.quarters import parse


class Command(BaseCommand):
    """Draw the pack as the desk stands now; nothing is filed and nothing recorded."""

    help = "Draw a quarter's pack, a vendor's file or the yearly report as page, PDF/A, workbook and JSON. Nothing is filed: people bind packs on the desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quarter", metavar="2026Q3", help="the pack of the quarter's review")
        parser.add_argument("--vendor", metavar="KEY", help="the due-diligence file of the vendor, as the data call it")
        parser.add_argument("--year", type=int, metavar="2026", help="with --vendor: the report to senior management of that year's refresh")
        parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="where to, made if it is not there")

    def handle(self, **options: Any) -> None:
        try:
            row = self._row(options)
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        kind = kinds.of(row)
        pack, _ = kind.makes(row, self._tell)
        folder: Path = options["to"]
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{kind.title.lower().replace(' ', '-')}-{kind.slug(row)}"
        drawings: dict[str, Callable[[Pack], bytes]] = {
            "json": lambda pack: pack_to_json(pack).encode(), "html": lambda pack: render_page(pack).encode(), "pdf": render_document, "xlsx": render_workbook,
        }  # fmt: skip
        for form, draw in drawings.items():
            file = folder / f"{name}.{form}"
            file.write_bytes(draw(pack))
            self.stdout.write(str(file))

    def _row(self, options: dict[str, Any]) -> Recorded:
        if (options["quarter"] is None) == (options["vendor"] is None):
            raise Refusal("Name a quarter or a vendor, one of them.")
        if options["quarter"]:
            return queries.review_of(parse(options["quarter"]))
        return queries.refresh_of(options["vendor"], options["year"]) if options["year"] else queries.vendor_of(options["vendor"])

    def _tell(self, what: str, done: int, of: int) -> None:
        self.stderr.write(f"{what} ({done + 1} of {of})" if done < of else what)
        self.stderr.flush()
