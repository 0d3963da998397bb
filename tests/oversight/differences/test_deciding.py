"""A material difference ends in exactly one of modify and justify, on a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from oversight import clock
from oversight.actor import Actor
from oversight.differences import actions, queries
from oversight.differences.agenda import items
from oversight.differences.models import Decision, Difference
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_MOST, METRIC, Figure
from oversight.notices.models import Notice

from .conftest import FIRST, LAST, SHARE

Identified = Callable[..., Difference]
Decided = Callable[..., Decision]
WORDS = {"reasons": "It pays.", "alternatives": "None better."}


def later(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


def test_its_clock_starts_when_it_is_identified(identified: Identified) -> None:
    """1 October and 30 days, as the shipped limits say: 31 October."""
    row = identified()
    assert (row.due_on, row.is_overdue, row.state) == (date(2026, 10, 31), False, "identified")
    with clock.stated(later(31)):
        assert row.is_overdue


def test_what_is_below_both_limits_is_not_material(identified: Identified) -> None:
    """The shipped policy: 1,000 dollars a quarter or 1 basis point."""
    with pytest.raises(Refusal, match=r"below 1000 USD a quarter and below 1 bps"):
        identified(usd=Decimal(999), bps=Decimal("0.9"))
    assert identified(usd=Decimal(999), bps=Decimal(1)).materiality_usd == 1000


def test_an_unknown_size_can_be_material(identified: Identified) -> None:
    assert identified(usd=None).size == "not known in money"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"what": " "}, "Say in a title"), ({"usd": Decimal(-5)}, "above zero"), ({"last_on": date(2026, 6, 1)}, "before they begin"),
        ({"figure": Figure(METRIC, "venue_share")}, "no metric"), ({"figure": Figure(METRIC, "nothing")}, "no metric"),
    ],
)  # fmt: skip
def test_what_it_cannot_mean_is_refused(identified: Identified, said: dict[str, object], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        identified(**said)


def test_one_origin_has_one_difference_at_a_time(identified: Identified, justified: Decided) -> None:
    first = identified(origin=("finding", "7"))
    justified(first)
    with pytest.raises(Refusal, match="identified already"):
        identified(origin=("finding", "7"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.objects.create(**{name: getattr(first, name) for name in ("title", "what", "first_on", "last_on", "materiality_usd", "materiality_bps",
                                     "origin_kind", "origin_id", "identified_at", "due_on")}, state="identified")  # fmt: skip


def test_only_those_who_look_may_identify(actor: Callable[..., Actor], identified: Identified) -> None:
    for role in ("auditor", "senior_manager", "vendor", "administrator"):
        with pytest.raises(Refusal, match="is for analysts"):
            actions.identify(actor(role), title="x", what="y", first_on=FIRST, last_on=LAST)


def test_nobody_adopts_their_own_proposal(committee: Actor, actor: Callable[..., Actor], identified: Identified) -> None:
    proposal = actions.propose(committee, identified(), kind="justify", scope="odd lots", expires_on=date(2026, 12, 1), **WORDS)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.adopt(committee, proposal)
    assert actions.adopt(actor("compliance"), proposal).difference.state == "justified"


def test_it_ends_in_exactly_one(analyst: Actor, identified: Identified, modified: Decided) -> None:
    row = identified()
    modified(row)
    assert (row.state, row.decision.kind if row.decision else "") == ("modifying", "modify")
    with pytest.raises(Refusal, match="this is done while it is"):
        actions.propose(analyst, row, kind="justify", scope="all", expires_on=date(2026, 12, 1), **WORDS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=row.decisions.get().pk).update(kind="justify")


def test_a_rejected_proposal_leaves_the_clock_as_it_was(analyst: Actor, committee: Actor, identified: Identified) -> None:
    row = identified()
    proposal = actions.propose(analyst, row, kind="justify", scope="all", expires_on=date(2026, 12, 1), **WORDS)
    actions.reject(committee, proposal, why="Too wide.")
    assert (row.state, row.due_on, row.decision) == ("identified", date(2026, 10, 31), None)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "justify", "scope": "", "expires_on": date(2026, 12, 1)}, "for which orders"),
        ({"kind": "justify", "scope": "all", "expires_on": date(2026, 10, 1)}, "a day after today"),
        ({"kind": "justify", "scope": "all", "expires_on": date(2027, 10, 1)}, "at the latest"),
        ({"kind": "modify", "modification": "x"}, "which figure"),
        ({"kind": "modify", "modification": " "}, "which change"),
        ({"kind": "modify", "modification": "x", "figure": SHARE, "side": AT_MOST, "bound": Decimal(1), "by_on": date(2026, 10, 1)}, "after today"),
        ({"kind": "wait"}, "ends in one of two"),
    ],
)  # fmt: skip
def test_half_a_decision_is_refused(analyst: Actor, identified: Identified, said: dict[str, object], words: str) -> None:
    row = identified()
    with pytest.raises(Refusal, match=words):
        actions.propose(analyst, row, **WORDS, **said)  # type: ignore[arg-type]
    assert row.state == "identified"


def test_a_decision_without_alternatives_is_refused(analyst: Actor, identified: Identified) -> None:
    with pytest.raises(Refusal, match="alternatives"):
        actions.propose(analyst, identified(), kind="justify", reasons="x", alternatives=" ", scope="all", expires_on=date(2026, 12, 1))


def test_a_justification_that_ran_out_is_decided_again(identified: Identified, justified: Decided) -> None:
    """It holds until 30 November; on 1 December a new clock of 30 days starts: 31 December."""
    row = identified()
    justified(row, until=date(2026, 11, 30))
    with clock.stated(later(60)):
        assert actions.daily() == (0, 0, 0)
    with clock.stated(later(61)):
        assert [actions.daily(), actions.daily()] == [(1, 0, 0), (0, 0, 0)]
    row.refresh_from_db()
    assert (row.state, row.rounds, row.due_on, row.decision) == ("identified", 2, date(2026, 12, 31), None)


def test_a_clock_that_ran_out_is_told_once(identified: Identified) -> None:
    identified()
    with clock.stated(later(31)):
        assert [actions.daily(), actions.daily()] == [(0, 0, 1), (0, 0, 0)]
    assert Notice.objects.filter(what__startswith="Neither modified nor justified by 2026-10-31").count() == 1


def test_two_people_at_once_decide_once(analyst: Actor, committee: Actor, actor: Callable[..., Actor], identified: Identified) -> None:
    proposal = actions.propose(analyst, identified(), kind="justify", scope="all", expires_on=date(2026, 12, 1), **WORDS)
    stale = Decision.objects.select_related("difference").get(pk=proposal.pk)
    actions.adopt(committee, proposal)
    with pytest.raises(Refusal):
        actions.reject(actor("compliance"), stale, why="No.")
    assert Difference.objects.get(pk=proposal.difference_id).state == "justified"


def test_a_difference_that_is_none_is_withdrawn_by_another(analyst: Actor, actor: Callable[..., Actor], identified: Identified) -> None:
    row = identified()
    proposal = actions.propose(analyst, row, kind="justify", scope="all", expires_on=date(2026, 12, 1), **WORDS)
    actions.withdraw(actor("compliance"), row, why="The data was restated.")
    proposal.refresh_from_db()
    assert (row.state, proposal.state) == ("withdrawn", "withdrawn")


def test_more_can_be_gathered_while_the_clock_runs(analyst: Actor, identified: Identified) -> None:
    row = identified()
    question = actions.ask(analyst, row, asks="What did the other venues quote?", due_on=date(2026, 10, 5))
    with clock.stated(later(5)):
        assert list(queries.questions_late()) == [question]
    assert row.due_on == date(2026, 10, 31)


def test_a_review_takes_up_every_one_that_is_undecided_and_those_of_its_quarter(identified: Identified, justified: Decided) -> None:
    old = identified(title="Of another quarter", first_on=date(2026, 1, 2), last_on=date(2026, 3, 31))
    stays = identified(title="Justified now")
    justified(stays)
    justified(identified(title="Justified of another quarter", first_on=date(2026, 1, 2), last_on=date(2026, 3, 31)))
    assert [(item.subject, item.severity) for item in items(FIRST, LAST)] == [(old.subject, "medium"), (stays.subject, "medium")]
