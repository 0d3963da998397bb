"""A random sample of a day's orders without findings, drawn so that anybody can draw it again."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec import Run as SealedRun
from oversight.findings.incoming import with_key_dates

KEY = ("firm", "key_on", "symbol", "order_id")
Order = tuple[str, date, str, str, str]
"""An order's name and its vendor: (firm, key date, symbol, order id, vendor)."""
RULE = (
    "The seed is the SHA-256 of the record's last hash before the run came, the run's id and the day, joined by |. "
    "Orders that were measured, not left out and without an exception are ranked by the SHA-256 of seed, firm, key date, symbol and order id, "
    "joined by |; the first are the sample. Nobody can choose them, and anybody can draw them again."
)


@dataclass(frozen=True)
class Drawn:
    """A day's sample: from how many orders, and which, in the order of their ranks."""

    population: int
    orders: tuple[Order, ...]


def seed_of(head: str, run_id: str, on: date) -> str:
    """The seed: nobody knows it before the run is sealed and every earlier act is in the record."""
    return hashlib.sha256(f"{head}|{run_id}|{on.isoformat()}".encode()).hexdigest()


def populations(sealed: SealedRun, beside: Mapping[date, SealedRun | None]) -> dict[date, list[Order]]:
    """For each day of `beside` the orders that may be drawn: measured, not left out, without a finding, and not among the orders of the run beside it."""
    orders = sealed.table("orders").filter(pl.col("day").is_in(list(beside)))
    found = with_key_dates(sealed).select("key_on", "symbol", "order_id").drop_nulls().unique()
    plain = orders.filter(pl.col("excluded").is_null(), ~pl.col("is_left_out").fill_null(value=False)).join(
        found, on=["key_on", "symbol", "order_id"], how="anti"
    )
    earlier = {run.id: run for run in beside.values() if run is not None}
    known = {id_: run.table("orders").select("day", *KEY) for id_, run in earlier.items()}
    made: dict[date, list[Order]] = {}
    for on, run in beside.items():
        of_day = plain.filter(pl.col("day") == on).select("day", *KEY, "vendor").unique(subset=KEY)
        fresh = of_day if run is None else of_day.join(known[run.id], on=["day", *KEY], how="anti")
        made[on] = [(firm, key_on, symbol, order_id, vendor or "") for _, firm, key_on, symbol, order_id, vendor in fresh.iter_rows()]
    return made


def draw(orders: list[Order], seed: str, size: int) -> Drawn:
    """The `size` orders whose ranks come first."""
    return Drawn(len(orders), tuple(heapq.nsmallest(size, orders, key=lambda order: rank(seed, order))))


def rank(seed: str, order: Order) -> str:
    """An order's rank: 64 hexadecimal digits."""
    firm, key_on, symbol, order_id, _ = order
    return hashlib.sha256(f"{seed}|{firm}|{key_on.isoformat()}|{symbol}|{order_id}".encode()).hexdigest()
