"""The report to senior management: what it says, that page and PDF say the same, and that the same report gives the same bytes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.oversight.desk.conftest import Bench

from oversight import clock
from oversight.actor import automated
from oversight.claims.actions import state
from oversight.claims.models import Claim
from oversight.claims.queries import Line
from oversight.claims.standing import Standing
from oversight.diligence.judgements import Condition
from oversight.handling import actions as handling
from oversight.measured.reading import AT_MOST, METRIC, Figure, Target
from oversight.record.actions import move
from oversight.refreshes import actions
from oversight.refreshes.actions import Said
from oversight.refreshes.paper import Paper, Section, paper, signed
from oversight.refreshes.printing import pdf
from oversight.refreshes.promised import Held, held
from oversight.vendors.models import SubVendor, Vendor

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


def test_what_a_vendor_has_nothing_of_is_said_with_its_reason(firm: Firm) -> None:
    said = paper(firm.gathered())
    assert section(said, TITLES[2]).rows == (
        ("Answers of due diligence", "not available: no due diligence of this vendor is on the desk", "", ""),
        ("Configuration", "nothing in the period", "", ""),
        ("Sub-vendors", "nothing in the period", "", ""),
        ("Outages and other happenings", "nothing in the period", "", ""),
        ("Exceptions by check", "nothing in the period", "", ""),
    )
    assert [section(said, title).empty for title in TITLES[3:7]] == [
        "The vendor makes no claim.", "No condition is open.", "None on the desk.", "Not available: no agreement with this vendor is on the desk",
    ]  # fmt: skip


def promised(vendor: Vendor, words: str, target: Target | None) -> Claim:
    """A claim of the vendor on the ledger, made in words or held against a figure."""
    measured = {"figure": target.figure, "side": target.side, "bound": target.bound} if target else {}
    return state(automated("test"), vendor=vendor, origin=("vendor", str(vendor.pk)), key=words, words=words, **measured)


TARGET = Target(Figure(METRIC, "effective_over_quoted"), AT_MOST, Decimal("0.60"))


def test_claims_of_the_ledger_are_held_against_the_whole_year(firm: Firm) -> None:
    row = firm.opened()
    promised(row.vendor, "At most 60 % of the quoted spread.", TARGET)
    promised(row.vendor, "It holds insurance.", None)
    actions.gather(firm.vm, firm.answered(row))
    held = section(paper(row), TITLES[3])
    assert held.rows == (
        ("At most 60 % of the quoted spread.", "untested", "—", "0", "2025-10-08 to 2026-10-01", "untested", "no run was received"),
        ("It holds insurance.", "attested only", "—", "—", "—", "attested only", ""),
    )
    assert "Of 2 claims over the year: 1 untested, 1 attested only." in paper(row).lead


def test_a_stale_claim_stays_stale(firm: Firm) -> None:
    claim = promised(firm.vendor(), "At most 60 %.", TARGET)
    stale = Line(claim, Standing("stale", "valid until 2026-06-30; ask for it again", 1000, date(2026, 1, 2), date(2026, 3, 31)))
    assert held(stale, claim.vendor, date(2025, 10, 8), date(2026, 10, 1), {}) == Held(
        "At most 60 %.", "stale", "stale", "", 1000, "2026-01-02", "2026-03-31", "valid until 2026-06-30; ask for it again", claim.get_absolute_url(),
    )  # fmt: skip


def test_claims_in_the_paper_are_counted_by_standing_with_n_and_period(firm: Firm) -> None:
    row = firm.gathered()
    kept = row.gatherings.get()
    year = {"first": "2025-10-08", "last": "2026-10-01", "why": ""}
    lines = [
        {"words": "A", "ledger": "supported", "standing": "contradicted", "value": "64.55%", "n": 5096, "url": "/c/1/", "rows": "/orders/?a=1", **year},
        {"words": "B", "ledger": "supported", "standing": "supported", "value": "57.17%", "n": 5152, "url": "/c/2/", "rows": "", **year},
        {"words": "C", "ledger": "attested", "standing": "attested", "value": "", "n": None, "url": "", "rows": "", "first": "", "last": "", "why": ""},
    ]
    told = {"first_on": kept.first_on, "last_on": kept.last_on, "material": {**kept.material, "claims": lines}}
    type(kept).objects.create(refresh=row, gathered_by="x", gathered_at=clock.now(), **told)
    said = paper(row)
    assert "Of 3 claims over the year: 1 contradicted, 1 attested only, 1 supported." in said.lead
    assert section(said, TITLES[3]).rows == (
        ("A", "contradicted", "64.55%", "5,096", "2025-10-08 to 2026-10-01", "supported", ""),
        ("B", "supported", "57.17%", "5,152", "2025-10-08 to 2026-10-01", "supported", ""),
        ("C", "attested only", "—", "—", "—", "attested only", ""),
    )
    assert section(said, TITLES[3]).links == {0: ("/c/1/", "/c/2/", ""), 2: ("/orders/?a=1", "", "")}


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
        assert section(paper(later), "Conditions").rows == (("A second site.", "overdue from before", "2027-03-31"),)


def test_a_condition_of_the_due_diligence_stays_though_its_approval_lapsed(firm: Firm) -> None:
    vendor = firm.vendor()
    lapsed = firm.assessed(vendor, date(2025, 10, 3), state="lapsed", lapsed_at=datetime(2026, 9, 30, 12, tzinfo=UTC))
    said = {"due_on": date(2026, 12, 31), "owner_role": "vendor_manager", "set_by": firm.vm.key, "set_at": clock.now()}
    for words, now in (("Send the report on controls.", "open"), ("Show the second site.", "met")):
        Condition.objects.create(assessment=lapsed, words=words, state=now, **said)
    assert section(paper(firm.gathered(vendor)), "Conditions").rows == (("Send the report on controls.", "open from before", "2026-12-31"),)


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


def test_a_claim_that_the_year_contradicts_says_so_with_its_figure_n_rows_and_run(firm: Firm, bench: Bench) -> None:
    """Two buys of 100 at the offer of 10.01 against 9.99 to 10.01: E/Q (0.02 + 0.02) ÷ (0.02 + 0.02) = 100 %, error 0; promised: at most 60 % and 100 %."""
    row = firm.opened()
    for name in ("O1", "O2"):
        bench.order(name, symbol=f"S{name}")
        bench.fill(name, "10.01", symbol=f"S{name}")
    run = bench.receive()
    for words, bound in (("At most 60 %.", "0.6"), ("At most 100 %.", "1")):
        origin = ("vendor", str(row.vendor.pk))
        state(automated("test"), vendor=row.vendor, origin=origin, key=words, words=words, figure=TARGET.figure, side=AT_MOST, bound=Decimal(bound), min_n=1)
    actions.gather(firm.vm, firm.answered(row))
    held, year = section(paper(row), TITLES[3]), "2025-10-08 to 2026-10-01"
    assert held.rows == (
        ("At most 60 %.", "contradicted", "100.00%", "2", year, "untested", ""),
        ("At most 100 %.", "supported", "100.00%", "2", year, "untested", ""),
    )
    assert held.links[2][0].startswith("/orders/?first=2025-10-08&last=2026-10-01&vendor=vendor_a")
    assert paper(row).runs == (run.id,)
    assert "Of 2 claims over the year: 1 contradicted, 1 supported." in paper(row).lead
