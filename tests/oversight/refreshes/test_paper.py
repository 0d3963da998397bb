"""The report to senior management: what it says, that page and PDF say the same, and that the same report gives the same bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from oversight import clock
from oversight.actor import automated
from oversight.handling import actions as handling
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_MOST, METRIC, Figure, Target
from oversight.record.actions import move
from oversight.refreshes import actions, gathering
from oversight.refreshes.actions import Said
from oversight.refreshes.paper import Paper, Section, paper, signed
from oversight.refreshes.printing import pdf
from oversight.refreshes.promised import Held, held
from oversight.vendors.models import SubVendor

from .conftest import Firm

TITLES = [
    "Assessment", "What changed, as the vendor manager answered", "What changed, as the desk shows it", "Last year's claims against the year's data",
    "Conditions", "Conflicts of interest", "Agreements", "Presented to",
]  # fmt: skip


def section(paper: Paper, title: str) -> Section:
    return next(one for one in paper.sections if one.title == title)


def test_it_can_be_read_from_the_first_day_and_says_what_is_not_there_yet(firm: Firm) -> None:
    said = paper(firm.opened())
    assert [one.title for one in said.sections] == TITLES
    assert said.lead.startswith("No recommendation yet. From 2025-10-08 on, 0 of 20 questions on the year report a change and 0 are not known.")
    assert section(said, "Assessment").empty == "It is not written yet."
    assert section(said, TITLES[1]).empty == "The questions on what changed are not all answered yet."
    assert section(said, "Presented to").empty == "Nobody is named yet."


def test_it_shows_what_changed_and_what_is_not_known_and_names_the_rest(firm: Firm) -> None:
    row = firm.opened()
    firm.answered(row, logic=Said("changed", "Release 7.2 of June."), incidents=Said("not_known", "Asked on 2 September; no answer yet."))
    actions.gather(firm.vm, row)
    said = paper(row)
    assert section(said, TITLES[1]).rows == (
        ("Routing logic", "changed", "Release 7.2 of June."), ("Security incidents", "not known", "Asked on 2 September; no answer yet."),
    )  # fmt: skip
    assert "1 of 20 questions on the year report a change and 1 are not known" in said.lead
    assert said.notes[0].startswith("Answered as unchanged, each in words on the desk: Ownership and control, Financial condition")
    assert "Routing logic" not in said.notes[0]


def test_the_assessment_stands_paragraph_by_paragraph(firm: Firm) -> None:
    assert section(paper(firm.written()), "Assessment").rows == (("It did what it said.",), ("Nothing is open.",))


def test_the_handling_log_of_the_year_is_in_it_and_nothing_before_or_of_another_vendor(firm: Firm) -> None:
    began = datetime(2026, 9, 29, 14, 5, tzinfo=UTC)
    for vendor, at in (("vendor_a", began), ("vendor_b", began), ("vendor_a", datetime(2025, 10, 7, 14, 0, tzinfo=UTC))):
        handling.note(
            automated("test"), kind="vendor_outage", vendor=vendor, from_at=at, to_at=at + timedelta(minutes=17), what="Orders queued at the gateway."
        )
    row = firm.gathered()
    assert [one for one in section(paper(row), TITLES[2]).rows if one[0] == "Outages and other happenings"] == [
        ("Outages and other happenings", "vendor outage: Orders queued at the gateway.", "noted", "2026-09-29"),
    ]  # fmt: skip


def test_sub_vendors_that_came_or_went_in_the_year_are_in_it(firm: Firm) -> None:
    row = firm.opened()
    shared = {"vendor": row.vendor, "kind": "hosting", "purpose": "hosts", "criticality": "critical", "added_by": firm.vm.key, "added_at": clock.now()}
    SubVendor.objects.create(name="Old Host", since_on=date(2020, 1, 1), ended_on=date(2026, 3, 1), state="ended", **shared)
    SubVendor.objects.create(name="Fresh Host", since_on=date(2026, 3, 2), state="standing", **shared)
    SubVendor.objects.create(name="Steady Feed", since_on=date(2020, 1, 1), state="standing", **shared)
    actions.gather(firm.vm, firm.answered(row))
    rows = [one for one in section(paper(row), TITLES[2]).rows if one[0] == "Sub-vendors"]
    assert rows == [("Sub-vendors", "Fresh Host", "added", "2026-03-02"), ("Sub-vendors", "Old Host", "ended 2026-03-01", "2020-01-01")]


def test_what_was_gathered_stays_as_it_was_though_the_desk_goes_on(firm: Firm) -> None:
    row = firm.gathered()
    before = paper(row)
    at = clock.now() - timedelta(hours=2)
    handling.note(automated("test"), kind="override", vendor="vendor_a", from_at=at, to_at=at, what="After it was gathered.")
    assert paper(row) == before


def test_a_part_of_the_vendor_file_that_is_not_there_says_so() -> None:
    with pytest.raises(Refusal, match="no_such_part is not on this desk"):
        gathering.query("no_such_part", "of_vendor")
    with pytest.raises(Refusal, match="vendors is not on this desk"):
        gathering.query("vendors", "no_such_read")


@dataclass(frozen=True)
class Stands:
    """How a claim stands, as the ledger says it."""

    key: str
    n: int | None = None
    first: date | None = None
    last: date | None = None
    why: str = ""


@dataclass(frozen=True)
class Promise:
    """A claim as the ledger has it."""

    words: str
    target: Target | None

    def get_absolute_url(self) -> str:
        return "/claims/7/"


@dataclass(frozen=True)
class LedgerLine:
    claim: Promise
    standing: Stands


TARGET = Target(Figure(METRIC, "effective_over_quoted"), AT_MOST, Decimal("0.60"))
YEAR = (date(2025, 10, 8), date(2026, 10, 1))


def test_a_claim_that_no_figure_can_test_stands_as_the_ledger_has_it(firm: Firm) -> None:
    line = LedgerLine(Promise("It holds insurance.", None), Stands("attested"))
    assert held(line, firm.vendor(), *YEAR, {}) == Held("It holds insurance.", "attested", "attested", url="/claims/7/")


def test_a_claim_is_held_against_the_whole_year_and_says_why_it_cannot_be_told(firm: Firm) -> None:
    line = LedgerLine(Promise("At most 60 %.", TARGET), Stands("supported", 1000, date(2026, 7, 1), date(2026, 9, 30)))
    assert held(line, firm.vendor(), *YEAR, {}) == Held(
        "At most 60 %.", "supported", "untested", "", 0, "2025-10-08", "2026-10-01", "no run was received", "/claims/7/",
    )  # fmt: skip


def test_a_stale_claim_stays_stale(firm: Firm) -> None:
    line = LedgerLine(Promise("At most 60 %.", TARGET), Stands("stale", 1000, date(2026, 1, 2), date(2026, 3, 31), "valid until 2026-06-30; ask for it again"))
    assert held(line, firm.vendor(), *YEAR, {}) == Held(
        "At most 60 %.", "stale", "stale", "", 1000, "2026-01-02", "2026-03-31", "valid until 2026-06-30; ask for it again", "/claims/7/",
    )  # fmt: skip


def test_claims_in_the_paper_are_counted_by_standing_with_n_and_period(firm: Firm) -> None:
    row = firm.gathered()
    kept = row.gatherings.get()
    year = {"first": "2025-10-08", "last": "2026-10-01", "why": ""}
    lines = [
        {"words": "A", "ledger": "supported", "standing": "contradicted", "value": "64.55%", "n": 5096, "url": "/c/1/", **year},
        {"words": "B", "ledger": "supported", "standing": "supported", "value": "57.17%", "n": 5152, "url": "/c/2/", **year},
        {"words": "C", "ledger": "attested", "standing": "attested", "value": "", "n": None, "url": "", "first": "", "last": "", "why": ""},
    ]
    told = {"first_on": kept.first_on, "last_on": kept.last_on, "material": {**kept.material, "claims": {"lines": lines, "why": ""}}}
    type(kept).objects.create(refresh=row, gathered_by="x", gathered_at=clock.now(), **told)
    said = paper(row)
    assert "Of 3 claims over the year: 1 contradicted, 1 attested only, 1 supported." in said.lead
    assert section(said, TITLES[3]).rows == (
        ("A", "contradicted", "64.55%", "5,096", "2025-10-08 to 2026-10-01", "supported", ""),
        ("B", "supported", "57.17%", "5,152", "2025-10-08 to 2026-10-01", "supported", ""),
        ("C", "attested only", "—", "—", "—", "attested only", ""),
    )
    assert section(said, TITLES[3]).urls == ("/c/1/", "/c/2/", "")


def test_conditions_of_this_paper_and_those_open_from_before_stand_in_it(firm: Firm) -> None:
    vendor = firm.vendor()
    row = firm.written(vendor, "retain_with_conditions")
    actions.set_condition(firm.vm, row, what="A second site.", due_on=date(2027, 3, 31))
    assert section(paper(row), "Conditions").rows == (("A second site.", "open, set by this paper", "2027-03-31"),)
    move(firm.vm, row, "hand_in")
    actions.present(firm.compliance, row)
    for by in (firm.senior, firm.other):
        actions.acknowledge(by, firm.of(row, by), words="Read.")
    with clock.stated(datetime(2027, 9, 1, 12, tzinfo=UTC)):
        later = actions.open_refresh(firm.vm, vendor)
        actions.gather(firm.vm, firm.answered(later))
        assert (later.first_on, later.is_stated, later.year) == (date(2026, 10, 1), False, 2027)
        assert section(paper(later), "Conditions").rows == (("A second site.", "open from before", "2027-03-31"),)


def test_the_signed_paper_has_questions_answers_and_acknowledgements_with_the_hash(firm: Firm) -> None:
    row = firm.presented()
    asked = actions.ask(firm.senior, row, "Why is the second site untested?")
    actions.answer(firm.vm, asked, answer="It is tested in November.")
    for by, words in ((firm.senior, "Read and agreed."), (firm.other, "Agreed, with the answer given.")):
        actions.acknowledge(by, firm.of(row, by), words=words)
    row.refresh_from_db()
    said = signed(row)
    assert section(said, "Questions and answers").rows == (("Why is the second site untested?", "first", "It is tested in November.", "vendor manager"),)
    at = "2026-10-01 08:00 EDT"
    assert section(said, "Acknowledgements").rows == (
        ("first", "acknowledged", at, "Read and agreed.", row.sha256[:16]), ("second", "acknowledged", at, "Agreed, with the answer given.", row.sha256[:16]),
    )  # fmt: skip
    assert said.notes[-1] == f"SHA-256 of the paper that was presented and acknowledged: {row.sha256}"


def test_the_same_paper_gives_the_same_bytes(firm: Firm) -> None:
    row = firm.presented()
    with clock.stated(clock.now() + timedelta(days=3)):
        assert pdf(paper(row)) == pdf(paper(row))
        assert pdf(paper(row), mark="Draft") != pdf(paper(row))


def test_a_year_full_of_changes_takes_more_pages_and_loses_nothing(firm: Firm) -> None:
    row = firm.opened()
    firm.answered(row, **{one.key: Said("changed", f"{one.title}: " + "a long account of it. " * 60) for one in row.changes.all()})
    made = pdf(paper(row))
    assert made.startswith(b"%PDF-")
    assert pages(made) > 2


def test_words_that_look_like_markup_are_words(firm: Firm) -> None:
    row = firm.gathered()
    actions.write(firm.vm, row, assessment='#panic("x") $1.50 *a* @cite <b> \\ "quoted"', recommendation="retain")
    assert pages(pdf(paper(row))) >= 1


def pages(content: bytes) -> int:
    """How many pages the document has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", content))
