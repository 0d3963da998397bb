"""The quarter's pack: page one, every chapter, no blank cell, the same bytes, and where nothing was measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import typst
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.test import Client

from bestexec import Block, Heading, KeyFigures, Pack, Problem, Table, pack_from_json, pack_to_json, render_document, render_page, render_workbook
from bestexec.report import pdf, typeface
from oversight.actor import Actor
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.packs import actions, chapters, queries
from oversight.packs.binding import assemble, named
from oversight.packs.chapters import CHAPTERS, Chapter
from oversight.packs.models import Edition
from oversight.packs.telling import Told
from oversight.record.models import Entry
from oversight.reviews.models import Review

from .conftest import Room


def bound(review: Review) -> Pack:
    return assemble(Told(Review.objects.get(pk=review.pk)))


def chapter(pack: Pack, title: str) -> list[Block]:
    at = next(place for place, block in enumerate(pack.blocks) if isinstance(block, Heading) and block.level == 1 and block.text == title)
    rest = pack.blocks[at + 1 :]
    end = next((place for place, block in enumerate(rest) if isinstance(block, Heading) and block.level == 1), len(rest))
    return list(rest[:end])


def tables(blocks: list[Block], caption: str) -> Table:
    return next(block for block in blocks if isinstance(block, Table) and block.caption == caption)


def test_page_one_says_what_must_be_decided_what_it_costs_and_what_is_not_known(review: Review) -> None:
    """Of 3 + 1 orders one has no control total beside it, and one is missing against the total of four: 2 of 5 nobody can vouch for."""
    pack = bound(review)
    opening = chapter(pack, "What must be decided")
    (tiles,) = [block for block in opening if isinstance(block, KeyFigures)]
    unknown = tiles.figures[2]
    assert (unknown.figure.value, unknown.count.value) == (2, 5)
    assert unknown.against == "1 of days or flows without a control total, 1 missing against one."
    said = json.dumps(pack_to_json(pack))
    assert "1 of 64 trading days of the quarter were measured; nothing is known of 63." in said
    assert "No run of the quarter holds verdicts: whether any difference is real was not judged." in said


def test_page_one_is_one_page(review: Review) -> None:
    found = typst.query(
        pdf.source(bound(review)).encode(), "<contents>", field="value", one=True, ignore_system_fonts=True,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(typeface.folder())]),
    )  # fmt: skip
    assert json.loads(found) == 2


def test_every_chapter_is_there_in_order_and_none_is_empty(review: Review) -> None:
    pack = bound(review)
    opened = [block.text for block in pack.blocks if isinstance(block, Heading) and block.level == 1]
    assert opened == ["What must be decided", *(one.title for one in CHAPTERS)]
    assert [title for title in opened if not chapter(pack, title)] == []


def test_no_cell_of_the_factors_is_blank(review: Review) -> None:
    """Two kinds of orders by eight factors, and each kind's one symbol by eight: a figure with its n, or the reason."""
    pack = bound(review)
    whole = tables(chapter(pack, "Eight factors by kind of order"), "Kinds of orders, factor by factor")
    by_symbol = [block for block in chapter(pack, "Security by security") if isinstance(block, Table)]
    cells = [cell.value for table in (whole, *by_symbol) for row in table.rows for cell in row[-9 : -1 if table is whole else None]]
    assert len(whole.rows) == 2 and len(by_symbol) == 2
    assert [cell for cell in cells if not isinstance(cell, str | int) or not str(cell).strip()] == []
    assert "no evidence collected" in cells


def test_the_ledger_adds_up_with_a_total_below_it(review: Review) -> None:
    """Retail: 4 in total, 3 measured, 1 missing; institutional: nobody counted, 1 measured."""
    ledger = tables(chapter(bound(review), "Coverage: is every order here?"), "By session and customers, days together")
    assert [cell.value for cell in ledger.total] == ["Total", "", 4, 4, 0, 1, 0, ""]


def test_the_same_desk_gives_the_same_bytes_and_so_does_its_json(review: Review) -> None:
    one, two = bound(review), bound(review)
    assert one == two
    back = pack_from_json(pack_to_json(one))
    assert (render_page(back), render_document(back), render_workbook(back)) == (render_page(one), render_document(one), render_workbook(one))


def test_page_document_and_workbook_hold_the_same_figure(review: Review) -> None:
    """The control total of the quarter, 4, and its measured orders, 4, with a formula below them in the workbook."""
    pack = bound(review)
    said = "control total 4 = measured 3 + left out 0 + missing 1"
    strings = ZipFile(BytesIO(render_workbook(pack))).read("xl/sharedStrings.xml").decode()
    assert (said in render_page(pack), said in pdf.source(pack), said in strings) == (True, True, True)


def test_what_cannot_be_read_is_said_in_its_chapter_and_the_others_stand(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(told: Told) -> Iterator[Block]:
        raise Problem("the run was altered", where="runs/abc", do="restore it")
        yield

    monkeypatch.setattr("oversight.packs.binding.CHAPTERS", (Chapter("Verdicts", broken), CHAPTERS[-1]))
    pack = bound(review)
    said = render_page(pack)
    assert "This chapter could not be read." in said and "the run was altered · runs/abc · restore it" in said
    assert chapters.CHAPTERS[-1].title in said


def test_a_quarter_of_which_nothing_was_measured_has_its_pack(room: Room, committee_only: Review) -> None:
    pack = bound(committee_only)
    said = render_page(pack)
    assert "nothing was measured. No figure of this pack speaks of the quarter." in said
    assert said.count("No sealed run of the quarter is in force: nothing was measured.") >= 6
    assert pack.run_id == "none"
    assert render_document(pack).startswith(b"%PDF")


def test_a_run_that_cannot_be_read_is_said_wherever_its_figures_would_stand(review: Review, tmp_path: Path) -> None:
    (run,) = (tmp_path / "runs").iterdir()
    (run / "orders.parquet").write_bytes(b"altered")
    said = render_page(bound(review))
    assert said.count("The sealed runs of the quarter cannot be read") >= 6
    assert "orders.parquet" in said


def test_several_runs_are_named_by_one_hash() -> None:
    assert (named(()), named(("ab",)), named(("ab", "cd"))) == ("none", "ab", "2a5554a16088e48d (2 runs)")


def test_an_edition_is_filed_put_on_the_table_and_never_changed(review: Review, room: Room) -> None:
    row = actions.bind(room.secretary, review)
    assert str(row) == "Pack of 2026Q3, edition 1"
    assert store.read(row.document.sha256).startswith(b"%PDF") and store.read(row.workbook.sha256).startswith(b"PK")
    assert render_document(queries.pack_of(row)) == store.read(row.document.sha256), "drawn again from its JSON"
    assert [paper.sha256 for paper in review.papers.all()] == [row.document.sha256]
    assert Entry.objects.filter(subject_kind="pack", verb="bind").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=row.pk).update(sha256="0" * 64)
    assert actions.bind(room.secretary, review).number == 2


def test_only_who_keeps_the_papers_binds(review: Review, actor: Callable[..., Actor]) -> None:
    for role in ("analyst", "committee", "auditor", "vendor_manager"):
        with pytest.raises(Refusal, match="A pack is bound by compliance"):
            actions.bind(actor(role), review)
    assert not Edition.objects.exists()


def test_on_the_desk_compliance_binds_and_staff_read_it_as_a_page(review: Review, browser: Callable[..., Client]) -> None:
    keeper, reader = browser("compliance"), browser("committee", name="reader")
    assert "Bind a pack" not in reader.get("/packs/").content.decode()
    assert "Bind a pack" in keeper.get("/packs/").content.decode()
    answer: Any = keeper.post("/packs/bind/", {"of": f"review:{review.pk}"})
    assert answer.status_code == 302
    row = Edition.objects.get()
    shown = reader.get(f"/packs/{row.pk}/").content.decode()
    assert row.sha256 in shown and row.document.sha256 in shown
    page = reader.get(f"/packs/{row.pk}/page/")
    assert page.content.decode() == render_page(queries.pack_of(row))
    assert page["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert reader.post("/packs/bind/", {"of": f"review:{review.pk}"}).status_code == 403
    assert "on the table" in reader.get("/packs/").content.decode() or "attached" in reader.get("/packs/").content.decode()


def test_the_command_draws_four_files_and_files_nothing(review: Review, tmp_path: Path) -> None:
    out = StringIO()
    call_command("pack", quarter="2026Q3", to=tmp_path / "out", stdout=out, stderr=StringIO())
    made = {file.suffix: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    pack = bound(review)
    assert made == {".json": pack_to_json(pack).encode(), ".html": render_page(pack).encode(), ".pdf": render_document(pack), ".xlsx": render_workbook(pack)}
    assert len(out.getvalue().splitlines()) == 4
    assert not Edition.objects.exists()
    with pytest.raises(CommandError, match="No review of 2025Q4 is raised"):
        call_command("pack", quarter="2025Q4", to=tmp_path / "out", stdout=out)
