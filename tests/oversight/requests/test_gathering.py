"""Gathered for an item, and decided on by counsel alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oversight.actor import Actor
from oversight.evidence import store
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.requests import counseling, gathering, papers, producing
from oversight.requests.models import Document, Item, Placement, Request

from .conftest import Firm


def words(what: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refusal:
        what()
    return refusal.value.words


def items_of(row: Request) -> tuple[Item, Item]:
    first, second = row.items.order_by("place")
    return first, second


def test_a_filing_is_taken_into_an_item_once_and_begins_it(firm: Firm) -> None:
    item, _ = items_of(firm.working())
    filed = firm.filed()
    document = firm.chosen(item, filed)
    assert (Item.objects.get(pk=item.pk).state, document.state, document.chosen_by) == ("gathering", "waiting", firm.supervisor.key)
    assert words(lambda: firm.chosen(item, filed)) == "Paper 1 is in item 1 of FINRA 2026-1234 already."
    assert words(lambda: gathering.choose(firm.vm, item, firm.filed())) == "Taking in a document: its owner does this, or compliance."


def test_the_same_document_in_two_items_is_one_document_with_one_number(firm: Firm) -> None:
    row = firm.working()
    first, second = items_of(row)
    content = b"Order routing report, third quarter.\n"
    document = firm.chosen(first, firm.filed(content))
    again = firm.chosen(second, firm.filed(content, name="the same under another name.txt"))
    assert (document.pk, Placement.objects.filter(document=document).count(), Document.objects.count()) == (again.pk, 2, 1)
    counseling.clear(firm.counsel, Document.objects.get())
    firm.reviewed(first)
    assert words(lambda: producing.draft(firm.compliance, row, covering="x", documents=[document])).startswith("Paper 1 answers item 2")
    firm.reviewed(second)
    production = producing.release(firm.senior, producing.draft(firm.compliance, row, covering="Both items."))
    assert [(one.label, one.items) for one in production.given.all()] == [("BX-000001", "1, 2")]
    assert {item.state for item in items_of(row)} == {"produced"}
    assert Request.objects.get().state == "produced"


def test_bytes_that_are_filed_already_are_not_filed_twice(firm: Firm) -> None:
    item, _ = items_of(firm.working())
    filed = firm.filed(b"Once.\n")
    document = gathering.take_in(firm.supervisor, item, "again.txt", b"Once.\n", title="Again")
    assert (document.filed_id, Filed.objects.filter(sha256=filed.sha256).count()) == (filed.pk, 1)


def test_counsel_alone_decides_and_not_on_what_they_took_in(firm: Firm) -> None:
    row = firm.working()
    item, _ = items_of(row)
    document = firm.chosen(item)
    assert words(lambda: counseling.clear(firm.compliance, document)) == "Produce it: only counsel named for this request may do this."
    own = gathering.choose(Actor(firm.counsel.key, frozenset({"compliance"})), item, firm.filed())
    assert words(lambda: counseling.clear(firm.counsel, own)) == "Produce it: nobody approves their own work, and you are named as chosen by."


def test_two_counsel_at_once_the_second_is_told(firm: Firm) -> None:
    row = firm.working()
    document = firm.chosen(items_of(row)[0])
    stale = Document.objects.get(pk=document.pk)
    counseling.clear(firm.counsel, document)
    assert words(lambda: counseling.withhold(firm.counsel, stale, ground="other", log_line="x")) == (
        "Withhold it: the document is “to be produced”; this is done while it is “waits for counsel”."
    )


def test_the_desk_prints_procedures_and_histories_once(firm: Firm) -> None:
    row = firm.working()
    item, _ = items_of(row)
    first = papers.put_in(firm.supervisor, item, "procedures", "2026-09-30")
    assert (first.filed.title, first.filed.effective_on.isoformat()) == ("Written supervisory procedures as of 2026-09-30", "2026-09-30")
    assert words(lambda: papers.put_in(firm.supervisor, item, "procedures", "2026-09-30")).endswith("is in item 1 of FINRA 2026-1234 already.")
    assert Filed.objects.filter(title__startswith="Written supervisory").count() == 1
    history = papers.put_in(firm.supervisor, item, "history", f"request {row.pk}")
    lines = store.read(history.filed.sha256).decode().splitlines()
    assert (lines[0], [line.split(",")[3] for line in lines[1:]]) == ("seq,at,who,verb,said,why,hash,run_id", ["open", "split", "begin"])


@pytest.mark.parametrize(
    ("kind", "wanted", "said"),
    [
        ("procedures", "soon", "Name a day as 2026-09-30."),
        ("procedures", "2026-12-01", "2026-12-01 is to come, and what will be in force then is not settled. Print today or a day before."),
        ("history", "finding", "Name a row as the record does, such as `finding 12`, that you may see."),
        ("history", "counsel_paper 1", "Name a row as the record does, such as `finding 12`, that you may see."),
        ("manifest", "0" * 64, "the workspace has no run of this id"),
        ("photograph", "x", "The desk prints: Written supervisory procedures as of a day, Manifest of a sealed run, History of a row from the record."),
    ],
)
def test_a_paper_that_there_is_not_is_refused_in_words(firm: Firm, kind: str, wanted: str, said: str) -> None:
    item, _ = items_of(firm.working())
    assert words(lambda: papers.put_in(firm.supervisor, item, kind, wanted)).startswith(said)
