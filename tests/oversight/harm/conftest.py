"""A firm with a handful of fills outside the quote, their imports, and people of every role."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import LazySettings
from tests.oversight.desk.conftest import MONDAY, TUESDAY, _frame, _row

from bestexec import metrics, policy
from bestexec.checks import find
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.runs import Run, seal
from bestexec.schema import ORDERS, ROUTES, conform
from bestexec.store import write_parquet
from bestexec.workspace import open_workspace
from oversight.actor import Actor, automated
from oversight.findings import actions as findings
from oversight.harm import actions
from oversight.harm.models import Harm

RAW = "e" * 64
RAW_SHA = hashlib.sha256(b"raw").hexdigest()
AT = 1_790_000_000_000_000_000


@dataclass
class Firm:
    """A workspace whose fills, accounts and runs are made by hand, and people who act on them."""

    root: Path
    act: Callable[..., Actor]
    fills: list[dict[str, Any]] = field(default_factory=list)
    accounts: dict[tuple[date, str], str | None] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)

    def fill(self, order: str, px: str = "10.05", qty: int = 300, on: date = MONDAY, account: str | None = "", **said: Any) -> None:
        """A market buy quoted 10.00 × 10.02 with size enough: at 10.05, (10.05 − 10.02) × 300 = 9.00 were lost. Its customer is `k-<order>` unless said."""
        quotes = {f"{what}_at_{at}": Decimal(value) for at in ("t0", "execution") for what, value in (("bid", "10.00"), ("ask", "10.02"), ("mid", "10.01"))}
        sizes = {"ask_qty_at_t0": Decimal(9000), "bid_qty_at_t0": Decimal(9000), "order_qty": Decimal(qty), "fill_qty": Decimal(qty)}
        at = {"quote_state_at_t0": "ok", "quote_state_at_execution": "ok", "venue": "XNAS", "kind": "regular", "t0_to_fill_ns": 20_000_000, "received_at": AT}
        name = f"{order}-{sum(row['order_id'] == order for row in self.fills) + 1}"
        self.fills.append(_row(on, order) | quotes | sizes | at | {"fill_id": name, "fill_px": Decimal(px), "filled_at": AT} | said)
        self.accounts[on, order] = f"k-{order}" if account == "" else account

    def receive(self, *days: date, feeds: bool = True) -> Run:
        """Seal what there is of these days (Monday, unless said), with the shipped policy, and receive it."""
        days = days or (MONDAY,)
        texts = self.root / "policy"
        rows = [row for row in self.fills if row["day"] in days]
        orders = [self._order(place, on, name) for place, (on, name) in enumerate(self.accounts, 2) if on in days]
        made = {
            "fills": metrics.measure(_frame(rows, LINKED_FILLS), "fills"), "orders": metrics.measure(_frame(orders, LINKED_ORDERS), "orders"),
            "routes": pl.DataFrame(schema=ROUTES.schema),
        }  # fmt: skip
        found = find(made, policy.load(texts))
        names = [name for on, name in self.accounts if on in days]
        manifest = {
            "firm": ["FIRM"], "days": [day.isoformat() for day in days], "asked": {"first": None, "last": None, "as_of": "before"},
            "inputs": {RAW: {"importer": "blotter", "files": [{"name": "orders.csv", "sha256": RAW_SHA, "size": 3}], "records": len(names),
                             "accepted": len(names), "rejected": 0, "skipped": {}, "notes": [], "rows": {"orders": {day.isoformat(): 1 for day in days}}}},
            "benchmarks": ["sip nbbo"], "policy": {"version": "p-1", "sha256": policy.load(texts).hash},
            "definitions": {"metrics": "1" * 64, "checks": "2" * 64}, "code": {"version": "0.1.0", "source": "3" * 64, "constraints": None},
        }  # fmt: skip
        run = seal(self.root / "runs", manifest, {**made, "findings": found.findings, "not_evaluated": found.not_evaluated}, texts)
        if feeds:
            self.feed()
        findings.receive(automated("receive"), run.id)
        return run

    def _order(self, place: int, on: date, name: str) -> dict[str, Any]:
        first = next(row for row in self.fills if (row["day"], row["order_id"]) == (on, name))
        qty = sum(row["fill_qty"] for row in self.fills if (row["day"], row["order_id"]) == (on, name))
        kept = {column: first[column] for column in ("vendor", "symbol", "side", "order_class")}
        return _row(on, name) | kept | {
            "order_qty": qty, "filled_qty": qty, "is_filled": True, "is_complete": True, "fills": 1, "received_at": AT,
            "order_line": place, "order_import": RAW,
        }  # fmt: skip

    def feed(self, changed: Mapping[str, str | None] | None = None) -> None:
        """The import of the orders, each with its account."""
        (self.root / "imports" / RAW).mkdir(parents=True, exist_ok=True)
        rows: dict[date, list[dict[str, Any]]] = {}
        for place, ((on, name), account) in enumerate(self.accounts.items(), 2):
            sealed = self._order(place, on, name)
            kept = {"firm": "FIRM", "key_on": on, "order_id": name, "symbol": sealed["symbol"], "side": 1, "qty": sealed["order_qty"], "order_type": "market"}
            rows.setdefault(on, []).append(kept | {"received_at": AT, "account_key": (changed or {}).get(name, account), "line": place})
        for on, held in rows.items():
            columns = {name: pl.Series([row[name] for row in held]).cast(ORDERS.schema[name]) for name in held[0]}
            write_parquet(conform(pl.DataFrame(columns), ORDERS), self.root / "imports" / RAW / "orders" / f"{on.isoformat()}.parquet")
        raw = self.root / "raw.csv"
        raw.write_bytes(b"raw")
        said = {"files": [{"name": "orders.csv", "sha256": RAW_SHA, "size": 3}], "references": [str(raw)], "rows": {}}
        (self.root / "imports" / RAW / "manifest.json").write_text(json.dumps(said), encoding="utf-8")

    def __getitem__(self, role: str) -> Actor:
        if role not in self.people:
            self.people[role] = self.act(role.removesuffix("_2"), name=role)
        return self.people[role]

    def open(self, by: str = "analyst", **said: Any) -> Harm:
        """An assessment of fills outside the quote on Monday, held against the quote at t0."""
        question: dict[str, Any] = {
            "check_id": "EXE-101", "first_on": MONDAY, "last_on": MONDAY, "period_why": "The day it was seen.", "counterfactual": "quote_at_t0",
            "counterfactual_why": "The quote was there.", "title": "Fills outside the quote", "what": "Fills at XNAS were outside the quote.",
        }  # fmt: skip
        return actions.open_harm(self[by], **(question | said))

    def counted(self, **said: Any) -> Harm:
        """The same, counted."""
        row = self.open(**said)
        actions.count(self["analyst"], row)
        return row

    def proposed(self, **said: Any) -> Harm:
        """The same, proposed by the analyst."""
        return actions.propose(self["analyst"], self.counted(**said), conclusion="They lost it.")

    def approved(self, **said: Any) -> Harm:
        """The same, approved by compliance."""
        return actions.approve(self["compliance"], self.proposed(**said))

    def credited(self, **said: Any) -> Harm:
        """The same, its file made by a supervisor."""
        return actions.release(self["supervisor"], self.approved(**said))


@pytest.fixture
def firm(actor: Callable[..., Actor], tmp_path: Path, settings: LazySettings) -> Firm:
    """An empty workspace that the desk looks at."""
    settings.WORKSPACE = tmp_path / "workspace"
    settings.HOME = tmp_path / "desk"
    open_workspace(settings.WORKSPACE)
    return Firm(settings.WORKSPACE, actor)


__all__ = ("MONDAY", "TUESDAY", "Firm", "firm")
