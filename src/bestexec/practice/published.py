"""Monthly Rule 605 reports of the practice market's centers, and of two that the firm does not use: amended layout, as they would be posted.

Each center's lines follow from how it prices (`venues`), so what a comparison over the firm's mix must find is known beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from bestexec.market.rule605 import DETAIL
from bestexec.market.rule605.codes import AMENDED_SIZES
from bestexec.practice.draws import MICRO, rng
from bestexec.practice.issues import Issue
from bestexec.practice.venues import EXCHANGES, WHOLESALERS, Exchange, Wholesaler

NOT_USED = (Wholesaler("HRTX", 0.7, 6.0, 0.96, 0.66, 0.006), Wholesaler("SOHO", 1.4, 18.0, 0.90, 0.45, 0.015))
"""Centers that publish and get none of the firm's orders: one better than all that it uses, one worse than most."""
LIT = {"improves": 0.10, "depth": 0.35, "slips": 0.020}
"""How orders fare that take an exchange's quote: hidden orders improve a few."""
CODES = {"CDED": "CDRG", "VALX": "NITE", "JSJX": "JNST", "KNCM": "KNIG", "HRTX": "HRTF"}
"""Under what code a center reports where it is not its market identifier code."""
CENTERS: tuple[Wholesaler | Exchange, ...] = (*(one for one in WHOLESALERS if one.mic.isalpha()), *NOT_USED, *EXCHANGES[:3])
"""A reporter's code has letters alone, so that G1XX cannot be one."""
CLASSES = {"MXXNN": 1.0, "LYNNN": 0.6}
"""Order types that these centers report, with their weight."""
TICK = 0.01
KEPT = {"15sec": 0.75, "1min": 0.60, "5min": 0.45}
"""Part of the effective spread that is left to the center after that time."""
ORDERS = {"liquid": 220, "medium": 45, "thin": 12}
"""Mean covered orders of a center's cell in a month, by the liquidity of the issue."""


def write_reports(folder: Path, issues: Sequence[Issue], months: Sequence[tuple[int, int]], seed: int) -> int:
    """Writes one file a center and month, `<code>605<yyyymm>.dat`; returns the lines written."""
    lines = 0
    for year, month in months:
        for center in CENTERS:
            report = _report(center, issues, date(year, month, 1), seed)
            header = "|".join(item.name for item in DETAIL.fields)
            text = report.write_csv(separator="|", include_header=False, null_value="")
            (folder / f"{CODES.get(center.mic, center.mic)}605{year}{month:02d}.dat").write_text(f"{header}\n{text}", encoding="utf-8")
            lines += report.height
    return lines


def _report(center: Wholesaler | Exchange, issues: Sequence[Issue], on: date, seed: int) -> pl.DataFrame:
    """The center's lines of the month, a column a field of the layout."""
    cells = _cells(issues)
    draw = rng(seed, on.toordinal(), f"published {center.mic}")
    mean = np.array([ORDERS[name] for name in cells["liquidity"]]) * cells["weight"].to_numpy()
    orders = draw.poisson(mean)
    noise = np.exp(draw.normal(0, 0.05, cells.height))
    drawn = cells.with_columns(orders=pl.Series(orders.astype(np.int64)), noise=pl.Series(noise)).filter(pl.col("orders") > 0)
    return _filled(center, drawn, on)


def _cells(issues: Sequence[Issue]) -> pl.DataFrame:
    """Symbol × order type × size × lot, where an order of that size can be of that lot."""
    named = pl.DataFrame(
        [(one.symbol, one.px / MICRO, one.liquidity.name, max(one.px / MICRO * one.liquidity.spread_bps / 10_000, TICK), one.round_lot) for one in issues],
        schema={"symbol": pl.String, "px": pl.Float64, "liquidity": pl.String, "spread": pl.Float64, "round_lot": pl.Int64}, orient="row",
    )  # fmt: skip
    sizes = pl.DataFrame({"size": list(AMENDED_SIZES), "low": [low for low, _ in AMENDED_SIZES.values()], "high": [high for _, high in AMENDED_SIZES.values()]})
    kinds = pl.DataFrame({"kind": list(CLASSES), "weight": list(CLASSES.values())})
    every = named.join(sizes, how="cross").join(kinds, how="cross").join(pl.DataFrame({"lot": ["ROUND", "ODD"]}), how="cross")
    high = pl.col("high").fill_null(1_000_000)
    usual = ((pl.col("low") + high) / 2 / pl.col("px")).ceil()
    shares = pl.when(pl.col("lot") == "ODD").then(pl.min_horizontal(usual, pl.col("round_lot") - 1)).otherwise(pl.max_horizontal(usual, "round_lot"))
    notional = shares * pl.col("px")
    return every.with_columns(shares=shares.cast(pl.Int64)).filter((shares >= 1) & (notional >= pl.col("low")) & (notional < high))


def _filled(center: Wholesaler | Exchange, cells: pl.DataFrame, on: date) -> pl.DataFrame:
    ways = {"improves": center.improves, "depth": center.depth, "slips": center.slips} if isinstance(center, Wholesaler) else LIT
    after_ms = center.fill_ms if isinstance(center, Wholesaler) else center.ack_ms
    shares = pl.col("orders") * pl.col("shares")
    inside, outside = (shares * ways["improves"]).floor().cast(pl.Int64), (shares * ways["slips"]).floor().cast(pl.Int64)
    counted = cells.with_columns(ordered=shares, inside=inside, outside=outside, better=(pl.col("spread") / 2 * ways["depth"] * pl.col("noise")).round(6))
    told = counted.with_columns(at_quote=pl.col("ordered") - pl.col("inside") - pl.col("outside"))
    gained = (pl.col("inside") * pl.col("better") - pl.col("outside") * TICK) / pl.col("ordered")
    priced = told.with_columns(effective=(pl.col("spread") - 2 * gained).round(6), quoted=pl.col("spread").round(6), mid=pl.col("px").round(6))
    bucket = next(name for limit, name in ((0.1, "to100microsec"), (1, "to1millisec"), (10, "to10millisec"), (1_000, "to1sec")) if after_ms < limit)
    values: dict[str, pl.Expr | str | int] = {
        "DsgntParticipant": "T" if isinstance(center, Wholesaler) else "Q", "RprtEntityCd": CODES.get(center.mic, center.mic),
        "RptDate": f"{on:%Y%m}", "Symbol": pl.col("symbol"),
        "LotSizeFlag": pl.col("lot"), "OrderSize": pl.col("size"), "OrderType": pl.col("kind"), "CvrdOrderCnt": pl.col("orders"),
        "CvrdOrderSize": (pl.col("ordered") * pl.col("px")).round(2), "CvrdOrderQty": pl.col("ordered"), "CvrdOrderCnclQty": 0,
        "CvrdOrderExctdQty": pl.col("ordered"), "CvrdOrderExctdAwayQty": 0, f"CvrdOrderQty{bucket}": pl.col("ordered"),
        **{f"AvgRealSprd{name}": (pl.col("effective") * part).round(6) for name, part in KEPT.items()},
        **{f"AvgRealSprdPct{name}": (pl.col("effective") * part / pl.col("px")).round(6) for name, part in KEPT.items()},
        "ExctdOrderMidPtAvg": pl.col("mid"), "ExctdOrderAvgQuotSprd": pl.col("quoted"), "AvgEffctvSprd": pl.col("effective"),
        "AvgEffctvSprdPct": (pl.col("effective") / pl.col("mid")).round(6), "AvgEFQPct": (pl.col("effective") / pl.col("quoted")).round(6),
        "ExctdPIOrdersQty": pl.col("inside"), "ExctdPIOrdWghtdAvgAmtPerShare": _of("inside", pl.col("better")),
        "ExctdPIOrdWghtdAvgTime": _of("inside", after_ms),
        "ExctdOrderAtQuotQty": pl.col("at_quote"), "ExctdAtQuotOrdWghtdAvgTime": _of("at_quote", after_ms), "ExctdOrderOutQuotQty": pl.col("outside"),
        "ExctdOutQuotOrdWghtdAvgAmt": _of("outside", TICK), "ExctdOutQuotOrdWghtdAvgTime": _of("outside", after_ms),
    }  # fmt: skip
    made = {name: value if isinstance(value, pl.Expr) else pl.lit(value) for name, value in values.items()}
    return priced.select(made.get(item.name, pl.lit(None, pl.String)).alias(item.name) for item in DETAIL.fields).sort(
        "Symbol", "OrderType", "OrderSize", "LotSizeFlag"
    )


def _of(side: str, value: pl.Expr | float) -> pl.Expr:
    """The value where any share of that side was executed, else nothing."""
    return pl.when(pl.col(side) > 0).then(value)
