"""What venues paid and were paid, by section and order type: fees and rebates as each fill has them, other payments out of the ledger, tied to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from bestexec.filings.rule606.covered import OPTION_CONTRACT, OPTIONS
from bestexec.filings.rule606.document import quantized
from bestexec.filings.rule606.gaps import Gap
from bestexec.filings.rule606.readings import Readings
from bestexec.linking.identity import ORDER_KEY

Cell = tuple[date, str, str, str]
"""Month, section, venue, order type."""
CENT = Decimal("0.01")
BY_FILL = ("fee", "rebate")
_GROUP = ["month_on", "traded_at_venue", "reported_venue", "vendor", "section", "routed_order_type"]
_WORDS = {"pfof": "payment for order flow", "profit_share": "profit share"}


@dataclass(frozen=True)
class Tie:
    """Fees and rebates of a month at one venue: by the fills, and by the ledger (received +, paid −, USD)."""

    month_on: date
    venue: str
    by_fills: Decimal
    by_ledger: Decimal
    fills: int
    without_fee: int
    """Fills of which neither the feed nor the schedule says a fee."""

    @property
    def difference(self) -> Decimal:
        return self.by_fills - self.by_ledger

    @property
    def is_tied(self) -> bool:
        """Whether the two agree to the cent."""
        return abs(self.difference) < CENT


@dataclass(frozen=True)
class Money:
    """Net payments and executed shares of each cell; the ties to the ledger; and what keeps the report from being written."""

    usd: Mapping[Cell, Decimal]
    exact: Mapping[Cell, Fraction]
    shares: Mapping[Cell, Fraction]
    outside: Mapping[tuple[date, str], Decimal]
    """What was received or paid by month and venue for orders that the report leaves out."""
    ties: tuple[Tie, ...]
    gaps: tuple[Gap, ...]
    by_kind: Mapping[Cell, Mapping[str, Fraction]]
    """The same by kind of payment: what a wrong sign of one of them would do to a cell can be told."""


def money(
    fills: pl.DataFrame, routes: pl.DataFrame, orders: pl.DataFrame, payments: pl.DataFrame, months: Sequence[date], readings: Readings
) -> Money:  # fmt: skip
    """Payments by cell. `fills` are LINKED_FILLS, `routes` as `seen_through`, `orders` as `covered`, `payments` the ledger (schema.PAYMENTS) of the quarter."""
    rows = _grouped(fills, routes, orders)
    ledger = payments.with_columns(month_on=pl.col("month_on").dt.truncate("1mo")).filter(pl.col("month_on").is_in(list(months)))
    amounts: dict[tuple[date, str], dict[Cell | None, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    shares: dict[Cell, Fraction] = defaultdict(Fraction)
    kinds: dict[Cell, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for row in rows:
        cell = _cell(row)
        amounts[row["month_on"], row["traded_at_venue"]][cell] += Fraction(row["net_usd"] or 0)
        if cell:
            shares[cell] += _shares(row)
            for kind in BY_FILL:
                kinds[cell][kind] += Fraction(row[kind] or 0)
    divided, gaps = _divided(ledger, rows, readings)
    for month, venue, kind, cell, amount in divided:
        amounts[month, venue][cell] += amount
        if cell:
            kinds[cell][kind] += amount
    traded = sorted({row["month_on"] for row in rows})
    gaps = [*_without_venue(fills, orders), *_without_ledger(traded, ledger), *gaps]
    ties = _ties(rows, ledger)
    gaps += [_untied(tie, ledger) for tie in ties if not tie.is_tied]
    usd, outside = dict[Cell, Decimal](), dict[tuple[date, str], Decimal]()
    exact: dict[Cell, Fraction] = defaultdict(Fraction)
    for at, parts in sorted(amounts.items(), key=str):
        for cell, cents in to_cents(parts).items():
            if cell is None:
                outside[at] = cents
            else:
                usd[cell] = usd.get(cell, Decimal(0)) + cents
                exact[cell] += parts[cell]
    return Money(usd, exact, shares, outside, ties, tuple(gaps), kinds)


def to_cents(parts: Mapping[Any, Fraction]) -> dict[Any, Decimal]:
    """The parts in whole cents that add up to their sum in whole cents: each rounded down, then those that lost the most get a cent, first come first."""
    total = int(quantized(sum(parts.values(), Fraction()), 2).scaleb(2))
    cents = {key: (amount * 100).__floor__() for key, amount in parts.items()}
    lost = sorted(parts, key=lambda key: cents[key] - parts[key] * 100)
    for key in lost[: total - sum(cents.values())]:
        cents[key] += 1
    return {key: Decimal(count).scaleb(-2) for key, count in cents.items()}


def per_hundred(usd: Fraction, shares: Fraction) -> Fraction | None:
    """Cents per hundred shares; None without shares."""
    return usd * 10_000 / shares if shares else None


def _grouped(fills: pl.DataFrame, routes: pl.DataFrame, orders: pl.DataFrame) -> list[dict[str, Any]]:
    """Sums over the fills of a month, a venue, a vendor, a section (null: outside the report) and an order type, in one order."""
    of_route = routes.select(*ORDER_KEY, "route_id", "reported_venue").unique(subset=[*ORDER_KEY, "route_id"], keep="first", maintain_order=True)
    reported = pl.col("left_out").is_null() & ~pl.col("is_directed")
    of_order = orders.select(*ORDER_KEY, "routed_order_type", section=pl.when(reported).then("section"), _is_option=pl.col("section") == OPTIONS)
    joined = fills.join(of_route, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left").join(
        of_order, on=ORDER_KEY, how="left", maintain_order="left"
    )
    net = -pl.col("venue_fee_usd").cast(pl.Decimal(38, 8))
    summed = (
        joined.with_columns(
            month_on=pl.col("day").dt.truncate("1mo"), traded_at_venue=pl.col("venue"), reported_venue=pl.coalesce("reported_venue", "venue"),
            _shares=pl.when(pl.col("_is_option").fill_null(False)).then(pl.col("fill_qty") * OPTION_CONTRACT).otherwise(pl.col("fill_qty")),
        )
        .filter(pl.col("traded_at_venue").is_not_null())
        .group_by(_GROUP)
        .agg(
            shares=pl.col("_shares").cast(pl.Decimal(38, 6)).sum(), net_usd=net.sum(), fee=net.filter(net < 0).sum(),
            rebate=net.filter(net > 0).sum(), fills=pl.len(), without_fee=pl.col("venue_fee_usd").is_null().sum(),
        )
    )  # fmt: skip
    return list(summed.sort(_GROUP, nulls_last=True).iter_rows(named=True))


def _cell(row: Mapping[str, Any]) -> Cell | None:
    return (row["month_on"], row["section"], row["reported_venue"], row["routed_order_type"]) if row["section"] else None


def _shares(row: Mapping[str, Any]) -> Fraction:
    return Fraction(row["shares"])


def _divided(ledger: pl.DataFrame, rows: list[dict[str, Any]], readings: Readings) -> tuple[list[tuple[date, str, str, Cell | None, Fraction]], list[Gap]]:
    """What the ledger has beside fees and rebates, divided over the shares it was paid for: (month, venue, kind, cell, USD); the gaps where it cannot be."""
    parts, gaps = list[tuple[date, str, str, Cell | None, Fraction]](), list[Gap]()
    for paid in ledger.filter(~pl.col("kind").is_in(BY_FILL)).iter_rows(named=True):
        month, venue, kind = paid["month_on"], paid["venue"], paid["order_type"]
        what = f"{_WORDS.get(paid['kind'], paid['kind'])} of {paid['amount_usd']:,.2f} USD at {venue} in {month:%Y-%m}"
        if kind is None and readings.untyped_payments == "blocked":
            gaps.append(Gap(f"{what}: the ledger does not say for which order type", "state the order type in the payments file"))
            continue
        paid_for = [
            row for row in rows
            if (row["month_on"], row["traded_at_venue"]) == (month, venue)
            and paid["vendor"] in (None, row["vendor"]) and kind in (None, row["routed_order_type"])
        ]  # fmt: skip
        total = sum((_shares(row) for row in paid_for), Fraction())
        if not total:
            gaps.append(Gap(f"{what}{f' for {kind} orders' if kind else ''}: no executed share that it was paid for", "mend the ledger, or import the fills"))
            continue
        parts += [(month, venue, paid["kind"], _cell(row), Fraction(paid["amount_usd"]) * _shares(row) / total) for row in paid_for]
    return parts, gaps


def _ties(rows: Iterable[Mapping[str, Any]], ledger: pl.DataFrame) -> tuple[Tie, ...]:
    by_fills: dict[tuple[date, str], list[Any]] = defaultdict(lambda: [Decimal(0), 0, 0])
    for row in rows:
        sums = by_fills[row["month_on"], row["traded_at_venue"]]
        sums[0] += row["net_usd"] or Decimal(0)
        sums[1] += row["fills"]
        sums[2] += row["without_fee"]
    booked: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for month, venue, amount in ledger.filter(pl.col("kind").is_in(BY_FILL)).select("month_on", "venue", "amount_usd").iter_rows():
        booked[month, venue] += amount
    told = {month for month, _ in booked} | set(ledger["month_on"])
    wanted = sorted(at for at in {*by_fills, *booked} if at[0] in told)
    return tuple(Tie(*at, by_fills[at][0], booked[at], by_fills[at][1], by_fills[at][2]) for at in wanted)


def _without_venue(fills: pl.DataFrame, orders: pl.DataFrame) -> list[Gap]:
    """Executions of reported orders at no venue: what was paid for them cannot be told."""
    reported = orders.filter(pl.col("left_out").is_null(), ~pl.col("is_directed")).select(ORDER_KEY)
    count = fills.filter(pl.col("venue").is_null()).join(reported, on=ORDER_KEY, how="semi").height
    return [Gap(f"{count:,} executions have no venue", "add its spelling to the venues file, or import the fills again")] if count else []


def _without_ledger(months: Iterable[date], ledger: pl.DataFrame) -> list[Gap]:
    told = set(ledger["month_on"])
    return [Gap(f"no payments ledger for {month:%Y-%m}", "import payments.csv of that month") for month in months if month not in told]


def _untied(tie: Tie, ledger: pl.DataFrame) -> Gap:
    by = f"{tie.by_fills:,.2f} USD by {tie.fills:,} {'fill' if tie.fills == 1 else 'fills'}, {tie.by_ledger:,.2f} USD by the ledger"
    what = f"fees and rebates at {tie.venue} in {tie.month_on:%Y-%m}: {by}; difference {tie.difference:,.2f}{_other_sign(tie, ledger)}"
    return Gap(what, "find the fills or the ledger line that is wrong, or missing; the sum must tie to the cent")


def _other_sign(tie: Tie, ledger: pl.DataFrame) -> str:
    """Words for the one line of the ledger that would make it tie with the other sign; none where no line or several would."""
    lines = ledger.filter(pl.col("month_on") == tie.month_on, pl.col("venue") == tie.venue, pl.col("kind").is_in(BY_FILL))
    found = [(kind, usd) for kind, usd in lines.select("kind", "amount_usd").iter_rows() if abs(tie.difference + 2 * usd) < CENT]
    return f"; with the other sign, the {found[0][0]} of {found[0][1]:,.2f} USD would tie" if len(found) == 1 else ""
