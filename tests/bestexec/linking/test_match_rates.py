"""Match rates of feeds held against each other, by hand, from the rows to what the command prints."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from tests.bestexec.linking.test_reconciling import DAY, FEEDS, feeds, order, rows

from bestexec.linking.match_rates import MATCH_RATES, RATES, Rate, match_rates
from bestexec.linking.reconciling import reconcile
from bestexec.printed import rate_lines

# CAT has A to D; FIX has A to C, and C with another quantity; the vendor has A, B and one of its own.
TOLD = feeds(
    orders=rows(
        "orders", *(order(name, "c") for name in "ABCD"), order("A", "f"), order("B", "f"), order("C", "f", qty=Decimal(90)),
        order("A", "v"), order("B", "v"), order("Z", "v", symbol="ZZZ"),
    )
)  # fmt: skip


def rated(told: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return match_rates(*reconcile(told, FEEDS))


def test_three_feeds_have_rates_by_pair_and_over_all() -> None:
    found = rated(TOLD)
    assert set(found.select("day", "table").rows()) == {(DAY, "orders")}
    assert {(feed, other, rate): (counted, n) for feed, other, rate, counted, n in found.select("feed", "other", "rate", "counted", "n").rows()} == {
        ("cat", "fix", "matched"): (3, 4), ("fix", "cat", "matched"): (3, 3), ("cat", "vendor", "matched"): (2, 4), ("vendor", "cat", "matched"): (2, 3),
        ("fix", "vendor", "matched"): (2, 3), ("vendor", "fix", "matched"): (2, 3),
        ("cat", "fix", "by_id"): (3, 3), ("cat", "vendor", "by_id"): (2, 2), ("fix", "vendor", "by_id"): (2, 2),
        ("cat", "fix", "agreeing"): (2, 3), ("cat", "vendor", "agreeing"): (2, 2), ("fix", "vendor", "agreeing"): (2, 2),
        ("cat", None, "in_all_feeds"): (2, 4), ("fix", None, "in_all_feeds"): (2, 3), ("vendor", None, "in_all_feeds"): (2, 3),
    }  # fmt: skip
    assert found.filter(rate="matched", feed="cat")["value"].to_list() == [0.75, 0.5]


def test_two_feeds_have_no_rate_over_all_and_one_has_none() -> None:
    two = feeds(orders=TOLD["orders"].filter(pl.col("import_id") != "v"))
    assert "in_all_feeds" not in rated(two)["rate"].to_list()
    assert rated(feeds(orders=TOLD["orders"].filter(pl.col("import_id") == "c"))).equals(pl.DataFrame(schema=MATCH_RATES.schema))


def test_pairs_that_nothing_joins_have_a_rate_of_nothing_and_no_share_of_pairs() -> None:
    found = rated(feeds(orders=rows("orders", order("A", "c"), order("Z", "f", symbol="ZZZ"))))
    assert found.filter(feed="cat").select("rate", "value", "counted", "n").rows() == [("agreeing", None, 0, 0), ("by_id", None, 0, 0), ("matched", 0.0, 0, 1)]


def test_each_day_has_its_own() -> None:
    next_day = date(2026, 1, 6)
    found = rated(
        feeds(orders=rows("orders", order("A", "c"), order("A", "f"), order("B", "c", key_on=next_day), order("C", "f", key_on=next_day, symbol="X")))
    )
    assert found.filter(rate="matched", feed="cat").select("day", "value").rows() == [(DAY, 1.0), (next_day, 0.0)]


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.key)
def test_the_worked_example_of_each_rate_is_what_its_formulas_give(rate: Rate) -> None:
    given, gives = rate.example
    assert pl.DataFrame([given]).select(pl.sql_expr(rate.num) / pl.sql_expr(rate.den)).item() == gives


def test_they_are_printed_with_the_count_that_each_rests_on() -> None:
    lines = list(rate_lines(rated(TOLD)))
    assert lines[0] == ("2026-01-05", "orders", "cat", "fix", "75.00% of 4", "100.00% of 3", "66.67% of 3", "")
    assert lines[2] == ("2026-01-05", "orders", "cat", "all others", "", "", "", "50.00% of 4")
    assert lines[3] == ("2026-01-05", "orders", "fix", "cat", "100.00% of 3", "", "", "")
