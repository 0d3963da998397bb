"""Counsel's space leaves nothing in an exam file but hashes in the record's chain."""

from __future__ import annotations

import json
import zipfile
from datetime import date

import pytest
from tests.oversight.requests.conftest import Firm, firm
from tests.oversight.requests.test_counsels_space import LEAKS, kept

from oversight.evidence import actions as evidence
from oversight.exams import actions, queries
from oversight.findings.models import Day
from oversight.record.models import Entry
from oversight.requests import counseling
from oversight.requests.models import Paper
from oversight.vendors.quarters import Quarter

__all__ = ("firm", "kept")
QUARTER = Quarter(2026, 3)


def test_counsels_space_is_not_in_it_and_its_entries_are_hashes(firm: Firm, kept: Paper) -> None:
    row = actions.make(firm.compliance, QUARTER)
    content = row.place.read_bytes()
    assert [words for words in LEAKS if words.encode() in content] == []
    with zipfile.ZipFile(row.place) as opened:
        lines = [json.loads(line) for line in opened.read("record/entries.jsonl").splitlines()]
    apart = Entry.objects.filter(subject_kind="counsel_paper").count()
    assert apart == len([line for line in lines if "body" not in line]) > 0
    altered, notes = queries.verdict(row)
    assert altered == []
    assert f"of {apart} only the hashes are here" in notes[0]


@pytest.mark.parametrize("is_withheld", [False, True])
def test_what_counsel_withholds_is_not_in_it_though_it_is_filed_beside_a_row_of_it(firm: Firm, is_withheld: bool) -> None:
    day = Day.objects.create(on=date(2026, 9, 28), state=Day.LIFECYCLE.start)
    memo = firm.filed(b"Advice of counsel on the fills.\n")
    evidence.link(firm.supervisor, memo, day.subject)
    document = firm.chosen(firm.working().items.get(number="1"), memo)
    if is_withheld:
        counseling.withhold(firm.counsel, document, ground="attorney_client", log_line="A memorandum of counsel.")
    else:
        counseling.clear(firm.counsel, document)
    row = actions.make(firm.compliance, QUARTER)
    assert (b"Advice of counsel" in row.place.read_bytes()) is not is_withheld
    assert queries.verdict(row)[0] == []
