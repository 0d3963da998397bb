"""What a look-back asks: which check, over which days, narrowed to what, under which limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bestexec.checks import CHECKS, Check
from bestexec.errors import Problem
from bestexec.policy import LIMITS, Limit, Policy

NARROWINGS = ("vendor", "venue", "symbol", "order_class")
"""Columns by which a look-back can be narrowed to one value each."""

LEAST: Mapping[str, Decimal] = dict.fromkeys(
    ("max_outside_usd", "max_odd_lot_missed_usd", "max_large_disimprovement_bps", "min_slippage_usd", "min_slippage_qty"), Decimal(0)
)
"""Limits that only say from how many dollars, basis points or shares on an alert is worth a person's time. They must not decide who is made whole,
so a look-back sets them to nothing unless it is told otherwise. Limits that say what is wrong at all (how slow, how far from arrival) stay the policy's."""

LOWER, HIGHER = "lower", "higher"
NARROWER: Mapping[str, str] = {
    **{limit.name: LOWER for limit in LIMITS if limit.name not in ("trailing_days", "persistence_window_days")},
    **dict.fromkeys(("min_marketable_fill_rate", "min_limit_fill_rate", "min_ioc_fill_rate"), HIGHER),
}
"""In which direction a limit finds more. One that is not here changes what is compared with what, and is not stated for a look-back."""


@dataclass(frozen=True)
class Question:
    """One question. `limits` None: those of LEAST that the check has; else exactly these are stated and all others are the policy's."""

    check: str
    first: date
    last: date
    vendor: str = ""
    venue: str = ""
    symbol: str = ""
    order_class: str = ""
    limits: Mapping[str, Decimal] | None = field(default=None)

    @property
    def narrowed(self) -> dict[str, str]:
        return {name: value for name in NARROWINGS if (value := getattr(self, name))}


@dataclass(frozen=True)
class LimitUsed:
    """One limit of the check: the number stated for the look-back (None: the policy's), and what the policies of the runs said."""

    name: str
    unit: str
    meaning: str
    stated: Decimal | None
    policy: tuple[Decimal, ...]


def check_of(question: Question) -> Check:
    """The check asked. Raises Problem for an unknown one, and for a period that ends before it begins."""
    found = next((check for check in CHECKS if check.id == question.check), None)
    if found is None:
        raise Problem(f"there is no check {question.check[:40]}", where="look-back", do="name one of docs/checks.md")
    if question.last < question.first:
        raise Problem(f"the period ends on {question.last}, before it begins on {question.first}", where="look-back", do="look at the two days")
    return found


def stated_limits(check: Check, question: Question) -> dict[str, Decimal]:
    """The limits that the look-back sets itself, by name. Raises Problem for one that the check has not, or that cannot be stated."""
    if question.limits is None:
        return {name: LEAST[name] for name in check.limits if name in LEAST}
    for name, value in question.limits.items():
        if name not in check.limits:
            raise Problem(f"{check.id} has no limit {name[:60]}", where="look-back", do=f"it has {', '.join(check.limits) or 'none'}")
        if name not in NARROWER:
            raise Problem(f"{name} says what is compared with what", where="look-back", do="leave it as the policy has it")
        if not value.is_finite() or value < 0:
            raise Problem(f"{value} is not a limit", where=f"look-back, {name}", do="state a number from 0 up")
    return dict(question.limits)


def under(policy: Policy, stated: Mapping[str, Decimal]) -> Policy:
    """The policy with the stated limits in place of its own. Raises Problem for one that is wider than the policy's on any day."""
    for name, value in stated.items():
        for _, own in policy.limits[name].steps:
            if (value > own) if NARROWER.get(name) == LOWER else (value < own):
                raise Problem(
                    f"{name} {value} is wider than the policy's {own}: exceptions that people saw would be lost",
                    where=f"look-back, policy {policy.version}", do="state a narrower one, or leave it as the policy has it",
                )  # fmt: skip
    return replace(policy, limits={**policy.limits, **{name: Limit(((None, value),), policy.limits[name].declared) for name, value in stated.items()}})


def used(check: Check, stated: Mapping[str, Decimal], policies: Iterable[Policy]) -> tuple[LimitUsed, ...]:
    """Each limit of the check with what was stated and what the policies say."""
    known, by_name = list(policies), {limit.name: limit for limit in LIMITS}
    return tuple(
        LimitUsed(
            name, by_name[name].unit, by_name[name].meaning, stated.get(name),
            tuple(sorted({value for policy in known for _, value in policy.limits[name].steps})),
        )
        for name in check.limits
    )  # fmt: skip
