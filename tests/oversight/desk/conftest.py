"""A sealed run of a handful of orders whose figures can be worked out on one's fingers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import LazySettings

from bestexec import metrics, policy
from bestexec.checks.base import FINDINGS, NOT_EVALUATED
from bestexec.linking.clocks import LEGS
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.linking.grade import grade, grade_days
from bestexec.runs import Run, seal
from bestexec.schema import CONTROL_TOTALS, ROUTES
from bestexec.scorecards import BENCHMARK_KEYS, excluded_rows
from oversight.actor import automated
from oversight.arrivals import actions
from oversight.measured import figures

MONDAY, TUESDAY = date(2026, 9, 28), date(2026, 9, 29)
MS = 1_000_000


@dataclass
class Bench:
    """Orders and fills of a made-up day, sealed and received when asked."""

    root: Path
    orders: list[dict[str, Any]] = field(default_factory=list)
    fills: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    unasked: list[dict[str, Any]] = field(default_factory=list)
    legs: list[dict[str, Any]] = field(default_factory=list)
    receives: Callable[..., Any] = actions.receive
    """How a sealed run comes to the desk: with all that it is held against."""

    def order(self, name: str, on: date = MONDAY, **said: Any) -> None:
        """A market order of 100 shares, filled at once, held, not directed, retail, in the regular session."""
        self.orders.append(_row(on, name) | {"order_qty": Decimal(100), "filled_qty": Decimal(100), "is_filled": True, "is_complete": True, "fills": 1} | said)

    def fill(self, order: str, px: str, qty: int = 100, on: date = MONDAY, **said: Any) -> None:
        """A buy against 9.99 to 10.01, 20 ms after receipt, at XNAS."""
        quoted = {f"{side}_at_t0": Decimal(value) for side, value in (("bid", "9.99"), ("ask", "10.01"), ("mid", "10.00"))}
        at = {"t0_to_fill_ns": 20 * MS, "receipt_to_route_ns": 2 * MS, "quote_state_at_t0": "ok", "venue": "XNAS", "kind": "regular"}
        name = f"{order}-{sum(fill['order_id'] == order for fill in self.fills) + 1}"
        self.fills.append(_row(on, order) | quoted | at | {"fill_id": name, "fill_qty": Decimal(qty), "fill_px": Decimal(px)} | said)

    def total(self, number: int, counted: int, on: date = MONDAY, session: str | None = "regular", customers: str | None = "retail") -> None:
        """What the order system counted, beside what the run counted."""
        self.totals.append(
            {"day": on, "source": "OMS", "measure": "orders", "session": session, "customer_class": customers, "total": Decimal(number),
             "counted": Decimal(counted)}
        )  # fmt: skip

    def receive(self, min_n: int = 1) -> Run:
        """Seal what there is under the shipped policy with that least count, and receive it."""
        texts = self.root / "policy"
        policy.write_default(texts)
        file = texts / "policy.toml"
        paying = '\nvenues_that_pay = [{mic = "CDED", kind = "pfof"}]\n'
        words = file.read_text(encoding="utf-8").replace("min_n = 30", f"min_n = {min_n}")
        file.write_text(words.replace("\n[", f"{paying}\n[", 1), encoding="utf-8")
        fills = metrics.measure(_frame(self.fills, LINKED_FILLS), "fills")
        orders = metrics.measure(_frame(self.orders, LINKED_ORDERS), "orders")
        days = sorted({row["day"] for row in [*self.orders, *self.fills]})
        outputs = {
            "fills": fills, "orders": orders, "excluded": excluded_rows(fills, orders), "grade": grade(fills, orders),
            "grade_days": grade_days(fills, orders, {}), "clocks": pl.DataFrame(self.legs, schema=LEGS.schema),
            "routes": pl.DataFrame(schema=ROUTES.schema),
            "control": pl.DataFrame(self.totals, schema={**CONTROL_TOTALS.schema, "counted": pl.Decimal(38, 6)}),
            "tape": _tape({"day": pl.Date, "symbol": pl.String, "hour": pl.Int64}), "tape_venues": _tape({"day": pl.Date, "venue": pl.String}),
            "findings": pl.DataFrame(self.findings, schema=FINDINGS.schema), "not_evaluated": pl.DataFrame(self.unasked, schema=NOT_EVALUATED.schema),
        }  # fmt: skip
        manifest = {
            "firm": ["FIRM"], "days": [day.isoformat() for day in days], "asked": {"first": None, "last": None, "as_of": "before"},
            "inputs": {"f" * 64: {"importer": "blotter", "files": [{"name": "orders.csv", "sha256": "0" * 64, "size": 1}], "records": 9, "accepted": 9,
                                  "rejected": 0, "skipped": {}, "notes": [], "rows": {"orders": {}, "fills": {}}}},
            "benchmarks": ["sip nbbo"], "policy": {"version": "p-1", "sha256": policy.load(texts).hash},
            "definitions": {"metrics": "1" * 64, "checks": "2" * 64}, "code": {"version": "0.1.0", "source": "3" * 64, "constraints": None},
        }  # fmt: skip
        (self.root / "runs").mkdir(exist_ok=True)
        run = seal(self.root / "runs", manifest, outputs, texts)
        self.receives(automated("receive"), run.id)
        return run


def _row(on: date, order: str) -> dict[str, Any]:
    return {
        "day": on, "firm": "FIRM", "key_on": on, "order_id": order, "symbol": "ABCZ", "side": 1, "vendor": "vendor_a", "order_type": "market",
        "order_class": "MXXNN", "marketability": "marketable", "session": "regular", "customer_class": "retail", "asset_class": "equity",
        "currency": "USD", "is_held": True, "is_directed": False, "hour": 10, "week": MONDAY, "month": "2026-09", "size_bucket": 1000,
        "is_left_out": False,
    }  # fmt: skip


def _frame(rows: list[dict[str, Any]], table: Any) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=table.schema) if rows else pl.DataFrame(schema=table.schema)


def _tape(dimensions: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(schema={**dimensions, "trades": pl.Int64, "shares": pl.Float64, **dict.fromkeys(BENCHMARK_KEYS, pl.Float64)})


@pytest.fixture
def bench(db: None, tmp_path: Path, settings: LazySettings) -> Bench:
    """An empty workspace that the desk looks at."""
    settings.WORKSPACE = settings.HOME = tmp_path
    figures.forget()
    return Bench(tmp_path)


@pytest.fixture
def week(bench: Bench) -> Callable[[], Run]:
    """Two retail fills and an institutional one: E/Q of retail is 25 %.

    Retail: 100 at 10.01 (effective 0.02) and 300 at 10.00 (effective 0): (2 + 0) ÷ (400 × 0.02) = 25 %.
    With the institutional 100 at 10.02 (effective 0.04): (2 + 0 + 4) ÷ (500 × 0.02) = 60 %.
    """
    bench.order("O1")
    bench.order("O2", vendor="vendor_b", order_qty=Decimal(300), filled_qty=Decimal(300))
    bench.order("O3", customer_class="institutional", is_held=False)
    bench.order("O4", excluded="quote locked at t0", filled_qty=Decimal(0), is_filled=False, is_complete=False, fills=0)
    bench.fill("O1", "10.01")
    bench.fill("O2", "10.00", 300, vendor="vendor_b", venue="CDED")
    bench.fill("O3", "10.02", customer_class="institutional", is_held=False)
    bench.total(4, 3)
    return bench.receive
