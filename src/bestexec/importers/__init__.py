"""Files in, canonical rows out: one module a format, on one protocol."""

from __future__ import annotations

from bestexec.errors import Problem
from bestexec.importers import blotter, cat, crypto, dbn, fix, itch, itch_csv, lean, lobster, massive, rule605, rule606, taq, vendor_report
from bestexec.importers.base import Importer
from bestexec.importers.delimited import header_of

IMPORTERS: tuple[Importer, ...] = (blotter, lean, lobster, itch_csv, dbn, cat, fix, rule605, rule606, vendor_report, taq, massive, itch, crypto)


def identify(name: str, head: bytes, own: tuple[Importer, ...] = ()) -> Importer:
    """The one importer that recognizes a file so named, whose uncompressed content begins with `head` (see `base.head_of`).

    `own` are the firm's: its mappings.

    Raises Problem when the file is empty, when none recognizes it (saying what was looked for), and when several do.
    """
    if not head:
        raise Problem("the file is empty", where=name, do="export it again and import it")
    found = [importer for importer in (*IMPORTERS, *own) if importer.recognizes(name, head)]
    if not found:
        sought = "; ".join(f"{importer.name}: {importer.looks_for}" for importer in IMPORTERS)
        mapped = f"let a mapping be proposed: bestexec map {name}; or " if len(header_of(head)[0]) > 1 else ""
        raise Problem("no importer knows this file", where=name, do=f"{mapped}bring it into one of these forms: {sought}")
    if len(found) > 1:
        several = ", ".join(importer.name for importer in found)
        raise Problem(f"several importers know this file: {several}", where=name, do="report it; a file must have one reading")
    return found[0]
