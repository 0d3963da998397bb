"""The groups that checks look at: shares, rates and spreads of a day, and of the days before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec.policy import Listed

from .given import DAY, KNOWN, POLICY, days, fill, made, order, route, rows


def placed(*parts: tuple[int, str, str]) -> pl.DataFrame:
    """One fill for each (place of the day, venue, quantity)."""
    span = days(9)
    return rows("fills", *(fill(f"F{n}", day=span[place], venue=venue, fill_qty=qty) for n, (place, venue, qty) in enumerate(parts)))


def by_key(frame: pl.DataFrame, key: list[str], *columns: str) -> list[tuple[Any, ...]]:
    return frame.sort(key).select(*key, *columns).rows()


def test_a_venues_share_stands_beside_that_of_the_days_before() -> None:
    """Days one and two: 60 of 100 each, so 120 of 200 = 0.6 before day three, when it got 80 of 100. The first day has none before it."""
    given = placed((0, "XNAS", "60"), (0, "XNYS", "40"), (1, "XNAS", "60"), (1, "XNYS", "40"), (2, "XNAS", "80"), (2, "XNYS", "20"))
    nasdaq = made("venue_days", fills=given).filter(pl.col("venue") == "XNAS")
    assert by_key(nasdaq, ["day"], "venue_fraction", "trailing_fraction", "days_before") == [
        (days(3)[0], 0.6, None, 0), (days(3)[1], 0.6, 0.6, 1), (days(3)[2], 0.8, 0.6, 2),
    ]  # fmt: skip


def test_a_venue_that_got_nothing_has_a_share_of_zero() -> None:
    given = placed((0, "XNAS", "60"), (0, "XNYS", "40"), (1, "XNAS", "100"))
    assert made("venue_days", fills=given).filter(pl.col("venue") == "XNYS").sort("day")["share_move"].to_list() == [None, -0.4]


def test_only_the_trailing_days_of_the_policy_count() -> None:
    """Two days back from the fourth: 10 of 100 and 30 of 100, 0.2; the 90 of day one is too long ago."""
    short = replace(KNOWN.limits["trailing_days"], steps=((None, Decimal(2)),))
    limits = replace(KNOWN, limits={**KNOWN.limits, "trailing_days": short})
    given = placed(
        *(
            (day, venue, qty)
            for day, parts in enumerate((("90", "10"), ("10", "90"), ("30", "70"), ("50", "50")))
            for venue, qty in zip(("XNAS", "XNYS"), parts, strict=True)
        )
    )
    last = made("venue_days", limits, fills=given).filter(pl.col("venue") == "XNAS").sort("day").row(-1, named=True)
    assert (last["trailing_fraction"], last["days_before"]) == (0.2, 2)


def test_kinds_of_orders_are_never_pooled() -> None:
    given = rows("fills", fill("F1", is_directed=True), fill("F2", is_directed=False), fill("F3"), fill("F4", customer_class="retail"))
    shares = made("venue_days", fills=given)
    assert shares.height == 4
    assert shares["venue_fraction"].to_list() == [1.0] * 4


def test_concentration_is_the_sum_of_squared_shares() -> None:
    """0.5² + 0.3² + 0.2² = 0.38; 30 of the 100 are at the venue that pays. The fill without a venue stands apart."""
    given = rows("fills", fill("A", fill_qty="50"), fill("B", fill_qty="30", venue="CDED"), fill("C", fill_qty="20", venue="XNYS"), fill("D", venue=None))
    day = made("vendor_days", fills=given).row(0, named=True)
    assert (day["hhi"], day["paying_fraction"], day["placed_fills"], day["fills"], day["unplaced"]) == (0.38, 0.3, 3, 4, 1)


def test_who_pays_is_unknown_until_the_policy_says_so() -> None:
    given = rows("fills", fill(venue="CDED"))
    assert made("vendor_days", POLICY, fills=given).select("paying_venues", "paying_fraction").row(0) == (None, None)
    assert made("vendor_days", replace(POLICY, venues_that_pay=()), fills=given).select("paying_venues", "paying_fraction").row(0) == (0, 0.0)


def test_quotes_are_counted_by_state_over_fills_that_have_a_benchmark_instant() -> None:
    states = ("ok", "missing", "one_sided", "locked")
    given = rows("fills", *(fill(state, quote_state_at_t0=state) for state in states), fill("never", t0_at=None, quote_state_at_t0="missing"))
    counted = made("quotes_coverage", fills=given)
    assert by_key(counted, ["symbol"], "fills", "unquoted", "unquoted_fraction", "locked", "locked_fraction") == [("AAA", 4, 2, 0.5, 1, 0.25)]


def test_a_fill_in_a_symbol_that_no_feed_quotes_is_a_fill_without_a_quote() -> None:
    """Such an order never had a benchmark instant; one that only came outside regular hours, with quotes, is left out as before."""
    nowhere = fill("a", symbol="OLD", t0_at=None, quote_state_at_t0="missing", quote_state_at_execution="missing")
    early = fill("b", t0_at=None, quote_state_at_t0="missing", quote_state_at_execution="ok")
    assert by_key(made("quotes_coverage", fills=rows("fills", nowhere, early)), ["symbol"], "fills", "unquoted") == [("OLD", 1, 1)]


def test_a_clock_that_is_ahead_shows_in_routes_answered_before_they_were_sent() -> None:
    """Sent at 1,100; filled at 1,050 (−50), acknowledged at 1,090 (−10), acknowledged at 1,200 and filled at 2,000 (+100); one unanswered."""
    fills = rows("fills", fill("A", route_id="R1", filled_at=1_050), fill("C", route_id="R3"))
    sent = rows("routes", route("R1", acked_at=None), route("R2", acked_at=1_090), route("R3"), route("R4", acked_at=None))
    clocks = made("gateway_days", routes=sent, fills=fills)
    assert by_key(clocks, ["vendor"], "routed_source", "routes", "too_early", "earliest_ns") == [("one", None, 3, 2, -50)]


def test_a_vendor_that_is_expected_and_silent_has_a_row() -> None:
    limits = replace(KNOWN, vendors=(Listed("one"), Listed("two")))
    feeds = made("vendor_feeds", limits, orders=rows("orders", order(), order("O2", vendor="three")))
    assert by_key(feeds, ["vendor"], "orders", "is_expected") == [("one", 1, True), ("three", 1, False), ("two", 0, True)]


def test_rejects_are_counted_within_any_sixty_seconds() -> None:
    """At 0, 30, 59.999999999 and 60 s: the first has left the window when the last comes, so never more than three."""
    instants = [0, 30 * 10**9, 60 * 10**9 - 1, 60 * 10**9]
    refused = [route(f"R{n}", routed_at=instant, end_reason="rejected") for n, instant in enumerate(instants)]
    sent = made("route_days", routes=rows("routes", *refused, route("R9")))
    assert by_key(sent, ["venue"], "routes", "rejected", "rejected_in_a_minute", "is_approved") == [("XNAS", 5, 4, 3, True)]


def test_a_fill_rate_stands_beside_that_of_the_days_before() -> None:
    """Day one: 3 of 4. Day two: 1 of 2, so 0.25 less."""
    given = rows("orders", *(order(f"A{n}", is_filled=n < 3) for n in range(4)), *(order(f"B{n}", is_filled=n < 1, day=days(2)[1]) for n in range(2)))
    assert by_key(made("class_orders", orders=given), ["day"], "fill_rate", "trailing_rate", "rate_drop") == [
        (days(2)[0], 0.75, None, None), (days(2)[1], 0.5, 0.75, 0.25),
    ]  # fmt: skip


def test_a_move_is_weighed_by_how_many_it_rests_on() -> None:
    """1 of 4, then 3 of 4: pooled 1/2, standard error √(1/2 × 1/2 × (1/4 + 1/4)) = √(1/8), so 1/2 is √2 standard errors. An only venue cannot move."""
    span = days(2)
    moved = [fill(f"{place}-{n}", day=span[place], venue="CDED" if n < (1, 3)[place] else "XNAS") for place in (0, 1) for n in range(4)]
    alone = [fill(f"only-{place}", day=span[place], vendor="two") for place in (0, 1)]
    shares = made("venue_days", fills=rows("fills", *moved, *alone)).filter(pl.col("day") == span[1])
    assert [(row[0], row[1], row[2] and round(row[2], 12)) for row in by_key(shares, ["vendor", "venue"], "move_sigmas")] == [
        ("one", "CDED", 1.414213562373), ("one", "XNAS", -1.414213562373), ("two", "XNAS", None),
    ]  # fmt: skip


def test_effective_over_quoted_is_a_ratio_of_sums() -> None:
    """Rule 605 example: 100 shares, quoted 0.10, effective 0.05; 900 shares, quoted 0.02, effective 0.02. 23 / 28 dollars, not 0.95."""
    tight = {f"{what}_at_t0": px for what, px in (("bid", "9.99"), ("ask", "10.01"), ("mid", "10.00"))}
    given = rows("fills", fill("A", fill_px="10.075"), fill("B", fill_qty="900", fill_px="10.01", **tight))
    quality = made("class_quality", fills=given).row(0, named=True)
    assert (quality["effective_usd"], quality["quoted_usd"], quality["eq"]) == (Decimal(23), Decimal(28), pytest.approx(0.821429, abs=5e-7))


def test_fills_without_a_good_quote_or_of_an_auction_measure_no_quality() -> None:
    given = rows("fills", fill("A"), fill("B", excluded="quote crossed at t0"), fill("C", kind="open"), fill("D", kind="regular"))
    assert made("class_quality", fills=given)["fills"].to_list() == [2]


def test_slow_fills_are_counted_against_the_limit_of_their_size() -> None:
    """1.5 s is slow for a thousand dollars (limit 1 s) and not for two hundred thousand (limit 10 s)."""
    given = rows("fills", fill("A", t0_to_fill_ns=1_500_000_000), fill("B", t0_to_fill_ns=1_500_000_000, size_bucket=200_000), fill("C", t0_to_fill_ns=None))
    assert made("class_quality", fills=given).select("timed", "slow", "slow_fraction").row(0) == (2, 1, 0.5)


def test_days_over_the_limit_are_counted_among_the_last_five() -> None:
    """At the offer E/Q is 1 and over 0.9; at the midpoint it is 0. Over on days one to three and six: of the last five, 1 2 3 3 3 3."""
    limits = replace(
        KNOWN,
        limits={
            **KNOWN.limits,
            "max_eq": replace(KNOWN.limits["max_eq"], steps=((None, Decimal("0.9")),)),
            "min_n": replace(KNOWN.limits["min_n"], steps=((None, Decimal(1)),)),
        },
    )
    prices = ("10.10", "10.10", "10.10", "10.05", "10.05", "10.10")
    given = rows("fills", *(fill(f"F{n}", day=day, fill_px=px) for n, (day, px) in enumerate(zip(days(6), prices, strict=True))))
    assert made("class_quality", limits, fills=given).sort("day")["over_days"].to_list() == [1, 2, 3, 3, 3, 3]


def test_venues_that_pay_are_set_beside_the_others_in_the_same_class_and_size() -> None:
    """At 10.10 the whole half-spread is paid: E/Q 1, improvement 0. At 10.075, E/Q 0.5, improvement 0.025 a share."""
    given = rows("fills", fill("A", venue="CDED", fill_px="10.10"), fill("B", fill_px="10.075"), fill("C", venue="CDED", size_bucket=250))
    cells = made("paying_cells", fills=given)
    columns = ("paying_fills", "elsewhere_fills", "paying_eq", "elsewhere_eq", "paying_improvement_usd", "elsewhere_improvement_usd", "eq_excess", "gap_usd")
    assert by_key(cells, ["size_bucket"], *columns) == [
        (250, 1, None, 0.0, None, 0.05, None, None, None), (1000, 1, 1, 1.0, 0.5, 0.0, 0.025, 0.5, 0.025),
    ]  # fmt: skip


def test_stated_fees_stand_beside_the_schedule_by_venue_and_day() -> None:
    """Rebates of 0.20 and 0.30 told as fees: 0.50 stated, −0.50 by the schedule, a dollar apart; what only one side says is no part of it."""
    flipped = [fill("a", venue_fee_usd="0.20", schedule_fee_usd="-0.20"), fill("b", venue_fee_usd="0.30", schedule_fee_usd="-0.30")]
    alone = [fill("c", venue_fee_usd="9", schedule_fee_usd=None), fill("d", venue="XNYS", venue_fee_usd="0.10", schedule_fee_usd="0.10")]
    told = made("fee_days", fills=rows("fills", *flipped, *alone)).sort("venue")
    assert told.select("venue", "fills", "differing", "stated_usd", "scheduled_usd", "gap_usd").rows() == [
        ("XNAS", 2, 2, Decimal("0.5"), Decimal("-0.5"), Decimal(1)), ("XNYS", 1, 0, Decimal("0.1"), Decimal("0.1"), Decimal(0)),
    ]  # fmt: skip


def test_exact_copies_are_counted_by_import() -> None:
    copy = {"day": DAY, "table": "fills", "import_id": "twice", "copies": "same"}
    given = rows("duplicates", copy, copy, {**copy, "copies": "superseded"})
    assert by_key(made("copies", duplicates=given), ["table", "import_id"], "rows") == [("fills", "twice", 2)]
    assert made("duplicates", duplicates=given).height == 1


def lag(place: int, lag_ms: int | None, hour: int = 10, **more: Any) -> dict[str, Any]:
    """One hour's shift of the quotes."""
    return {"day": days(9)[place], "hour": hour, "against": "trades", "n": 100, "moved": 9, "within": 90, "lag_ms": lag_ms, "gain_sigmas": 3.0, **more}


def test_a_shift_of_quotes_stands_beside_the_median_hour_of_the_days_before() -> None:
    """−2, 0, 0 and 10 on three days: the median is 0, and 300 is 300 later. An hour that tells nothing is none of them; fills stand beside fills."""
    hours = (lag(0, -2), lag(0, 0, 11), lag(1, 0), lag(1, None, 11), lag(2, 10), lag(3, 300), lag(0, 40, against="fills"), lag(3, 50, against="fills"))
    found = made("feed_hours", feed_lags=rows("feed_lags", *hours)).filter(pl.col("day") == days(9)[3])
    assert by_key(found, ["against"], "lag_ms", "usual_lag_ms", "later_ms", "days_before") == [("fills", 50, 40.0, 10.0, 1), ("trades", 300, 0.0, 300.0, 3)]


def test_the_first_day_of_quotes_has_no_usual_shift() -> None:
    found = made("feed_hours", feed_lags=rows("feed_lags", lag(0, 300)))
    assert found.select("usual_lag_ms", "later_ms", "days_before").rows() == [(None, None, 0)]


def kept(place: int, *ms: int, venue: str = "POOL", **more: Any) -> list[dict[str, Any]]:
    """Immediate orders of one day that were canceled so long after their acknowledgement."""
    canceled = {"routed_on": days(9)[place], "tif": "ioc", "end_reason": "canceled", "venue": venue, "acked_at": 0}
    return [route(f"R{place}-{venue}-{n}", **{**canceled, "ended_at": one * 1_000_000, **more}) for n, one in enumerate(ms)]


def test_a_venue_that_answers_late_stands_beside_its_own_days_before() -> None:
    """The last day alone against the four before: eight of eight routes beyond the median of 1 ms, 8 − 4 more than by chance, over √8 / 2: 2.828 errors.

    Orders that were filled, that may rest, or whose end is not known say nothing.
    """
    limits = replace(KNOWN, limits={**KNOWN.limits, "persistence_window_days": replace(KNOWN.limits["persistence_window_days"], steps=((None, Decimal(1)),))})
    other = [*kept(4, 900, end_reason="filled"), *kept(4, 900, tif="day"), *kept(4, 900, ended_at=None)]
    given = [*(one for place in range(4) for one in kept(place, 1, 1, 2)), *kept(4, *[41] * 8), *kept(4, 7, venue="XNAS"), *other]
    named = [{**one, "route_id": f"R{n}"} for n, one in enumerate(given)]
    found = made("venue_answers", limits, routes=rows("routes", *named)).filter(pl.col("day") == days(9)[4]).sort("venue")
    assert found.drop("day", "move_sigmas").rows() == [("POOL", 8, 41_000_000, 12, 1_000_000, 40_000_000), ("XNAS", 1, 7_000_000, 0, None, None)]
    assert found["move_sigmas"].to_list() == [pytest.approx(2.8284271), None]


def test_one_late_day_among_five_does_not_move_the_median() -> None:
    """Two routes a day at 1 ms and two at 41 ms on the last: of the ten of the last five days, two are beyond 1 ms: (2 × 2 − 10) / √10 = −1.897."""
    given = [one for place in range(8) for one in kept(place, *([41, 41] if place == 7 else [1, 1]))]
    last = made("venue_answers", routes=rows("routes", *given)).sort("day").row(-1, named=True)
    assert (last["routes"], last["kept_ns"], last["routes_before"], last["later_ns"]) == (10, 1_000_000, 6, 0)
    assert last["move_sigmas"] == pytest.approx(-1.8973666)


def test_what_is_left_out_by_name_needs_no_quote() -> None:
    """Of an option no feed has a quote, and the policy leaves options out; of a share whose symbol nobody quotes the fill counts."""
    unseen = {"t0_at": None, "quote_state_at_t0": None, "quote_state_at_execution": "missing"}
    fills = rows(
        "fills", fill("A", symbol="CALL", is_left_out=True, **unseen), fill("B", symbol="OLD", is_left_out=False, **unseen), fill("C", symbol="OLD2", **unseen)
    )
    assert by_key(made("quotes_coverage", fills=fills), ["symbol"], "fills", "unquoted") == [("OLD", 1, 1), ("OLD2", 1, 1)]
