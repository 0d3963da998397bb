"""Rule 605's order class, size bucket and lot class: examples G11 to G14 of the specification, as far as they are about one order and its quotes."""

from __future__ import annotations

import polars as pl
import pytest

from bestexec.linking import classify
from bestexec.market.lots import lot_class
from bestexec.units import MID, PX, QTY

RECEIVED, EXECUTABLE = 1_000, 4_000
DTYPES = {
    "side": pl.Int8, "qty": QTY, "limit_px": PX, "stop_px": PX, "received_at": pl.Int64, "executable_at": pl.Int64, "is_held": pl.Boolean,
    "is_short_exempt": pl.Boolean, **{f"{what}_at_{instant}": MID if what == "mid" else PX for what in ("bid", "ask", "mid") for instant in ("receipt", "t0")},
}  # fmt: skip
NAMES = ("order_type", "tif", "session", "special_handling", "quote_state_at_receipt", "quote_state_at_t0", *DTYPES)


def quote(bid: str, ask: str, mid: str, instant: str, state: str = "ok") -> dict[str, object]:
    return {f"bid_at_{instant}": bid, f"ask_at_{instant}": ask, f"mid_at_{instant}": mid if state == "ok" else None, f"quote_state_at_{instant}": state}


WIDE = quote("10.00", "10.10", "10.05", "receipt") | quote("10.00", "10.10", "10.05", "t0")


def classified(**order: object) -> dict[str, object]:
    """The order's t0, marketability, class and bucket; every column it does not name is null, its executable time that of its receipt."""
    row = {"order_type": "limit", "side": 1, "qty": "100", "session": "regular", "received_at": RECEIVED, "executable_at": RECEIVED, **WIDE, **order}
    frame = pl.DataFrame(
        {name: pl.Series([row.get(name)], dtype=pl.String if isinstance(DTYPES.get(name), pl.Decimal) else DTYPES.get(name, pl.String)) for name in NAMES}
    )
    typed = frame.cast({name: dtype for name, dtype in DTYPES.items() if isinstance(dtype, pl.Decimal)})
    timed = typed.with_columns(t0_at=classify.t0_at())
    marked = timed.with_columns(marketability=classify.marketability())
    return marked.select("t0_at", "marketability", order_class=classify.order_class(), size_bucket=classify.size_bucket()).row(0, named=True)


def order_class(**order: object) -> object:
    return classified(**order)["order_class"]


@pytest.mark.parametrize(
    ("side", "limit", "tif", "expected"),
    [
        (1, "10.10", "day", "LYNNN"),
        (1, "10.10", "ioc", "LYNYN"),
        (1, "10.05", "day", "LNYNN"),
        (1, "10.07", "ioc", "LNYYN"),
        (1, "10.049", "day", "LNNNN"),
        (1, "10.00", "day", "LNNNN"),
        (1, "10.02", "ioc", "LNNYN"),
        (-1, "10.00", "day", "LYNNN"),
        (-1, "10.05", "day", "LNYNN"),
        (-1, "10.06", "day", "LNNNN"),
        (-1, "10.10", "day", "LNNNN"),
    ],
)
def test_G13_a_limit_order_by_its_side_of_the_quote(side: int, limit: str, tif: str, expected: str) -> None:
    assert order_class(side=side, limit_px=limit, tif=tif) == expected


@pytest.mark.parametrize(("side", "limit"), [(1, "9.99"), (-1, "10.11")])
def test_G13_a_limit_that_is_not_yet_executable_has_no_class(side: int, limit: str) -> None:
    assert classified(side=side, limit_px=limit, executable_at=None) == {
        "t0_at": None, "marketability": "not_executable", "order_class": None, "size_bucket": {"9.99": 250, "10.11": 1_000}[limit],
    }  # fmt: skip


def test_G11a_a_waiting_limit_is_measured_from_its_executable_time() -> None:
    at_receipt = quote("10.05", "10.10", "10.075", "receipt") | quote("10.02", "10.07", "10.045", "t0")
    found = classified(limit_px="10.02", executable_at=EXECUTABLE, **at_receipt)
    assert (found["t0_at"], found["order_class"], found["marketability"]) == (EXECUTABLE, "LNNNN", "non_marketable")


def test_G11b_a_limit_between_bid_and_midpoint_is_executable_at_receipt() -> None:
    found = classified(limit_px="10.06", **quote("10.05", "10.10", "10.075", "receipt"), **quote("10.05", "10.10", "10.075", "t0"))
    assert (found["t0_at"], found["order_class"]) == (RECEIVED, "LNNNN")


def test_G11d_a_limit_entered_before_the_open_is_covered_once_executable() -> None:
    before = quote("10.05", "10.10", "10.075", "receipt", "out_of_session") | quote("10.02", "10.07", "10.045", "t0")
    found = classified(limit_px="10.02", session="pre", executable_at=EXECUTABLE, **before)
    assert (found["t0_at"], found["order_class"]) == (EXECUTABLE, "LNNNN")


def test_a_class_is_fixed_though_the_quote_falls_through_the_limit_at_once() -> None:
    falling = quote("10.05", "10.10", "10.075", "receipt") | quote("9.99", "10.01", "10.00", "t0")
    assert order_class(limit_px="10.02", executable_at=EXECUTABLE, **falling) == "LNNNN"


def test_G12a_a_stop_without_a_limit() -> None:
    found = classified(order_type="stop", side=-1, stop_px="9.95", executable_at=EXECUTABLE, **quote("9.93", "9.96", "9.945", "t0"))
    assert (found["t0_at"], found["order_class"], found["marketability"]) == (EXECUTABLE, "MXXNY", "marketable")


@pytest.mark.parametrize(("limit", "expected"), [("10.55", "LYNNY"), ("10.50", "LNNNY")])
def test_G12b_a_stop_limit_by_the_quote_at_its_election(limit: str, expected: str) -> None:
    assert order_class(order_type="stop_limit", stop_px="10.50", limit_px=limit, executable_at=EXECUTABLE, **quote("10.48", "10.52", "10.50", "t0")) == expected


def test_a_stop_that_was_never_elected_has_no_class() -> None:
    assert classified(order_type="stop", stop_px="11", executable_at=None)["marketability"] == "not_executable"
    assert order_class(order_type="stop", stop_px="11", executable_at=None) is None


def test_a_market_order_is_a_market_order_and_with_ioc_a_marketable_ioc() -> None:
    assert order_class(order_type="market") == "MXXNN"
    assert order_class(order_type="market", tif="ioc") == "LYNYN"


def test_a_crossed_market_is_covered_and_one_without_a_quote_is_not() -> None:
    crossed = quote("10.05", "10.03", "10.04", "receipt", "crossed") | quote("10.05", "10.03", "10.04", "t0", "crossed")
    assert order_class(order_type="market", **crossed) == "MXXNN"
    assert order_class(order_type="market", **quote("10.05", "10.06", "10.055", "t0", "missing")) is None


@pytest.mark.parametrize(
    "uncovered",
    [
        {"tif": "fok"},
        {"tif": "opg"},
        {"order_type": "market_on_close"},
        {"order_type": "pegged"},
        {"order_type": "all_or_none"},
        {"is_held": False},
        {"special_handling": "minimum quantity"},
        {"is_short_exempt": True},
        {"session": "pre"},
    ],
)
def test_what_the_rule_leaves_out_has_no_class(uncovered: dict[str, object]) -> None:
    assert order_class(limit_px="10.10", **uncovered) is None


def test_an_order_whose_quote_at_receipt_is_missing_is_not_called_anything() -> None:
    nothing = quote("10.00", "10.10", "10.05", "receipt", "missing")
    assert classified(limit_px="10.02", executable_at=None, **nothing)["marketability"] == "unknown"


@pytest.mark.parametrize(
    ("limit", "qty", "bucket"),
    [
        ("249.99", "1", 0),
        ("250.00", "1", 250),
        ("999.999", "1", 250),
        ("1000", "1", 1_000),
        ("4999.99", "1", 1_000),
        ("199999.99", "1", 50_000),
        ("200000", "1", 200_000),
        ("3.125", "80", 250),
    ],
)
def test_G14_size_buckets_by_notional(limit: str, qty: str, bucket: int) -> None:
    assert classified(limit_px=limit, qty=qty)["size_bucket"] == bucket


def test_G5_a_market_order_is_valued_at_the_far_quote() -> None:
    quotes = quote("99.99", "100.01", "100.00", "receipt") | quote("99.99", "100.01", "100.00", "t0")
    assert classified(order_type="market", qty="0.5", **quotes)["size_bucket"] == 0  # 0.5 × 100.01 = 50.005
    assert classified(order_type="market", qty="3", side=-1, **quotes)["size_bucket"] == 250  # 3 × 99.99 = 299.97


@pytest.mark.parametrize(
    ("qty", "round_lot", "expected"),
    [
        ("0.99", "40", "fractional"),
        ("1", "40", "odd"),
        ("39", "40", "odd"),
        ("40", "40", "round"),
        ("100.5", "100", "round"),
        ("10.5", "100", "odd"),
        ("1", "1", "round"),
        ("0.4", "1", "fractional"),
        ("50", None, None),
        ("0.5", None, "fractional"),
    ],
)
def test_G14_lot_classes(qty: str, round_lot: str | None, expected: str | None) -> None:
    frame = pl.DataFrame({"qty": [qty], "lot": pl.Series([round_lot], dtype=pl.String)}).cast(QTY)
    assert frame.select(lot_class(pl.col("qty"), pl.col("lot"))).to_series().to_list() == [expected]
