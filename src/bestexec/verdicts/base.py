"""The one table that every judgement gives: one row a subject that was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from bestexec.schema import Column, Table
from bestexec.units import COUNT, DAY, FLAG, TEXT

STATISTIC = pl.Float64()
"""A figure with a sampling error: double precision."""
DIGITS = 10
"""Significant digits that a figure keeps: the last bits of a sum depend on the machine and on how many threads added it."""
LEVEL = 0.05
"""Part of false discoveries that is accepted; 1 − LEVEL is the confidence of an interval."""
POWER = 0.90
"""How often a difference of the smallest visible size is seen."""

WORSE, BETTER, NO_MATERIAL_DIFFERENCE, INCONCLUSIVE = COMPARED = ("worse", "better", "no material difference", "inconclusive")
"""What a comparison says."""
FOUND, NOT_FOUND = "found", "not found"
DETECTED = (FOUND, NOT_FOUND, INCONCLUSIVE)
"""What a detection says."""
SUPPORTED, NOT_SHOWN, CANNOT_TELL = TESTED = ("supported", "not shown", "cannot tell")
"""What a test registered beforehand says."""
SUBJECTS_JOINED = " · "
"""Between the parts of a subject that has several: a vendor and its month."""
WORDS = (*COMPARED, FOUND, NOT_FOUND, *TESTED)

VERDICTS = Table(
    "verdicts", "One judgement of one subject.", ("judgement", "kind", "subject", "against", "metric", "day"), "",
    (
        Column("judgement", TEXT, "", "Key of the test.", required=True),
        Column("kind", TEXT, "", "What is compared: vendor, venue, order_type, period, payment …", required=True),
        Column("subject", TEXT, "", "Whom or what it is about.", required=True),
        Column("against", TEXT, "", "What it is held against.", required=True),
        Column("metric", TEXT, "", "Key of the metric."),
        Column("unit", TEXT, "", "Unit of effect, low, high, smallest_visible and materiality."),
        Column("day", DAY, "date", "Day on which a change began."),
        Column("n", COUNT, "rows", "Rows compared."),
        Column("clusters", COUNT, "clusters", "Clusters that the variance rests on: the fewer of symbol-days and parent orders."),
        Column("coverage", STATISTIC, "fraction", "Part of the subject's shares that found a match."),
        Column("effect", STATISTIC, "see unit", "Subject less the others, within the same kinds of rows."),
        Column("low", STATISTIC, "see unit", "Lower end of the interval."),
        Column("high", STATISTIC, "see unit", "Upper end of the interval."),
        Column("smallest_visible", STATISTIC, "see unit", "Smallest true difference that this much data would have shown nine times in ten."),
        Column("materiality", STATISTIC, "see unit", "What the policy, beforehand, called material."),
        Column("p", STATISTIC, "probability", "Chance of as large an effect when there is none; two-sided."),
        Column("q", STATISTIC, "probability", "The same, corrected for the number of comparisons in the family."),
        Column("dollars", STATISTIC, "USD", "Effect over the subject's matched shares; + is cost to customers."),
        Column("dollars_low", STATISTIC, "USD", "Lower end of its interval."),
        Column("dollars_high", STATISTIC, "USD", "Upper end of its interval."),
        Column("verdict", TEXT, "", "What is said.", required=True, values=WORDS),
        Column("why", TEXT, "", "The reason; always set where the verdict is inconclusive."),
        Column("sentence", TEXT, "", "One plain sentence made of these facts alone."),
        Column("is_material", FLAG, "", "Worse or better, and the interval reaches the materiality line."),
        Column("needs_decision", FLAG, "", "A person must decide: a material difference, or one that is inconclusive at or above the line."),
        Column("is_reversal", FLAG, "", "The pooled difference has the other sign than the one within cells."),
        Column("pooled_effect", STATISTIC, "see unit", "Subject less the others without regard to cells."),
        Column("times_running", COUNT, "periods", "How many periods in a row it was inconclusive at or above the line; 2 escalates."),
        Column("shrunk_effect", STATISTIC, "see unit", "Effect drawn toward the family's mean by how little data it rests on."),
        Column("rank", COUNT, "", "Place by shrunk effect, the best first."),
    ),
)  # fmt: skip


def table(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as VERDICTS, figures at DIGITS; what a row does not say is null."""
    return rounded(pl.DataFrame([{name: row.get(name) for name in VERDICTS.schema} for row in rows], schema=VERDICTS.schema))


def rounded(table: pl.DataFrame) -> pl.DataFrame:
    """The table with every figure at DIGITS."""
    return table.with_columns(pl.selectors.float().round_sig_figs(DIGITS))


def worst_first(verdicts: pl.DataFrame) -> pl.DataFrame:
    """What a person must decide on before the rest; worse before what may be chance; then by what it costs or saves."""
    rank = pl.col("verdict").replace_strict(_RANKS, default=len(_RANKS), return_dtype=pl.Int64)
    order = (~pl.col("needs_decision").fill_null(False), rank, pl.col("dollars").abs(), "kind", "subject", "metric")
    return verdicts.sort(*order, descending=[False, False, True, False, False, False], nulls_last=True)


_RANKS = {WORSE: 0, INCONCLUSIVE: 1, BETTER: 2, NO_MATERIAL_DIFFERENCE: 3}
