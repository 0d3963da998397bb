"""How the shares that venues get answer to what they pay, at equal quality.

A linear model of shares: of each choice (symbol, day, kind of order) the share of each venue on its payment and its measured cost, with a constant for
the choice and one for what this symbol and kind of order gives the venue at all times. The answer is therefore read off *changes* of payments. Where no
payment changed, the second constant is left out and venues are compared with each other; then a venue is one cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Literal

import numpy as np

from bestexec.verdicts.arrays import Floats, Ints
from bestexec.verdicts.steering.panel import Panel, less_the_choice, less_the_liking
from bestexec.verdicts.steering.regressed import Fit, solved

DEALT = 4_999
"""Ways of dealing out the payments anew that are tried, where there are more than that."""
Design = Literal["changes", "levels"]


def _proportional(paid: Floats) -> Floats:
    return paid


def _best_payer(paid: Floats) -> Floats:
    """1 for the venue that pays best, shared among those that pay alike."""
    best = paid >= paid.max(axis=1, keepdims=True) - 1e-9
    shared: Floats = best / best.sum(axis=1, keepdims=True)
    return shared


FORMS: tuple[tuple[str, Callable[[Floats], Floats]], ...] = (("proportional", _proportional), ("best_payer", _best_payer))
"""The ways in which a router can follow payments: each ¢ counts, or only who pays best. Both are always asked, and the level is shared between them."""


@dataclass(frozen=True)
class Response:
    """One form's answer. `fit` is in fraction of the flow for each unit of the regressor: ¢ per 100 shares, or being the best payer."""

    form: str
    fit: Fit
    flow_per_unit: float
    """Fraction of all flow that goes elsewhere than at equal payments, for each unit of `fit`."""


@dataclass(frozen=True)
class Answer:
    """What all forms say, as many as could be estimated."""

    design: Design
    forms: tuple[Response, ...]
    p_dealt: float
    """Part of the ways of dealing the venues' payments out among them that explain the shares as well: the guard against whatever else moves one venue."""
    why: str = ""

    @property
    def strongest(self) -> Response:
        return max(self.forms, key=lambda form: form.fit.effect / form.fit.error)

    def of(self, form: str) -> Response | None:
        return next((response for response in self.forms if response.form == form), None)


def respond(made: Panel, *, seed: int) -> Answer:
    """The answer of a panel with at least two venues that do not pay alike."""
    moves = bool((np.abs(less_the_liking(made.paid, made)[0]) > 1e-9).any())
    within = (lambda values: less_the_liking(values, made)[0]) if moves else less_the_choice
    share, cost, count = within(made.share), within(made.cost), len(made.venues)
    weight, rest = np.repeat(made.weight, count), np.repeat(less_the_liking(made.paid, made)[1] if moves else np.zeros_like(made.weight), count)
    cluster = np.repeat(made.cluster, count) if moves else np.tile(np.arange(count), made.weight.size)
    regressors = {name: form(made.paid) for name, form in FORMS}
    fits = {
        name: solved(share.ravel(), np.column_stack([within(paid).ravel(), cost.ravel()]), weight, cluster, rest, "what venues pay")
        for name, paid in regressors.items()
    }  # fmt: skip
    told = {name: fit for name, fit in fits.items() if not fit.why}
    design: Design = "changes" if moves else "levels"
    if not told:
        return Answer(design, (), 1.0, next(fit.why for fit in fits.values()))
    forms = tuple(Response(name, fit, _flow(regressors[name], made.weight)) for name, fit in told.items())
    strengths = [(within(regressors[name]), fit) for name, fit in told.items()]
    return Answer(design, forms, _dealt(made.weight, strengths, share, cost, seed))


def _flow(paid: Floats, weight: Floats) -> float:
    """Half the sum over venues of how far each is from the choice's mean: what changes hands when all are set to the mean."""
    return float(np.average(np.abs(less_the_choice(paid)).sum(axis=1) / 2, weights=weight))


def _dealt(weight: Floats, forms: Sequence[tuple[Floats, Fit]], share: Floats, cost: Floats, seed: int) -> float:
    """One-sided. Each venue is given the whole history of payments of another; shares are first freed of what measured cost explains."""
    square = float((weight[:, None] * cost * cost).sum())
    freed = share - cost * (float((weight[:, None] * cost * share).sum()) / square) if square > 1e-18 else share
    orders = _orders(share.shape[1], seed)
    strength = np.full(len(orders), -np.inf)
    for paid, fit in forms:
        crossed = paid.T @ (weight[:, None] * freed) / (float((weight[:, None] * paid * paid).sum()) * fit.error)
        strength = np.maximum(strength, crossed[orders, np.arange(share.shape[1])].sum(axis=1))
    return float((strength >= strength[0] - 1e-9 * abs(strength[0])).mean())


def _orders(count: int, seed: int) -> Ints:
    """Orders of the venues, the one they are in first: all, where these are not too many."""
    if factorial(count) <= DEALT:
        return np.array(list(permutations(range(count))))
    drawn = np.random.default_rng(seed).permuted(np.tile(np.arange(count), (DEALT, 1)), axis=1)
    return np.vstack([np.arange(count), drawn])
