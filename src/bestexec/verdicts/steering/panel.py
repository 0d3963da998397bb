"""One vendor's choices: of each symbol, day and kind of order, the share that each venue got, beside what it paid and the quality it gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.verdicts.arrays import Floats, Ints
from bestexec.verdicts.steering.payments import CENT_PER_HUNDRED, base_rates
from bestexec.verdicts.steering.regressed import codes


@dataclass(frozen=True)
class Panel:
    """A row of the arrays is a choice (symbol, day, cell), a column a venue whose payment is known on every day."""

    venues: tuple[str, ...]
    share: Floats
    paid: Floats
    """¢ per 100 shares."""
    cost: Floats
    """Measured cost of the venue in the month, less that of all, in the metric's unit; what is not measured is the venue's mean over the period."""
    weight: Floats
    """Shares of the choice."""
    unit: Ints
    """Symbol and cell, whose liking for each venue is its own."""
    cluster: Ints
    """Symbol-day."""
    days: int
    coverage: float
    """Part of the vendor's shares that went to these venues."""


def panel(rows: pl.DataFrame, payments: pl.DataFrame, cost: pl.DataFrame, vendor: str, *, cells: Sequence[str], weight: str) -> Panel:
    """The choices of `vendor` in `rows` (day, month, symbol, venue, the columns of `cells`, `weight`). `cost` is what `quality` gives."""
    known = rows.filter(pl.col("vendor") == vendor, pl.col(weight) > 0, *(pl.col(name).is_not_null() for name in ("venue", "symbol", *cells)))
    choice = ["symbol", "day", *cells]
    sent = known.group_by(*choice, "venue").agg(qty=pl.col(weight).cast(pl.Float64).sum())
    asked = ["day", "venue", *(["order_type"] if "order_type" in cells else [])]
    every = known.select(asked[:1] + asked[2:]).unique().join(sent.select("venue").unique(), how="cross").sort(asked)
    rates = base_rates(every, payments, vendor).with_columns(paid=pl.col("usd_per_share") / CENT_PER_HUNDRED).drop("usd_per_share")
    silent = rates.filter(pl.col("paid").is_null()).get_column("venue").unique()
    whole = float(sent["qty"].sum())
    told = sent.filter(~pl.col("venue").is_in(silent.implode()))
    venues = tuple(told["venue"].unique().sort().to_list())
    choices = told.group_by(choice).agg(weight=pl.col("qty").sum()).sort(choice).with_row_index("_row")
    full = (
        choices.join(pl.DataFrame({"venue": venues}, schema={"venue": pl.String}), how="cross", maintain_order="left_right")
        .join(told, on=[*choice, "venue"], how="left", maintain_order="left")
        .join(rates, on=asked, how="left", maintain_order="left")
        .with_columns(month=pl.col("day").dt.strftime("%Y-%m"))
        .join(cost.select("venue", "month", "cost"), on=["venue", "month"], how="left", maintain_order="left")
        .join(cost.group_by("venue").agg(usual=pl.col("cost").mean()), on="venue", how="left", maintain_order="left")
    )  # fmt: skip
    shape = (choices.height, len(venues))
    return Panel(
        venues, _array(full, pl.col("qty").fill_null(0) / pl.col("weight"), shape), _array(full, pl.col("paid"), shape),
        _array(full, pl.coalesce("cost", "usual").fill_null(0), shape), choices["weight"].to_numpy(), codes(choices, ["symbol", *cells]),
        codes(choices, ["symbol", "day"]), choices["day"].n_unique(), float(told["qty"].sum()) / whole if whole else 0.0,
    )  # fmt: skip


def less_the_choice(values: Floats) -> Floats:
    """Less the mean over the venues of each choice: what sets a venue apart from the others."""
    apart: Floats = values - values.mean(axis=1, keepdims=True)
    return apart


def less_the_liking(values: Floats, made: Panel) -> tuple[Floats, Floats]:
    """Less what each symbol and cell always gives each venue, too: what is left is change. With each choice's part of its symbol and cell."""
    apart = less_the_choice(values)
    heavy = np.bincount(made.unit, made.weight)
    usual = np.stack([np.bincount(made.unit, made.weight * column) / heavy for column in apart.T], axis=1)
    return apart - usual[made.unit], made.weight / heavy[made.unit]


def _array(full: pl.DataFrame, value: pl.Expr, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
    return full.select(value.cast(pl.Float64)).to_series().to_numpy().reshape(shape)
