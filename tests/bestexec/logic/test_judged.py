"""Stated rules held against routes: what breaks each kind, what keeps to it and what cannot be told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.logic import KINDS, STANDING, VIOLATIONS, Rule, standing, tried, violations
from bestexec.logic.tried import OF_ORDERS, OF_ROUTES

DAY = date(2026, 7, 1)
MS = 1_000_000
ORDER = {"firm": "F", "key_on": DAY, "symbol": "IBM", "order_id": "O", "vendor": "v", "order_type": "limit", "session": "regular", "customer_class": "retail",
         "order_qty": Decimal(500), "is_directed": False, "listed_at": "XNYS"}  # fmt: skip
ROUTE = {
    "firm": "F",
    "key_on": DAY,
    "symbol": "IBM",
    "order_id": "O",
    "routed_on": DAY,
    "qty": Decimal(100),
    "vendor": "v",
    "order_type": "limit",
    "tif": "ioc",
}


def orders(*given: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**ORDER, **row} for row in given or ({},)], schema=OF_ORDERS)


def routes(*given: dict[str, Any]) -> pl.DataFrame:
    """Routes R1, R2 … of one order, a millisecond apart, each to its own attempt."""
    rows = [{**ROUTE, "route_id": f"R{n}", "routed_at": n * MS, "venue": "XNAS", **row} for n, row in enumerate(given, start=1)]
    return pl.DataFrame(rows, schema=OF_ROUTES)


def rule(kind: str, **more: Any) -> Rule:
    filters = {name: more.pop(name) for name in list(more) if name in Rule.__dataclass_fields__}
    return Rule(**{"key": "r", "vendor": "v", "kind": kind, "source": "guide, p. 1", "terms": more, **filters})


def to(*venues: str | None) -> list[dict[str, Any]]:
    return [{"venue": venue} for venue in venues]


LIT = ("XNAS", "ARCX", "BATS")
CASES: list[tuple[str, dict[str, Any], list[dict[str, Any]], list[str], int, int]] = [
    # kind, terms, routes, those that break it, those that keep to it, those that cannot be told
    ("first_attempt_among", {"venues": ("IEXG", "ARCX")}, to("XNAS", "IEXG"), ["R1"], 0, 0),
    ("first_attempt_among", {"venues": ("XNAS",)}, to("XNAS", "IEXG"), [], 1, 0),
    ("first_attempt_among", {"venues": ("XNAS",)}, to(None, "IEXG"), [], 0, 1),
    ("venues_in_order", {"venues": LIT}, to("XNAS", "ARCX", "BATS"), [], 3, 0),
    ("venues_in_order", {"venues": LIT}, to("XNAS", "BATS"), ["R2"], 1, 0),
    ("venues_in_order", {"venues": LIT, "may_skip": True}, to("XNAS", "BATS", "ARCX"), ["R3"], 2, 0),
    ("venues_in_order", {"venues": LIT, "may_skip": True}, to("XNAS", "IEXG", "ARCX"), [], 2, 0),
    ("venues_in_order", {"venues": LIT, "may_skip": True}, to("XNAS", None, "ARCX"), [], 1, 2),
    ("venues_in_order", {"venues": LIT, "may_skip": True}, to("BATS", None, "ARCX"), ["R3"], 1, 1),
    ("midpoint_first", {"venues": ("LEVL",)}, to("XNAS", "LEVL", "ARCX"), ["R1"], 1, 0),
    ("midpoint_first", {"venues": ("LEVL",)}, [{"venue": "IEXG", "order_type": "midpoint_peg"}, {"venue": "ARCX"}], [], 1, 0),
    ("midpoint_first", {"venues": ("LEVL",)}, to(None, "ARCX"), [], 0, 2),
    ("never_by_size", {"venues": ("LEVL",), "qty_from": Decimal(101)}, to("LEVL"), [], 0, 0),
    ("never_by_size", {"venues": ("LEVL",), "qty_from": Decimal(100)}, to("LEVL", "XNAS"), ["R1"], 1, 0),
    ("never_by_size", {"venues": ("LEVL",), "qty_below": Decimal(100)}, [{"venue": "LEVL", "qty": Decimal("99.5")}, {"venue": "LEVL"}], ["R1"], 0, 0),
    ("only_venues", {"venues": ("XNAS",)}, to("XNAS", "LEVL", None), ["R2"], 1, 1),
    ("no_venues_in_sessions", {"venues": ("LEVL",), "barred_sessions": ("regular",)}, to("LEVL", "XNAS"), ["R1"], 1, 0),
    ("no_venues_in_sessions", {"venues": ("LEVL",), "barred_sessions": ("pre",)}, to("LEVL"), [], 0, 0),
    ("most_attempts", {"attempts": 2}, to("XNAS", "XNAS", "XNAS"), ["R3"], 2, 0),
    ("least_gap", {"gap_ms": Decimal(1)}, to("XNAS", "ARCX"), [], 1, 0),
    ("least_gap", {"gap_ms": Decimal("1.5")}, to("XNAS", "ARCX"), ["R2"], 0, 0),
    ("least_gap", {"gap_ms": Decimal("1.5")}, [{}, {"routed_resolution_ns": MS}], [], 0, 1),
    ("least_gap", {"gap_ms": Decimal("1.5")}, [{}, {"routed_resolution_ns": 2 * MS}], [], 0, 2),
    ("immediate_then_post", {}, [{"tif": "ioc"}, {"tif": "day"}], [], 1, 0),
    ("immediate_then_post", {}, [{"tif": "day"}, {"tif": "ioc"}], ["R1"], 0, 0),
    ("immediate_then_post", {}, [{"tif": "opg"}, {"tif": None}], [], 0, 1),
    ("auctions_at_primary", {}, [{"tif": "cls", "venue": "XNYS"}, {"order_type": "market_on_close", "venue": "XNAS"}, {}], ["R2"], 1, 0),
]


@pytest.mark.parametrize(("kind", "terms", "sent", "broken", "kept", "unknown"), CASES)
def test_each_kind_tells_broken_kept_and_unknown_apart(
    kind: str, terms: dict[str, Any], sent: list[dict[str, Any]], broken: list[str], kept: int, unknown: int
) -> None:
    rules = (rule(kind, **terms),)
    found = violations(rules, tried(orders(), routes(*sent)))
    assert found["route_id"].to_list() == broken
    assert found["why"].null_count() == 0
    assert standing(rules, tried(orders(), routes(*sent))).select("tested", "kept", "broken", "cannot_tell").row(0) == (
        len(broken) + kept + unknown, kept, len(broken), unknown,
    )  # fmt: skip


def test_every_kind_has_a_case_that_breaks_it_and_one_that_does_not() -> None:
    assert {kind for kind, *_, broken, _, _ in CASES if broken} == {kind.key for kind in KINDS if not kind.judged_by}
    assert {kind for kind, *_, kept, _ in CASES if kept} == {kind.key for kind in KINDS if not kind.judged_by}


def test_a_violation_says_what_was_done_and_what_is_stated() -> None:
    rules = (
        rule("least_gap", gap_ms=Decimal("1.5")), rule("venues_in_order", key="s", venues=LIT),
        rule("never_by_size", key="t", venues=("BATS",), qty_from=Decimal(50)),
    )  # fmt: skip
    assert violations(rules, tried(orders(), routes(*to("XNAS", "BATS")))).select("rule", "vendor", "day", "route_id", "venue", "why").rows() == [
        ("r", "v", DAY, "R2", "BATS", "attempt 2 followed 1.0 ms after the one before; stated: at least 1.5 ms"),
        ("s", "v", DAY, "R2", "BATS", "attempt 2 went to BATS, number 3 of the order stated, after number 1 of it; stated: XNAS, ARCX, BATS"),
        ("t", "v", DAY, "R2", "BATS", "100 shares went to BATS; stated: none from 50"),
    ]


@pytest.mark.parametrize(
    "filters",
    [
        {"vendor": "w"}, {"order_types": ("market",)}, {"sessions": ("pre",)}, {"customer_classes": ("institutional",)}, {"order_qty_from": Decimal(501)},
        {"order_qty_below": Decimal(500)}, {"from_on": date(2026, 7, 2)}, {"to_on": DAY},
    ],
)  # fmt: skip
def test_a_route_that_a_filter_leaves_out_is_not_tested(filters: dict[str, Any]) -> None:
    rules = (rule("only_venues", venues=("LEVL",), **filters),)
    assert violations(rules, tried(orders(), routes({}))).is_empty()
    assert standing(rules, tried(orders(), routes({}))).select("standing", "tested").row(0) == ("not tested", 0)


@pytest.mark.parametrize("unknown", ["order_type", "session", "customer_class", "order_qty"])
def test_a_route_whose_order_lacks_what_a_filter_asks_cannot_be_told(unknown: str) -> None:
    filters = {"order_types": ("limit",), "sessions": ("regular",), "customer_classes": ("retail",), "order_qty_from": Decimal(1)}
    rules = (rule("only_venues", venues=("LEVL",), **filters),)
    assert standing(rules, tried(orders({unknown: None}), routes({}))).select("standing", "tested", "cannot_tell", "why").row(0) == (
        "cannot tell", 1, 1, "1 of 1 routes lack a fact that decides it",
    )  # fmt: skip
    assert standing(rules, tried(orders({unknown: None}), routes({"vendor": "w"})))["tested"].item() == 0


def test_an_order_that_the_customer_directed_breaks_no_rule() -> None:
    assert violations((rule("only_venues", venues=("LEVL",)),), tried(orders({"is_directed": True}), routes({}))).is_empty()
    assert violations((rule("only_venues", venues=("LEVL",)),), tried(orders({"is_directed": None}), routes({}))).height == 1


def test_a_rule_answered_by_another_judgement_says_which() -> None:
    row = standing((rule("no_rebates"),), tried(orders(), routes({}))).row(0, named=True)
    assert (row["standing"], row["why"]) == ("judged elsewhere", "answered by the judgement `steering`")


def test_standing_gives_first_and_last_days() -> None:
    sent = [{"routed_on": date(2026, 7, day), "venue": venue} for day, venue in ((1, "XNAS"), (2, "LEVL"), (3, "LEVL"), (6, "XNAS"))]
    row = standing((rule("only_venues", venues=("XNAS",)),), tried(orders(), routes(*sent))).row(0, named=True)
    assert [row[name].day for name in ("first_day", "last_day", "first_broken_on", "last_broken_on")] == [1, 6, 2, 3]
    assert row["standing"] == "broken"


def test_attempts_are_the_stated_ones_else_the_order_of_sending() -> None:
    assert tried(orders(), routes({"attempt": 2}, {"attempt": 1})).select("route_id", "attempt").rows() == [("R2", 1), ("R1", 2)]
    assert tried(orders(), routes({}, {"attempt": 1}, {"routed_at": 2 * MS}))["attempt"].to_list() == [1, 2, 2]


def test_a_clock_too_coarse_for_the_sequence_leaves_attempts_unknown() -> None:
    sent = routes({}, {"routed_resolution_ns": 2 * MS})
    assert tried(orders(), sent)["attempt"].to_list() == [None, None]
    assert standing((rule("first_attempt_among", venues=("XNAS",)),), tried(orders(), sent))["cannot_tell"].item() == 2


def test_children_of_a_route_are_a_sequence_of_their_own() -> None:
    sent = routes({}, {"parent_route_id": "R1"}, {"parent_route_id": "R1"})
    assert sorted(tried(orders(), sent).select("route_id", "attempt").rows()) == [("R1", 1), ("R2", 1), ("R3", 2)]


def test_routes_sent_together_do_not_come_before_each_other() -> None:
    together = [{"venue": "LEVL", "routed_at": MS}, {"venue": "XNAS", "routed_at": MS}]
    assert violations((rule("midpoint_first", venues=("LEVL",)),), tried(orders(), routes(*together)))["route_id"].to_list() == ["R2"]


def test_nothing_gives_nothing_in_the_stated_columns() -> None:
    assert violations((), tried(pl.DataFrame(), pl.DataFrame())).schema == VIOLATIONS.schema
    assert standing((), tried(pl.DataFrame(), pl.DataFrame())).schema == STANDING.schema


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(Problem, match="two rules are called r"):
        violations((rule("no_rebates"), rule("no_rebates")), tried(orders(), routes({})))


def test_the_order_of_the_rows_changes_nothing() -> None:
    sent = routes(*to("BATS", None, "ARCX", "XNAS", "LEVL"))
    rules = tuple(rule(kind, key=f"r{n}", **terms) for n, (kind, terms, *_) in enumerate(CASES))
    assert violations(rules, tried(orders(), sent)).equals(violations(rules, tried(orders(), sent.reverse())))
