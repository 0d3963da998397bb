"""Price improvement and disimprovement against the far quote, and against the best available displayed price, at t0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bestexec import cite
from bestexec.cite import Cite
from bestexec.metrics.base import Better, Example, Metric, Ratio, Total, weighted_mean
from bestexec.metrics.worked import FILLS
from bestexec.units import FILLS as FILLS_UNIT
from bestexec.units import FRACTION, NANOSECONDS, SHARES, USD, USD_PER_SHARE

WEIGHT = "executed shares"
FACT = "none: a plain sum"
SIGN = "the field's sign: above zero is good for the customer"

ByHand = Mapping[str, tuple[float, str]]
"""Worked figures of the three fills by key, without the benchmark's prefix."""


@dataclass(frozen=True)
class Benchmark:
    """A price on the far side at t0 that fills are held against."""

    prefix: str
    """Put before each key; empty for the rule's main benchmark."""
    words: str
    far_px: str
    """Its SQL; null where it is unknown."""
    source: Cite
    note: str
    by_hand: ByHand


NBBO = Benchmark(
    prefix="", words="the quote", source=cite.RULE_605_IMPROVEMENT, note="at t0: the offer for a buy, the bid for a sell",
    far_px="CASE WHEN mid_at_t0 IS NULL THEN NULL WHEN side = 1 THEN ask_at_t0 ELSE bid_at_t0 END",
    by_hand={
        "net_price_improvement": (0.0, "(0.02 + 0.00 - 0.02) / 3"),
        "net_price_improvement_pct": (0.0, "(0.02 + 0.00 - 0.02) / (3 * 10.05)"),
        "price_improvement": (0.02, "0.02 * 100 / 100"),
        "price_disimprovement": (0.02, "0.02 * 100 / 100"),
        "inside": (1 / 3, "100 / 300"),
        "at_quote": (1 / 3, "100 / 300"),
        "outside": (1 / 3, "100 / 300"),
        "at_or_inside": (2 / 3, "(100 + 100) / 300"),
        "inside_shares": (100, "100"),
        "at_quote_shares": (100, "100"),
        "outside_shares": (100, "100"),
        "inside_fills": (1, "1"),
        "at_quote_fills": (1, "1"),
        "outside_fills": (1, "1"),
        "improvement_usd": (2.0, "0.02 * 100"),
        "disimprovement_usd": (2.0, "0.02 * 100"),
        "net_improvement_usd": (0.0, "0.02 * 100 + 0.00 * 100 - 0.02 * 100"),
    },
)  # fmt: skip
BEST_DISPLAYED = Benchmark(
    prefix="best_displayed_", words="the best available displayed price", source=cite.RULE_605_BEST_DISPLAYED,
    note="at t0, odd lots included, never worse than the quote; unknown without an odd-lot feed; required from trading month 2026-11",
    far_px="""CASE WHEN mid_at_t0 IS NULL OR best_bid_at_t0 IS NULL OR best_ask_at_t0 IS NULL THEN NULL
     WHEN side = 1 AND best_ask_at_t0 < ask_at_t0 THEN best_ask_at_t0
     WHEN side = 1 THEN ask_at_t0
     WHEN best_bid_at_t0 > bid_at_t0 THEN best_bid_at_t0
     ELSE bid_at_t0 END""",
    by_hand={
        "net_price_improvement": (-0.01, "(0.01 - 0.01 - 0.03) / 3"),
        "net_price_improvement_pct": (-0.03 / 30.15, "(0.01 - 0.01 - 0.03) / (3 * 10.05)"),
        "price_improvement": (0.01, "0.01 * 100 / 100"),
        "price_disimprovement": (0.02, "(0.01 * 100 + 0.03 * 100) / 200"),
        "inside": (1 / 3, "100 / 300"),
        "at_quote": (0, "0 / 300"),
        "outside": (2 / 3, "(100 + 100) / 300"),
        "at_or_inside": (1 / 3, "(100 + 0) / 300"),
        "inside_shares": (100, "100"),
        "at_quote_shares": (0, "0"),
        "outside_shares": (200, "100 + 100"),
        "inside_fills": (1, "1"),
        "at_quote_fills": (0, "0"),
        "outside_fills": (2, "1 + 1"),
        "improvement_usd": (1.0, "0.01 * 100"),
        "disimprovement_usd": (4.0, "0.01 * 100 + 0.03 * 100"),
        "net_improvement_usd": (-3.0, "0.01 * 100 - 0.01 * 100 - 0.03 * 100"),
    },
)  # fmt: skip


def _flag(test: str) -> str:
    """1 where the net improvement passes, 0 where it is known and does not, else null."""
    net = test.split(maxsplit=1)[0]
    return f"CASE WHEN {test} THEN 1 WHEN {net} IS NOT NULL THEN 0 END"


def _fractions(of: Benchmark) -> tuple[Metric, ...]:
    net = f"{of.prefix}net_price_improvement"
    sides: tuple[tuple[str, str, str, Better], ...] = (
        ("inside", "> 0", "better than", "higher"),
        ("at_quote", "= 0", "at", "neither"),
        ("outside", "< 0", "worse than", "lower"),
        ("at_or_inside", ">= 0", "at or better than", "higher"),
    )
    return tuple(
        Metric(
            key=f"{of.prefix}{name}", title=f"Fraction of shares executed {words} {of.words}", on="fills", row=_flag(f"{net} {test}"),
            summary=weighted_mean(f"{of.prefix}{name}", by="fill_qty"), unit=FRACTION, better=better, source=of.source, weight=WEIGHT,
            example=Example(FILLS, *of.by_hand[name]),
        )
        for name, test, words, better in sides
    )  # fmt: skip


def _amounts(of: Benchmark) -> tuple[Metric, ...]:
    net = f"{of.prefix}net_price_improvement"
    gain, loss = f"{of.prefix}price_improvement", f"{of.prefix}price_disimprovement"
    return (
        Metric(
            key=net, title=f"Net price improvement against {of.words}", on="fills", row=f"side * ({of.far_px} - fill_px)",
            summary=weighted_mean(net, by="fill_qty"), unit=USD_PER_SHARE, better="higher", source=of.source, weight=WEIGHT,
            example=Example(FILLS, *of.by_hand["net_price_improvement"]), note=f"{of.note}; {SIGN}",
        ),
        *_fractions(of),
        Metric(
            key=f"{net}_pct", title=f"Net price improvement against {of.words}, percent of midpoint", on="fills",
            row=f"CAST({net} AS DOUBLE) / nullif(CAST(mid_at_t0 AS DOUBLE), 0)", summary=Ratio(f"{net} * fill_qty", "mid_at_t0 * fill_qty"),
            unit=FRACTION, better="higher", source=cite.RULE_605_SUMMARY, weight="ratio of two share-weighted averages", note=SIGN,
            example=Example(FILLS, *of.by_hand["net_price_improvement_pct"]),
        ),
        Metric(
            key=gain, title=f"Price improvement against {of.words}", on="fills", row=f"{of.prefix}inside * {net}",
            summary=Ratio(f"{gain} * fill_qty", f"{of.prefix}inside * fill_qty"), unit=USD_PER_SHARE, better="higher", source=of.source,
            weight="improved shares alone", example=Example(FILLS, *of.by_hand["price_improvement"]),
            note=f"empty, not zero, where nothing was improved; {SIGN}",
        ),
        Metric(
            key=loss, title=f"Price disimprovement against {of.words}", on="fills", row=f"0 - {of.prefix}outside * {net}",
            summary=Ratio(f"{loss} * fill_qty", f"{of.prefix}outside * fill_qty"), unit=USD_PER_SHARE, better="lower", source=of.source,
            weight="shares executed outside alone", example=Example(FILLS, *of.by_hand["price_disimprovement"]),
            note="empty, not zero, where nothing was outside",
        ),
    )  # fmt: skip


def _sums(of: Benchmark) -> tuple[Metric, ...]:
    sides: tuple[tuple[str, str, Better], ...] = (("inside", "better than", "higher"), ("at_quote", "at", "neither"), ("outside", "worse than", "lower"))
    dollars: tuple[tuple[str, str, str, Better], ...] = (
        ("improvement_usd", "price_improvement", "Dollars of price improvement", "higher"),
        ("disimprovement_usd", "price_disimprovement", "Dollars of price disimprovement", "lower"),
        ("net_improvement_usd", "net_price_improvement", "Net dollars of price improvement", "higher"),
    )
    shares = tuple(
        Metric(
            key=f"{of.prefix}{name}_shares", title=f"Shares executed {words} {of.words}", on="fills", summary=Total(f"{of.prefix}{name} * fill_qty"),
            unit=SHARES, better=better, source=of.source, weight=FACT, example=Example(FILLS, *of.by_hand[f"{name}_shares"]),
        )
        for name, words, better in sides
    )  # fmt: skip
    fills = tuple(
        Metric(
            key=f"{of.prefix}{name}_fills", title=f"Fills {words} {of.words}", on="fills", summary=Total(f"{of.prefix}{name}"),
            unit=FILLS_UNIT, better=better, source=of.source, weight=FACT, covers="rows", example=Example(FILLS, *of.by_hand[f"{name}_fills"]),
        )
        for name, words, better in sides
    )  # fmt: skip
    usd = tuple(
        Metric(
            key=f"{of.prefix}{name}", title=f"{title} against {of.words}", on="fills", summary=Total(f"{of.prefix}{amount} * fill_qty"),
            unit=USD, better=better, source=of.source, weight=FACT, example=Example(FILLS, *of.by_hand[name]),
        )
        for name, amount, title, better in dollars
    )  # fmt: skip
    return (*shares, *fills, *usd)


def _time(name: str, words: str, by_hand: tuple[float, str]) -> Metric:
    return Metric(
        key=f"{name}_time", title=f"Mean time of shares executed {words} the quote", on="fills",
        summary=Ratio(f"{name} * mean_time_to_execution * fill_qty", f"{name} * fill_qty"),
        unit=NANOSECONDS, better="lower", source=cite.RULE_605_IMPROVEMENT, weight=f"shares executed {words} the quote", example=Example(FILLS, *by_hand),
    )  # fmt: skip


TIMES = (
    _time("inside", "better than", (2_000_000, "2_000_000")),
    _time("at_quote", "at", (15_000_000, "15_000_000")),
    _time("outside", "worse than", (1_500_000_000, "1_500_000_000")),
)

IMPROVEMENT = (*_amounts(NBBO), *_sums(NBBO), *TIMES, *_amounts(BEST_DISPLAYED), *_sums(BEST_DISPLAYED))
