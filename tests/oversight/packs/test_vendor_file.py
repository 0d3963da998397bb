"""A vendor's due-diligence file and the yearly report as packs: complete, the same bytes, and bound by who keeps the vendor file."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from tests.oversight.diligence.conftest import Stage, _ground, stage
from tests.oversight.refreshes.conftest import Bench, bench, firm, week
from tests.oversight.refreshes.conftest import Firm as Refreshing

from bestexec import Block, Heading, KeyFigures, Pack, Table, pack_from_json, pack_to_json, render_document, render_page, render_workbook
from oversight.actor import Actor
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.packs import actions, kinds, queries, vendor_file
from oversight.packs.models import Edition
from oversight.record.models import Recorded

__all__ = ("Bench", "_ground", "bench", "firm", "stage", "week")
pytestmark = pytest.mark.django_db


def made(row: Recorded) -> Pack:
    return kinds.of(row).makes(row, lambda what, done, of: None)[0]


def chapter(pack: Pack, title: str) -> list[Block]:
    opened = [place for place, block in enumerate(pack.blocks) if isinstance(block, Heading) and block.level == 1]
    at = next(place for place in opened if getattr(pack.blocks[place], "text", "") == title)
    end = next((place for place in opened if place > at), len(pack.blocks))
    return list(pack.blocks[at + 1 : end])


def test_page_one_says_which_gate_is_not_passed_and_what_is_missing(stage: Stage) -> None:
    """One gate, ACC-1, answered and not scored: not passed. Nothing of going live is met."""
    row = stage.submitted()
    pack = made(row.vendor)
    opening = chapter(pack, "What stands, and what is missing")
    (tiles,) = [block for block in opening if isinstance(block, KeyFigures)]
    assert (tiles.figures[1].figure.value, tiles.figures[1].count.value, tiles.figures[1].against) == (1, 1, "Not passed: ACC-1.")
    said = render_page(pack)
    assert "Due diligence: not approved, or run out" in said and "Test report: none is filed" in said


def test_every_chapter_is_there_and_every_answer_stands_in_its_area(stage: Stage) -> None:
    pack = made(stage.submitted().vendor)
    opened = [block.text for block in pack.blocks if isinstance(block, Heading) and block.level == 1]
    assert opened == ["What stands, and what is missing", *(title for title, _ in vendor_file.CHAPTERS)]
    assert [title for title in opened if not chapter(pack, title)] == []
    answers = [block for block in chapter(pack, "Answers") if isinstance(block, Table)]
    assert [row[0].value for table in answers for row in table.rows] == ["ACC-1", "ACC-2", "ACC-3", "QUA-1", "QUA-2", "QUA-3"]


def test_a_vendor_without_due_diligence_has_a_file_that_says_so(stage: Stage) -> None:
    pack = made(stage.vendor("vendor_z")[0])
    assert render_page(pack).count(vendor_file.NO_ASSESSMENT) >= 4
    assert render_document(pack).startswith(b"%PDF")


def test_the_same_desk_gives_the_same_bytes_and_so_does_its_json(stage: Stage) -> None:
    vendor = stage.submitted().vendor
    one, two = made(vendor), made(vendor)
    back = pack_from_json(pack_to_json(one))
    assert one == two
    assert (render_page(back), render_document(back), render_workbook(back)) == (render_page(two), render_document(two), render_workbook(two))


def test_the_yearly_report_is_the_paper_that_is_presented(firm: Refreshing, week: Any) -> None:
    row = firm.written()
    said = render_page(made(row))
    assert "It did what it said." in said and "Recommendation: " in said and "What changed, as the vendor manager answered" in said


def test_it_is_bound_by_who_keeps_the_vendor_file_and_each_edition_stands(stage: Stage, actor: Callable[..., Actor]) -> None:
    vendor = stage.submitted().vendor
    for role in ("analyst", "committee", "auditor", "supervisor"):
        with pytest.raises(Refusal, match="A due-diligence file is bound by vendor manager or compliance"):
            actions.bind(actor(role, name=f"{role}-tries"), vendor)
    one, two = actions.bind(stage.manager, vendor), actions.bind(stage.manager, vendor)
    assert (one.number, two.number, str(two)) == (1, 2, f"Due-diligence file of {vendor.key}, edition 2")
    assert render_document(queries.pack_of(one)) == store.read(one.document.sha256)


def test_on_the_desk_each_role_is_offered_what_it_binds(stage: Stage, browser: Callable[..., Client]) -> None:
    vendor = stage.submitted().vendor
    manager = browser("vendor_manager", name="binds")
    page = manager.get("/packs/").content.decode()
    assert f"vendor:{vendor.pk}" in page and "review:" not in page
    answer: Any = manager.post("/packs/bind/", {"of": f"vendor:{vendor.pk}"})
    assert answer.status_code == 302 and Edition.objects.get().kind == "vendor"
    assert "Bind a pack" not in browser("auditor", name="reads").get("/packs/").content.decode()
    assert manager.post("/packs/bind/", {"of": "vendor:999999"}).status_code == 409
    assert manager.post("/packs/bind/", {"of": "nothing"}).status_code == 409


def test_the_command_draws_it_and_says_what_it_does_not_find(stage: Stage, tmp_path: Path) -> None:
    vendor = stage.submitted().vendor
    call_command("pack", vendor=vendor.key, to=tmp_path / "out", stdout=StringIO(), stderr=StringIO())
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [f"due-diligence-file-{vendor.key}.{form}" for form in ("html", "json", "pdf", "xlsx")]
    for said, options in (("No vendor is called nobody", {"vendor": "nobody"}), ("one of them", {}), ("No refresh of", {"vendor": vendor.key, "year": 2020})):
        with pytest.raises(CommandError, match=said):
            call_command("pack", to=tmp_path / "out", stdout=StringIO(), **options)
