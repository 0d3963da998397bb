"""Which of the policy's limits can hold more narrowly for one vendor, and in which direction narrower lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.conf import settings

from bestexec import CHECKS, Policy, Problem, load_policy
from oversight.lifecycle import Refusal

HIGHER_IS_NARROWER = ("min_marketable_fill_rate", "min_limit_fill_rate", "min_ioc_fill_rate")
"""Least rates: more is asked. Every other limit is a most, or a least count from which something is looked at at all: less is asked."""


@dataclass(frozen=True)
class Narrowable:
    """One limit: its unit and meaning, the policy's value on a day, and the checks that read it."""

    name: str
    unit: str
    meaning: str
    value: Decimal
    checks: tuple[str, ...]
    is_higher_narrower: bool
    least: Decimal
    most: Decimal | None

    @property
    def side(self) -> str:
        return "at least" if self.is_higher_narrower else "at most"

    def admits(self, value: Decimal) -> bool:
        """Whether that value is no wider than the policy's, and one the policy could hold."""
        is_no_wider = value >= self.value if self.is_higher_narrower else value <= self.value
        return is_no_wider and value >= self.least and (self.most is None or value <= self.most)


@cache
def readers() -> Mapping[str, tuple[str, ...]]:
    """The checks that read each limit, by the limit's name."""
    found: dict[str, list[str]] = {}
    for check in CHECKS:
        for name in check.limits:
            found.setdefault(name, []).append(check.id)
    return {name: tuple(ids) for name, ids in found.items()}


def narrowable(on: date) -> dict[str, Narrowable]:
    """Every limit that some check reads and that may differ by day, with the policy's value on that day. Raises Refusal where no policy can be read."""
    held, read = policy(), readers()
    return {
        name: Narrowable(
            name, limit.declared.unit, limit.declared.meaning, limit.on(on), read[name], name in HIGHER_IS_NARROWER, limit.declared.least, limit.declared.most
        )
        for name, limit in held.limits.items()
        if name in read and limit.declared.is_dated
    }


def policy() -> Policy:
    """The policy that lies in the workspace: what the next run is held to. Raises Refusal in words."""
    try:
        return load_policy(Path(settings.WORKSPACE) / "policy")
    except Problem as problem:
        raise Refusal(f"The workspace's policy cannot be read, so nothing can be narrower than it: {problem}.") from problem


def why_not(limits: Mapping[str, Decimal], on: date) -> str:
    """Why these cannot be heightened limits on that day, in words; empty where they can."""
    try:
        known = narrowable(on)
    except Refusal as refusal:
        return refusal.words
    for name, value in limits.items():
        if name not in known:
            return f"`{name}` is no limit that a check reads and that may differ by day"
        one = known[name]
        if not value.is_finite() or not one.admits(value):
            return f"{name} = {value} is wider than the policy's {one.value} on {on}, or no value of it: it is {one.side} that"
    return ""
