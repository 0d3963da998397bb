"""The whole of it: tables in, findings out, and a list of what could not be asked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec import checks
from bestexec.checks.given import GIVEN

from .given import DAY, KNOWN, POLICY, fill, order, route, rows


def clean() -> dict[str, pl.DataFrame]:
    """One order, one route, one fill, all in order."""
    return {
        "fills": rows(
            "fills", fill(route_id="R1", receipt_to_route_ns=100, acked_at=1_200, ack_to_fill_ns=800, best_ask_at_t0="10.10", best_bid_at_t0="10.00")
        ),
        "orders": rows("orders", order()),
        "routes": rows("routes", route()),
        "unlinked_fills": rows("unlinked_fills"),
        "duplicates": rows("duplicates"),
        "control": rows("control", {"day": DAY, "source": "OMS", "measure": "orders", "total": "1", "counted": "1"}),
        "unmatched": rows("unmatched"),
        "verdicts": rows("verdicts"),
        **{name: rows(name) for name in ("claimed", "detected", "changes", "violations", "leaking", "first_looks", "feed_lags")},
    }


def planted() -> dict[str, pl.DataFrame]:
    """The same with one error of many kinds."""
    fills = rows(
        "fills",
        fill("late", route_id="R1", receipt_to_fill_ns=-37_000_000),
        fill("outside", fill_px="10.12"),
        fill("through", order_id="O2", order_type="limit", order_class="LYNNN", limit_px="10.11", fill_px="10.12", order_qty="500"),
        fill("halted", quote_state_at_execution="halted", mid_at_execution=None),
        fill("slow", t0_to_fill_ns=2_000_000_000),
        fill("away", venue="XBOS"),
        fill("split", fill_px="5.00"),
    )
    orders = rows(
        "orders",
        order("lost", end_reason="canceled", filled_qty="40", filled_notional_usd="402", canceled_qty="50", is_complete=False),
        order(
            "stuck", is_filled=False, is_complete=False, filled_qty="0", filled_notional_usd=None, canceled_qty="100", end_reason="canceled", ended_at=10**12
        ),
        order("over", filled_qty="101", filled_notional_usd="1015.05"),
        order("unrouted", routes=0),
        order("held up", receipt_to_route_ns=60_000_000),
    )
    routes = rows(
        "routes",
        route("R1", qty="300", is_iso=True, acked_at=10**9),
        *(route(f"R{n + 2}", end_reason="rejected", acked_at=None, limit_px="1") for n in range(21)),
    )
    copy = {"day": DAY, "table": "fills", "import_id": "twice", "copies": "same", "id": "F1"}
    return {
        "fills": fills,
        "orders": orders,
        "routes": routes,
        "unlinked_fills": rows(
            "unlinked_fills",
            {"firm": "F", "key_on": DAY, "traded_on": DAY, "symbol": "AAA", "order_id": "O7", "fill_id": "alone", "qty": "5", "px": "1", "line": 9},
        ),
        "duplicates": rows("duplicates", copy, {**copy, "copies": "superseded", "line": 4}),
        "control": rows("control", {"day": DAY, "source": "OMS", "measure": "orders", "total": "1000", "counted": "997"}),
        "unmatched": rows(
            "unmatched", *({"day": DAY, "table": "orders", "left": "cat", "right": "fix", "reason": "not in fix", "id": id_} for id_ in ("O9", "O8"))
        ),
    }


def found(tables: dict[str, pl.DataFrame], limits: Any = KNOWN) -> list[tuple[str, str]]:
    return checks.find(tables, limits).findings.select("check_id", "subject").rows()


def test_a_day_in_order_has_no_findings() -> None:
    assert found(clean()) == []


def test_what_a_clean_day_could_not_be_asked_is_said() -> None:
    """One fill and one order are too few for rates, one day has none before it, and nothing was bought at a venue that pays."""
    unasked = checks.find(clean(), KNOWN).not_evaluated
    assert sorted(set(unasked["check_id"])) == [
        "CON-101", "CON-102", "CON-103", "EXE-104", "EXE-106", "EXE-107", "EXE-110", "EXE-115", "ROU-103", "ROU-104", "ROU-108",
    ]  # fmt: skip
    assert unasked.filter(pl.col("check_id") == "ROU-103").row(0) == ("ROU-103", "One venue gets too much", "too few to judge by: not all_fills >= min_n", 1, 1)
    assert unasked.filter(pl.col("check_id") == "EXE-107")["reason"].to_list() == ["trailing_rate is not known"]


def test_planted_errors_are_found_each_by_its_check() -> None:
    assert found(planted()) == [
        ("COM-102", "order unrouted, 100 AAA"),
        ("COM-103", "fill alone of order O7, 5 AAA at 1"),
        ("COM-104", "fill late of order O1, 100 AAA at 10.05 on XNAS"),
        ("COM-106", "fills of one import"),
        ("COM-107", "line 4 of fills, F1 in unknown"),
        ("COM-109", "route R1 of order O1, 300 AAA to XNAS"),
        ("COM-110", "order over, 100 AAA"),
        ("COM-111", "order lost, 100 AAA"),
        ("COM-112", "orders by OMS"),
        ("COM-115", "fill split of order O1, 100 AAA at 5 on XNAS"),
        ("COM-118", "orders of cat and fix: not in fix"),
        ("EXE-101", "fill outside of order O1, 100 AAA at 10.12 on XNAS"),
        ("EXE-102", "fill outside of order O1, 100 AAA at 10.12 on XNAS"),
        ("EXE-102", "fill through of order O2, 100 AAA at 10.12 on XNAS"),
        ("EXE-103", "fill slow of order O1, 100 AAA at 10.05 on XNAS"),
        ("EXE-108", "fill through of order O2, 100 AAA at 10.12 on XNAS"),
        ("EXE-113", "fill halted of order O1, 100 AAA at 10.05 on XNAS"),
        ("EXE-114", "fill through of order O2, 100 AAA at 10.12 on XNAS"),
        ("ROU-101", "vendor one at XBOS, regular"),
        ("ROU-105", "routes of vendor one to XNAS"),
        ("ROU-106", "order stuck, 100 AAA"),
        ("ROU-107", "route R1 of order O1, 300 AAA to XNAS"),
        ("SPD-101", "order held up, 100 AAA"),
        ("SPD-102", "route R1 of order O1, 300 AAA to XNAS"),
    ]


def test_a_finding_carries_the_numbers_the_question_the_authority_the_harm_and_the_raw_record() -> None:
    """Bought 100 at 10.12 where 10.10 was offered: 2 dollars."""
    outside = checks.find(planted(), KNOWN).findings.filter(pl.col("check_id") == "EXE-101").row(0, named=True)
    assert (outside["harm_usd"], outside["authority"], outside["severity"]) == (Decimal(2), "FINRA 5310(a)(1)", "medium")
    assert (outside["raw_line"], outside["raw_import"], outside["fill_id"], outside["order_id"], outside["venue"], outside["vendor"]) == (
        7, "import", "outside", "O1", "XNAS", "one",
    )  # fmt: skip
    assert outside["ask"] == (
        "Fill outside at 10.12 is worse than the 10.1 displayed at its benchmark instant and cost $2.00. The order was not larger than the displayed size. "
        "Why was the quote missed, and is the customer owed?"
    )
    assert json.loads(outside["numbers"], parse_float=Decimal) == {
        "fill_qty": 100, "fill_px": Decimal("10.12"), "far_px_at_t0": Decimal("10.1"), "far_qty_at_t0": 100, "outside_usd": 2, "t0_to_fill_ns": 1000,
        "order_qty": 100, "max_outside_usd": Decimal("0.01"),
    }  # fmt: skip


def test_a_findings_name_is_the_check_the_subject_and_the_day_and_nothing_else() -> None:
    """A better price file changes the numbers of a finding and not its name."""
    named = b'["EXE-108", {"fill_id": "F1", "firm": "F", "order_id": "O1", "symbol": "AAA"}, "2026-08-03"]'
    for px in ("10.12", "10.13"):
        tables = {**clean(), "fills": rows("fills", fill(limit_px="10.11", fill_px=px))}
        through = checks.find(tables, KNOWN).findings.filter(pl.col("check_id") == "EXE-108")
        assert through["finding_id"].to_list() == [hashlib.sha256(named).hexdigest()]


def test_no_two_findings_share_a_name() -> None:
    findings = checks.find(planted(), KNOWN).findings
    assert findings["finding_id"].n_unique() == findings.height


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in planted().items()}
    straight, other = checks.find(planted(), KNOWN), checks.find(shuffled, KNOWN)
    assert straight.findings.equals(other.findings)
    assert straight.not_evaluated.equals(other.not_evaluated)
    assert straight.alerts.equals(other.alerts)


def test_a_table_that_was_not_given_leaves_its_checks_unasked() -> None:
    unasked = checks.find({"fills": clean()["fills"]}, KNOWN).not_evaluated
    reasons = dict(unasked.select("check_id", "reason").rows())
    assert (reasons["COM-102"], reasons["COM-109"], reasons["COM-103"]) == ("no orders were given", "no routes were given", "no unlinked_fills were given")


def test_no_routes_is_a_gap_and_no_duplicates_is_an_answer() -> None:
    tables = {**clean(), "routes": rows("routes")}
    unasked = checks.find(tables, KNOWN).not_evaluated
    assert unasked.filter(pl.col("check_id") == "COM-109")["reason"].to_list() == ["`routes` has no rows"]
    assert unasked.filter(pl.col("check_id").is_in(["COM-103", "COM-106", "COM-107"])).height == 0


def test_what_the_policy_does_not_say_cannot_be_asked() -> None:
    reasons = checks.find(clean(), POLICY).not_evaluated.select("check_id", "reason").rows()
    assert [reason for reason in reasons if reason[0] in ("ROU-101", "COM-113", "CON-104")] == [
        ("COM-113", "is_expected is not known: policy.toml does not say [[vendors]], or the vendor is unknown"),
        ("ROU-101", "is_approved is not known: policy.toml does not say [[venues]], or the venue is unknown"),
        ("CON-104", "is_paying is not known: policy.toml does not say [[venues_that_pay]], or the venue is unknown"),
        ("CON-104", "trailing_fraction is not known"),
    ]


def test_a_firm_whose_venues_do_not_pay_has_no_conflict_to_ask_about() -> None:
    unasked = checks.find(clean(), replace(POLICY, venues_that_pay=())).not_evaluated
    assert [check_id for check_id in unasked["check_id"] if check_id.startswith("CON")] == []


def test_a_feed_without_acknowledgements_says_that_the_venues_leg_is_unknown() -> None:
    unasked = checks.find({**clean(), "fills": rows("fills", fill("A"), fill("B", ack_to_fill_ns=5))}, KNOWN).not_evaluated
    assert unasked.filter(pl.col("check_id") == "SPD-103").row(0) == ("SPD-103", "Slow at the venue", "ack_to_fill_ns is not known", 1, 2)


def test_a_limit_that_changes_holds_from_its_day() -> None:
    """Two dollars outside: over the limit of one until Monday, under the limit of three from Tuesday on."""
    dated = replace(KNOWN.limits["max_outside_usd"], steps=((None, Decimal(1)), (date(2026, 8, 4), Decimal(3))))
    limits = replace(KNOWN, limits={**KNOWN.limits, "max_outside_usd": dated})
    fills = rows("fills", fill(fill_px="10.12"), fill(fill_px="10.12", day=date(2026, 8, 4)))
    outside = checks.find({"fills": fills}, limits).findings.filter(pl.col("check_id") == "EXE-101")
    assert outside["day"].to_list() == [DAY]
    assert json.loads(outside["numbers"][0])["max_outside_usd"] == 1


def test_flow_that_moves_to_the_venue_that_pays_is_found() -> None:
    """A hundred of 400 fills a day at CDED for five days, then 160 of 400: 0.25 before, 0.40 on the sixth day, pooled 0.275.

    That is 0.15 / √(0.275 × 0.725 × (1/400 + 1/2000)) = 6.1 standard errors. The others fall from 0.375 to 0.30, 2.8 standard errors.
    """
    span = [date(2026, 8, day) for day in (3, 4, 5, 6, 7, 10)]
    places = [(place, "CDED" if n < (160 if place == 5 else 100) else ("XNAS", "XNYS")[n % 2]) for place in range(6) for n in range(400)]
    many = rows("fills", fill())[[0] * len(places)].with_columns(
        fill_id=pl.int_range(len(places)).cast(pl.String), day=pl.Series([span[place] for place, _ in places]), venue=pl.Series([venue for _, venue in places])
    )
    findings = checks.find({"fills": many}, KNOWN).findings
    assert findings.select("check_id", "day", "subject").rows() == [
        ("CON-104", span[5], "vendor one at CDED, regular"),
        ("ROU-108", span[5], "vendor one at CDED, regular"),
    ]
    assert findings["ask"][0] == (
        "CDED pays, and got 40% of vendor one's shares after 25% over the 5 days before. "
        "Which release or setting moved it, and was quality the reason?"
    )  # fmt: skip


def test_splitting_a_fill_changes_no_measure_of_a_venue_or_a_class() -> None:
    whole = [fill(f"F{n}", venue=("XNAS", "CDED")[n % 2], fill_px=("10.06", "10.08")[n % 2]) for n in range(80)]
    halves = [{**one, "fill_id": f"{one['fill_id']}{part}", "fill_qty": "50"} for one in whole for part in "ab"]
    figures = [
        [json.loads(numbers)[name] for check_id, numbers in checks.find({"fills": rows("fills", *fills)}, KNOWN).findings.select("check_id", "numbers").rows()
         if check_id == "CON-102" for name in ("paying_eq", "elsewhere_eq", "eq_excess")]
        for fills in (whole, halves)
    ]  # fmt: skip
    assert figures[0] == figures[1]
    assert figures[0][:2] == [0.6, 0.2]


def test_a_check_of_every_row_works_on_a_table_large_enough_to_be_split_among_threads() -> None:
    many = rows("fills", fill())[[0] * 100_000].with_columns(fill_id=pl.int_range(100_000).cast(pl.String))
    slow = many.with_columns(t0_to_fill_ns=pl.when(pl.col("fill_id") == "77777").then(1_000_000_001).otherwise(1_000_000_000))
    findings = checks.find({"fills": slow}, KNOWN).findings
    assert findings.filter(pl.col("check_id") == "EXE-103")["fill_id"].to_list() == ["77777"]


def test_the_frames_have_the_declared_columns_even_when_nothing_is_found() -> None:
    empty = checks.find({name: table.schema.to_frame() for name, table in GIVEN.items()}, KNOWN)
    schemas = (checks.FINDINGS.schema, checks.NOT_EVALUATED.schema, checks.ALERTS.schema)
    assert (empty.findings.schema, empty.not_evaluated.schema, empty.alerts.schema) == schemas
    assert empty.findings.height == 0


def test_the_definitions_have_one_hash_and_a_printed_page() -> None:
    assert checks.definitions_hash() == checks.definitions_hash()
    page = checks.markdown()
    assert [check.id for check in checks.CHECKS if f"### {check.id} {check.title}\n" not in page] == []
