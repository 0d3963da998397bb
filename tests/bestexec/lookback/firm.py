"""A made-up firm's sealed runs, a few fills each, and the imports that they were made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from tests.bestexec.checks.given import DAY, fill, order, rows

from bestexec import policy, runs
from bestexec.schema import ORDERS, conform
from bestexec.store import write_parquet
from bestexec.workspace import Workspace

INSIDE = ("10.00", "10.02")
"""Bid and offer of most fills here: a buy at 10.05 is three cents outside."""
ID = "a" * 64


def outside(name: str, px: str = "10.05", qty: int = 300, on: date = DAY, bid: str = INSIDE[0], ask: str = INSIDE[1], **more: Any) -> dict[str, Any]:
    """A market buy of order `name`, quoted 10.00 × 10.02 throughout with size enough, filled whole at `px`."""
    mid = f"{(float(bid) + float(ask)) / 2:.4f}"
    quotes = {f"{what}_at_{when}": value for when in ("receipt", "t0", "execution") for what, value in (("bid", bid), ("ask", ask), ("mid", mid))}
    sizes = {"bid_qty_at_t0": "9000", "ask_qty_at_t0": "9000", "order_qty": str(qty), "fill_qty": str(qty)}
    return fill(f"{name}-1") | quotes | sizes | {"order_id": name, "fill_px": px, "day": on, "key_on": on, "currency": "USD", "asset_class": "equity"} | more


def sealed(
    root: Path, fills: Iterable[Mapping[str, Any]], *, days: Iterable[date] = (DAY,), limits: Mapping[str, str] | None = None, **tables: pl.DataFrame
) -> runs.Run:
    """A run of these fills, under the shipped policy with some `limits` of its text changed; an order for each order id."""
    held = list(fills)
    texts = root / "policies" / "-".join([*(limits or {"shipped": ""}).values(), "p"]).replace("/", "")
    policy.write_default(texts)
    for before, after in (limits or {}).items():
        file = texts / "policy.toml"
        words = file.read_text(encoding="utf-8")
        assert before in words, f"the policy does not say {before!r}"
        file.write_text(words.replace(before, after), encoding="utf-8")
    names = dict.fromkeys((row["order_id"], row["key_on"], row["symbol"], row["side"]) for row in held)
    orders = [
        order(name, key_on=on, day=on, symbol=symbol, side=side, order_import=ID, order_line=place) for place, (name, on, symbol, side) in enumerate(names, 2)
    ]
    given = {
        "fills": rows("fills", *held),
        "orders": rows("orders", *orders),
        "routes": rows("routes"),
        "unlinked": rows("unlinked_fills"),
        "copies": rows("duplicates"),
    }
    manifest = {"days": [day.isoformat() for day in days], "inputs": {ID: {"files": [], "rows": {"orders": {day.isoformat(): 1 for day in days}}}}}
    (root / "runs").mkdir(exist_ok=True)
    return runs.seal(root / "runs", manifest, {**given, **tables}, texts)


def fed(workspace: Workspace, accounts: Mapping[str, str | None], *, import_id: str = ID, on: date = DAY, symbol: str = "AAA", qty: str = "100") -> None:
    """An import of these orders, the account's key of each beside it, in the lines that `sealed` gives them."""
    given = [
        {"firm": "F", "key_on": on, "order_id": name, "symbol": symbol, "side": 1, "qty": qty, "order_type": "market", "received_at": 1_000,
         "account_key": key, "line": place}
        for place, (name, key) in enumerate(accounts.items(), 2)
    ]  # fmt: skip
    columns = {name: pl.Series([row[name] for row in given]).cast(ORDERS.schema[name]) for name in given[0]}
    write_parquet(conform(pl.DataFrame(columns), ORDERS), workspace.imports / import_id / "orders" / f"{on.isoformat()}.parquet")
    said = {"files": [], "rows": {"orders": {on.isoformat(): len(given)}}}
    (workspace.imports / import_id / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
