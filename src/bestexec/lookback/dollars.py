"""Dollars: what each fill, order and customer lost against the counterfactual, exact until the cent is rounded once by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import polars as pl

from bestexec.errors import Problem
from bestexec.linking.identity import ORDER_KEY
from bestexec.lookback.asking import LookedBack
from bestexec.lookback.counterfactuals import Stated, priced
from bestexec.lookback.unseen import DOLLARS, Unseen, ordered

LOSS = "side * (fill_px - counterfactual_px) * fill_qty"
"""What one fill lost, in dollars; negative where it was better than the counterfactual."""
CENT = Decimal("0.01")
USD = pl.Decimal(38, 15)
PER_FILL, PER_ORDER = "per_fill", "per_order"
HALF_UP, LARGEST_REMAINDER = "half_up", "largest_remainder"


@dataclass(frozen=True)
class Choice:
    """One stated choice of arithmetic."""

    key: str
    title: str
    says: str


NETTINGS = (
    Choice(
        PER_ORDER, "net within an order",
        "All fills of an affected order are held against the counterfactual; what one gained is set off against what another lost, never below zero, "
        "and never between orders or customers.",
    ),
    Choice(PER_FILL, "no netting", "Each affected fill counts by itself: a loss in full, a gain as nothing. Other fills of its order are left aside."),
)  # fmt: skip
ROUNDINGS = (
    Choice(
        LARGEST_REMAINDER, "largest remainder",
        "The exact total is rounded to the cent, half a cent upward; each customer gets the whole cents of their sum, and the cents left go to the largest "
        "remainders, equal ones in the order of the account keys.",
    ),
    Choice(
        HALF_UP, "each customer half up",
        "Each customer's exact sum is rounded to the cent, half a cent upward; the total is the sum of the rounded amounts.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Harmed:
    """`fills` with counterfactual_px, loss_usd (exact, signed, null where unknown) and `counts`; `orders` with their sums.

    An order: its key, day of receipt, fills that count, `loss_usd` (the sum) and `harm_usd` (never below zero), `fills_unknown`. Both in one order.
    """

    fills: pl.DataFrame
    orders: pl.DataFrame
    unseen: tuple[Unseen, ...]

    @property
    def harm_usd(self) -> Decimal:
        """The exact sum over orders."""
        return _sum(self.orders["harm_usd"])

    @property
    def better_usd(self) -> Decimal:
        """By how much the orders that did better than the counterfactual did so; nobody is charged for it."""
        return -_sum(self.orders.filter(pl.col("loss_usd") < 0)["loss_usd"])


def harm_of(looked: LookedBack, stated: Stated, netting: str) -> Harmed:
    """What the affected orders lost against the counterfactual stated. Raises Problem for a choice that there is not."""
    if netting not in {choice.key for choice in NETTINGS}:
        raise Problem(f"there is no netting {netting[:40]}", where="look-back", do=f"choose among {', '.join(choice.key for choice in NETTINGS)}")
    fills = looked.fills if netting == PER_ORDER else looked.fills.filter("is_affected")
    valued = priced(fills, stated, looked.others).with_columns(why_not=_why_not(stated))
    valued = valued.with_columns(counterfactual_px=pl.when(pl.col("why_not").is_null()).then("counterfactual_px"))
    valued = valued.with_columns(loss_usd=pl.sql_expr(LOSS).cast(USD))
    counted = pl.col("loss_usd") if netting == PER_ORDER else pl.max_horizontal(pl.col("loss_usd"), pl.lit(0, USD))
    valued = valued.with_columns(counted_usd=pl.when(pl.col("loss_usd").is_not_null()).then(counted).cast(USD))
    return Harmed(valued, _orders(looked, valued), ordered(_gaps(valued, looked)))


def by_customer(orders: pl.DataFrame, rounding: str) -> pl.DataFrame:
    """(account_key, orders, exact_usd, credit_usd) of the orders whose `account_key` is known and whose `harm_usd` is above zero, by account key.

    The credits sum to the total to the cent under either rule; `total_of` says which total that is. Raises Problem for a rule that there is not.
    """
    if rounding not in {choice.key for choice in ROUNDINGS}:
        raise Problem(f"there is no rounding {rounding[:40]}", where="look-back", do=f"choose among {', '.join(choice.key for choice in ROUNDINGS)}")
    known = orders.filter(pl.col("account_key").is_not_null(), pl.col("harm_usd") > 0)
    sums = known.group_by("account_key").agg(orders=pl.len().cast(pl.Int64), exact_usd=pl.col("harm_usd").sum()).sort("account_key")
    exact = [Decimal(value) for value in sums["exact_usd"]]
    cents = [usd.quantize(CENT, ROUND_HALF_UP) for usd in exact] if rounding == HALF_UP else _shared(exact)
    return sums.with_columns(pl.Series("credit_usd", cents, dtype=pl.Decimal(38, 2)))


def _shared(exact: list[Decimal]) -> list[Decimal]:
    """Whole cents to each, the cents that are left to the largest remainders; ties in the order given."""
    floors = [usd.quantize(CENT, ROUND_DOWN) for usd in exact]
    left = int((sum(exact, Decimal(0)).quantize(CENT, ROUND_HALF_UP) - sum(floors, Decimal(0))) / CENT)
    by_remainder = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    more = set(by_remainder[:left])
    return [usd + CENT if place in more else usd for place, usd in enumerate(floors)]


def in_words(side: int, fill_px: Decimal, counterfactual_px: Decimal, qty: Decimal, usd: Decimal | None = None) -> str:
    """`(10.05 − 10.02) × 300 = 9.00`: the arithmetic of one fill, for a buy what was paid less what would have been, for a sale the other way round."""
    first, second = (fill_px, counterfactual_px) if side == 1 else (counterfactual_px, fill_px)
    exact = (first - second) * qty if usd is None else usd
    return f"({_px(first)} − {_px(second)}) × {_plain(qty)} = {_usd(exact)}"


def _px(value: Decimal) -> str:
    text = _plain(value)
    whole, _, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"


def _usd(value: Decimal) -> str:
    return ("−" if value < 0 else "") + _px(abs(value))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _why_not(stated: Stated) -> pl.Expr:
    """Why a fill has no dollars, the first reason that holds; null where it has."""
    foreign = pl.col("currency").fill_null("USD") != "USD"
    contract = pl.col("asset_class").fill_null("equity").is_in(["equity", "crypto"]).not_()
    return (
        pl.when(foreign).then(pl.format("it is in {}, and nothing is converted", "currency"))
        .when(contract).then(pl.format("its price is not one of a share: {}", "asset_class"))
        .when(pl.col("counterfactual_px").is_null()).then(pl.lit(stated.counterfactual.why_not))
    )  # fmt: skip


def _orders(looked: LookedBack, fills: pl.DataFrame) -> pl.DataFrame:
    """Affected orders, each once, those without any fill that can be priced with nothing known."""
    first = looked.affected.group_by(ORDER_KEY).agg(
        day=pl.col("day").min(), side=pl.col("side").first(), vendor=pl.col("vendor").first(), venues=pl.col("venue").unique().drop_nulls().sort(),
        is_exception=pl.col("is_exception").any(), affected=pl.len().cast(pl.Int64), run_id=pl.col("run_id").min(),
    )  # fmt: skip
    sums = fills.group_by(ORDER_KEY).agg(
        fills=pl.col("loss_usd").count().cast(pl.Int64), fills_unknown=pl.col("loss_usd").is_null().sum().cast(pl.Int64),
        loss_usd=pl.when(pl.col("counted_usd").count() > 0).then(pl.col("counted_usd").sum()),
    )  # fmt: skip
    joined = first.join(sums, on=ORDER_KEY, how="left").with_columns(pl.col("fills", "fills_unknown").fill_null(0))
    return joined.with_columns(
        harm_usd=pl.max_horizontal(pl.col("loss_usd").fill_null(0), pl.lit(0, USD)).cast(USD), venues=pl.col("venues").list.join(", ")
    ).sort("day", "firm", "symbol", "order_id")


def _gaps(fills: pl.DataFrame, looked: LookedBack) -> list[Unseen]:
    counted = fills.filter(pl.col("why_not").is_not_null()).group_by("why_not").agg(rows=pl.len(), days=pl.col("day").unique().sort()).sort("why_not")
    gaps = [Unseen(DOLLARS, why, tuple(days), rows, fills.height) for why, rows, days in counted.iter_rows()]
    unlinked = looked.affected.height if looked.check.on == "unlinked_fills" else 0
    return [*gaps, *([Unseen(DOLLARS, "a fill without its order has no quote beside it", (), unlinked, unlinked)] if unlinked else [])]


def _sum(values: pl.Series) -> Decimal:
    return Decimal(str(values.sum() or 0)) if values.len() else Decimal(0)


__all__ = ["CENT", "NETTINGS", "ROUNDINGS", "Choice", "Harmed", "by_customer", "harm_of", "in_words"]
