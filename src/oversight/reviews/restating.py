"""What came after a signature: a later run of days that a signed review rests on is noted for the next one, and the signed one stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bestexec import Problem
from oversight import clock
from oversight.actor import Actor
from oversight.findings import queries as findings
from oversight.findings.comparing import differences
from oversight.findings.models import Finding, Run, RunDay
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.reviews.lifecycle import KEEPERS
from oversight.reviews.models import LateItem, Review
from oversight.roles import COMMITTEE

SHOWN = 5


@dataclass(frozen=True)
class Noted:
    """The reviews for which a run came too late."""

    items: tuple[LateItem, ...]

    @property
    def words(self) -> str:
        """In a line; empty where no signed review is touched."""
        return "; ".join(f"came after {item.review} was signed: {len(item.days)} day{'' if len(item.days) == 1 else 's'}" for item in self.items)


def note_restatement(by: Actor, run: Run) -> Noted:
    """Note the run as a late item of each signed review of its days that was signed before it came; once, however often it is called."""
    with actions.turn():
        signed = Review.objects.filter(state="signed", signed_at__lt=run.received_at, first_on__lte=run.last_on, last_on__gte=run.first_on)
        noted = tuple(item for review in signed.order_by("last_on", "pk") if (item := _note(by, review, run)) is not None)
    return Noted(noted)


def _note(by: Actor, review: Review, run: Run) -> LateItem | None:
    days = list(RunDay.objects.filter(run=run, on__range=(review.first_on, review.last_on)).order_by("on").values_list("on", flat=True))
    if not days or LateItem.objects.filter(review=review, run=run).exists():
        return None
    item = LateItem(review=review, run=run, days=[on.isoformat() for on in days], differs=_differs(review, run, days), noted_at=clock.now())
    actions.create(by, item, verb="come_later")
    what = f"{review} is signed, and a run of its days came later; the next review takes it up"
    tell(by, to_roles=(COMMITTEE, *KEEPERS), what=what, url=item.get_absolute_url(), severity="high")
    return item


def _differs(review: Review, run: Run, days: list[date]) -> str:
    """Which days, which run in place of which, what the later was made of that the earlier was not, and how findings of these days changed."""
    before = _before(review, run, days)
    names = _dates(days)
    if not before:
        received = run.received_at.astimezone(clock.MARKET_ZONE).date()
        return f"{names} measured for the first time by run {run.pk[:12]}, received {received}: none was there at the signature."
    said = [f"{names} measured again by run {run.pk[:12]} in place of {', '.join(sorted({pk[:12] for pk in before.values()}))}"]
    fresh = [on for on in days if on not in before]
    if fresh:
        said.append(f"{_dates(fresh)} for the first time")
    said += [_made_of(pk, run.pk) for pk in sorted(set(before.values()))]
    since = Finding.objects.filter(on__in=days)
    opened, vanished = since.filter(run=run, opened_at__gte=run.received_at).count(), since.filter(state="vanished").count()
    said.append(f"exceptions of these days: {opened} opened with it, {vanished} stand as vanished")
    return ". ".join(f"{part[:1].upper()}{part[1:]}" for part in said) + "."


def _before(review: Review, run: Run, days: list[date]) -> dict[date, str]:
    """By day, the run that was in force when the review was signed: the last received before."""
    held: dict[date, str] = {}
    rows = RunDay.objects.filter(on__in=days, run__received_at__lte=review.signed_at).exclude(run=run).order_by("run__received_at", "pk")
    for on, pk in rows.values_list("on", "run_id"):
        held[on] = pk
    return held


def _made_of(before: str, after: str) -> str:
    try:
        return f"against {before[:12]}: {differences(findings.sealed(before).manifest, findings.sealed(after).manifest)}"
    except Problem as problem:
        return f"against {before[:12]}: what differs cannot be read, {problem}"


def _dates(days: list[date]) -> str:
    told = ", ".join(map(str, days[:SHOWN]))
    return told if len(days) <= SHOWN else f"{told} and {len(days) - SHOWN} more days"
