"""The settings of a version: what kinds there are, how they are checked, and how two versions differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from oversight.lifecycle import Refusal

STRATEGY, THRESHOLD, HANDLING, VENUE = "strategy", "threshold", "handling", "venue"
MIC = re.compile(r"[A-Z0-9]{4}")
MOST = 200


@dataclass(frozen=True)
class Kind:
    """One kind of setting; `key` and `value` say what stands in its two fields."""

    name: str
    title: str
    key: str
    value: str


KINDS = (
    Kind(STRATEGY, "default strategy", "which flow, such as: retail market orders", "the strategy's name, as the vendor calls it"),
    Kind(THRESHOLD, "price-improvement threshold", "of what, such as: midpoint wait", "a number, in the unit beside it"),
    Kind(HANDLING, "handling rule", "order type, such as: stop, odd lot, market on open", "what the router does with it"),
    Kind(VENUE, "approved venue", "market identifier code of four letters, such as XNAS", "for what it may be used, such as: all orders"),
)
BY_NAME = {kind.name: kind for kind in KINDS}
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Setting:
    """One setting: of what kind, of what, its value, its unit where the value is a number, and what it means."""

    kind: str
    key: str
    value: str
    unit: str = ""
    meaning: str = ""

    @property
    def title(self) -> str:
        return BY_NAME[self.kind].title

    @property
    def said(self) -> str:
        """The value with its unit."""
        return f"{self.value} {self.unit}".strip()


@dataclass(frozen=True)
class Change:
    """One setting in which two versions differ, and how."""

    how: str
    before: Setting | None
    after: Setting | None

    @property
    def of(self) -> Setting:
        found = self.after or self.before
        assert found is not None, "a change is of something"
        return found


def settings_in(rows: Iterable[Mapping[str, Any]]) -> tuple[Setting, ...]:
    """The settings as a version stores them."""
    return tuple(Setting(**{name: str(row.get(name, "")) for name in ("kind", "key", "value", "unit", "meaning")}) for row in rows)


def checked(settings: Sequence[Setting]) -> list[dict[str, str]]:
    """The settings as a version stores them, by kind and key. Raises Refusal, in words, for what cannot be one."""
    if len(settings) > MOST:
        raise Refusal(f"A configuration holds at most {MOST} settings.")
    seen: set[tuple[str, str]] = set()
    for setting in settings:
        _check(setting)
        if (setting.kind, setting.key) in seen:
            raise Refusal(f"“{setting.key}” is set twice. One thing has one value.")
        seen.add((setting.kind, setting.key))
    return [asdict(setting) for setting in sorted(settings, key=_place)]


def changes(before: Iterable[Setting], after: Iterable[Setting]) -> list[Change]:
    """In what two versions differ, by kind and key: added, removed, changed."""
    was, now = ({(setting.kind, setting.key): setting for setting in settings} for settings in (before, after))
    differing = [place for place in {**was, **now} if was.get(place) != now.get(place)]
    found = [Change(ADDED if place not in was else REMOVED if place not in now else CHANGED, was.get(place), now.get(place)) for place in differing]
    return sorted(found, key=lambda change: _place(change.of))


def venues_in(settings: Iterable[Setting]) -> frozenset[str]:
    """The market identifier codes of the approved venues."""
    return frozenset(setting.key for setting in settings if setting.kind == VENUE)


def _check(setting: Setting) -> None:
    if setting.kind not in BY_NAME:
        raise Refusal("There is no such kind of setting.")
    if not setting.key.strip() or not setting.value.strip():
        raise Refusal("A setting says of what it is and its value.")
    if setting.kind == VENUE and not MIC.fullmatch(setting.key):
        raise Refusal(f"“{setting.key}” is no market identifier code. It has four capital letters or digits, such as XNAS.")
    if setting.kind == THRESHOLD and (not _is_number(setting.value) or not setting.unit.strip()):
        raise Refusal(f"The threshold “{setting.key}” is a number with a unit, such as 0.0005 USD per share; “{setting.said}” is none.")


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _place(setting: Setting) -> tuple[int, str]:
    return list(BY_NAME).index(setting.kind), setting.key
