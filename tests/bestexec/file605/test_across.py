"""A firm of a few orders written out: across midnight and the month's end, through a halt, into the close, in a crossed market."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import bestexec
from bestexec import file605
from bestexec.recompute import chosen
from bestexec.workspace import Workspace

ORDERS = "firm,key_on,order_id,symbol,side,qty,order_type,limit_px,stop_px,tif,received_at,ended_at,end_reason,is_held,is_short,capacity\n"
FILLS = "firm,key_on,order_id,fill_id,traded_on,symbol,side,qty,px,filled_at,venue,capacity\n"
QUOTES = "day,symbol,quoted_at,sequence,bid_px,ask_px,bid_qty,ask_qty,kind,source\n"
TRADES = "day,symbol,traded_at,sequence,px,qty,venue,is_regular,source\n"
STATUSES = "day,symbol,kind,from_at,to_at,reason\n"
SYMBOLS = "symbol,asset_class,currency,round_lot,is_sp500,from_on\n"

FED = {
    "symbols.csv": SYMBOLS + "ABC,equity,USD,100,true,2026-01-02\nHLT,equity,USD,100,false,2026-01-02\n",
    "orders_2026-07-31.csv": ORDERS
    + "F,2026-07-31,waits,ABC,1,100,limit,9.50,,gtc,2026-07-31T15:00:00.000000000Z,2026-08-03T14:00:00.050000000Z,filled,true,false,agency\n"
    + "F,2026-07-31,ready,ABC,1,100,limit,10.02,,gtc,2026-07-31T15:00:00.000000000Z,2026-08-03T14:30:00.000000000Z,filled,true,false,agency\n",
    "orders_2026-08-03.csv": ORDERS
    + "F,2026-08-03,close,ABC,1,100,market,,,day,2026-08-03T19:58:12.000000000Z,2026-08-03T19:58:12.000000000Z,filled,true,false,agency\n"
    + "F,2026-08-03,last,ABC,1,100,market,,,day,2026-08-03T19:59:59.900000000Z,2026-08-03T19:59:59.990000000Z,filled,true,false,agency\n"
    + "F,2026-08-03,crossed,ABC,1,100,market,,,day,2026-08-03T16:00:00.500000000Z,2026-08-03T16:00:00.600000000Z,filled,true,false,agency\n"
    + "F,2026-08-03,never,ABC,1,100,limit,5.00,,day,2026-08-03T15:00:00.000000000Z,2026-08-03T20:00:00.000000000Z,expired,true,false,agency\n"
    + "F,2026-08-03,halted,HLT,1,100,market,,,day,2026-08-03T15:10:00.000000000Z,2026-08-03T15:20:00.000000000Z,canceled,true,false,agency\n"
    + "F,2026-08-03,reopened,HLT,1,100,limit,20.00,,day,2026-08-03T15:10:00.000000000Z,2026-08-03T15:40:00.000000000Z,canceled,true,false,agency\n"
    + "F,2026-08-03,soon,HLT,1,100,limit,20.01,,day,2026-08-03T15:02:00.000000000Z,2026-08-03T15:40:00.000000000Z,canceled,true,false,agency\n"
    + "F,2026-08-03,earlier,HLT,1,100,limit,20.01,,day,2026-08-03T14:59:30.000000000Z,2026-08-03T15:40:00.000000000Z,canceled,true,false,agency\n"
    + "F,2026-08-03,short,HLT,-1,100,market,,,day,2026-08-03T18:00:00.000000000Z,2026-08-03T18:00:01.000000000Z,canceled,true,true,agency\n",
    "fills_2026-08-03.csv": FILLS
    + "F,2026-07-31,waits,w1,2026-08-03,ABC,1,100,9.50,2026-08-03T14:00:00.050000000Z,XNAS,agency\n"
    + "F,2026-07-31,ready,r1,2026-08-03,ABC,1,100,10.02,2026-08-03T14:30:00.000000000Z,XNAS,agency\n"
    + "F,2026-08-03,close,c1,2026-08-03,ABC,1,100,10.06,2026-08-03T19:58:12.000000000Z,XNAS,agency\n"
    + "F,2026-08-03,last,l1,2026-08-03,ABC,1,100,10.04,2026-08-03T19:59:59.990000000Z,XNAS,agency\n"
    + "F,2026-08-03,crossed,x1,2026-08-03,ABC,1,100,10.03,2026-08-03T16:00:00.600000000Z,XNAS,agency\n",
    "quotes_2026-07-31.csv": QUOTES + "2026-07-31,ABC,2026-07-31T13:30:00.000000000Z,1,10.00,10.10,300,300,nbbo,sip\n",
    "quotes_2026-08-03.csv": QUOTES
    + "2026-08-03,ABC,2026-08-03T13:30:00.000000000Z,1,9.60,9.70,300,300,nbbo,sip\n"
    + "2026-08-03,ABC,2026-08-03T14:00:00.000000000Z,2,9.50,9.60,300,300,nbbo,sip\n"
    + "2026-08-03,ABC,2026-08-03T14:10:00.000000000Z,3,10.00,10.10,300,300,nbbo,sip\n"
    + "2026-08-03,ABC,2026-08-03T16:00:00.000000000Z,4,10.05,10.03,300,300,nbbo,sip\n"
    + "2026-08-03,ABC,2026-08-03T16:01:00.000000000Z,5,10.00,10.10,300,300,nbbo,sip\n"
    + "2026-08-03,ABC,2026-08-03T19:59:59.800000000Z,6,10.02,10.04,300,300,nbbo,sip\n"
    + "2026-08-03,ABC,2026-08-03T20:00:30.000000000Z,7,9.00,9.10,300,300,nbbo,sip\n"
    + "2026-08-03,ABC,2026-08-03T16:02:00.000000000Z,10,9.99,10.08,7,7,odd_lot,sip\n"
    + "2026-08-03,HLT,2026-08-03T13:30:00.000000000Z,8,20.01,20.05,300,300,nbbo,sip\n"
    + "2026-08-03,HLT,2026-08-03T15:12:00.000000000Z,9,20.00,20.04,300,300,nbbo,sip\n",
    "trades_2026-08-03.csv": TRADES
    + "2026-08-03,ABC,2026-08-03T13:59:00.000000000Z,1,9.40,500,XNAS,true,sip\n"
    + "2026-08-03,ABC,2026-08-03T14:00:00.020000000Z,2,9.50,60,FNRC,true,sip\n"
    + "2026-08-03,ABC,2026-08-03T14:00:00.030000000Z,3,9.51,70,XNAS,true,sip\n"
    + "2026-08-03,ABC,2026-08-03T14:00:00.040000000Z,4,9.50,30,XNAS,true,sip\n"
    + "2026-08-03,ABC,2026-08-03T14:00:00.060000000Z,5,9.45,500,XNAS,true,sip\n"
    + "2026-08-03,HLT,2026-08-03T13:59:00.000000000Z,6,20.02,500,XNAS,true,sip\n",
    "statuses.csv": STATUSES
    + "2026-08-03,HLT,halt,2026-08-03T15:05:00.000000000Z,2026-08-03T15:30:00.000000000Z,T1\n"
    + "2026-08-03,HLT,short_sale_restriction,2026-08-03T17:00:00.000000000Z,2026-08-04T00:00:00.000000000Z,D\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("few")
    (folder / "raw").mkdir()
    for name, text in FED.items():
        (folder / "raw" / name).write_text(text)
    workspace: Workspace = bestexec.open_workspace(folder / "workspace")
    bestexec.import_files(workspace, [folder / "raw"], received_at=1)
    bestexec.measure(workspace)
    return workspace


def report(firm: Workspace, month: int) -> file605.Month:
    return file605.compute(firm, [chosen(firm, "")], date(2026, month, 1), file605.Named("FEW", "T"))


@pytest.fixture(scope="module")
def july(firm: Workspace) -> file605.Month:
    return report(firm, 7)


@pytest.fixture(scope="module")
def august(firm: Workspace) -> file605.Month:
    return report(firm, 8)


def of(month: file605.Month, order: str) -> dict[str, Any]:
    (row,) = pl.concat([month.covered, month.left_out], how="diagonal").filter(pl.col("order_id") == order).to_dicts()
    return row


def row(month: file605.Month, symbol: str, order_class: str) -> dict[str, Any]:
    (found,) = month.detail.filter(pl.col("Symbol") == symbol, pl.col("OrderType") == order_class).to_dicts()
    return {name: value if value is None or isinstance(value, str | int) else f"{value:.6f}" for name, value in found.items()}


def test_an_order_belongs_to_the_month_in_which_it_became_executable(july: file605.Month, august: file605.Month) -> None:
    assert july.covered["order_id"].to_list() == ["ready"]
    assert "ready" not in set(august.covered["order_id"])
    assert of(august, "waits")["order_class"] == "LNNNN"


def test_a_wait_over_the_month_end_is_timed_from_the_executable_time(august: file605.Month) -> None:
    wanted = {"FilledOrderWghtdAvgTime": "50.000000", "CvrdOrderQtyto1sec": "100.000000", "FilledOrderCnt": 1, "CvrdOrderExctdAwayQty": "100.000000"}
    cells = row(august, "ABC", "LNNNN")
    assert {name: cells[name] for name in wanted} == wanted


def test_what_traded_while_it_rested(august: file605.Month) -> None:
    """60 and 30 shares at 9.50 within its 50 ms, and nothing at 9.51; its own fill is not on this tape; 30 of them on an exchange."""
    cells = row(august, "ABC", "LNNNN")
    assert (cells["RegExctdOrderQty"], cells["RegExctdOrderOnXchngQty"]) == ("90.000000", "30.000000")


def test_executed_after_the_month_it_is_timed_over_the_night(july: file605.Month) -> None:
    cells = row(july, "ABC", "LNNNN")
    assert cells["CvrdOrderQtyOthr"] == "100.000000"
    assert cells["FilledOrderWghtdAvgTime"] == f"{(3 * 24 * 3600 - 1800) * 1000}.000000"


def test_near_the_close_the_last_regular_quote_stands(august: file605.Month) -> None:
    """Worked example G9: 100 at 10.06, last regular midpoint 10.03, five minutes later is past the close: 0.06; one minute later is not."""
    made = august.fills.filter(pl.col("order_id") == "close").to_dicts()[0]
    assert [str(made[f"mid_after_{name}"]) for name in ("50ms", "1min", "5min")] == ["10.050000000", "10.050000000", "10.030000000"]
    assert 2 * (made["fill_px"] - made["mid_after_5min"]) == Decimal("0.06")


def test_in_the_last_milliseconds_every_horizon_is_past_the_close(august: file605.Month) -> None:
    made = august.fills.filter(pl.col("order_id") == "last").to_dicts()[0]
    assert {str(made[f"mid_after_{name}"]) for name in ("50ms", "1s", "15s", "1min", "5min")} == {"10.030000000"}


def test_a_crossed_market_counts_signed(august: file605.Month) -> None:
    order = of(august, "crossed")
    assert (order["order_class"], order["excluded"], str(order["bid"]), str(order["ask"])) == ("MXXNN", None, "10.05000000", "10.03000000")


def test_the_best_displayed_price_is_the_better_of_quote_and_odd_lots(july: file605.Month, august: file605.Month) -> None:
    """Odd lots of 9.99 × 10.08 stand beside a quote of 10.00 × 10.10 from 16:02 UTC on; before, the quote alone; in July no feed of them."""
    best = [tuple(None if of(month, name)[side] is None else str(of(month, name)[side])[:5] for side in ("best_bid", "best_ask"))
            for month, name in ((august, "close"), (august, "waits"), (july, "ready"))]  # fmt: skip
    assert best == [("10.00", "10.08"), ("9.500", "9.600"), (None, None)]


def test_halts(august: file605.Month) -> None:
    """Received in it, reached within it, executable 3 minutes before it, and 5½ minutes before it."""
    reasons = {name: of(august, name)["excluded"] for name in ("halted", "reopened", "soon", "earlier", "short", "never")}
    assert reasons == {
        "halted": "received during a halt", "reopened": None, "soon": "halted soon after it became executable", "earlier": None,
        "short": "short sale under the price test of Rule 201", "never": "never executable in regular hours",
    }  # fmt: skip
    assert of(august, "reopened")["t0_at"] == 1_785_771_000_000_000_000, "15:30 UTC, when trading resumed"
