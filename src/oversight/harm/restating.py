"""A run that restates days of an assessment that was decided: what it changes becomes an assessment of its own, the old one stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from django.db.models import Max

from oversight import clock
from oversight.actor import Actor, automated
from oversight.findings.models import Run
from oversight.harm import looking, standing
from oversight.harm.lifecycle import APPROVERS, PROPOSERS, UNDECIDED
from oversight.harm.models import QUESTION, Harm
from oversight.lifecycle import Refusal, spoken
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, SUPERVISOR

DESK = automated("make-whole")
CLOSED = ("approved", "credited", "settled", "none")


@dataclass(frozen=True)
class Restated:
    """What a run did to assessments that were decided."""

    looked: int
    opened: tuple[int, ...]

    @property
    def words(self) -> str:
        """One line, empty where the run touched none."""
        numbers = ", ".join(str(number) for number in self.opened)
        opened = f", {numbers} opened for the difference" if numbers else ""
        return f"{self.looked} decided assessments of harm looked at again{opened}" if self.looked else ""


def restate(by: Actor, run: Run) -> Restated:
    """Look again at each decided assessment whose days this run measured; open a supplement where an order lost more than was credited for it."""
    days = list(run.run_days.filter(is_current=True).values_list("on", flat=True))
    if not days:
        return Restated(0, ())
    decided = Harm.objects.filter(state__in=CLOSED, supplement_to=None, first_on__lte=max(days), last_on__gte=min(days)).order_by("number")
    touched = [row for row in decided if any(row.first_on <= day <= row.last_on for day in days) and _has_changed(row)]
    opened = [made.number for row in touched if (made := _difference(row, run)) is not None]
    return Restated(len(touched), tuple(opened))


def supplement(by: Actor, row: Harm, *, why: str) -> Harm:
    """Open a supplement by hand: an account became known, or another look is owed. It counts the difference only. Raises Refusal."""
    if not by.roles & {*PROPOSERS, *APPROVERS}:
        raise Refusal(f"A supplement is opened by {spoken((*PROPOSERS, *APPROVERS))}.", is_forbidden=True)
    root = row.supplement_to or row
    if root.state not in CLOSED:
        raise Refusal("The assessment itself is still open: count it again instead.")
    if not why.strip():
        raise Refusal("Say why another look is owed.")
    with actions.turn():
        if root.supplements.filter(state__in=UNDECIDED).exists():
            raise Refusal("A supplement to it is open already. Count that one.")
        return _open(by, root, why.strip())


def _has_changed(row: Harm) -> bool:
    """Whether other runs are in force than those of its last count, or of its last supplement's."""
    now = standing.in_force(row.first_on, row.last_on)
    counts = [one.last_count for one in (row, *row.supplements.all())]
    return not any(count is not None and count.in_force == now for count in counts) and not row.supplements.filter(state__in=UNDECIDED).exists()


def _difference(row: Harm, run: Run) -> Harm | None:
    probe = _copy(row)
    found = looking.seen(probe)
    more = Decimal(str(found.orders["harm_usd"].sum() or 0))
    if more <= 0:
        actions.append(DESK, actions.Act("restate", row.subject, facts={"run": run.pk, "more_usd": "0"}))
        return None
    orders = found.orders.filter(pl.col("harm_usd") > 0).height
    why = f"Run {run.pk[:12]} measured days of it again: {orders} orders lost more than was credited for them, ${more:,.2f} in all."
    with actions.turn():
        made = _open(DESK, row, why)
        what = f"{row} was decided, and a later run finds more: {made} is open for the difference"
        tell(DESK, to_roles=(COMPLIANCE, SUPERVISOR), what=what, url=made.get_absolute_url(), severity="high")
    return made


def _copy(row: Harm) -> Harm:
    given = {name: getattr(row, name) for name in QUESTION}
    return Harm(supplement_to=row, case=row.case, title=f"Supplement to harm {row.number}"[:200], origin_kind="harm", origin_id=str(row.pk), **given)


def _open(by: Actor, row: Harm, why: str) -> Harm:
    made = _copy(row)
    made.number = (Harm.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    made.what, made.state, made.opened_by, made.opened_at = why, Harm.LIFECYCLE.start, by.key, clock.now()
    return actions.create(by, made, verb="open", why=why)


__all__ = ["CLOSED", "Restated", "restate", "supplement"]
