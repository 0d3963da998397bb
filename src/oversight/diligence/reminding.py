"""Reminders of questionnaires: before and after the day on which answers are due, each step once."""

from __future__ import annotations

from datetime import timedelta

from oversight import clock
from oversight.actor import automated
from oversight.diligence.models import Assessment, Reminder, outside_accounts
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import VENDOR_MANAGER

STEPS = (-7, -2, 0, 1, 7, 14)
"""Days from the due date on which who answers is reminded; from the day after it on, the vendor manager is told, too."""
REMINDS = automated("remind-diligence")


def remind() -> int:
    """Remind who has questions left; says how many reminders went out. Called daily; of steps that were missed only the last is told."""
    told = 0
    waiting = Assessment.objects.filter(state="sent", due_on__isnull=False).select_related("vendor").order_by("pk")
    for row in waiting:
        step = _step(row)
        if step is not None:
            _remind(row, step)
            told += 1
    return told


def _step(row: Assessment) -> int | None:
    """The last step that has come and was not told yet; None where there is none, or the day it would be is before the questionnaire was sent."""
    assert row.due_on is not None and row.sent_at is not None, "the query asks for both"
    days = (clock.today() - row.due_on).days
    come = [step for step in STEPS if step <= days]
    if not come:
        return None
    since = row.sent_at.astimezone(clock.MARKET_ZONE).date()
    last = come[-1]
    if row.due_on + timedelta(days=last) <= since or row.reminders.filter(due_on=row.due_on, step__gte=last).exists():
        return None
    return last


def _remind(row: Assessment, step: int) -> None:
    assert row.due_on is not None, "the query asks for it"
    left = row.answers.exclude(state="given").count()
    keys = [row.drafted_by] if row.is_by_firm else [account.key for account in outside_accounts(row.vendor.key)]
    with actions.turn():
        actions.create(REMINDS, Reminder(assessment=row, due_on=row.due_on, step=step, told_at=clock.now()), verb="remind")
        if keys:
            tell(REMINDS, to_keys=keys, what=_words(row, left, step), url=f"/diligence/questionnaires/{row.pk}/", severity="medium" if step > 0 else "low")
        if step > 0 or not keys:
            when = f"were due {row.due_on}" if step > 0 else f"are due {row.due_on}"
            nobody = "" if keys else "; nobody can answer, for it has no open outside account"
            what = f"Answers of {row.vendor} {when}{nobody}"
            tell(REMINDS, to_roles=(VENDOR_MANAGER,), what=what, url=row.get_absolute_url(), severity="medium")


def _words(row: Assessment, left: int, step: int) -> str:
    open_ = f"{left} question{' is' if left == 1 else 's are'} left"
    if step < 0:
        return f"{open_} of your questionnaire, due {row.due_on}"
    return f"{open_} of your questionnaire, due today" if step == 0 else f"{open_} of your questionnaire, which was due {row.due_on}"
