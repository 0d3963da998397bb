"""The schedule applied: of each thing when its time ends, which hold stops it, and what is due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oversight import clock
from oversight.access import once
from oversight.record.models import Entry
from oversight.retention import items
from oversight.retention.classes import BY_KEY, CLASSES, RecordClass
from oversight.retention.items import Item
from oversight.retention.models import Disposal, Hold, Period


@dataclass(frozen=True)
class Kept:
    """One thing under the schedule. `record_class` is the class whose time ends last, `ends_on` its last day; None where it never ends or has no beginning."""

    item: Item
    record_class: RecordClass
    months: int | None
    ends_on: date | None
    holds: tuple[Hold, ...]

    @property
    def is_over(self) -> bool:
        """Whether its time has passed, holds aside."""
        return self.ends_on is not None and self.ends_on < clock.today()

    @property
    def is_due(self) -> bool:
        return self.is_over and not self.holds


@dataclass(frozen=True)
class Standing:
    """How one class stands; `count` and `size` are None where nobody counts them."""

    record_class: RecordClass
    months: int | None
    stated: Period | None
    count: int | None
    size: int | None
    oldest_on: date | None
    undated: int
    next_on: date | None
    due: int
    held: int


def months_later(on: date, months: int) -> date:
    """The same day so many months on; the month's last where it has no such day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def stated(on: date | None = None) -> dict[str, Period]:
    """The firm's own periods in force on a day, by class: of each the latest that has begun."""
    day = on or clock.today()
    return {row.record_class: row for row in Period.objects.filter(state="in_force", from_on__lte=day).order_by("from_on")}


def stopping() -> list[Hold]:
    """Every hold that stops disposal now: asked for or in force, the earliest first."""
    return list(Hold.objects.filter(state__in=("proposed", "in_force")).order_by("proposed_at", "pk"))


def covers(hold: Hold, item: Item) -> bool:
    """Whether the hold is on this thing. What nobody can date is held by every hold on days: doubt stops disposal."""
    if {tuple(subject) for subject in hold.subjects} & item.subjects:
        return True
    first, last = (item.first_on or date.min, item.last_on or date.max) if item.first_on or item.last_on else (date.min, date.max)
    if any(first.isoformat() <= str(order[0]) <= last.isoformat() for order in hold.orders):
        return True
    if hold.classes and not set(hold.classes) & set(item.classes):
        return False
    if hold.first_on is None:
        return bool(hold.classes)
    return first <= (hold.last_on or date.max) and hold.first_on <= last


def kept(found: Iterable[Item], holds: Sequence[Hold] | None = None, periods: dict[str, Period] | None = None) -> list[Kept]:
    """Things under the schedule as it stands today."""
    standing = stopping() if holds is None else holds
    in_force = stated() if periods is None else periods
    return [_kept(item, standing, in_force) for item in found]


def everything() -> list[Kept]:
    """All there is under the schedule as it stands; read once a request."""
    return once("retention.everything", lambda: kept(items.every()))


def due(classes: Iterable[str]) -> list[Kept]:
    """What of these classes is over, holds aside, and on no disposal that waits or is under way."""
    wanted = set(classes)
    taken = {(said["root"], said["kind"], said["id"]) for row in Disposal.objects.filter(state__in=("proposed", "approved")) for said in row.items}
    return [one for one in everything() if one.record_class.key in wanted and one.is_over and one.item.key not in taken]


def standings() -> list[Standing]:
    """How each class stands, in the order of the schedule."""
    of_class: dict[str, list[Kept]] = {one.key: [] for one in CLASSES}
    for one in everything():
        of_class[one.record_class.key].append(one)
    in_force = stated()
    found = [_standing(one, of_class[one.key], in_force.get(one.key)) for one in CLASSES]
    first = Entry.objects.order_by("seq").values_list("at", flat=True).first()
    oldest_on = first.astimezone(clock.MARKET_ZONE).date() if first else None
    uncounted = {"record": (Entry.objects.count(), oldest_on), "manifests": (None, None)}
    return [
        replace(one, count=uncounted[key][0], size=None, oldest_on=uncounted[key][1]) if (key := one.record_class.key) in uncounted else one for one in found
    ]


def over(first: date, last: date) -> list[Hold]:
    """Holds in force or asked for whose days, or an order they name, meet these: what a look-back over them says."""
    return [hold for hold in stopping() if hold.is_over(first, last)]


def _kept(item: Item, holds: Sequence[Hold], in_force: dict[str, Period]) -> Kept:
    ends = [(_ends(item, BY_KEY[key], in_force.get(key)), key) for key in item.classes]
    ends_on, key = max(ends, key=lambda one: (one[0] is None, one[0] or date.min))
    months = in_force[key].months if key in in_force else BY_KEY[key].months
    return Kept(item, BY_KEY[key], months, ends_on, tuple(hold for hold in holds if covers(hold, item)))


def _ends(item: Item, record_class: RecordClass, own: Period | None) -> date | None:
    months = own.months if own else record_class.months
    if record_class.stays or months is None or item.counts_from is None:
        return None
    return months_later(item.counts_from, months)


def _standing(record_class: RecordClass, found: Sequence[Kept], own: Period | None) -> Standing:
    ends = [one.ends_on for one in found if one.ends_on is not None and not one.is_over]
    dated = [one.item.counts_from for one in found if one.item.counts_from is not None]
    return Standing(
        record_class, own.months if own else record_class.months, own, len(found), sum(one.item.size for one in found), min(dated, default=None),
        len(found) - len(dated), min(ends) + timedelta(days=1) if ends else None, sum(one.is_due for one in found),
        sum(bool(one.holds) for one in found),
    )  # fmt: skip
