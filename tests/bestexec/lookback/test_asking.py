"""A look-back finds every order that the check concerns, and says what it could not see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.bestexec.checks.given import DAY, order, route, rows

from bestexec.checks import ASKED, CHECKS
from bestexec.errors import Problem
from bestexec.lookback import LEAST, NARROWER, NO_ORDERS, POPULATIONS, Question, look_back
from bestexec.lookback.reading import ROWS
from bestexec.lookback.unseen import NO_RUN, RUN, Unseen
from bestexec.lookback.unseen import ROWS as OF_ROWS

from .firm import outside, sealed

TUESDAY = date(2026, 8, 4)
ASK = Question("EXE-101", DAY, DAY)


def affected(looked: object) -> list[str]:
    return looked.affected["order_id"].to_list()  # type: ignore[attr-defined,no-any-return]  # a LookedBack


def test_every_table_that_a_check_can_be_asked_of_is_of_one_kind() -> None:
    assert sorted([*ROWS, *POPULATIONS, *NO_ORDERS]) == sorted(ASKED)
    assert {check.on for check in CHECKS} <= set(ASKED)


def test_a_limit_set_to_nothing_is_one_that_only_says_what_is_worth_a_look() -> None:
    assert {name for name in LEAST if NARROWER[name] != "lower"} == set()
    assert "max_receipt_to_route_ms" not in LEAST


def test_an_alert_threshold_does_not_decide_who_is_made_whole(tmp_path: Path) -> None:
    """One share at 10.03 is a cent outside: as much as the shipped limit of 0.01 allows, so no exception, and yet the customer lost it."""
    run = sealed(tmp_path, [outside("O1"), outside("O2", px="10.03", qty=1), outside("O3", px="10.02")])
    looked = look_back([(run, [DAY])], ASK)
    assert looked.affected.select("order_id", "is_exception").rows() == [("O1", True), ("O2", False)]
    assert [(one.name, one.stated, one.policy) for one in looked.limits] == [("max_outside_usd", Decimal(0), (Decimal("0.01"),))]
    assert affected(look_back([(run, [DAY])], replace(ASK, limits={}))) == ["O1"]


def test_a_wider_limit_than_the_policys_is_refused(tmp_path: Path) -> None:
    run = sealed(tmp_path, [outside("O1")])
    with pytest.raises(Problem, match="wider than the policy's"):
        look_back([(run, [DAY])], replace(ASK, limits={"max_outside_usd": Decimal("0.02")}))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_eq": Decimal(0)}, "EXE-101 has no limit max_eq"),
        ({"max_outside_usd": Decimal(-1)}, "not a limit"),
        ({"max_outside_usd": Decimal("NaN")}, "not a limit"),
    ],
)
def test_a_limit_that_is_not_the_checks_is_refused(limits: dict[str, Decimal], words: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=words):
        look_back([(sealed(tmp_path, [outside("O1")]), [DAY])], replace(ASK, limits=limits))


def test_each_day_is_asked_under_the_policy_of_its_own_run(tmp_path: Path) -> None:
    """Monday's policy allowed $20 a fill, Tuesday's a cent: under the policies' own limits only Tuesday's order of $9 is found."""
    monday = sealed(tmp_path, [outside("O1")], limits={"max_outside_usd = 0.01": "max_outside_usd = 20"})
    tuesday = sealed(tmp_path, [outside("O2", on=TUESDAY)], days=[TUESDAY])
    both = [(monday, [DAY]), (tuesday, [TUESDAY])]
    assert affected(look_back(both, Question("EXE-101", DAY, TUESDAY, limits={}))) == ["O2"]
    looked = look_back(both, Question("EXE-101", DAY, TUESDAY))
    assert looked.affected.select("order_id", "is_exception").rows() == [("O1", False), ("O2", True)]
    assert looked.limits[0].policy == (Decimal("0.01"), Decimal(20))


def test_only_the_days_that_a_run_is_in_force_for_are_read(tmp_path: Path) -> None:
    first = sealed(tmp_path, [outside("O1"), outside("O2", on=TUESDAY)], days=[DAY, TUESDAY])
    again = sealed(tmp_path, [outside("O3", on=TUESDAY)], days=[TUESDAY])
    assert affected(look_back([(first, [DAY]), (again, [TUESDAY])], Question("EXE-101", DAY, TUESDAY))) == ["O1", "O3"]
    with pytest.raises(Problem, match="two runs are named as in force for 2026-08-04"):
        look_back([(first, [DAY, TUESDAY]), (again, [TUESDAY])], Question("EXE-101", DAY, TUESDAY))


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [("vendor", "two", ["O2"]), ("venue", "CDED", ["O3"]), ("symbol", "BBB", ["O4"]), ("order_class", "LYNNN", ["O5"]), ("vendor", "none", [])],
)
def test_a_look_back_is_narrowed_to_one_value(name: str, value: str, found: list[str], tmp_path: Path) -> None:
    others = [outside("O2", vendor="two"), outside("O3", venue="CDED"), outside("O4", symbol="BBB"), outside("O5", order_class="LYNNN")]
    run, narrow = sealed(tmp_path, [outside("O1"), *others]), {"check": "EXE-101", "first": DAY, "last": DAY, name: value}
    assert affected(look_back([(run, [DAY])], Question(**narrow))) == found  # type: ignore[arg-type]  # each name with its own type


def test_days_without_a_run_are_said(tmp_path: Path) -> None:
    """2026-08-08 and 09 are a weekend, and are no gap."""
    looked = look_back([(sealed(tmp_path, [outside("O1")]), [DAY])], Question("EXE-101", DAY, date(2026, 8, 10)))
    days = tuple(date(2026, 8, day) for day in (4, 5, 6, 7, 10))
    assert looked.unseen == (Unseen(NO_RUN, "no run in force measured them", days),)


def test_a_run_that_is_gone_or_altered_is_a_gap_and_not_an_error(tmp_path: Path) -> None:
    run, other = sealed(tmp_path, [outside("O1")]), sealed(tmp_path, [outside("O2", on=TUESDAY)], days=[TUESDAY])
    (run.folder / "fills.parquet").write_bytes(b"other bytes")
    looked = look_back([(run, [DAY]), (other, [TUESDAY])], Question("EXE-101", DAY, TUESDAY))
    assert affected(looked) == ["O2"]
    assert [(gap.kind, gap.days) for gap in looked.unseen] == [(RUN, (DAY,))]
    assert looked.unseen[0].why.startswith(f"run {run.id[:12]}: a sealed table was altered or is gone")
    (other.folder / "policy" / "policy.toml").unlink()
    assert [gap.kind for gap in look_back([(run, [DAY]), (other, [TUESDAY])], Question("EXE-101", DAY, TUESDAY)).unseen] == [RUN, RUN]


def test_rows_without_what_the_check_needs_are_counted_by_reason(tmp_path: Path) -> None:
    unquoted = outside("O2", quote_state_at_t0="missing", ask_at_t0=None, excluded="quote missing at t0")
    run = sealed(tmp_path, [outside("O1"), unquoted, outside("O3", order_class=None), outside("O4", kind="open")])
    assert look_back([(run, [DAY])], ASK).unseen == (
        Unseen(OF_ROWS, "the quote at the benchmark instant is missing", (DAY,), 1, 4),
        Unseen(
            OF_ROWS, "they have no Rule 605 order class, by which the question is asked: not a covered kind of order, or not told by the data", (DAY,), 1, 4
        ),
    )
    slow = sealed(tmp_path, [outside("O1", t0_to_fill_ns=None)])
    assert [(gap.why, gap.rows) for gap in look_back([(slow, [DAY])], Question("EXE-103", DAY, DAY)).unseen] == [("t0_to_fill_ns is not known", 1)]


def test_a_check_of_orders_gives_orders_with_all_their_fills(tmp_path: Path) -> None:
    """O1 slipped: 300 at 10.05 against 10.01 at receipt is $12; with the dollar limit at nothing it counts, over 25 bps of 3,003 = $7.51."""
    said = {
        "filled_qty": "300",
        "order_qty": "300",
        "filled_notional_usd": "3015",
        "mid_at_receipt": "10.01",
        "bid_at_receipt": "10.00",
        "ask_at_receipt": "10.02",
    }
    orders = rows("orders", order("O1", **said), order("O2", filled_qty="300", mid_at_receipt="10.01"))
    run = sealed(tmp_path, [outside("O1", qty=200), outside("O1", qty=100, fill_id="O1-2"), outside("O2")], orders=orders)
    looked = look_back([(run, [DAY])], Question("EXE-105", DAY, DAY))
    assert looked.affected.select("order_id", "fill_id", "qty", "px").rows() == [("O1", None, Decimal(300), None)]
    assert looked.fills.select("fill_id", "is_affected").rows() == [("O1-1", True), ("O1-2", True)]


def test_a_check_of_routes_gives_routes_with_their_fills_marked(tmp_path: Path) -> None:
    """Route R1 was acknowledged 0.3 s after it was sent; the limit is 0.25 s."""
    sent = rows("routes", route("R1", routed_at=0, acked_at=300_000_000), route("R2"))
    run = sealed(tmp_path, [outside("O1", route_id="R1"), outside("O1", fill_id="O1-2", route_id="R2")], routes=sent)
    looked = look_back([(run, [DAY])], Question("SPD-102", DAY, DAY))
    assert looked.affected.select("order_id", "route_id", "qty").rows() == [("O1", "R1", Decimal(100))]
    assert looked.fills.select("fill_id", "is_affected").rows() == [("O1-1", True), ("O1-2", False)]


def test_a_check_of_a_summary_offers_the_fills_behind_it_as_a_population(tmp_path: Path) -> None:
    """30 fills, 20 of them at XNAS: two thirds is more than half; the ten at XNYS are not behind that group."""
    run = sealed(tmp_path, [outside(f"O{n:02}", venue="XNAS" if n < 20 else "XNYS", qty=100) for n in range(30)])
    looked = look_back([(run, [DAY])], Question("ROU-103", DAY, DAY))
    assert looked.is_population
    assert looked.groups.select("venue", "fills", "all_fills").rows() == [("XNAS", 20, 30)]
    assert affected(looked) == [f"O{n:02}" for n in range(20)]
    assert looked.affected["is_exception"].any() is False


def test_the_population_of_a_spread_is_what_counts_in_it(tmp_path: Path) -> None:
    """E/Q of a buy at 10.05 quoted 10.00 × 10.02 is 2 × 0.04 ÷ 0.02 = 4 on each of three days: persistently over 1. An excluded fill is not behind it."""
    fills = [outside(f"O{n:02}", on=date(2026, 8, 3 + n % 3)) for n in range(90)]
    excluded = outside("X", on=date(2026, 8, 5), excluded="quote locked at t0")
    days = [date(2026, 8, day) for day in (3, 4, 5)]
    run = sealed(tmp_path, [*fills, excluded], days=days)
    looked = look_back([(run, days)], Question("EXE-115", date(2026, 8, 5), date(2026, 8, 5)))
    assert looked.groups.select("day", "eq", "over_days").rows() == [(date(2026, 8, 5), 4.0, 3)]
    assert affected(looked) == sorted(row["order_id"] for row in fills if row["day"] == date(2026, 8, 5))


def test_a_check_that_no_order_stands_behind_says_why(tmp_path: Path) -> None:
    looked = look_back([(sealed(tmp_path, [outside("O1")]), [DAY])], Question("COM-106", DAY, DAY))
    assert (looked.affected.height, looked.fills.height, looked.why_none) == (0, 0, NO_ORDERS["copies"])


def test_nothing_in_force_gives_nothing_and_says_so() -> None:
    looked = look_back([], ASK)
    assert (looked.affected.height, looked.fills.height, [gap.kind for gap in looked.unseen]) == (0, 0, [NO_RUN])


@pytest.mark.parametrize(("check", "first", "words"), [("EXE-999", DAY, "there is no check EXE-999"), ("EXE-101", TUESDAY, "before it begins")])
def test_a_question_that_means_nothing_is_refused(check: str, first: date, words: str) -> None:
    with pytest.raises(Problem, match=words):
        look_back([], Question(check, first, DAY))


def test_what_is_being_done_is_told(tmp_path: Path) -> None:
    run, told = sealed(tmp_path, [outside("O1")]), []
    look_back([(run, [DAY])], ASK, lambda what, done, of: told.append((what, done, of)))
    assert told == [(f"reading run {run.id[:12]}", 0, 1), ("asking EXE-101", 1, 1)]
