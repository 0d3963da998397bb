"""What a day brings to cases: reminders, answers overdue, stages past their day, measures and monitoring that ran out, runs that did not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bestexec import trading_days
from oversight import clock
from oversight.cases import publishing, telling
from oversight.cases.lifecycle import OPEN
from oversight.cases.models import Case, Measure, Monitoring, Notice
from oversight.cases.telling import DESK
from oversight.findings.models import RunDay
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER


@dataclass(frozen=True)
class Done:
    """What the round did."""

    reminded: int = 0
    overdue: int = 0
    escalated: int = 0
    late: int = 0
    ended: int = 0
    silent: int = 0
    is_published: bool = True

    @property
    def words(self) -> str:
        """In a line."""
        counted = (
            (self.reminded, "vendors reminded"), (self.overdue, "answers overdue"), (self.escalated, "escalated"), (self.late, "stages past their day"),
            (self.ended, "measures or monitoring ran out"), (self.silent, "vendors without the run that is due"),
        )  # fmt: skip
        said = ", ".join(f"{number} {what}" for number, what in counted if number) or "nothing ran out"
        return said if self.is_published else f"{said}; heightened limits are not beside the policy yet: run this again"


def daily() -> Done:
    """The round of a day; called again, it does nothing twice."""
    reminded, overdue, escalated = remind(), tell_overdue(), escalate()
    late, ended = tell_late(), run_out()
    silent, published = tell_silent(), publishing.publish(DESK)
    return Done(reminded, overdue, escalated, late, ended, silent, published)


def remind() -> int:
    """Remind vendors whose answer falls due soon, once a notice."""
    until = clock.today() + timedelta(days=desk_limits().cases["remind_days"])
    rows = _pending().filter(answer_due_on__range=(clock.today(), until), reminded_on=None)
    for row in rows:
        with actions.turn():
            actions.change(DESK, row, verb="remind", reminded_on=clock.today())
            telling.vendor(DESK, row, f"Your answer to notice {row.case.number}.{row.number} is due by {row.answer_due_on}.", "medium")
    return len(rows)


def tell_overdue() -> int:
    """Tell firm and vendor once that an answer is overdue: the firm may go on by itself."""
    rows = _pending().filter(answer_due_on__lt=clock.today(), overdue_told_on=None)
    for row in rows:
        with actions.turn():
            actions.change(DESK, row, verb="tell_overdue", overdue_told_on=clock.today())
            telling.vendor(DESK, row, f"Your answer to notice {row.case.number}.{row.number} was due by {row.answer_due_on}. We go on without it.", "high")
            said = f"the answer to notice {row.case.number}.{row.number} is overdue since {row.answer_due_on}. The firm may go on without the vendor's answer."
            telling.firm(DESK, row.case, said, (COMPLIANCE, VENDOR_MANAGER), "high", row.get_absolute_url())
    return len(rows)


def escalate() -> int:
    """Tell a senior manager once of an answer that stayed away."""
    before = clock.today() - timedelta(days=desk_limits().cases["escalate_days"])
    rows = _pending().filter(answer_due_on__lt=before, escalated_on=None)
    for row in rows:
        with actions.turn():
            actions.change(DESK, row, verb="escalate", escalated_on=clock.today())
            said = f"no answer to notice {row.case.number}.{row.number} since {row.answer_due_on}."
            telling.firm(DESK, row.case, said, (SENIOR_MANAGER,), "high")
    return len(rows)


def tell_late() -> int:
    """Tell once of each stage whose clock ran out."""
    rows = Case.objects.filter(state__in=OPEN, stage_due_on__lt=clock.today(), stage_late_told_on=None).select_related("vendor").order_by("pk")
    found = list(rows)
    for row in found:
        with actions.turn():
            actions.change(DESK, row, verb="tell_late", stage_late_told_on=clock.today())
            telling.firm(DESK, row, f"“{row.state_title}” was to be done by {row.stage_due_on}.", (COMPLIANCE, VENDOR_MANAGER), "high")
    return len(found)


def run_out() -> int:
    """End measures and monitoring whose last day is over."""
    measures = Measure.objects.filter(state="in_force", until_on__lt=clock.today()).select_related("case__vendor", "to_vendor")
    monitorings = Monitoring.objects.filter(state="in_force", to_on__lte=clock.today()).select_related("case__vendor")
    ended = 0
    for measure in measures:
        with actions.turn():
            actions.move(DESK, measure, "end", why=f"Its last day was {measure.until_on}.")
            telling.firm(DESK, measure.case, f"an interim measure ran out on {measure.until_on}: {measure.title}.", (SUPERVISOR, VENDOR_MANAGER), "medium")
        ended += 1
    for row in monitorings:
        with actions.turn():
            actions.move(DESK, row, "run_out", why=f"{row.to_on} is the first day on which it no longer holds.")
            telling.firm(DESK, row.case, "heightened monitoring ran out.", (SUPERVISOR, COMPLIANCE, VENDOR_MANAGER), "medium", row.get_absolute_url())
        ended += 1
    return ended


def tell_silent() -> int:
    """Tell of each vendor under heightened monitoring whose last trading days no received run covers, once for each such day."""
    told = 0
    for row, missing in silent():
        if row.silent_told_on == missing[-1]:
            continue
        with actions.turn():
            actions.change(DESK, row, verb="tell_silent", silent_told_on=missing[-1])
            said = (
                f"no received run covers {missing[0]}{f' to {missing[-1]}' if len(missing) > 1 else ''}, though runs are due at least every {row.every_days}."
            )
            telling.firm(DESK, row.case, said, (SUPERVISOR, COMPLIANCE, VENDOR_MANAGER), "high", row.get_absolute_url())
        told += 1
    return told


def silent() -> list[tuple[Monitoring, Sequence[date]]]:
    """Monitoring in force with the last `every_days` trading days before today, where no received run measured one of them. Two queries."""
    rows = list(Monitoring.objects.filter(state="in_force").select_related("case__vendor").order_by("pk"))
    if not rows:
        return []
    yesterday, longest = clock.today() - timedelta(days=1), max(row.every_days for row in rows)
    known = trading_days(yesterday - timedelta(days=2 * longest + 10), yesterday)
    measured = set(RunDay.objects.filter(on__gte=known[0]).values_list("on", flat=True))
    found: list[tuple[Monitoring, Sequence[date]]] = []
    for row in rows:
        days = [day for day in known if row.holds_on(day)][-row.every_days :]
        if len(days) == row.every_days and not measured & set(days):
            found.append((row, days))
    return found


def _pending() -> Any:
    return Notice.objects.filter(state="sent", case__state__in=OPEN).select_related("case__vendor").order_by("pk")
