"""Verdicts that a person must decide on."""

from __future__ import annotations

from bestexec import cite
from bestexec.checks.base import Check

_NUMBERS = ("kind", "subject", "metric", "effect", "low", "high", "smallest_visible", "materiality", "unit", "n", "clusters", "dollars", "q")
_ROW = {"kind": "venue", "subject": "XNAS", "metric": "effective_spread", "sentence": "…"}

VERDICTS = (
    Check(
        "VER-101", "Materially worse than the others in the same kinds of orders", on="verdicts", where="verdict = 'worse' AND is_material",
        severity="high", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} What explains it, and is the routing modified or the difference justified?",
        hit={**_ROW, "verdict": "worse", "is_material": True}, miss={**_ROW, "verdict": "worse", "is_material": False},
        numbers=_NUMBERS,
    ),
    Check(
        "VER-102", "Inconclusive, with a difference that would be material", on="verdicts", where="verdict = 'inconclusive' AND needs_decision",
        severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} Is more data gathered, until when, or is it decided on what is known?",
        hit={**_ROW, "verdict": "inconclusive", "needs_decision": True}, miss={**_ROW, "verdict": "inconclusive", "needs_decision": False},
        numbers=_NUMBERS,
    ),
    Check(
        "VER-103", "Plain averages say the opposite of like against like", on="verdicts", where="is_reversal AND verdict IN ('worse', 'better')",
        severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{sentence} Which of the two stands in reports that the firm relies on?",
        hit={**_ROW, "verdict": "better", "is_reversal": True}, miss={**_ROW, "verdict": "no material difference", "is_reversal": True},
        numbers=(*_NUMBERS, "pooled_effect"),
    ),
    Check(
        "VER-111", "The vendor's own figure is not what the records show", on="claimed", where="verdict = 'contradicted'",
        severity="high", source=cite.FINRA_RN_21_29,
        ask="{sentence} Did the vendor leave orders out, or compute it otherwise, and who relied on it?",
        hit={"vendor": "one", "metric": "fill_rate", "verdict": "contradicted", "sentence": "…"},
        miss={"vendor": "one", "metric": "fill_rate", "verdict": "supported", "sentence": "…"},
        numbers=(
            "metric", "unit", "period_from_on", "period_to_on", "venue", "symbol", "order_type", "claimed", "ours", "n", "difference", "tolerance",
            "is_flattering",
        ),
    ),
)  # fmt: skip
