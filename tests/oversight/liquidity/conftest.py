"""A market of a thousand shares, sealed, and routers that reach some of its venues."""

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
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS, TAPE_SYMBOLS
from bestexec.linking.grade import grade
from bestexec.runs import Run, seal
from bestexec.schema import CONTROL_TOTALS, ROUTES
from bestexec.scorecards import BENCHMARK_KEYS, excluded_rows
from oversight.actor import Actor, automated
from oversight.findings import actions as findings
from oversight.liquidity import actions
from oversight.liquidity.models import Reach
from oversight.measured import figures
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY, Bench

VENUES = (("XNAS", 500, 50), ("XNYS", 300, 30), ("EDGX", 100, 10), ("BATS", 5, 1), ("FINN", 95, 9))
"""(venue, shares, trades): 1,000 shares in 100 trades. EDGX has 10 %, BATS 0.5 %; FINN, a reporting facility, 9.5 %."""


@dataclass
class Market(Bench):
    """A day's orders and fills with the tape of the same day."""

    venues: list[tuple[str | None, float, int]] = field(default_factory=lambda: list(VENUES))
    cut: list[tuple[Any, ...]] | None = None
    """Rows of (day, symbol, venue, session, asset class, trades, shares, notional) of the firm's symbols; None: sealed before runs held it."""
    days: tuple[date, ...] = (MONDAY,)
    symbols: list[tuple[str, int, float, int]] = field(default_factory=lambda: [("ABCZ", 9, 600, 60), ("ABCZ", 15, 200, 20), ("DEFZ", 10, 200, 20)])

    def receive(self, min_n: int = 1) -> Run:
        """Seal what there is, and receive it."""
        texts = self.root / "policy"
        policy.write_default(texts)
        file = texts / "policy.toml"
        file.write_text(file.read_text(encoding="utf-8").replace("min_n = 30", f"min_n = {min_n}"), encoding="utf-8")
        fills, orders = (metrics.measure(pl.DataFrame(rows, schema=table.schema), name) for rows, table, name in (
            (self.fills, LINKED_FILLS, "fills"), (self.orders, LINKED_ORDERS, "orders"),
        ))  # fmt: skip
        outputs = {
            "fills": fills, "orders": orders, "excluded": excluded_rows(fills, orders), "grade": grade(fills, orders),
            "routes": pl.DataFrame(schema=ROUTES.schema),
            "control": pl.DataFrame(schema={**CONTROL_TOTALS.schema, "counted": pl.Decimal(38, 6)}),
            "tape": tape({"day": pl.Date, "symbol": pl.String, "hour": pl.Int64}, [(MONDAY, *row) for row in self.symbols]),
            "tape_venues": tape({"day": pl.Date, "venue": pl.String}, [(MONDAY, *row) for row in self.venues]),
            "findings": pl.DataFrame(schema=FINDINGS.schema), "not_evaluated": pl.DataFrame(schema=NOT_EVALUATED.schema),
        }  # fmt: skip
        if self.cut is not None:
            outputs["tape_symbols"] = cut_rows(self.cut)
        manifest = {
            "firm": ["FIRM"], "days": [day.isoformat() for day in self.days],
            "asked": {"first": None, "last": None, "as_of": "before"}, "inputs": {}, "benchmarks": ["sip nbbo"],
            "policy": {"version": "p-1", "sha256": policy.load(texts).hash}, "definitions": {"metrics": "1" * 64, "checks": "2" * 64},
            "code": {"version": "0.1.0", "source": "3" * 64, "constraints": None},
        }  # fmt: skip
        (self.root / "runs").mkdir(exist_ok=True)
        run = seal(self.root / "runs", manifest, outputs, texts)
        findings.receive(automated("receive"), run.id)
        return run


def tape(dimensions: dict[str, Any], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of (dimensions …, shares, trades) as a run holds the tape."""
    schema = {**dimensions, "shares": pl.Float64, "trades": pl.Int64}
    nothing = {key: pl.lit(None, pl.Float64) for key in BENCHMARK_KEYS}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(**nothing).select(*dimensions, "trades", "shares", *BENCHMARK_KEYS)


def cut_rows(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of the tape of the firm's symbols as a run holds them; what a filter leaves out may stand at the end of a row."""
    names = TAPE_SYMBOLS.schema.names()
    made = [dict(zip(names, (*row, 0, 0), strict=False)) for row in rows]
    return pl.DataFrame([{name: Decimal(value) if isinstance(value, str | int) and name in EXACT else value for name, value in row.items()} for row in made],
                        schema=TAPE_SYMBOLS.schema)  # fmt: skip


EXACT = ("shares", "notional", "filtered_shares")


def cells(sheet: Any, *keys: str) -> list[tuple[Any, ...]]:
    places = [[column.key for column in sheet.columns].index(key) for key in keys]
    return [tuple(row.cells[place] for place in places) for row in sheet.rows]


@pytest.fixture
def market(db: None, tmp_path: Path, settings: LazySettings) -> Market:
    """A workspace with a market, not sealed yet: two fills of vendor_b at XNAS, one at KNCM."""
    settings.WORKSPACE = settings.HOME = tmp_path
    figures.forget()
    made = Market(tmp_path)
    for name, venue, qty in (("O1", "XNAS", 100), ("O2", "XNAS", 100), ("O3", "KNCM", 300)):
        made.order(name, vendor="vendor_b")
        made.fill(name, "10.01", qty, vendor="vendor_b", venue=venue)
    return made


@pytest.fixture
def vendor_b(db: None) -> Vendor:
    return vendors.register(automated("test"), key="vendor_b", name="Router B")


@pytest.fixture
def reached() -> Callable[..., Reach]:
    """Puts a venue on a router's list: an exchange, directly, since 1 July 2026."""

    def make(by: Actor, vendor: Vendor, venue: str, **facts: Any) -> Reach:
        said = {"kind": "exchange", "how": "direct", "through": "", "ats_n_on": None, "since_on": date(2026, 7, 1), "until_on": None}
        return actions.state(by, vendor, venue=venue, **{**said, **facts})

    return make


@pytest.fixture
def covered(market: Market, actor: Callable[..., Actor], vendor_b: Vendor, reached: Callable[..., Reach]) -> Vendor:
    """XNAS directly, XNYS through a broker, KNCM directly; EDGX and BATS not at all."""
    by = actor("vendor_manager", name="lists")
    reached(by, vendor_b, "XNAS")
    reached(by, vendor_b, "XNYS", how="through", through="NLAX")
    reached(by, vendor_b, "KNCM", kind="wholesaler")
    return vendor_b
