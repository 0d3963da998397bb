"""Alerts: what is one cause, what comes first, and where the line is."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec import checks
from bestexec.checks.alerts import ALERTS, alerts
from bestexec.checks.base import CAUSES, FINDINGS
from bestexec.policy import Policy

from .given import KNOWN, days, fill, order, rows

SPAN = days(6)
LAST = SPAN[-1]


def finding(check_id: str, day: date, *, cause: str = "", severity: str = "medium", harm: str | None = None, order_id: str | None = None) -> dict[str, Any]:
    return {
        "check_id": check_id, "day": day, "severity": severity, "title": check_id, "harm_usd": harm and Decimal(harm), "order_id": order_id, "venue": cause,
        "alert_id": hashlib.sha256(f"{check_id} {day} {cause}".encode()).hexdigest(),
    }  # fmt: skip


def ranked(found: list[dict[str, Any]], limits: Policy = KNOWN, *, orders: int = 1) -> pl.DataFrame:
    """The alerts of `found`, each day having so many orders."""
    numbered = [{**one, "finding_id": f"{place:03d}"} for place, one in enumerate(found)]
    days_of_orders = pl.DataFrame({"day": [day for day in SPAN for _ in range(orders)]})
    return alerts(pl.DataFrame(numbered, schema=FINDINGS.schema), days_of_orders, limits)


def limited(**values: str) -> Policy:
    """The policy with other numbers."""
    changed = {name: replace(KNOWN.limits[name], steps=((None, Decimal(value)),)) for name, value in values.items()}
    return replace(KNOWN, limits={**KNOWN.limits, **changed})


def daily(check_id: str, *, harm: str | None = None, until: int = 6) -> list[dict[str, Any]]:
    """One finding of the check on each of the first days."""
    return [finding(check_id, day, harm=harm) for day in SPAN[:until]]


def of_last(found: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return found.filter(pl.col("day") == LAST).select(*columns).rows()


def test_findings_with_the_cause_that_their_check_declares_are_one_alert() -> None:
    """EXE-101 is of a venue: two fills outside the quote at Nasdaq are one alert, that at NYSE another. They cost 2, 3 and 4 dollars."""
    fills = rows(
        "fills", *(fill(name, venue=venue, fill_px=px) for name, venue, px in (("A", "XNAS", "10.12"), ("B", "XNAS", "10.13"), ("C", "XNYS", "10.14")))
    )
    found = checks.find({"fills": fills, "orders": rows("orders", order())}, KNOWN)
    outside = found.alerts.filter(pl.col("check_id") == "EXE-101").sort("venue")
    assert outside.select("venue", "vendor", "findings", "orders", "harm_usd").rows() == [("XNAS", "one", 2, 1, Decimal(5)), ("XNYS", "one", 1, 1, Decimal(4))]
    dearest = found.findings.filter(pl.col("check_id") == "EXE-101", pl.col("fill_id") == "B")
    assert outside["first_finding_id"][0] == dearest["finding_id"][0]
    assert sorted(found.alerts["alert_id"]) == sorted(found.findings["alert_id"].unique())


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.id)
def test_every_cause_is_a_fact_that_findings_carry(check: checks.Check) -> None:
    assert set(check.alert) <= set(CAUSES)


def test_what_fires_every_day_comes_after_what_fires_for_the_first_time() -> None:
    """The one found as much on each of the five days before; the other on none, and is first though it is of lower severity."""
    found = ranked([*daily("EXE-101"), finding("COM-106", LAST, severity="low")])
    assert of_last(found, "check_id", "fired_days", "as_bad_days", "days_before", "place") == [("COM-106", 0, 0, 5, 1), ("EXE-101", 5, 5, 5, 2)]


def test_a_day_worse_than_any_before_comes_between() -> None:
    """Three findings at once where there was one a day: on none of the five days were there as many, though it fired on all of them."""
    usual = [*daily("EXE-101"), *daily("EXE-105", until=5), *(finding("EXE-105", LAST) for _ in range(3)), finding("COM-106", LAST, severity="low")]
    assert of_last(ranked(usual), "check_id", "findings", "fired_days", "as_bad_days") == [("COM-106", 1, 0, 0), ("EXE-105", 3, 5, 0), ("EXE-101", 1, 5, 5)]


def test_a_dearer_day_is_a_worse_day() -> None:
    """One finding as on each day before, at 50 dollars where it was one."""
    found = ranked([*daily("EXE-101", harm="1", until=5), finding("EXE-101", LAST, harm="50")])
    assert of_last(found, "findings", "harm_usd", "fired_days", "as_bad_days") == [(1, Decimal(50), 5, 0)]


def test_too_few_days_before_tell_nothing() -> None:
    """The fifth day has four before it, of the five that a comparison needs."""
    found = ranked(daily("EXE-101", until=5)).filter(pl.col("day") == SPAN[4])
    assert found.select("days_before", "fired_days", "as_bad_days").rows() == [(4, None, None)]


def test_of_new_ones_the_more_severe_comes_first_then_what_more_orders_share_then_what_cost_more() -> None:
    found = ranked([
        finding("SPD-102", LAST, severity="low", harm="900"),
        finding("EXE-102", LAST, cause="XNAS", harm="20", order_id="A"),
        finding("EXE-103", LAST, cause="XNYS", harm="30", order_id="A"),
        finding("EXE-101", LAST, cause="XNAS", harm="1", order_id="A"),
        finding("EXE-101", LAST, cause="XNAS", harm="1", order_id="B"),
    ])  # fmt: skip
    assert of_last(found, "check_id", "orders", "place") == [("EXE-101", 2, 1), ("EXE-103", 1, 2), ("EXE-102", 1, 3), ("SPD-102", 0, 4)]


def test_the_orders_of_a_day_set_its_budget() -> None:
    """Forty alerts for each 100,000 orders: 5,001 orders allow 2.0004, so three; three orders allow the least, which is one here."""
    limits = limited(alerts_per_100k_orders="40", least_alerts="1")
    assert [ranked(daily("EXE-101"), limits, orders=orders)["budget"][0] for orders in (5_001, 3)] == [3, 1]


def test_what_the_budget_does_not_reach_stands_below_the_line_and_is_counted() -> None:
    limits = limited(least_alerts="1", below_line_sample="0")
    found = ranked([finding("EXE-101", LAST, cause=cause, harm=harm) for cause, harm in (("A", "3"), ("B", "2"), ("C", "1"))], limits)
    assert of_last(found, "venue", "standing", "is_above") == [
        ("A", "within the budget", True), ("B", "below the line", False), ("C", "below the line", False),
    ]  # fmt: skip
    assert found["findings"].sum() == 3


def test_what_is_of_high_severity_is_never_cut() -> None:
    """It fired in the same way every day and is the second of its day; the budget is one."""
    every_day = [{**one, "severity": "high"} for one in daily("COM-112")]
    found = ranked([*every_day, finding("COM-106", LAST, severity="low")], limited(least_alerts="1"))
    assert of_last(found, "check_id", "place", "standing", "is_above") == [("COM-106", 1, "within the budget", True), ("COM-112", 2, "never cut", True)]


def test_a_part_of_what_is_below_the_line_is_drawn_by_its_own_hash() -> None:
    """Of 400 alerts below the line a quarter: 100, give or take three times √(400 × ¼ × ¾) = 8.7. Drawn are those whose id begins below 0x40000000."""
    many = [finding("EXE-101", LAST, cause=f"V{n}") for n in range(401)]
    drawn = ranked(many, limited(least_alerts="1", below_line_sample="0.25")).filter(pl.col("standing") == "drawn from below")
    assert 74 <= drawn.height <= 126
    assert drawn["alert_id"].str.slice(0, 1).is_in(["0", "1", "2", "3"]).all()
    assert drawn["is_above"].any() is False


def test_what_judges_the_whole_period_has_places_and_a_budget_of_its_own() -> None:
    """Six days of 1,000 orders are 6,000: at 50 for each 100,000 three alerts, where a day has one. Nothing of the kind can have come before."""
    found = ranked(
        [finding("VER-101", LAST, severity="high"), finding("VER-102", LAST), *daily("EXE-101")],
        limited(alerts_per_100k_orders="50", least_alerts="1"),
        orders=1_000,
    )
    assert of_last(found, "check_id", "is_of_period", "place", "budget", "as_bad_days") == [
        ("EXE-101", False, 1, 1, 5), ("VER-101", True, 1, 3, None), ("VER-102", True, 2, 3, None),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_findings_changes_nothing(seed: int) -> None:
    found = [*daily("EXE-101", harm="1"), *daily("EXE-105"), *(finding("EXE-102", LAST, cause=cause) for cause in "ABC")]
    numbered = pl.DataFrame([{**one, "finding_id": f"{place:03d}"} for place, one in enumerate(found)], schema=FINDINGS.schema)
    orders = pl.DataFrame({"day": SPAN})
    assert alerts(numbered, orders, KNOWN).equals(alerts(numbered.sample(fraction=1, shuffle=True, seed=seed), orders, KNOWN))


def test_nothing_found_is_no_alert() -> None:
    assert alerts(pl.DataFrame(schema=FINDINGS.schema), pl.DataFrame({"day": SPAN}), KNOWN).equals(pl.DataFrame(schema=ALERTS.schema))
