"""A sealed run is received: verified, then its days, findings and samples in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from bestexec import Problem
from bestexec import Run as SealedRun
from oversight import clock
from oversight.actor import Actor, automated
from oversight.findings import drawing
from oversight.findings.comparing import differences
from oversight.findings.covering import covering, suppress
from oversight.findings.due import due_at
from oversight.findings.incoming import Incoming, differing, incoming
from oversight.findings.models import Day, Draw, Finding, Run, RunDay, SampleItem
from oversight.findings.sealed import opened, verified
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.policy.limits import DeskLimits
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.record.models import Entry
from oversight.roles import ANALYST, SUPERVISOR

DESK = automated("receive")
"""Moves findings because a run says so."""


@dataclass(frozen=True)
class Receipt:
    """What a receipt did: numbers of findings, and of days that had been signed before."""

    run: Run
    opened: int = 0
    opened_high: int = 0
    late: int = 0
    measured_again: int = 0
    vanished: int = 0
    recurred: int = 0
    suppressed: int = 0
    days_late: int = 0
    drawn: int = 0


@dataclass(frozen=True)
class Arrival:
    """A run on its way into the desk, and what the desk held of its days before."""

    brought: Incoming
    limits: DeskLimits
    before: Mapping[date, RunDay]
    days: Mapping[date, Day]

    @cached_property
    def earlier(self) -> dict[str, SealedRun | None]:
        """The runs whose place it takes, by id; None for one that the workspace has no more."""
        return {run_id: _or_none(run_id) for run_id in sorted({held.run_id for held in self.before.values()})}

    @cached_property
    def changed(self) -> dict[str, str]:
        """What differs from each of these runs, in words."""
        manifest = self.brought.sealed.manifest
        return {id_: differences(run.manifest, manifest) if run else "that run is no longer in the workspace" for id_, run in self.earlier.items()}

    def why(self, on: date) -> str:
        """Why findings of the day may have changed."""
        if on not in self.before:
            return f"Run {self.brought.run.id[:12]} measured {on}."
        prior = self.before[on].run_id
        return f"Run {self.brought.run.id[:12]} took the place of {prior[:12]} for {on}: {self.changed[prior]}."

    def is_late(self, on: date) -> bool:
        """Whether the day was measured or signed before."""
        return on in self.before or (on in self.days and self.days[on].state != "open")


def receive(by: Actor, run_id: str) -> Receipt:
    """Receive a sealed run of the workspace, once: all of it or nothing.

    Raises Problem naming the file when its bytes are not those that were sealed; Refusal when it was received before.
    """
    if Run.objects.filter(pk=run_id).exists():
        raise Refusal(f"Run {run_id[:12]} was received before. Nothing was changed.")
    limits = desk_limits()
    brought = incoming(verified(run_id), limits)
    try:
        with transaction.atomic():
            return _received(by, brought, limits)
    except IntegrityError as error:
        if Run.objects.filter(pk=run_id).exists():
            raise Refusal(f"Run {run_id[:12]} was received by somebody else meanwhile. Nothing was changed twice.") from error
        raise


def _received(by: Actor, brought: Incoming, limits: DeskLimits) -> Receipt:
    brought.run.received_by, brought.run.received_at = by.key, clock.now()
    run = actions.create(by, brought.run, verb="receive")
    head = Entry.objects.filter(subject_kind="run", subject_id=run.id).order_by("-seq").values_list("before_hash", flat=True)[0]
    before = {held.on: held for held in RunDay.objects.filter(is_current=True, on__in=brought.days)}
    arrival = Arrival(brought, limits, before, {day.on: day for day in Day.objects.filter(on__in=brought.days)})
    _put_in_force(by, arrival)
    receipt, touched = _findings(arrival)
    days_late = _mark(arrival, touched)
    if receipt.opened_high:
        what = f"{receipt.opened_high} new exceptions of high severity came with run {run.id[:12]}."
        tell(by, to_roles=(SUPERVISOR, ANALYST), what=what, url=f"{reverse('findings:queue')}?severity=high", severity="high")
    return replace(receipt, days_late=days_late, drawn=_sample(by, arrival, head))


def _put_in_force(by: Actor, arrival: Arrival) -> None:
    for on, held in arrival.before.items():
        actions.change(by, held, verb="supersede", why=arrival.why(on), is_current=False)
    actions.create_many(by, [RunDay(run=arrival.brought.run, on=on) for on in arrival.brought.days])
    actions.create_many(by, [Day(on=on, state=Day.LIFECYCLE.start) for on in arrival.brought.days if on not in arrival.days])


def _findings(arrival: Arrival) -> tuple[Receipt, set[date]]:
    """Open, change, vanish and recur; (numbers, days on which anything did). What the desk made of a promise is not the run's to take back."""
    found = arrival.brought.findings
    held = {row.finding_id: row for row in Finding.objects.filter(on__in=arrival.brought.days, origin_kind="")}
    fresh = _opened(arrival, {id_: row for id_, row in found.items() if id_ not in held})
    changed = [row for id_, row in held.items() if id_ in found and _measured_again(arrival, row, found[id_])]
    gone = [row for id_, row in held.items() if id_ not in found and row.state != "vanished"]
    back = [row for id_, row in held.items() if id_ in found and row.state == "vanished"]
    _move_by_day(arrival, gone, "vanish")
    recurred = [_begun(arrival, row) for row in _move_by_day(arrival, back, "recur")]
    covered = sum(len(suppress(rows, by_)) for by_, rows in covering([*fresh, *recurred]))
    receipt = Receipt(
        arrival.brought.run, opened=len(fresh), opened_high=sum(row.severity == "high" for row in fresh), late=sum(row.is_late for row in fresh),
        measured_again=len(changed), vanished=len(gone), recurred=len(back), suppressed=covered,
    )  # fmt: skip
    return receipt, {row.on for row in (*fresh, *changed, *gone, *back)}


def _opened(arrival: Arrival, fresh: Mapping[str, Mapping[str, Any]]) -> Sequence[Finding]:
    at = clock.now()
    due = {severity: due_at(at, hours) for severity, hours in arrival.limits.clocks_h.items()}
    rows = [
        Finding(
            finding_id=id_, run=arrival.brought.run, state=Finding.LIFECYCLE.start, opened_at=at, due_at=due[row["severity"]],
            is_late=arrival.is_late(row["on"]), **row,
        )
        for id_, row in fresh.items()
    ]  # fmt: skip
    return actions.create_many(DESK, rows, verb="open")


def _measured_again(arrival: Arrival, row: Finding, found: Mapping[str, Any]) -> bool:
    """Set the later run's numbers, where they differ; the triage stays. An answer that nobody read goes to a second reader if it matters now."""
    values = differing(row, {**found, "matters": found["matters"] or row.customer_impact == "yes"})
    if not values:
        return False
    if "severity" in values:
        values["due_at"] = due_at(row.opened_at, arrival.limits.clocks_h[found["severity"]])
    actions.change(DESK, row, verb="measure_again", why=arrival.why(row.on), run=arrival.brought.run, **values)
    if values.get("matters") and row.state == "closed" and not row.read_by:
        actions.move(DESK, row, "weigh_again", why="It matters by the later run's numbers, and nobody but the person who answered has read it.")
    return True


def _move_by_day(arrival: Arrival, rows: Iterable[Finding], name: str) -> list[Finding]:
    by_day: dict[date, list[Finding]] = {}
    for row in rows:
        by_day.setdefault(row.on, []).append(row)
    return [moved for on, of_day in sorted(by_day.items()) for moved in actions.move_many(DESK, of_day, name, why=arrival.why(on))]


def _begun(arrival: Arrival, row: Finding) -> Finding:
    at = clock.now()
    return actions.change(
        DESK, row, verb="begin_again", opened_at=at, due_at=due_at(at, arrival.limits.clocks_h[row.severity]), is_late=True, read_by="", read_at=None
    )


def _mark(arrival: Arrival, touched: set[date]) -> int:
    """The signed days on which something changed say so; what was signed stays."""
    late = [day for on, day in sorted(arrival.days.items()) if on in touched and day.state == "signed"]
    for day in late:
        actions.move(DESK, day, "come_later", why=arrival.why(day.on))
    return len(late)


def _sample(by: Actor, arrival: Arrival, head: str) -> int:
    """Draw for each day that came for the first time; for a day that came before, from the orders that only this run holds."""
    run, size = arrival.brought.run, arrival.limits.sample_per_day
    beside = {on: arrival.earlier[arrival.before[on].run_id] if on in arrival.before else None for on in arrival.brought.days}
    wanted = {on: earlier for on, earlier in beside.items() if earlier is not None or on not in arrival.before}
    draws, items = [], []
    for on, orders in drawing.populations(arrival.brought.sealed, wanted).items():
        if wanted[on] is None or orders:
            seed = drawing.seed_of(head, run.id, on)
            drawn = drawing.draw(orders, seed, size)
            earlier = wanted[on]
            draws.append(
                Draw(
                    on=on,
                    run=run,
                    beside_id=earlier.id if earlier else None,
                    head=head,
                    seed=seed,
                    population=drawn.population,
                    asked=size,
                    drawn_at=clock.now(),
                )
            )
            items.append(drawn.orders)
    made = actions.create_many(by, draws, verb="draw")
    rows = [
        SampleItem(draw=draw, place=place, key_on=key_on, symbol=symbol, order_id=order_id, vendor=vendor, state=SampleItem.LIFECYCLE.start)
        for draw, orders in zip(made, items, strict=True)
        for place, (_, key_on, symbol, order_id, vendor) in enumerate(orders, 1)
    ]
    return len(actions.create_many(by, rows, verb="draw"))


def _or_none(run_id: str) -> SealedRun | None:
    try:
        return opened(run_id)
    except Problem:
        return None
