"""The ledger's arithmetic: lines of payments added up exactly, and cents per hundred shares as Rule 606 measures them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from bestexec import Unit
from oversight.conflicts.lifecycle import PAID, PAID_BY_KEY, RECEIVED
from oversight.conflicts.models import Payment
from oversight.measured.figures import unit_named

USD, SHARES = unit_named("US dollars"), unit_named("shares")
CENTS = Unit("US cents per hundred shares", "¢/100 shares", 4)
"""10,000 × dollars ÷ shares: the measure of the 606 reports."""
READ = ("month_on", "venue", "is_known_venue", "vendor", "section", "order_class", "kind", "direction", "amount_usd", "shares")


@dataclass(frozen=True)
class Cell:
    """The payments of one group: `by` are its values, `kinds` the net of each kind. `shares` is None where a line that counts shares does not say them."""

    by: Mapping[str, Any]
    lines: int
    received_usd: Decimal
    paid_usd: Decimal
    shares: Decimal | None
    without_shares: int
    is_known_venue: bool
    kinds: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def net_usd(self) -> Decimal:
        return self.received_usd + self.paid_usd

    @property
    def cents_per_hundred(self) -> Decimal | None:
        """Net cents per hundred shares; None where the shares are not known, or are none."""
        return self.net_usd * 10_000 / self.shares if self.shares else None

    @property
    def why_no_cents(self) -> str:
        """Why there is no such figure; empty where there is one."""
        if self.cents_per_hundred is not None:
            return ""
        return f"{self.without_shares:,} of {self.lines:,} lines do not say their shares" if self.without_shares else "no shares stand against it"


def cells(lines: QuerySet[Payment], by: Sequence[str]) -> tuple[Cell, ...]:
    """The lines added up in each group of `by` (fields of a payment), in the order of the groups. One query, decimals added one by one: nothing is rounded."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for line in lines.order_by().values(*READ):
        groups.setdefault(tuple(line[name] for name in by), []).append(line)
    return tuple(_cell(dict(zip(by, key, strict=True)), groups[key]) for key in sorted(groups))


def pooled(parts: Sequence[Cell], by: Mapping[str, Any]) -> Cell:
    """Several groups as one."""
    shares = [part.shares for part in parts]
    kinds = {paid.key: sum((part.kinds[paid.key] for part in parts if paid.key in part.kinds), Decimal(0)) for paid in PAID}
    return Cell(
        by, sum(part.lines for part in parts), _sum(part.received_usd for part in parts), _sum(part.paid_usd for part in parts),
        None if None in shares else _sum(share for share in shares if share is not None), sum(part.without_shares for part in parts),
        all(part.is_known_venue for part in parts), {key: value for key, value in kinds.items() if any(key in part.kinds for part in parts)},
    )  # fmt: skip


def _cell(by: Mapping[str, Any], lines: list[Mapping[str, Any]]) -> Cell:
    counting = [line for line in lines if PAID_BY_KEY[line["kind"]].is_executed]
    silent = [line for line in counting if line["shares"] is None and line["amount_usd"]]
    kinds: dict[str, Decimal] = {}
    for line in lines:
        kinds[line["kind"]] = kinds.get(line["kind"], Decimal(0)) + line["amount_usd"]
    return Cell(
        by, len(lines), _sum(line["amount_usd"] for line in lines if line["direction"] == RECEIVED),
        _sum(line["amount_usd"] for line in lines if line["direction"] != RECEIVED),
        None if silent else _sum(line["shares"] for line in counting if line["shares"] is not None), len(silent),
        all(line["is_known_venue"] for line in lines), kinds,
    )  # fmt: skip


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def months_between(first: date, last: date) -> list[date]:
    """The first day of each month from one to the other, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1) for step in range(count + 1)]
