"""How the tables of what happened on the routes are shown: said once, drawn by the command line, the report and the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from bestexec.routed.first_looks import FIRST_LOOKS
from bestexec.routed.owned import OWNED, OWNERS
from bestexec.routed.survival import SURVIVAL
from bestexec.schema import Table
from bestexec.units import BPS, FRACTION, NANOSECONDS, USD, Unit
from bestexec.verdicts.leaking import FADE, LEAKING, LEAKS


@dataclass(frozen=True)
class Shown:
    """One table: `columns` as (key, heading, unit; None for a text or a count), `rows` those worth a line in their order, `bold` which ask for attention."""

    name: str
    of: Table
    title: str
    columns: tuple[tuple[str, str, Unit | None], ...]
    rows: Callable[[pl.DataFrame], pl.DataFrame]
    bold: pl.Expr
    source: str
    empty: str


def _leaking(rows: pl.DataFrame) -> pl.DataFrame:
    """Whoever leaks first, then by place; venues without an unfilled route say nothing and are left out."""
    return rows.filter(pl.col("rows") > 0).sort(pl.col("verdict") != LEAKS, pl.col("judgement") != FADE, "metric", "rank", "subject", nulls_last=True)


def _looks(rows: pl.DataFrame) -> pl.DataFrame:
    """Those from which orders went on, the dearest first."""
    return rows.filter(pl.col("went_on") > 0).sort(
        pl.col("verdict") != "costs", pl.col("n"), "vendor", "venue", descending=[False, True, False, False], nulls_last=True
    )


def _owned(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort(
        pl.col("owner").replace_strict({name: at for at, name in enumerate(OWNERS)}),
        "p95_ns",
        "vendor",
        "venue",
        descending=[False, True, False, False],
        nulls_last=True,
    )


def _survival(rows: pl.DataFrame) -> pl.DataFrame:
    """Within a minute and within five, by venue."""
    return rows.filter(pl.col("within_ns").is_in([60_000_000_000, 300_000_000_000])).sort(
        "within_ns", "likelihood", "vendor", "venue", descending=[False, True, False, False], nulls_last=True
    )


SHOWN = (
    Shown(
        "leaking", LEAKING, "Who learns of orders from their routes",
        (
            ("judgement", "What", None), ("subject", "Venue or vendor", None), ("metric", "Figure", None), ("verdict", "Verdict", None),
            ("effect_bps", "Against the order, more than at the controls", BPS), ("low_bps", "From", BPS), ("high_bps", "To", BPS), ("limit_bps", "Limit", BPS),
            ("n", "Routes", None), ("needed_n", "Needed", None), ("rank", "Place", None), ("why", "Why it cannot be told", None),
        ),
        _leaking, pl.col("verdict") == LEAKS,
        "Fade: the midpoint after unfilled routes at a venue, less that after unfilled routes at the others in the same symbol. Drift: from receipt to a route, buys less sells.",
        "No route was unfilled, so it cannot be told who learns of orders.",
    ),
    Shown(
        "first_looks", FIRST_LOOKS, "What first looks cost",
        (
            ("vendor", "Vendor", None), ("venue", "Saw it first", None), ("venue_kind", "Kind", None), ("looks", "Orders", None), ("filled", "Filled there", None),
            ("went_on", "Went on", None), ("median_delay_ns", "Delay, median", NANOSECONDS), ("cost_bps", "Cost", BPS), ("low_bps", "From", BPS),
            ("high_bps", "To", BPS), ("cost_usd", "Together", USD), ("verdict", "Verdict", None), ("why", "Why it cannot be told", None),
        ),
        _looks, pl.col("verdict") == "costs",
        "The midpoint at the next sending less that at the first, against the order; intervals of 95 % clustered by symbol and day.",
        "No order was shown to one venue first and sent on from there.",
    ),
    Shown(
        "owned", OWNED, "Whose time it was",
        (
            ("owner", "Whose", None), ("leg", "From which event to which", None), ("vendor", "Vendor", None), ("venue", "Venue", None), ("n", "Times", None),
            ("median_ns", "Median", NANOSECONDS), ("p95_ns", "19 of 20 within", NANOSECONDS), ("bar_ns", "Clocks apart by", NANOSECONDS),
            ("unknown", "Not told", None), ("early", "Told backwards", None), ("verdict", "Verdict", None), ("why", "Why it cannot be told", None),
        ),
        _owned, pl.lit(value=False),
        "Each leg by the clocks that told it; how far two clocks may be apart is learned from the least times of the same leg at the others.",
        "No feed carries routes, so no leg can be told.",
    ),
    Shown(
        "survival", SURVIVAL, "How long limit orders waited",
        (
            ("vendor", "Vendor", None), ("venue", "Venue", None), ("within_ns", "Within", NANOSECONDS), ("likelihood", "Filled", FRACTION), ("low", "From", FRACTION),
            ("high", "To", FRACTION), ("n", "Routes", None), ("filled", "Filled at all", None), ("withdrawn", "Withdrawn before", None), ("unknown", "Not told", None),
        ),
        _survival, pl.lit(value=False),
        "Kaplan–Meier from the sending to the first fill; a route that was withdrawn counts for as long as it rested. Intervals of 95 %, clustered by symbol and day.",
        "No limit order rested at a venue.",
    ),
)  # fmt: skip
SHOWN_BY_NAME = {one.name: one for one in SHOWN}
