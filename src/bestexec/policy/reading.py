"""Reads policy.toml, and says exactly what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from bestexec.errors import Problem
from bestexec.policy.declared import LIMITS, SETTINGS, DeclaredLimit, DeclaredSetting
from bestexec.schema import ASSET_CLASSES, CUSTOMER_CLASSES, ORDER_CLASSES, PAYMENT_KINDS, SESSIONS, SIZE_BUCKETS
from bestexec.units import NS_PER_MS

FILE = "policy.toml"
TREATED = {"session": SESSIONS, "customer_class": CUSTOMER_CLASSES, "asset_class": ASSET_CLASSES}
TREATMENTS = ("measure", "exclude")

V = TypeVar("V")
Steps = tuple[tuple[date | None, V], ...]
Value = str | bool | Decimal
Rows = dict[str, Any]


@dataclass(frozen=True)
class Listed:
    """A venue (by MIC) or a vendor on one of the firm's lists; `to_on` is the first day it no longer is."""

    name: str
    from_on: date | None = None
    to_on: date | None = None
    kind: str = ""
    """For a venue that pays: what it pays."""

    def holds(self, on: date) -> bool:
        return (self.from_on is None or self.from_on <= on) and (self.to_on is None or on < self.to_on)


@dataclass(frozen=True)
class Exclusion:
    """Who approved that something is left out by name, and the first day on which that no longer stands; None: no end is said."""

    approved_by: str
    until: date | None = None


@dataclass(frozen=True)
class Reading:
    """The content of one policy.toml, checked."""

    version: str
    effective_on: date
    approved_by: str
    nbbo_source: str | None
    stale_after_ns: int
    limits: Mapping[str, Steps[Decimal]]
    settings: Mapping[str, tuple[Steps[Value], str]]
    speed_limits_ns: Mapping[tuple[str, int], int]
    treatment: Mapping[tuple[str, str], str]
    exclusions: Mapping[tuple[str, str], Exclusion]
    venues: tuple[Listed, ...] | None
    venues_that_pay: tuple[Listed, ...] | None
    vendors: tuple[Listed, ...] | None


_KEYS = ("version", "effective_on", "approved_by", "nbbo", "limits", "speed_limits_ms", "settings", "treatment")
_LISTS = ("venues", "venues_that_pay", "vendors")


def read(folder: Path, *, is_sealed: bool = False) -> Reading:
    """The content of `folder`/policy.toml, or a Problem that names the key and what is allowed. Of a sealed one, what was declared since may be missing."""
    rows = toml(folder / FILE)
    keys(rows, "", _KEYS, _LISTS)
    nbbo = _table(rows, "nbbo", ("source", "stale_after_ms"))
    source = text(nbbo["source"], "nbbo.source")
    names = [declared.name for declared in LIMITS]
    limits = _table(rows, "limits", () if is_sealed else names, optional=names if is_sealed else ())
    said, unsaid = ([declared.name for declared in SETTINGS if (declared.unless_said is None) is needed] for needed in (True, False))
    settings = _table(rows, "settings", () if is_sealed else said, optional=[*unsaid, *said] if is_sealed else unsaid)
    lacking = {name for name in said if name not in settings}
    treatment, approver = _table(rows, "treatment", TREATED), text(rows["approved_by"], "approved_by")
    treated = {(kind, value): how for kind in TREATED for value, how in _treated(treatment, kind).items()}
    return Reading(
        version=text(rows["version"], "version"),
        effective_on=day(rows["effective_on"], "effective_on"),
        approved_by=approver,
        nbbo_source=None if source == "any" else source,
        stale_after_ns=_ns(nbbo["stale_after_ms"], "nbbo.stale_after_ms"),
        limits={name: _limit(limits[name], declared) for name, declared in zip(names, LIMITS, strict=True) if name in limits},
        settings={declared.name: _setting(settings, declared) for declared in SETTINGS if declared.name not in lacking},
        speed_limits_ns=_speed(_table(rows, "speed_limits_ms", ORDER_CLASSES)),
        treatment={pair: how for pair, (how, _) in treated.items()},
        exclusions={pair: exclusion or Exclusion(approver) for pair, (how, exclusion) in treated.items() if how == "exclude"},
        venues=_list(rows, "venues", "mic", ()),
        venues_that_pay=_list(rows, "venues_that_pay", "mic", ("kind",)),
        vendors=_list(rows, "vendors", "name", ()),
    )


def toml(path: Path) -> Rows:
    """The file's content, decimals exact; Problem where it is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise Problem(
            "the policy is missing", where=str(path), do="put the firm's policy.toml there, or start from the shipped one in a new workspace"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"not a TOML file: {error}", where=str(path), do="mend that line") from error


def entries(path: Path, name: str, hint: str) -> list[Rows]:
    """The tables [[name]] of a file beside the policy that holds these alone, none where there is no such file; Problem for anything else."""
    if not path.is_file():
        return []
    rows = toml(path)
    keys(rows, "", (), (name,), file=path.name)
    given = rows.get(name, [])
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise wrong(f"{name} is not a list", name, f"write one [[{name}]] {hint}", file=path.name)
    return given


def wrong(what: str, key: str, allowed: str, *, file: str = FILE) -> Problem:
    """What is wrong with a key of a file of the policy, and what is allowed there."""
    return Problem(what, where=f"{file}, {key}" if key else file, do=allowed)


def keys(rows: Rows, key: str, needed: Collection[str], optional: Collection[str] = (), *, file: str = FILE) -> None:
    """Every key known and every needed one there; Problem otherwise."""
    known = [*needed, *optional]
    for name in rows:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            meant = f"did you mean `{close[0]}`? " if close else ""
            raise wrong(f"`{name}` is not known", key, f"{meant}allowed: {', '.join(known)}", file=file)
    for name in needed:
        if name not in rows:
            raise wrong(f"`{name}` is missing", key, "add it; the shipped policy shows how", file=file)


def _table(rows: Rows, name: str, needed: Collection[str], key: str = "", optional: Collection[str] = ()) -> Rows:
    table = rows[name]
    if not isinstance(table, dict):
        raise wrong(f"{table!r} is not a table", key or name, f"write [{key or name}] with keys: {', '.join(needed)}")
    keys(table, key or name, needed, optional)
    return table


def text(value: object, key: str, *, file: str = FILE) -> str:
    """A text that says something; Problem otherwise."""
    if not isinstance(value, str) or not value.strip():
        raise wrong(f"{value!r} is not a text", key, "allowed: a text in quotation marks", file=file)
    return value.strip()


def day(value: object, key: str, *, file: str = FILE) -> date:
    """A bare date; Problem otherwise."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise wrong(f"{value!r} is not a date", key, "allowed: a date such as 2026-11-02, without quotation marks", file=file)
    return value


def number(value: object, key: str, least: Decimal = Decimal(0), most: Decimal | None = None, *, file: str = FILE) -> Decimal:
    """A finite number within its bounds, both included; Problem otherwise."""
    found = value if isinstance(value, Decimal) else Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None
    if found is None or not found.is_finite() or found < least or (most is not None and found > most):
        raise wrong(f"{_shown(value)} is not allowed", key, f"allowed: a number from {least}" + (f" to {most}" if most is not None else " up"), file=file)
    return found


def _shown(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)


def _ns(value: object, key: str) -> int:
    nanoseconds = number(value, key) * NS_PER_MS
    if nanoseconds != int(nanoseconds):
        raise wrong(f"{value} ms is not a whole number of nanoseconds", key, "allowed: milliseconds with at most six decimals")
    return int(nanoseconds)


def _steps(given: object, key: str, one: Callable[[object, str], V]) -> Steps[V]:
    """A bare value, or a list of { from = date, value = … } in the order of their days, the first without a day."""
    if not isinstance(given, list):
        return ((None, one(given, key)),)
    steps: list[tuple[date | None, V]] = []
    for place, row in enumerate(given):
        at = f"{key}, step {place + 1}"
        if not isinstance(row, dict):
            raise wrong(f"{_shown(row)} is not a step", at, "allowed: { from = 2026-11-02, value = … }")
        keys(row, at, ("value", "from") if place else ("value",))
        from_on = day(row["from"], at) if place else None
        if from_on and steps[-1][0] and from_on <= steps[-1][0]:
            raise wrong(f"{from_on} does not come after {steps[-1][0]}", at, "write the steps in the order of their days")
        steps.append((from_on, one(row["value"], at)))
    if not steps:
        raise wrong("no step is given", key, "allowed: a value, or steps of which the first has no `from`")
    return tuple(steps)


def _limit(given: object, declared: DeclaredLimit) -> Steps[Decimal]:
    key = f"limits.{declared.name}"
    if isinstance(given, list) and not declared.is_dated:
        raise wrong("steps are given", key, "allowed: one number; a span of days cannot change on a day")
    return _steps(given, key, lambda value, at: number(value, at, declared.least, declared.most))


def _setting(rows: Rows, declared: DeclaredSetting) -> tuple[Steps[Value], str]:
    key = f"settings.{declared.name}"
    if declared.unless_said is not None and declared.name not in rows:
        return ((None, declared.unless_said),), "Not said: the policy was written before this could be read in two ways."
    row = _table(rows, declared.name, ("value", "doubt"), key)

    def one(value: object, at: str) -> Value:
        if declared.allowed is Decimal:
            return number(value, at)
        if declared.allowed is bool and isinstance(value, bool):
            return value
        if isinstance(declared.allowed, tuple) and value in declared.allowed:
            return str(value)
        allowed = declared.allowed if isinstance(declared.allowed, tuple) else ("true", "false")
        raise wrong(f"{value!r} is not allowed", at, f"allowed: {', '.join(allowed)}")

    return _steps(row["value"], key, one), text(row["doubt"], f"{key}.doubt")


def _speed(rows: Rows) -> dict[tuple[str, int], int]:
    """(order class, size bucket) → ns. A class is `"none"` or one number of milliseconds for each bucket."""
    limits: dict[tuple[str, int], int] = {}
    for order_class, row in rows.items():
        key = f"speed_limits_ms.{order_class}"
        if row == "none":
            continue
        if not isinstance(row, list) or len(row) != len(SIZE_BUCKETS):
            raise wrong(
                f"{row!r} is not a row of limits",
                key,
                f'allowed: "none", or {len(SIZE_BUCKETS)} numbers, for orders from {", ".join(map(str, SIZE_BUCKETS))} USD',
            )
        limits |= {(order_class, bucket): _ns(value, key) for bucket, value in zip(SIZE_BUCKETS, row, strict=True)}
    return limits


def _treated(rows: Rows, kind: str) -> dict[str, tuple[str, Exclusion | None]]:
    """How each value is treated: a word, or an exclusion with who approved it and until when."""
    key = f"treatment.{kind}"
    return {value: _treatment(how, f"{key}.{value}") for value, how in _table(rows, kind, TREATED[kind], key).items()}


def _treatment(how: object, key: str) -> tuple[str, Exclusion | None]:
    if not isinstance(how, dict):
        if how not in TREATMENTS:
            raise wrong(f"{how!r} is not allowed", key, f'allowed: {", ".join(TREATMENTS)}, or {{ exclude = true, approved_by = "…", until = 2027-01-04 }}')
        return str(how), None
    keys(how, key, ("exclude", "approved_by", "until"))
    if how["exclude"] is not True:
        raise wrong(f"{how['exclude']!r} is not allowed", f"{key}.exclude", 'allowed: true; write "measure" where it is measured')
    return "exclude", Exclusion(text(how["approved_by"], f"{key}.approved_by"), day(how["until"], f"{key}.until"))


_MIC = re.compile(r"[A-Z0-9]{4}")


def _list(rows: Rows, name: str, names: str, needed: tuple[str, ...]) -> tuple[Listed, ...] | None:
    """The entries of an optional list; None when the firm has not said, () when it said there are none."""
    if name not in rows:
        return None
    given = rows[name]
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise wrong(f"{given!r} is not a list", name, f"write one [[{name}]] with {names} = … for each, or {name} = [] above the first table for none")
    return tuple(_listed(row, f"{name} {place}", names, needed) for place, row in enumerate(given, start=1))


def _listed(row: Rows, key: str, names: str, needed: tuple[str, ...]) -> Listed:
    keys(row, key, (names, *needed), ("from", "to"))
    name = text(row[names], f"{key}.{names}")
    if names == "mic" and not _MIC.fullmatch(name):
        raise wrong(f"{name!r} is not a MIC", f"{key}.mic", "allowed: the four capital letters or digits of ISO 10383, such as XNAS")
    if needed and row["kind"] not in PAYMENT_KINDS:
        raise wrong(f"{row['kind']!r} is not allowed", f"{key}.kind", f"allowed: {', '.join(PAYMENT_KINDS)}")
    from_on, to_on = (day(row[side], f"{key}.{side}") if side in row else None for side in ("from", "to"))
    if from_on and to_on and to_on <= from_on:
        raise wrong(f"it ends on {to_on} and begins on {from_on}", key, "`to` is the first day it no longer holds, after `from`")
    return Listed(name, from_on, to_on, row.get("kind", ""))
