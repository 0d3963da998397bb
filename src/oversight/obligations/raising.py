"""What is owed comes round by itself: raised ahead, proved by the record, marked as missed on the day after, withdrawn when no longer owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Max, Q

from oversight import clock
from oversight.actor import Actor, automated
from oversight.obligations import proofs, queries
from oversight.obligations.lifecycle import OPEN
from oversight.obligations.models import Duty, Occurrence
from oversight.obligations.recurrence import AFTER, RAISED, Period, due, fallen, horizon, periods
from oversight.obligations.shipped import ACT
from oversight.record import actions

DESK = automated("duties")
DAYS_AHEAD = 60
BY_HAND = "raised "
"""How the period of what was raised by hand, or by another part of the desk, begins."""


def raise_due(today: date, days: int = DAYS_AHEAD) -> Sequence[Occurrence]:
    """Put on the calendar whatever falls due within `days`, what was skipped included; says what is there for the first time.

    Called again, or by two at once, it raises nothing twice.
    """
    with actions.turn():
        duties = list(Duty.objects.filter(state="on").exclude(every=RAISED).annotate(last_on=_last()))
        known = set(Occurrence.objects.filter(duty__in=duties).exclude(state="withdrawn").values_list("duty_id", "period"))
        rows = [
            occurrence(DESK, duty, period)
            for duty in duties
            for period in periods(duty.rule, _since(duty), today + timedelta(days=horizon(duty.rule, days)))
            if (duty.pk, period.key) not in known
        ]
        return actions.create_many(DESK, rows, verb="raise")


def occurrence(by: Actor, duty: Duty, period: Period) -> Occurrence:
    """What the duty owes for the period, not saved."""
    return Occurrence(
        duty=duty, period=period.key, begins_on=period.begins_on, ends_on=period.ends_on, due_on=period.due_on, raised_by=by.key, raised_at=clock.now(),
        state=Occurrence.LIFECYCLE.start,
    )  # fmt: skip


def prove() -> Sequence[Occurrence]:
    """Close what an act in the record has done meanwhile; a second person still confirms where the duty says so."""
    proved = []
    for row in queries.occurrences().filter(state__in=OPEN, duty__proof=ACT, begins_on__lte=clock.today()):
        at = proofs.acted_at(row)
        if at is not None:
            with actions.turn():
                note = f"The record holds it: {dict(proofs.CHOICES)[row.duty.act]}."
                proved.append(settled(actions.move(DESK, row, "prove", note=note, acted_at=at)))
    return proved


def miss(today: date) -> Sequence[Occurrence]:
    """Mark as missed what was not done by its day, and tell whoever is asked, once a duty however many there are."""
    with actions.turn():
        rows = list(queries.occurrences().filter(state="due", due_on__lt=today))
        return actions.move_many(DESK, rows, "miss")


def settled(row: Occurrence) -> Occurrence:
    """Closed, where no second person is asked."""
    return actions.move(DESK, row, "settle") if row.needs_nobody_else else row


def missed_if_over(row: Occurrence) -> Occurrence:
    """Marked as missed, where its day has passed and it is to be done again."""
    return actions.move(DESK, row, "miss") if row.state == "due" and row.is_overdue else row


def withdraw(duty: Duty, why: str) -> Sequence[Occurrence]:
    """Take back what is not owed any more: everything whose day has not passed. What was missed stays missed."""
    rows = list(duty.occurrences.select_related("duty").filter(state__in=("due", "waiver_asked"), due_on__gte=clock.today()))
    return actions.move_many(DESK, rows, "withdraw", why=why)


def raise_again(withdrawn: Sequence[Occurrence]) -> Sequence[Occurrence]:
    """Periods whose day, by a changed rule, lies behind us: they are owed today, so that no period falls through a change."""
    today, rows = clock.today(), []
    for row in withdrawn:
        if row.ends_on < today and due(row.duty.rule, row.ends_on) < today:
            rows.append(occurrence(DESK, row.duty, Period(row.period, row.begins_on, row.ends_on, fallen(today, AFTER))))
    return actions.create_many(DESK, rows, verb="raise")


def _last() -> Max:
    """The day of the last one that its rule raised; what was raised by hand does not count."""
    return Max("occurrences__due_on", filter=~Q(occurrences__state="withdrawn") & ~Q(occurrences__period__startswith=BY_HAND))


def _since(duty: Duty) -> date:
    """From when on to look: what came before the last one raised is there already."""
    last: date | None = getattr(duty, "last_on", None)
    return max(duty.owed_from, last) if last else duty.owed_from
