"""The sample firm's case 1, told from its opening to its monitoring: with the vendor's account, and without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from tests.oversight.cases.conftest import Bench, Firm, on

from oversight import clock
from oversight.actor import Actor
from oversight.cases import actions, daily
from oversight.cases.models import Case, Measure, Monitoring, Notice, Registration
from oversight.demo.people import People
from oversight.demo.quarter_end import cases as told
from oversight.differences.models import Difference
from oversight.vendors.models import Vendor


@pytest.fixture
def people(firm: Firm, actor: Callable[..., Actor]) -> People:
    """The sample firm's people, without passwords."""
    roles = {"analyst": firm.analyst, "supervisor": firm.supervisor, "compliance": firm.compliance, "vendor_manager": firm.vm, "senior_manager": firm.senior,
             "committee_2": firm.committee, "vendor_b": firm.outside}  # fmt: skip
    return People(roles, "")


@pytest.fixture
def vendors(firm: Firm, bench: Bench) -> dict[str, Vendor]:
    """Both vendors, after a run with an order of Beta Router before 12 August and one at KNCM after it."""
    for day, px, venue in ((date(2026, 8, 3), "10.00", "XNAS"), (date(2026, 9, 28), "10.01", "KNCM")):
        bench.order(f"B-{day}", on=day, vendor="vendor_b")
        bench.fill(f"B-{day}", px, on=day, vendor="vendor_b", venue=venue)
    bench.receive()
    return {"vendor_a": firm.other, "vendor_b": firm.vendor}


def skipped(firm: Firm, case: Case, condition: str, day: date) -> None:
    """What the room and the plan of the story bring, skipped here by two people in two roles."""
    with on(day, 9):
        firm.skip(case, condition)


def test_the_story_of_case_1(people: People, vendors: dict[str, Vendor], firm: Firm) -> None:
    told.before_meeting(people, vendors)
    case = Case.objects.get()
    measure = Measure.objects.get()
    assert (case.number, case.state, case.origin_kind, measure.state, measure.is_carried_out) == (1, "opened", "", "in_force", True)
    with on(date(2026, 10, 27)):
        assert (case.is_past_its_day, daily.daily().words) == (False, "nothing ran out")
    told.after_meeting(people, vendors)
    notice = Notice.objects.get()
    assert (notice.state, notice.letter is not None, notice.answered_at is not None and notice.answered_at.date()) == ("answered", True, date(2026, 11, 3))
    # Beta Router at KNCM: 100 at 10.01 against 9.99 to 10.01, effective 0.02 over quoted 0.02: 100 %; before 12 August 0 %.
    assert [(one["value"], one["n"]) for one in notice.figures[:3]] == [("1", 1), ("1", 1), ("0", 1)]
    case.refresh_from_db()
    assert (case.state, case.investigating_at is not None and case.investigating_at.date()) == ("investigating", date(2026, 11, 3))
    skipped(firm, case, "conclusion", date(2026, 11, 10))
    told.after_room(people, vendors)
    case.refresh_from_db()
    skipped(firm, case, "plan", date(2026, 11, 13))
    told.after_plan(people, vendors)
    case.refresh_from_db()
    monitoring, registration = Monitoring.objects.get(), Registration.objects.get()
    assert (case.state, monitoring.state, registration.state, case.stage_due_on) == ("monitored", "in_force", "agreed", date(2027, 1, 29))
    # November from the 16th: 5 + 4 (Thanksgiving) + 1; December: 23 weekdays less Christmas; January to the 15th: 10 after New Year's Day. 10 + 22 + 10.
    assert (registration.baseline_value, registration.margin, registration.is_intact, len(registration.days)) == (0, Decimal("0.02"), True, 42)
    assert (Path(settings.WORKSPACE) / "policy" / "heightened.toml").read_text() == (
        "# Heightened monitoring: limits that hold more narrowly for one vendor. Written by the desk.\n"
        '\n[[heightened]]\nvendor = "vendor_b"\ncase = "1"\nfrom = 2026-11-16\nto = 2027-02-01\nevery_days = 1\n'
        "[heightened.limits]\nmax_venue_fraction = 0.15\npersistence_days = 1\n"
    )


def test_the_case_takes_up_the_differences_that_were_identified(people: People, vendors: dict[str, Vendor]) -> None:
    from oversight.record.actions import create

    for title in ("Flow to KNCM", "Slow during the outage"):
        row = Difference(title=title, what="Worse.", vendor=vendors["vendor_b"], first_on=date(2026, 8, 12), last_on=date(2026, 9, 30), materiality_usd=1000,
                         materiality_bps=1, identified_by="a", identified_at=clock.now(), due_on=date(2026, 11, 1), state="identified")  # fmt: skip
        create(people["analyst"], row)
    told.before_meeting(people, vendors)
    case = Case.objects.get()
    assert (case.origin_kind, [each.title for each in case.differences.order_by("pk")]) == ("difference", ["Flow to KNCM", "Slow during the outage"])


def test_without_an_account_of_the_vendor_the_firm_goes_on_without_its_answer(people: People, vendors: dict[str, Vendor], firm: Firm) -> None:
    alone = People({key: by for key, by in people.by_name.items() if key != "vendor_b"}, "")
    told.before_meeting(alone, vendors)
    told.after_meeting(alone, vendors)
    case = Case.objects.get()
    with on(date(2026, 11, 5)):
        assert (case.state, case.is_unilateral) == ("investigating", True)
        actions.conclude_alone(firm.vm, case, words="The release of 12 August moved the flow: the shares of the venues show it.")
    told.after_room(alone, vendors)
    case.refresh_from_db()
    assert case.state == "planning"
