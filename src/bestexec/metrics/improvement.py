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


@dataclass(frozen=True)
class Benchmark:
    """What a fill's price is held against: the amounts carry one of these names before their keys."""

    before: str
    """Put before each key; empty for the rule's main benchmark."""
    words: str
    far_px: str
    """SQL of the price on the far side at t0."""
    source: Cite
    note: str
    by_hand: Mapping[str, tuple[float, str]]
    """Worked figures of the three fills, by key without prefix."""


NBBO = Benchmark(
    before="", words="the quote", source=cite.RULE_605_IMPROVEMENT, note="at t0: the offer for a buy, the bid for a sell",
    far_px="CASE WHEN mid_at_t0 IS NULL THEN NULL WHEN side = 1 THEN ask_at_t0 ELSE bid_at_t0 END",
    by_hand={
        "net_price_improvement": (0.0, "(0.02 + 0.00 - 0.02) / 3"),
        "price_improvement": (0.02, "0.02 * 100 / 100"),
        "price_disimprovement": (0.02, "0.02 * 100 / 100"),
        "net_price_improvement_pct": (0.0, "(0.02 + 0.00 - 0.02) / (3 * 10.05)"),
        "improved": (1 / 3, "100 / 300"),
        "at_or_inside": (2 / 3, "(100 + 100) / 300"),
        "improved_shares": (100, "100"), "at_quote_shares": (100, "100"), "outside_shares": (100, "100"),
        "improved_fills": (1, "1"), "at_quote_fills": (1, "1"), "outside_fills": (1, "1"),
        "improvement_usd": (2.0, "0.02 * 100"), "disimprovement_usd": (2.0, "0.02 * 100"), "net_improvement_usd": (0.0, "0.02 * 100 + 0.00 * 100 - 0.02 * 100"),
    },
)  # fmt: skip
BEST_DISPLAYED = Benchmark(
    before="best_displayed_", words="the best available displayed price", source=cite.RULE_605_BEST_DISPLAYED,
    note="at t0, odd lots included, never worse than the quote; unknown without an odd-lot feed; required from trading month 2026-11",
    far_px="""CASE WHEN mid_at_t0 IS NULL OR best_bid_at_t0 IS NULL OR best_ask_at_t0 IS NULL THEN NULL
     WHEN side = 1 AND best_ask_at_t0 < ask_at_t0 THEN best_ask_at_t0
     WHEN side = 1 THEN ask_at_t0
     WHEN best_bid_at_t0 > bid_at_t0 THEN best_bid_at_t0
     ELSE bid_at_t0 END""",
    by_hand={
        "net_price_improvement": (-0.01, "(0.01 - 0.01 - 0.03) / 3"),
        "price_improvement": (0.01, "0.01 * 100 / 100"),
        "price_disimprovement": (0.02, "(0.01 * 100 + 0.03 * 100) / 200"),
        "net_price_improvement_pct": (-0.03 / 30.15, "(0.01 - 0.01 - 0.03) / (3 * 10.05)"),
        "improved": (1 / 3, "100 / 300"),
        "at_or_inside": (1 / 3, "100 / 300"),
        "improved_shares": (100, "100"), "at_quote_shares": (0, "0"), "outside_shares": (200, "100 + 100"),
        "improved_fills": (1, "1"), "at_quote_fills": (0, "0"), "outside_fills": (2, "1 + 1"),
        "improvement_usd": (1.0, "0.01 * 100"), "disimprovement_usd": (4.0, "0.01 * 100 + 0.03 * 100"),
        "net_improvement_usd": (-3.0, "0.01 * 100 - 0.01 * 100 - 0.03 * 100"),
    },
)  # fmt: skip


def _where(amount: str, test: str, then: str) -> str:
    """`then` on the rows that pass, 0 on the others that are known, null on the unknown."""
    return f"CASE WHEN {amount} {test} THEN {then} WHEN {amount} IS NOT NULL THEN 0 END"


def _amounts(of: Benchmark) -> tuple[Metric, ...]:
    net, by_hand = f"{of.before}net_price_improvement", of.by_hand
    return (
        Metric(
            key=net, title=f"Net price improvement against {of.words}", on="fills", row=f"side * ({of.far_px} - fill_px)",
            summary=weighted_mean(net, by="fill_qty"),
            unit=USD_PER_SHARE, better="higher", source=of.source, weight=WEIGHT, example=Example(FILLS, *by_hand["net_price_improvement"]),
            note=f"{of.note}; {SIGN}",
        ),
        Metric(
            key=f"{of.before}price_improvement", title=f"Price improvement against {of.words}", on="fills", row=_where(net, "> 0", net),
            summary=Ratio(_where(net, "> 0", f"{net} * fill_qty"), _where(net, "> 0", "fill_qty")), unit=USD_PER_SHARE, better="higher", source=of.source,
            weight="improved shares alone", example=Example(FILLS, *by_hand["price_improvement"]), note=f"empty, not zero, where nothing was improved; {SIGN}",
        ),
        Metric(
            key=f"{of.before}price_disimprovement", title=f"Price disimprovement against {of.words}", on="fills", row=_where(net, "< 0", f"-{net}"),
            summary=Ratio(_where(net, "< 0", f"-{net} * fill_qty"), _where(net, "< 0", "fill_qty")), unit=USD_PER_SHARE, better="lower", source=of.source,
            weight="shares executed outside alone", example=Example(FILLS, *by_hand["price_disimprovement"]), note="empty, not zero, where nothing was outside",
        ),
        Metric(
            key=f"{net}_pct", title=f"Net price improvement against {of.words}, percent of midpoint", on="fills",
            row=f"CAST({net} AS DOUBLE) / nullif(CAST(mid_at_t0 AS DOUBLE), 0)", summary=Ratio(f"{net} * fill_qty", "mid_at_t0 * fill_qty"),
            unit=FRACTION, better="higher", source=cite.RULE_605_SUMMARY, weight="ratio of two share-weighted averages", note=SIGN,
            example=Example(FILLS, *by_hand["net_price_improvement_pct"]),
        ),
        Metric(
            key=f"{of.before}improved", title=f"Shares better than {of.words}", on="fills", summary=Ratio(_where(net, "> 0", "fill_qty"), "fill_qty"),
            unit=FRACTION, better="higher", source=cite.RULE_605_SUMMARY, weight=WEIGHT, example=Example(FILLS, *by_hand["improved"]),
        ),
        Metric(
            key=f"{of.before}at_or_inside", title=f"Shares at {of.words} or better", on="fills", summary=Ratio(_where(net, ">= 0", "fill_qty"), "fill_qty"),
            unit=FRACTION, better="higher", source=cite.RULE_605_SUMMARY, weight=WEIGHT, example=Example(FILLS, *by_hand["at_or_inside"]),
        ),
    )  # fmt: skip


def _sums(of: Benchmark) -> tuple[Metric, ...]:
    net, by_hand = f"{of.before}net_price_improvement", of.by_hand
    sides: tuple[tuple[str, str, str, Better], ...] = (
        ("improved", "> 0", "better than", "higher"),
        ("at_quote", "= 0", "at", "neither"),
        ("outside", "< 0", "worse than", "lower"),
    )
    shares = tuple(
        Metric(
            key=f"{of.before}{name}_shares", title=f"Shares executed {words} {of.words}", on="fills", summary=Total(_where(net, test, "fill_qty")),
            unit=SHARES, better=better, source=of.source, weight=FACT, example=Example(FILLS, *by_hand[f"{name}_shares"]),
        )
        for name, test, words, better in sides
    )  # fmt: skip
    fills = tuple(
        Metric(
            key=f"{of.before}{name}_fills", title=f"Fills {words} {of.words}", on="fills", summary=Total(_where(net, test, "1")),
            unit=FILLS_UNIT, better=better, source=of.source, weight=FACT, covers="rows", example=Example(FILLS, *by_hand[f"{name}_fills"]),
        )
        for name, test, words, better in sides
    )  # fmt: skip
    dollars = (
        Metric(
            key=f"{of.before}improvement_usd", title=f"Dollars of price improvement against {of.words}", on="fills",
            summary=Total(_where(net, "> 0", f"{net} * fill_qty")),
            unit=USD, better="higher", source=of.source, weight=FACT, example=Example(FILLS, *by_hand["improvement_usd"]), note=SIGN,
        ),
        Metric(
            key=f"{of.before}disimprovement_usd", title=f"Dollars of price disimprovement against {of.words}", on="fills",
            summary=Total(_where(net, "< 0", f"-{net} * fill_qty")),
            unit=USD, better="lower", source=of.source, weight=FACT, example=Example(FILLS, *by_hand["disimprovement_usd"]),
        ),
        Metric(
            key=f"{of.before}net_improvement_usd", title=f"Net dollars of price improvement against {of.words}", on="fills", summary=Total(f"{net} * fill_qty"),
            unit=USD, better="higher", source=of.source, weight=FACT, example=Example(FILLS, *by_hand["net_improvement_usd"]), note=SIGN,
        ),
    )  # fmt: skip
    return (*shares, *fills, *dollars)


def _time(name: str, test: str, words: str, by_hand: tuple[float, str]) -> Metric:
    known = "t0_to_fill_ns >= 0 AND net_price_improvement IS NOT NULL"
    on_time = f"CASE WHEN t0_to_fill_ns >= 0 AND net_price_improvement {test} THEN {{}} WHEN {known} THEN 0 END"
    return Metric(
        key=f"{name}_time", title=f"Mean time of shares executed {words} the quote", on="fills",
        summary=Ratio(on_time.format("t0_to_fill_ns * fill_qty"), on_time.format("fill_qty")),
        unit=NANOSECONDS, better="lower", source=cite.RULE_605_IMPROVEMENT, weight=f"shares executed {words} the quote", example=Example(FILLS, *by_hand),
    )  # fmt: skip


TIMES = (
    _time("improved", "> 0", "better than", (2_000_000, "2_000_000")),
    _time("at_quote", "= 0", "at", (15_000_000, "15_000_000")),
    _time("outside", "< 0", "worse than", (1_500_000_000, "1_500_000_000")),
)

IMPROVEMENT = (*_amounts(NBBO), *_sums(NBBO), *TIMES, *_amounts(BEST_DISPLAYED), *_sums(BEST_DISPLAYED))
