"""What was decided on differences and on customer harm, then and now; as many queries for four of each as for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.oversight.differences.conftest import Bench, analyst, bench, committee, identified, vendor, week
from tests.oversight.harm.conftest import Firm, firm
from tests.oversight.rooms.conftest import case_of

from oversight import clock
from oversight.actor import Actor, automated
from oversight.cases.models import Notice
from oversight.differences import actions as differences
from oversight.differences.models import Decision, Difference
from oversight.evidence import actions as evidence
from oversight.harm import actions as harm
from oversight.harm.models import ReportDecision
from oversight.plans.models import Plan
from oversight.record.actions import create, move
from oversight.requests import known
from oversight.reviews.lifecycle import OF_VOTES, ONE
from oversight.reviews.models import Charter, Paper, Review
from oversight.vendors.models import Vendor

from .conftest import beside, on

__all__ = ("Bench", "analyst", "bench", "committee", "firm", "identified", "vendor", "week")
FIRST, LAST = date(2026, 9, 28), date(2026, 9, 30)
THEN = datetime(2026, 10, 1, 13, tzinfo=UTC)
NOON = datetime(2026, 10, 5, 16, tzinfo=UTC)
"""12:00 in New York, between what is proposed at 9:00 and what is decided on the day after."""


def test_a_decision_adopted_after_then_was_proposed_or_not_known(identified: Callable[..., Difference], analyst: Actor, committee: Actor) -> None:
    row = identified()
    words = {"reasons": "Only CDED takes them.", "alternatives": "Two others were asked."}
    with on(10, 5):
        made = differences.propose(analyst, row, kind="justify", scope="odd lots", expires_on=date(2026, 12, 31), **words)
    with on(10, 6):
        differences.adopt(committee, made)
        adopted = "adopted, 2026-10-06 09:00 EDT; holds until 2026-12-31"
        assert beside("known-decisions", FIRST, LAST, THEN) == [("Justify: Worse at CDED", "not known", adopted, "came later")]
        assert beside("known-decisions", FIRST, LAST, NOON) == [("Justify: Worse at CDED", "proposed; holds until 2026-12-31", adopted, "changed")]
        assert beside("known-decisions", date(2026, 10, 1), date(2026, 10, 6), NOON) == []


def test_credits_approved_after_then_were_counted_then(firm: Firm) -> None:
    """One order of 300 at 10.05, quoted at 10.02: (10.05 − 10.02) × 300 = 9.00 dollars."""
    firm.fill("O1")
    firm.receive()
    row = firm.counted()
    with on(10, 5):
        harm.approve(firm["compliance"], harm.propose(firm["analyst"], row, conclusion="They lost it."))
        made = harm.decide_reporting(firm["compliance"], row, is_to_report=False, why_so="One order, nine dollars.")
    with on(10, 6):
        move(firm["senior_manager"], made, "second")
        assert beside("known-harm", FIRST, LAST, THEN) == [("Harm 1: Fills outside the quote", "counted", "approved: 9.00 USD", "changed")]
        assert beside("known-reporting", FIRST, LAST, THEN) == [("Harm 1: Fills outside the quote", "not known", "do not report it: decided", "came later")]
        assert beside("known-reporting", FIRST, LAST, NOON) == [
            ("Harm 1: Fills outside the quote", "do not report it: proposed", "do not report it: decided", "changed")
        ]


def test_four_of_each_take_as_many_queries_as_one(firm: Firm, vendor: Vendor, identified: Callable[..., Difference]) -> None:
    create(automated("test"), Charter(number=1, mode=ONE, quorum=1, majority=OF_VOTES, due_days=40, notice_days=5, proposed_at=clock.now(), state="in_force"))
    _one_of_each(firm, vendor, identified(), 1)
    asked_of_one = _queries()
    for number in (2, 3, 4):
        _one_of_each(firm, vendor, identified(title=f"Worse {number}"), number)
    assert _queries() == asked_of_one
    found = {one.source.key: len(one.sheet.rows) for one in known.compared(FIRST, LAST, THEN)}
    several = ("differences", "decisions", "reviews", "papers", "cases", "notices", "plans", "harm", "reporting")
    assert [found[f"known-{name}"] for name in several] == [4] * len(several)


def _queries() -> int:
    with CaptureQueriesContext(connection) as asked:
        known.compared(FIRST, LAST, THEN)
    return len(asked)


def _one_of_each(firm: Firm, vendor: Vendor, difference: Difference, number: int) -> None:
    by, now = automated("test"), clock.now()
    common: dict[str, Any] = {"reasons": "x", "alternatives": "x", "proposed_by": "a", "proposed_at": now}
    create(by, Decision(difference=difference, kind="justify", scope="x", expires_on=LAST, state="proposed", **common))
    filed = evidence.file(firm["analyst_2"], f"{number}.txt", f"{number}\n".encode(), title=f"Paper {number}")
    days = {"first_on": FIRST, "last_on": LAST}
    review = Review(
        kind="extraordinary", quarter="2026Q3", due_on=LAST, raised_at=now, charter=Charter.objects.get(), filed=filed, first_signed_by="a", signed_by="b",
        signed_at=now, state="signed", **days,
    )  # fmt: skip
    create(by, review)
    create(by, Paper(review=review, filed=filed, sha256=filed.sha256, attached_at=now, state="attached"))
    case = case_of(vendor, number)
    create(by, Notice(case=case, number=1, subject_line="x", what="x", asked="x", answer_due_on=LAST, drafted_at=now, sent_at=now, letter=filed, state="sent"))
    create(by, Plan(case=case, number=1, asked_for="x", asked_at=now, due_on=LAST, state="asked"))
    create(
        by,
        ReportDecision(harm=firm.open("analyst_2", title=f"Loss {number}"), is_to_report=False, why_so="x", proposed_by="a", proposed_at=now, state="proposed"),
    )
