"""The verdict of one figure, in the shared columns and in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats

from bestexec.verdicts import base
from bestexec.verdicts.base import LEVEL, POWER
from bestexec.verdicts.changes.expected import Daily
from bestexec.verdicts.changes.families import Family, Watched
from bestexec.verdicts.changes.tables import ANNOUNCED, MARKET, UNTOLD


def figure_of(family: Family, word: str) -> str:
    """The figure's key: venue_share:XNAS, passive_share."""
    return f"{family.key}:{word}" if word else family.key


def changed(family: Family, word: str, change: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict of one row of CHANGES."""
    what, vendor = family.title.format(word), change["vendor"]
    said = {
        **_same(vendor, change["figure"], family), "day": change["began_on"],
        **{name: change[name] for name in ("n", "clusters", "coverage", "effect", "low", "high")},
    }  # fmt: skip
    if change["moved"] == MARKET:
        shifts = f"it shifted by {_points(change['observed_shift'], family)}, of which the market explains {_points(change['expected_shift'], family)}"
        return {**said, "verdict": base.NOT_FOUND, "why": MARKET, "sentence": f"The market moved {what} of {vendor} from {change['began_on']} on: {shifts}."}
    if change["moved"] == UNTOLD:
        why = f"{100 * (1 - change['coverage']):.0f} % of the later rows stood in markets that the reference days had not seen"
        sentence = f"Whether the router or the market moved {what} of {vendor} is inconclusive: {why}."
        return {**said, "verdict": base.INCONCLUSIVE, "why": why, "sentence": sentence}
    notice = f"announced in the release of {change['release']}" if change["notice"] == ANNOUNCED else "no release note is near"
    effect, low, high = (_points(change[name], family) for name in ("effect", "low", "high"))
    sentence = f"The router of {vendor} moved on {change['began_on']}: {what} changed by {effect} (between {low} and {high}) in like markets; {notice}."
    return {**said, "p": change["p"], "verdict": base.FOUND, "why": change["notice"], "sentence": sentence}


def calm(vendor: str, made: Watched, told: Daily, place: int, first: int, beyond: float, material: float) -> dict[str, Any]:
    """The verdict of a figure that gave no alarm from day `first` on: not found, or inconclusive where a change of `material` could hide for two days."""
    later, family = slice(first, len(told.days)), made.family
    variance, of_reference, n = told.variance[later, place], float(told.of_reference[place]), told.n[later]
    visible = (beyond + float(stats.norm.ppf(POWER))) * float(np.sqrt(np.median(variance) / 2 + of_reference))
    effect = float(np.average((told.observed - told.expected)[later, place], weights=n))
    reach = float(np.sqrt(1 / (1 / variance).sum() + of_reference)) * float(stats.norm.ppf(1 - LEVEL / 2))
    said = {
        **_same(vendor, figure_of(family, made.words[place]), family), "n": int(n.sum()), "clusters": int(told.clusters[later].sum()),
        "coverage": float(np.average(told.covered[later], weights=n)), "effect": effect, "low": effect - reach, "high": effect + reach,
        "smallest_visible": visible, "materiality": material,
    }  # fmt: skip
    what = family.title.format(made.words[place])
    if visible > material:
        why = f"within two days only a change of {100 * visible:.1f} % or more would have been seen, at {float(np.median(n)):.0f} rows a day"
        return {**said, "verdict": base.INCONCLUSIVE, "why": why, "sentence": f"Whether the router of {vendor} moved {what} is inconclusive: {why}."}
    seen = f"a change of {100 * visible:.1f} % would have been seen within two days"
    return {**said, "verdict": base.NOT_FOUND, "sentence": f"The router of {vendor} did not move {what}; {seen}."}


def silent(vendor: str, figure: str | None, family: Family | None, why: str) -> dict[str, Any]:
    """The verdict where there is too little to watch."""
    sentence = f"Whether the router of {vendor} moved is inconclusive: {why}."
    return {**_same(vendor, figure, family), "verdict": base.INCONCLUSIVE, "why": why, "sentence": sentence}


def _same(vendor: str, figure: str | None, family: Family | None) -> dict[str, Any]:
    return {
        "judgement": "change", "kind": "period", "subject": vendor, "against": "reference days", "metric": figure, "unit": family.unit if family else None,
    }  # fmt: skip


def _points(value: float, family: Family) -> str:
    return f"{100 * value:+.1f} {'%' if family.unit == 'fraction of the time' else 'points'}"
