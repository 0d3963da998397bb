"""Verdicts that a person must decide on."""

from __future__ import annotations

from bestexec import cite
from bestexec.checks.base import Check

_NUMBERS = ("kind", "subject", "metric", "effect", "low", "high", "smallest_visible", "materiality", "unit", "n", "clusters", "dollars", "q")
_ROW = {"kind": "venue", "subject": "XNAS", "metric": "effective_spread", "sentence": "…"}

VERDICTS = (
    Check(
        "VER-101", "Materially worse than the others in the same kinds of orders", on="verdicts", where="verdict = 'worse' AND is_material",
        alert=("vendor", "venue"), severity="high", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} What explains it, and is the routing modified or the difference justified?",
        hit={**_ROW, "verdict": "worse", "is_material": True}, miss={**_ROW, "verdict": "worse", "is_material": False},
        numbers=_NUMBERS,
    ),
    Check(
        "VER-102", "Inconclusive, with a difference that would be material", on="verdicts", where="verdict = 'inconclusive' AND needs_decision",
        alert=("vendor", "venue"), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} Is more data gathered, until when, or is it decided on what is known?",
        hit={**_ROW, "verdict": "inconclusive", "needs_decision": True}, miss={**_ROW, "verdict": "inconclusive", "needs_decision": False},
        numbers=_NUMBERS,
    ),
    Check(
        "VER-103", "Plain averages say the opposite of like against like", on="verdicts", where="is_reversal AND verdict IN ('worse', 'better')",
        alert=("vendor", "venue"), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} Which of the two stands in reports that the firm relies on?",
        hit={**_ROW, "verdict": "better", "is_reversal": True}, miss={**_ROW, "verdict": "no material difference", "is_reversal": True},
        numbers=(*_NUMBERS, "pooled_effect"),
    ),
    Check(
        "VER-111", "The vendor's own figure is not what the records show", on="claimed", where="verdict = 'contradicted'",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_29,
        ask="{sentence} Did the vendor leave orders out, or compute it otherwise, and who relied on it?",
        hit={"vendor": "one", "metric": "fill_rate", "verdict": "contradicted", "sentence": "…"},
        miss={"vendor": "one", "metric": "fill_rate", "verdict": "supported", "sentence": "…"},
        numbers=(
            "metric", "unit", "period_from_on", "period_to_on", "venue", "symbol", "order_type", "claimed", "ours", "n", "difference", "tolerance",
            "is_flattering",
        ),
    ),
    Check(
        "VER-121", "The router moved, and nobody announced it", on="router_changes", where="notice = 'silent'",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_29,
        ask="{sentence} {figures} figures moved on that day. What did the vendor change, and who agreed to it?",
        hit={"vendor": "one", "figure": "venue_share:XNAS", "notice": "silent", "figures": 3, "sentence": "…"},
        miss={"vendor": "one", "figure": "venue_share:XNAS", "notice": "announced", "figures": 3, "sentence": "…"},
        numbers=("figure", "effect", "low", "high", "figures", "raised_on", "notice"),
    ),
    Check(
        "VER-122", "The router moved as its release said", on="router_changes", where="notice = 'announced'",
        alert=("vendor",), severity="low", source=cite.FINRA_RN_21_29,
        ask="{sentence} {figures} figures moved on that day. Is it what was agreed to, and no more?",
        hit={"vendor": "one", "figure": "venue_share:XNAS", "notice": "announced", "figures": 3, "sentence": "…"},
        miss={"vendor": "one", "figure": "venue_share:XNAS", "notice": "silent", "figures": 3, "sentence": "…"},
        numbers=("figure", "effect", "low", "high", "figures", "raised_on", "notice", "release"),
    ),
    Check(
        "VER-123", "Flow follows payment at equal quality", on="detected", where="judgement = 'steering' AND verdict = 'found'",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_23,
        ask="{sentence} Why do these venues get more of the flow than their quality does?",
        hit={"judgement": "steering", "subject": "one", "verdict": "found", "sentence": "…"},
        miss={"judgement": "steering", "subject": "one", "verdict": "not found", "sentence": "…"},
        numbers=("effect", "low", "high", "unit", "n", "clusters"),
    ),
    Check(
        "VER-124", "A hop that helps nobody", on="detected", where="judgement = 'interposition' AND verdict = 'found'",
        alert=("vendor",), severity="high", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} What does the customer get for this hop?",
        hit={"judgement": "interposition", "subject": "one", "verdict": "found", "sentence": "…"},
        miss={"judgement": "interposition", "subject": "one", "verdict": "not found", "sentence": "…"},
        numbers=("against", "effect", "low", "high", "unit", "n", "clusters"),
    ),
    Check(
        "VER-131", "The router did what its vendor says it never does", on="violations", where="routes > 0",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_29,
        ask="{routes} routes of {vendor} break the stated rule {rule} (orders {first_orders}, …): {first_why}. Is the statement wrong, or the router?",
        hit={"vendor": "one", "rule": "lit-first", "routes": 1, "first_why": "…", "first_orders": "O1"},
        miss={"vendor": "one", "rule": "lit-first", "routes": 0, "first_why": "…", "first_orders": "O1"},
        numbers=("rule", "routes", "first_orders", "first_why"),
    ),
    Check(
        "VER-141", "The market learns of orders from their routes", on="leaking", where="verdict = 'leaks'",
        alert=("vendor", "venue"), severity="high", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} Who sees these orders there, and should they go there?",
        hit={"judgement": "fade", "subject": "POOL", "verdict": "leaks", "effect_bps": 1.0, "metric": "fade_1s", "sentence": "…"},
        miss={"judgement": "fade", "subject": "POOL", "verdict": "cannot tell", "effect_bps": 1.0, "metric": "fade_1s", "sentence": "…"},
        numbers=("metric", "effect_bps", "low_bps", "high_bps", "limit_bps", "n", "rank"),
    ),
    Check(
        "VER-142", "A first look that costs", on="first_looks", where="verdict = 'costs'",
        alert=("vendor", "venue"), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="Orders that {vendor} shows to {venue} first and that go on unfilled find the market {cost_bps} bps worse, {cost_usd} together, over {n} orders. "
            "What does the customer get for the look?",
        hit={"vendor": "one", "venue": "POOL", "verdict": "costs", "cost_bps": 1.0, "cost_usd": 10.0, "n": 40},
        miss={"vendor": "one", "venue": "POOL", "verdict": "no cost seen", "cost_bps": 1.0, "cost_usd": 10.0, "n": 40},
        numbers=("looks", "went_on", "n", "median_delay_ns", "cost_bps", "low_bps", "high_bps", "cost_usd"),
    ),
)  # fmt: skip
