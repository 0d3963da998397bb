"""The benchmark of planted lies: one lie and one honest report are judged as they should be, and what was judged is counted right."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks.claims import honestly, kept, lied, of_honest, of_kinds, of_missed, of_sizes

from bestexec.practice.worlds import LIES

FILLS = 3_000
BY_KEY = {lie.key: lie for lie in LIES}


def test_a_lie_of_a_tenth_is_contradicted_and_one_of_a_tenth_of_a_percent_is_below_the_tolerance() -> None:
    large, small = lied(1, FILLS, [BY_KEY["effective_over_quoted_down"]], (0.10, 0.001))
    assert (large["size"], large["contradicted"]) == (0.10, 1)
    assert float(str(large["shift"])) > 1
    assert (small["size"], small["contradicted"]) == (0.001, 0)
    assert float(str(small["shift"])) < 1


def test_fills_left_out_are_judged_by_the_figures_of_quality_too() -> None:
    """A twentieth of a month, whatever its prices, shows in the number of shares alone; all fills outside the quote, in the quality as well."""
    (month,) = lied(1, FILLS, [BY_KEY["without_last_month"]], (0.05,))
    (outside,) = lied(1, FILLS, [BY_KEY["without_outside_fills"]], (1.0,))
    assert (month["contradicted"], month["contradicted_of_quality"]) == (1, 0)
    assert (outside["contradicted"], outside["contradicted_of_quality"]) == (1, 1)


def test_an_honest_report_is_not_contradicted() -> None:
    """15 figures of the quarter, of its three months and of both order types."""
    assert list(honestly(1, FILLS)) == [{"figures": 15 * (1 + 3 + 2), "contradicted": 0, "which": "none"}]


def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    asked: list[int] = []

    def judged(seed: int, fills: int):  # type: ignore[no-untyped-def]
        asked.append(seed)
        yield {"figures": 90, "contradicted": seed, "which": "none"}

    kept(tmp_path / "of.csv", [1, 2], 500, judged)
    rows = kept(tmp_path / "of.csv", [1, 2, 3], 500, judged)
    assert asked == [1, 2, 3]
    assert rows.select("seed", "fills", "contradicted").rows() == [(1, 500, 1), (2, 500, 2), (3, 500, 3)]


def test_what_is_below_the_tolerance_is_counted_apart_and_what_is_missed_is_named() -> None:
    said = [("inside_up", 0.1, 3.0, 1), ("inside_up", 0.1, 1.5, 0), ("inside_up", 0.1, 0.5, 1), ("outside_down", 1.0, 9.0, 1)]
    lies = pl.DataFrame(
        [{"seed": seed, "lie": lie, "size": size, "shift": shift, "contradicted": found} for seed, (lie, size, shift, found) in enumerate(said)]
    )
    _, _, tenth, whole, every, _, quarters = of_sizes(lies)
    half = "50.0% | 1.3% to 98.7%"
    """Clopper and Pearson's of one in two: 1 − √0.975 and √0.975."""
    assert tenth == f"| 0.1 | 3 | 2 (66.7%) | 2 | 1 | {half} | 1 | 1 |"
    assert whole.startswith("| 1 | 1 | 1 (100.0%) | 1 | 1 | 100.0% | 2.5% to 100.0% | 0 | 0 |")
    assert every.startswith("| all | 4 | 3 (75.0%) | 3 | 2 | 66.7% |")
    assert quarters.endswith(": 2 of 3.")
    assert f"| inside up | 1/2, 1/1 below |  | 2 | {half} |" in list(of_kinds(lies))
    assert list(of_missed(lies))[2:] == [f"| inside up | 0.1 | 2 | 1 | {half} | 1.50 |"]


def test_false_contradictions_are_counted_by_figure_and_by_report_and_named() -> None:
    rows = [(500, 90, 0, "none"), (500, 90, 2, "inside inside"), (500, 90, 1, "outside"), (500, 30, 0, "none")]
    honest = pl.DataFrame(rows, schema=["fills", "figures", "contradicted", "which"], orient="row")
    (line,) = list(of_honest(honest))[2:]
    assert line.startswith("| 500 | 4 | 300 | 3 | 1.00% |")
    assert "| 50.0% |" in line
    assert line.endswith("| inside 2, outside 1 |")


@pytest.mark.parametrize("lie", ["without_last_month", "venue_fees_per_share_down", "outside_down"])
def test_what_leaves_nothing_is_contradicted(lie: str) -> None:
    """A month without fills, no fees, nothing outside: reports that state 0, or do not state a month at all."""
    (row,) = lied(1, FILLS, [BY_KEY[lie]], (1.0,))
    assert row["contradicted"] == 1
