"""What is read first of other markets: every center together, then the best used and the best not used."""

from __future__ import annotations

import polars as pl

from bestexec.competing import COMPETING, EVERY_CENTER, first

ROW = {"layout": "amended", "order_group": "market", "metric": "effective_spread", "better": "lower"}


def table(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.concat([COMPETING.schema.to_frame(), pl.DataFrame([{**ROW, **row} for row in rows])], how="diagonal_relaxed")


def test_the_best_two_used_and_the_best_two_not_used_follow_every_center_together() -> None:
    used = [{"center": name, "is_used": True, "theirs": cost} for name, cost in (("A", 0.03), ("B", 0.01), ("C", 0.02))]
    other = [{"center": name, "is_used": False, "theirs": cost} for name, cost in (("X", None), ("Y", 0.04), ("Z", 0.005))]
    every = {"center": EVERY_CENTER, "is_used": None, "theirs": 0.02}
    assert first(table(*used, *other, every))["center"].to_list() == [EVERY_CENTER, "Z", "B", "C", "Y"]


def test_where_more_is_better_the_most_is_first_and_other_measures_are_left_to_the_whole_table() -> None:
    rows = [{"metric": "fill_rate", "better": "higher", "center": name, "is_used": True, "theirs": rate} for name, rate in (("A", 0.5), ("B", 0.9))]
    told = first(table(*rows, {"metric": "quoted_spread", "center": "A", "is_used": True, "theirs": 0.02}))
    assert told["center"].to_list() == ["B", "A"]
    assert set(told["metric"]) == {"fill_rate"}


def test_nothing_gives_nothing_in_the_same_columns() -> None:
    assert first(COMPETING.schema.to_frame()).schema == COMPETING.schema
