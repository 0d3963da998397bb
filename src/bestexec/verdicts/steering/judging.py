"""Whether a vendor's flow follows what venues pay, at equal quality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from bestexec.errors import Problem
from bestexec.schema import Column, Table
from bestexec.units import COUNT, TEXT
from bestexec.verdicts import base
from bestexec.verdicts.base import LEVEL, STATISTIC
from bestexec.verdicts.steering.panel import Panel, panel
from bestexec.verdicts.steering.quality import quality
from bestexec.verdicts.steering.response import FORMS, Answer, respond

FEWEST_CLUSTERS = 30
FEWEST_VENUES = 5
"""Of fewer venues the payments can be dealt out in too few ways for a chance below 5 %."""

STEERED = Table(
    "steered", "How one vendor's flow answered to payments.", ("vendor",), "",
    (
        Column("vendor", TEXT, "", "Vendor.", required=True),
        Column("design", TEXT, "", "`changes`: read off payments that changed; `levels`: none changed, and venues are compared with each other."),
        Column("form", TEXT, "", "How it follows them most clearly: `proportional`, each ¢ counts, or `best_payer`, only who pays best."),
        Column("venues", COUNT, "venues", "Venues whose payment is known.", required=True),
        Column("days", COUNT, "days", "Trading days.", required=True),
        Column("choices", COUNT, "choices", "Symbols × days × kinds of order.", required=True),
        Column("shares", STATISTIC, "shares", "Shares of these choices.", required=True),
        Column("coverage", STATISTIC, "fraction", "Part of the vendor's shares that went to venues whose payment is known."),
        Column("share_per_cent", STATISTIC, "fraction per ¢/100 shares", "What a venue gets more of the flow for each ¢ per 100 shares that it pays more."),
        Column("share_per_cent_low", STATISTIC, "fraction per ¢/100 shares", "Lower end of its interval."),
        Column("share_per_cent_high", STATISTIC, "fraction per ¢/100 shares", "Upper end."),
        Column("shares_per_cent", STATISTIC, "shares per ¢/100 shares", "The same in shares of the period."),
        Column("share_per_cost", STATISTIC, "fraction per unit of cost", "What a venue gets more for each unit of its cost; below zero if quality is minded."),
        Column("flow_moved", STATISTIC, "fraction", "Part of the flow that goes elsewhere than it would if all venues paid alike."),
        Column("p", STATISTIC, "probability", "Two-sided, by symbol-days (by venues, for `levels`), corrected for the two forms."),
        Column("p_dealt", STATISTIC, "probability", "Part of the ways of dealing the payments out among venues that explain the shares as well; one-sided."),
    ),
)  # fmt: skip


def steering(
    rows: pl.DataFrame, payments: pl.DataFrame, *, metric: str = "effective_spread", cells: Sequence[str] = ("order_type",), weight: str = "fill_qty",
    material: float = 0.01, seed: int = 0,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """(VERDICTS, STEERED), one row a vendor in `rows`: fills or routes with vendor, venue, symbol, day, month, `metric`, `cells` and `weight`.

    `metric` is a cost to customers and reads no payment. `payments` are in the columns of IN_FORCE. The effect is `flow_moved`, a fraction of the flow.
    Found: the interval lies above zero, the payments of other venues explain the shares less well in 19 of 20 dealings, and the effect is above
    zero. Not found: no form's interval reaches `material`. Otherwise inconclusive. Raises Problem where `metric` is a payment.
    """
    if metric in ("venue_fee_usd", "usd_per_share"):
        raise Problem(f"{metric} is a payment", where="steering", do="name a measure of quality: payments take no part in it")
    if not 0 < material < 1:
        raise Problem(f"{material} is no part of the flow", where="steering", do="give a fraction above 0 and below 1")
    told = rows.filter(pl.col("vendor").is_not_null())
    judged = [_judged(told, payments, vendor, metric, tuple(cells), weight, material, seed) for vendor in told["vendor"].unique().sort().to_list()]
    return base.table(verdict for verdict, _ in judged), pl.DataFrame([detail for _, detail in judged], schema=STEERED.schema)


def _judged(
    rows: pl.DataFrame, payments: pl.DataFrame, vendor: str, metric: str, cells: tuple[str, ...], weight: str, material: float, seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
    own = rows.filter(pl.col("vendor") == vendor)
    made = panel(own, payments, quality(own, metric, cells=("symbol", *cells), weight=weight), vendor, cells=cells, weight=weight)
    clusters = len(set(made.cluster.tolist()))
    facts = {
        "vendor": vendor,
        "venues": len(made.venues),
        "days": made.days,
        "choices": made.weight.size,
        "shares": float(made.weight.sum()),
        "coverage": made.coverage,
    }
    said = {
        "judgement": "steering", "kind": "payment", "subject": vendor, "against": "equal payments", "metric": metric, "unit": "fraction of flow",
        "n": own.height, "clusters": clusters, "coverage": made.coverage, "materiality": material,
    }  # fmt: skip
    why = _silence(made, clusters)
    answer = None if why else respond(made, seed=seed)
    if answer is None or answer.why:
        return {**said, **_inconclusive(vendor, why or (answer.why if answer else ""))}, facts
    return {**said, **_verdict(vendor, answer, material)}, {**facts, **_measured(answer, float(made.weight.sum()))}


def _silence(made: Panel, clusters: int) -> str:
    """Why nothing can be said; empty where something can."""
    if not made.venues:
        return "no line of the payments is in force on every day for any venue that it sent to"
    if len(made.venues) < 2:
        return f"{made.venues[0]} alone has a known payment, so that there is no choice to explain"
    if not made.paid.any():
        return "no venue paid or charged anything in the period"
    if not (abs(made.paid - made.paid.mean(axis=1, keepdims=True)) > 1e-9).any():
        return "all venues paid alike at all times"
    if made.days < 2:
        return "one trading day only"
    if clusters < FEWEST_CLUSTERS:
        return f"{clusters} symbol-days only; {FEWEST_CLUSTERS} are needed"
    if len(made.venues) < FEWEST_VENUES:
        return f"{len(made.venues)} venues only; with fewer than {FEWEST_VENUES} the payment cannot be told from whatever else moved a venue"
    return ""


def _measured(answer: Answer, shares: float) -> dict[str, Any]:
    strongest, proportional = answer.strongest, answer.of("proportional")
    told = {
        "design": answer.design, "form": strongest.form, "flow_moved": strongest.fit.effect * strongest.flow_per_unit, "p": _p(answer),
        "p_dealt": answer.p_dealt,
        "share_per_cost": strongest.fit.others[0] if strongest.fit.others else None,
    }  # fmt: skip
    if proportional is None:
        return told
    low, high = proportional.fit.interval(LEVEL)
    effect = proportional.fit.effect
    return {**told, "share_per_cent": effect, "share_per_cent_low": low, "share_per_cent_high": high, "shares_per_cent": effect * shares}


def _p(answer: Answer) -> float:
    return min(1.0, answer.strongest.fit.p * len(FORMS))


def _verdict(vendor: str, answer: Answer, material: float) -> dict[str, Any]:
    fit, scale, level = answer.strongest.fit, answer.strongest.flow_per_unit, LEVEL / len(FORMS)
    low, high = (end * scale for end in fit.interval(level))
    figures = {"effect": fit.effect * scale, "low": low, "high": high, "smallest_visible": fit.smallest_visible(level) * scale, "p": _p(answer)}
    moved = f"{100 * figures['effect']:.1f} % of {vendor}'s flow (between {100 * low:.1f} % and {100 * high:.1f} %)"
    if low > 0 and answer.p_dealt <= LEVEL:
        return {**figures, "verdict": base.FOUND, "why": None, "sentence": f"{moved} follows what venues pay, at equal quality."}
    most = max(form.fit.interval(level)[1] * form.flow_per_unit for form in answer.forms)
    if most < material:
        return {
            **figures,
            "verdict": base.NOT_FOUND,
            "why": None,
            "sentence": f"At most {100 * max(most, 0):.1f} % of {vendor}'s flow follows what venues pay.",
        }
    why = (
        f"the payments of other venues explain the shares as well (chance {answer.p_dealt:.2f})"
        if low > 0 else f"the interval reaches up to {100 * most:.1f} % of the flow; {100 * material:.1f} % would be material"
    )  # fmt: skip
    return {**figures, **_inconclusive(vendor, why)}


def _inconclusive(vendor: str, why: str) -> dict[str, Any]:
    return {"verdict": base.INCONCLUSIVE, "why": why, "sentence": f"Whether {vendor}'s flow follows what venues pay is inconclusive: {why}."}
