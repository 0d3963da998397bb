"""What the data supports, by feed and day."""

from __future__ import annotations

from datetime import date

import polars as pl

from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.linking.grade import CAPABILITIES, GRADE_DAYS, by_feed, grade_days

MONDAY, TUESDAY = date(2026, 9, 28), date(2026, 9, 29)


def graded() -> pl.DataFrame:
    """Two fills on Monday of which one has its venue, one on Tuesday that has it, of the feed fix; one of cat on Tuesday without; clocks of 1 ms and 1 s."""
    rows = [(MONDAY, "one", "XNAS", 1_000_000), (MONDAY, "one", None, 1_000_000_000), (TUESDAY, "one", "XNAS", 1_000_000), (TUESDAY, "two", None, None)]
    names = ("day", "fill_import", "venue", "clock_resolution_ns")
    fills = pl.concat([pl.DataFrame(schema=LINKED_FILLS.schema), pl.DataFrame(rows, schema=names, orient="row")], how="diagonal_relaxed")
    return grade_days(fills, pl.DataFrame(schema=LINKED_ORDERS.schema), {"one": "fix", "two": "cat"})


def test_each_capability_is_counted_for_each_feed_and_day() -> None:
    told = graded()
    assert told.schema == GRADE_DAYS.schema
    of_venue = told.filter(pl.col("capability") == "Venue of each fill").select("day", "feed", "have", "of", "coarsest_ns").rows()
    assert of_venue == [(MONDAY, "fix", 1, 2, 1_000_000_000), (TUESDAY, "cat", 0, 1, None), (TUESDAY, "fix", 1, 1, 1_000_000)]
    assert told.height == 3 * sum(capability.on == "fills" for capability in CAPABILITIES)


def test_days_together_say_which_day_lacks_the_most() -> None:
    told = by_feed(graded()).filter(pl.col("capability") == "Venue of each fill")
    assert told.select("feed", "supports", "have", "of", "days", "whole_days", "worst_on", "coarsest_ns").rows() == [
        ("cat", "no", 0, 1, 1, 0, TUESDAY, None), ("fix", "partly", 2, 3, 2, 1, MONDAY, 1_000_000_000),
    ]  # fmt: skip


def test_a_feed_that_no_import_names_stands_as_unnamed() -> None:
    fills = pl.concat(
        [pl.DataFrame(schema=LINKED_FILLS.schema), pl.DataFrame([(MONDAY, "x")], schema=("day", "fill_import"), orient="row")], how="diagonal_relaxed"
    )
    assert grade_days(fills, pl.DataFrame(schema=LINKED_ORDERS.schema), {})["feed"].null_count() > 0
