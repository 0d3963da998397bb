"""What every run looks for in routers: a release that is planted is found and matched to its note, and a rate of payment is over all flow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from bestexec.logic import tried
from bestexec.policy.releases import Release
from bestexec.schema import PAYMENTS
from bestexec.verdicts import detected as looking
from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.changes.tables import CHANGES

DAYS = [date(2026, 7, 1) + timedelta(days=place) for place in range(45)]
MOVES_ON = DAYS[30]
VENUES = ("XNAS", "XNYS")


def fills() -> pl.DataFrame:
    """Forty fills a day of one vendor: half at each venue, and from MOVES_ON on nine of ten at the first."""
    rows: list[dict[str, Any]] = []
    for day in DAYS:
        for place in range(40):
            first = place % 2 == 0 if day < MOVES_ON else place % 10 != 0
            rows.append({
                "day": day, "firm": "F", "key_on": day, "order_id": f"{day}-{place}", "fill_id": "1", "symbol": f"S{place % 8}", "vendor": "one",
                "venue": VENUES[0 if first else 1], "order_type": "market", "customer_class": "retail", "is_directed": False, "fill_qty": 100.0, "hour": 10,
                "month": f"{day:%Y-%m}", "effective_spread": 0.01, "size_bucket": 0, "liquidity": "removed", "receipt_to_route_ns": 1_000_000,
                "receipt_to_fill_ns": 9_000_000, "received_at": place,
            })  # fmt: skip
    return pl.DataFrame(rows)


def orders() -> pl.DataFrame:
    return fills().select("day", "firm", "key_on", "order_id", "symbol", "vendor", "order_type", "hour", "size_bucket")


def routes() -> pl.DataFrame:
    named = fills().select("firm", "key_on", "symbol", "order_id", "vendor", "venue", routed_on="day")
    return named.with_columns(route_id=pl.lit("R"), parent_route_id=pl.lit(None, pl.String), venue_kind=pl.lit("exchange"), routed_at=pl.lit(1))


def payments(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {**PAYMENTS.schema, "import_id": pl.String}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def found(*releases: Release) -> looking.Detected:
    return looking.detected(fills(), routes(), tried(orders(), routes()), orders(), payments(), releases)


def test_a_router_that_moves_without_a_note_is_silent_from_its_day_on() -> None:
    told = found().changes.filter(pl.col("figure") == "venue_share:XNAS").row(0, named=True)
    assert (told["vendor"], told["began_on"], told["moved"], told["notice"], told["release"]) == ("one", MOVES_ON, "router moved", "silent", None)
    assert told["effect"] == pytest.approx(0.9 - 0.5, abs=0.02)


def test_a_note_of_that_vendor_near_the_day_announces_it() -> None:
    note = Release("one", MOVES_ON - timedelta(days=2), "new venue mix")
    near = found(note).changes
    assert set(near["notice"]) == {"announced"}
    assert near["release"].str.contains("new venue mix").all()
    for other in (replace(note, vendor="two"), replace(note, released_on=MOVES_ON - timedelta(days=30))):
        assert set(found(other).changes["notice"]) == {"silent"}


def test_a_rate_of_payment_is_over_all_flow_and_steering_is_asked_of_retail(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 USD over the 30 days of one month: 40 fills a day, of which a half are retail."""
    from bestexec.verdicts import steering

    asked: dict[str, pl.DataFrame] = {}

    def noted(rows: pl.DataFrame, rates: pl.DataFrame, *, metric: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        asked.update(rows=rows, rates=rates)
        return VERDICTS.schema.to_frame(), pl.DataFrame()

    monkeypatch.setattr(steering, "steering", noted)
    both = fills().with_columns(customer_class=pl.Series(["retail", "institutional"] * (fills().height // 2)), venue=pl.lit("XNAS"))
    paid = payments({"venue": "XNAS", "month_on": date(2026, 7, 1), "kind": "rebate", "amount_usd": 10})
    looking.detected(both, routes(), tried(orders(), routes()), orders(), paid, ())
    july = both.filter(pl.col("month") == "2026-07")
    assert asked["rows"].height == both.height // 2
    assert asked["rates"].filter(pl.col("from_on") == date(2026, 7, 1))["usd_per_share"].item() == pytest.approx(10 / (july.height * 100))


def test_no_fill_is_nothing_looked_for() -> None:
    none = looking.detected(fills().clear(), routes(), tried(orders(), routes()), orders(), payments(), ())
    assert (none.verdicts.schema, none.changes.schema) == (VERDICTS.schema, CHANGES.schema)
