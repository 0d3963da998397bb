"""Measured fills as distributions: improvement by class, time to execution as a cumulative curve."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import polars as pl

from bestexec.report.theme import SERIES
from bestexec.units import NS_PER_MS, NS_PER_SECOND, Unit

CENTS_PER_SHARE = Unit("US cents per share", "¢/share", 4, Decimal(100))
EDGES = (Decimal("0.1"), Decimal("0.5"), Decimal(1), Decimal(2))
"""Bounds of the classes in cents a share, the same on both sides of zero; a class holds its bound that is farther from zero."""
TIMES_NS = tuple(
    sorted((*(step * 10**power * NS_PER_MS // 10 for power in range(6) for step in (1, 2, 5)), 30 * NS_PER_SECOND, 100 * NS_PER_SECOND, 300 * NS_PER_SECOND))
)
"""From 0.1 ms in steps of 1, 2, 5 to 50 s, then 100 and 300 s: among them the bounds of Rule 605's time buckets."""
APART = {
    "is_held": "held and not held",
    "is_directed": "directed and not directed",
    "session": "sessions",
    "customer_class": "customer classes",
    "asset_class": "asset classes",
}


def improvement(fills: pl.DataFrame, column: str) -> tuple[pl.DataFrame, int]:
    """Shares by class of `column` (decimal $/share, positive is better), worst first: bin, sign, shares, fraction; and the fills left out."""
    known = fills.drop_nulls((column, "fill_qty")).select(cents=pl.col(column).cast(pl.Decimal(38, 10)) * 100, qty="fill_qty")
    total = known["qty"].sum()
    rows = []
    for name, sign, test in _classes():
        shares = known.filter(test)["qty"].sum()
        rows.append((name, sign, shares, float(shares) / float(total) if total else None))
    return pl.DataFrame(
        rows, orient="row", schema={"bin": pl.String, "sign": pl.Int8, "shares": known["qty"].dtype, "fraction": pl.Float64}
    ), fills.height - known.height


def time_curve(fills: pl.DataFrame, column: str, series: str) -> tuple[pl.DataFrame, int]:
    """Fraction of executed shares executed within each of `TIMES_NS`: series, at_ns, fraction; for the series with the most shares."""
    known = fills.drop_nulls((column, "fill_qty")).with_columns(pl.col(series).fill_null("unknown"))
    sizes = known.group_by(series).agg(total=pl.col("fill_qty").sum()).sort("total", series, descending=[True, False]).head(len(SERIES))
    rows: list[tuple[str, int, float]] = []
    for name, total in sizes.iter_rows():
        own = known.filter(pl.col(series) == name)
        sums = own.select(pl.col("fill_qty").filter(pl.col(column) <= at).sum().alias(str(at)) for at in TIMES_NS).row(0)
        rows += [(name, at, float(part) / float(total)) for at, part in zip(TIMES_NS, sums, strict=True)]
    curve = pl.DataFrame(rows, orient="row", schema={"series": pl.String, "at_ns": pl.Int64, "fraction": pl.Float64})
    return _without_flat_ends(curve), fills.height - known.height


def pooled(fills: pl.DataFrame, apart: tuple[str, ...] = ()) -> str:
    """Which kinds of order stand together in a figure that keeps only `apart` apart: nothing is pooled in silence."""
    mixed = [words for column, words in APART.items() if column not in apart and column in fills.columns and fills[column].n_unique() > 1]
    return f" Pools {', '.join(mixed)}." if mixed else ""


def _without_flat_ends(curve: pl.DataFrame) -> pl.DataFrame:
    """From the last time at which no series has begun to the first at which all are complete."""
    begun = curve.filter(pl.col("fraction") > 0)["at_ns"].min() or TIMES_NS[0]
    unfinished = curve.filter(pl.col("fraction") < 1)["at_ns"].max() or TIMES_NS[0]
    from_at = max((at for at in TIMES_NS if at < begun), default=TIMES_NS[0])
    to_at = min((at for at in TIMES_NS if at > unfinished), default=TIMES_NS[-1])
    return curve.filter(pl.col("at_ns").is_between(from_at, to_at))


def _classes() -> list[tuple[str, int, pl.Expr]]:
    cents = pl.col("cents")
    bounds = list(pairwise(EDGES))
    worse = [(f"−{far} to −{near}", -1, (cents >= -far) & (cents < -near)) for near, far in reversed(bounds)]
    better = [(f"{near} to {far}", 1, (cents > near) & (cents <= far)) for near, far in bounds]
    return [
        (f"below −{EDGES[-1]}", -1, cents < -EDGES[-1]), *worse, (f"−{EDGES[0]} to 0", -1, (cents >= -EDGES[0]) & (cents < 0)),
        ("0", 0, cents == 0),
        (f"0 to {EDGES[0]}", 1, (cents > 0) & (cents <= EDGES[0])), *better, (f"above {EDGES[-1]}", 1, cents > EDGES[-1]),
    ]  # fmt: skip
