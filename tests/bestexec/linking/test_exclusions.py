"""What the policy leaves out by name, who approved it, and the exception that it becomes when the approval has ended."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from bestexec import policy
from bestexec.cli import app
from bestexec.linking.columns import LINKED_ORDERS
from bestexec.linking.exclusions import exclusions
from bestexec.policy import Exclusion, Policy
from bestexec.recompute import chosen
from bestexec.schema import conform
from bestexec.workspace import open_workspace

FIRST, SECOND = date(2026, 7, 1), date(2026, 7, 2)


@pytest.fixture
def limits(tmp_path: Path) -> Policy:
    """Pre-market orders are left out until 2 July, options without an end."""
    policy.write_default(tmp_path)
    path = tmp_path / policy.FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('pre = "measure"', 'pre = { exclude = true, approved_by = "committee", until = 2026-07-02 }'), encoding="utf-8")
    return policy.load(tmp_path)


def orders(*rows: tuple[date, str, str, int]) -> pl.DataFrame:
    """(day, session, asset class, shares)."""
    given = [{"day": day, "session": session, "asset_class": kind, "order_qty": Decimal(qty)} for day, session, kind, qty in rows]
    typed = {"order_qty": LINKED_ORDERS.schema["order_qty"]}
    return conform(pl.DataFrame(given, schema_overrides=typed), LINKED_ORDERS)


def test_an_exclusion_has_its_own_approver_and_end_or_the_policys(limits: Policy) -> None:
    assert limits.exclusions["session", "pre"] == Exclusion("committee", SECOND)
    assert limits.exclusions["asset_class", "option"] == Exclusion("nobody yet: shipped default")
    assert limits.treatment["session", "pre"] == "exclude"
    assert ("session", "regular") not in limits.exclusions


def test_each_day_counts_what_each_exclusion_leaves_out_and_says_whether_it_has_ended(limits: Policy) -> None:
    given = orders((FIRST, "pre", "equity", 100), (FIRST, "pre", "equity", 50), (SECOND, "pre", "option", 7), (SECOND, "regular", "equity", 1))
    assert exclusions(given, limits).rows() == [
        (FIRST, "session", "pre", 2, Decimal(150), "committee", SECOND, False),
        (SECOND, "asset_class", "option", 1, Decimal(7), "nobody yet: shipped default", None, False),
        (SECOND, "session", "pre", 1, Decimal(7), "committee", SECOND, True),  # the first day on which the approval no longer stands
    ]


def test_orders_that_are_still_left_out_after_that_are_an_exception_and_stay_left_out(tmp_path: Path) -> None:
    lines = [f"F,{day},IBM,B,100,market,day,2026-07-0{day}T08:00:00-04:00" for day in (1, 2)]
    (tmp_path / "orders.csv").write_text("\n".join(["firm,order_id,symbol,side,qty,order_type,tif,received_at", *lines]) + "\n", encoding="utf-8")
    words = ["--workspace", str(tmp_path / "w")]

    def say(*more: str) -> str:
        answer = CliRunner().invoke(app, [*words, *more], env={"COLUMNS": "240"})
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    say("import", str(tmp_path / "orders.csv"))
    path = tmp_path / "w/policy/policy.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('pre = "measure"', 'pre = { exclude = true, approved_by = "committee", until = 2026-07-02 }'), encoding="utf-8")
    say("measure")
    told = json.loads(say("coverage", "--json"))["exclusions"]
    assert [(row["day"], row["orders"], row["is_ended"]) for row in told] == [("2026-07-01", 1, False), ("2026-07-02", 1, True)]
    assert "2026-07-02 session pre: 1 orders, approved by committee, until 2026-07-02, which has ended" in say("coverage")
    run = chosen(open_workspace(tmp_path / "w"))
    assert run.table("findings").filter(pl.col("check_id") == "COM-121").select("day", "subject").rows() == [(SECOND, "session pre left out")]
    assert run.table("orders")["excluded"].to_list() == ["session pre is not measured"] * 2
