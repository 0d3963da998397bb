"""One subject against all others: the arithmetic by hand, by the textbook's matrices, and by statsmodels on explicit dummies."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm

from bestexec.verdicts.matched.contrast import contrast, scored, variance
from bestexec.verdicts.matched.reducing import Reduced, reduced

from ..rows import comparison, drawn, fill, frame
from .dense import Dense

SEEDS = range(6)


def plain(rows: Reduced, subject: str) -> tuple[float, float]:
    """Effect and variance without the leverage correction."""
    own = rows.subject == rows.subjects.index(subject)
    cells = np.array([own[rows.cell == cell].any() and not own[rows.cell == cell].all() for cell in rows.cell])
    effect, scores = scored(rows, own, cells, freed=False)
    return effect, variance(scores)


def codes(names: list[str]) -> np.ndarray:
    return np.unique(names, return_inverse=True)[1]


def test_the_effect_is_the_difference_of_weighted_means_weighted_by_overlap() -> None:
    """Cell c: X 100 at 0.05; Y 300 at 0.01 → difference 0.04, weight 100·300/400 = 75.
    Cell d: X 200 at 0.02; Y 200 at 0.03 → −0.01, weight 200·200/400 = 100.
    (75 · 0.04 − 100 · 0.01) / 175 = 2 / 175. Cell e holds X alone and takes no part.
    """
    rows = reduced(
        frame(
            fill("X", 0.05), fill("Y", 0.01, day=1, qty=300), fill("X", 0.02, cell="d", day=2, qty=200), fill("Y", 0.03, cell="d", day=3, qty=200),
            fill("X", 9.0, cell="e", day=4),
        ),
        comparison(),
    )  # fmt: skip
    found = contrast(rows, rows.subjects.index("X"))
    assert found.effect == pytest.approx(2 / 175)
    assert (found.n, found.shares, found.clusters) == (2, 300.0, 4)


def test_pairs_have_the_variance_that_a_hand_gives() -> None:
    """Each cell one fill of X and one of Y on two days: effect = Σ aᵢdᵢ / Σ aᵢ with a = w₁w₂/(w₁+w₂), so without the subject's own leverage
    the freed scores of pair i are aᵢ(dᵢ − effect)√(w₂/W) and aᵢ(dᵢ − effect)√(w₁/W), whose squares add to (aᵢ(dᵢ − effect))²; then each
    is divided by 1 − the cluster's part of the information, (wⱼ/W)·aᵢ / Σa for the day that holds the other fill's part.
    """
    pairs = [(100.0, 300.0, 0.05, 0.01), (200.0, 200.0, 0.02, 0.03), (500.0, 100.0, 0.04, 0.02), (100.0, 100.0, 0.00, 0.01)]
    fills = [
        each
        for n, (w1, w2, x, y) in enumerate(pairs)
        for each in (fill("X", x, qty=w1, cell=str(n), day=2 * n), fill("Y", y, qty=w2, cell=str(n), day=2 * n + 1))
    ]
    rows = reduced(frame(*fills), comparison())
    a = [w1 * w2 / (w1 + w2) for w1, w2, _, _ in pairs]
    effect = sum(ai * (x - y) for ai, (_, _, x, y) in zip(a, pairs, strict=True)) / sum(a)
    parts = [(ai * (x - y - effect), w1 / (w1 + w2), ai / sum(a)) for ai, (w1, w2, x, y) in zip(a, pairs, strict=True)]
    # x̃ of the fill of X is w₂/W: its part of the information is w₁(w₂/W)² = a · w₂/W, and its freed score is a(d − effect)√(w₂/W)
    expected = sum(s**2 * ((1 - own) / (1 - info * (1 - own)) + own / (1 - info * own)) for s, own, info in parts) / sum(a) ** 2
    scores = scored(rows, rows.subject == 0, np.ones(rows.cell.size, bool))[1]
    assert variance(scores) == pytest.approx(expected)


@pytest.mark.parametrize("lasting", [0.0, 0.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_effect_and_sandwich_are_the_textbooks(seed: int, lasting: float) -> None:
    fills = drawn(seed, lasting=lasting)
    rows = reduced(fills, comparison())
    for subject in rows.subjects:
        dense = Dense(fills, subject)
        by_day = dense.sandwich(dense.symbol_day)[0, 0]
        effect, found = plain(rows, subject)
        assert effect == pytest.approx(dense.parameters[0], rel=1e-9)
        assert found == pytest.approx(max(dense.two_way(), by_day), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_statsmodels_says_the_same_with_every_cell_written_out(seed: int) -> None:
    fills = drawn(seed, lasting=0.5)
    rows = reduced(fills, comparison())
    dense = Dense(fills, "V1")
    groups = np.column_stack([codes(dense.symbol_day), codes(dense.order)])
    fitted = sm.WLS(dense.cost, dense.design, weights=dense.weight).fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False})
    effect, found = plain(rows, "V1")
    assert effect == pytest.approx(fitted.params[0], rel=1e-9)
    assert found == pytest.approx(max(fitted.cov_params()[0, 0], dense.sandwich(dense.symbol_day)[0, 0]), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_freed_of_leverage_it_is_bell_and_mccaffreys_to_one_part_in_a_hundred(seed: int) -> None:
    """Ours frees the cells' constants exactly and the subject's mark apart from them; theirs both at once."""
    fills = drawn(seed, days=30)
    rows = reduced(fills, comparison())
    for n, subject in enumerate(rows.subjects):
        dense = Dense(fills, subject)
        exact = dense.sandwich(dense.symbol_day, dense.freed())[0, 0]
        found = contrast(rows, n)
        assert found.error is not None
        assert found.error == pytest.approx(exact**0.5, rel=0.01)
        assert found.error > plain(rows, subject)[1] ** 0.5


def test_an_order_of_several_days_adds_what_its_days_have_in_common() -> None:
    """Ten orders, each over two days with the same surprise on both: by symbol-day alone the two days look independent."""
    draw = np.random.default_rng(1)
    surprise = draw.standard_normal(10)
    fills = [
        fill("X" if n % 2 else "Y", 0.01 * surprise[n] + 0.001 * draw.standard_normal(), day=2 * n + k, order_id=f"O{n}", key_on=None)
        for n in range(10)
        for k in range(2)
    ]
    two_way = contrast(reduced(frame(*fills), comparison()), 0)
    apart = contrast(reduced(frame(*({**each, "order_id": str(n)} for n, each in enumerate(fills))), comparison()), 0)
    assert two_way.error is not None
    assert apart.error is not None
    assert two_way.error > 1.3 * apart.error
    assert (two_way.clusters, apart.clusters) == (10, 20)


def test_rows_in_another_order_and_fills_in_two_pieces_change_nothing() -> None:
    fills = drawn(3, lasting=0.3)
    halves = pl.concat([fills.with_columns(pl.col("fill_qty") / 2)] * 2)
    shuffled = fills.sample(fraction=1, shuffle=True, seed=2)
    found, again, split = (contrast(reduced(each, comparison()), 1) for each in (fills, shuffled, halves))
    assert again.effect == pytest.approx(found.effect, rel=1e-12)
    assert again.error == pytest.approx(found.error, rel=1e-12)
    assert again.freedom == pytest.approx(found.freedom, rel=1e-12)
    assert (split.effect, split.error) == (pytest.approx(found.effect, rel=1e-12), pytest.approx(found.error, rel=1e-12))


def test_alike_clusters_are_worth_their_number_less_one_and_a_giant_makes_the_others_worth_nothing() -> None:
    """Days of one fill of X and one of Y each: alike, ten are worth ten. Parts of the variance go as the square of the weight, so with
    one day a hundred times as heavy they are worth (10⁸ + 9 · 10⁴)² ÷ (10¹⁶ + 9 · 10⁸) = 1.002.
    """
    draw = np.random.default_rng(4)

    def of(weights: list[float]) -> pl.DataFrame:
        return frame(*(fill(venue, draw.standard_normal(), day=n, qty=w) for n, w in enumerate(weights) for venue in "XY"))

    assert contrast(reduced(of([100] * 10), comparison()), 0).freedom == pytest.approx(9)
    heavy = contrast(reduced(of([10_000] + [100] * 9), comparison()), 0)
    assert (heavy.effect, heavy.why) == (None, "its fills come, in effect, from 1.0 independent clusters of 10 (symbol-days, parent orders)")
