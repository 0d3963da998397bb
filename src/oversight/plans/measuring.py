"""Each received run is asked whether the items of the corrective plans work."""

from __future__ import annotations

from dataclasses import dataclass

from oversight import clock
from oversight.actor import Actor, automated
from oversight.findings.models import Run
from oversight.measured.reading import MET, judged, read
from oversight.plans import queries
from oversight.plans.models import Item, PlanReading, day_of, rounded
from oversight.record import actions

READS = automated("corrective plans")


@dataclass(frozen=True)
class Measured:
    """How many items a run was asked about, and how many of them show what they were to show."""

    asked: int = 0
    met: int = 0

    @property
    def words(self) -> str:
        """In a line; empty where no item waits for a figure."""
        return f"{self.asked} item{'' if self.asked == 1 else 's'} of corrective plans read, {self.met} met" if self.asked else ""


def measure(by: Actor, run: Run) -> Measured:
    """Read the figure of every item of an accepted plan over the run's days since its acceptance; each item once a run."""
    items = [item for item in queries.live_items().exclude(figure_key="").exclude(state="dropped").exclude(readings__run=run) if _since(item, run)]
    made = [_reading(item, run) for item in items]
    with actions.turn():
        known = set(PlanReading.objects.filter(run=run).values_list("item_id", flat=True))
        made = [row for row in made if row.item_id not in known]
        actions.create_many(READS, made, verb="read")
    return Measured(len(made), sum(row.outcome == MET for row in made))


def _since(item: Item, run: Run) -> bool:
    """Whether the run has a day on or after the plan's acceptance."""
    accepted = day_of(item.plan)
    return accepted is not None and run.last_on >= accepted and item.target is not None


def _reading(item: Item, run: Run) -> PlanReading:
    target, accepted = item.target, day_of(item.plan)
    assert target is not None and accepted is not None, "only such items are asked"
    first = max(run.first_on, accepted)
    found = read(target.figure, vendor=item.plan.case.vendor.key, first=first, last=run.last_on)
    outcome, why = judged(target, found)
    return PlanReading(
        item=item, run=run, first_on=first, last_on=run.last_on, value=rounded(found.value), n=found.n, outcome=outcome, why=(why or found.why)[:300],
        read_at=clock.now(),
    )  # fmt: skip
