"""Another's file of a month against ours, with the orders behind each row that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from bestexec.errors import Problem
from bestexec.file605.month import Month
from bestexec.filings.rule605 import comparing
from bestexec.filings.rule605.comparing import Compared
from bestexec.filings.rule605.invariants import KEYS
from bestexec.store import publish_files

BEHIND = ("order_id", "key_on", "side", "qty", "t0_at", "executed_qty", "import_id", "line")


@dataclass(frozen=True)
class Held:
    """What differs, and for each row that does, the orders behind our figures."""

    compared: Compared
    behind: Mapping[tuple[str, ...], pl.DataFrame]
    """By symbol, lot flag, size group and order type: BEHIND of each covered order of that row, none where we have no such row."""


def named_in(path: Path) -> tuple[date, str, str]:
    """(month, reporter, participant) that most lines of a detailed file say. Raises Problem where it has none."""
    texts = comparing.texts_of(path)
    said = [texts[name].drop_nulls().mode().sort().to_list() for name in ("RptDate", "RprtEntityCd", "DsgntParticipant")]
    if texts.is_empty() or not all(said):
        raise Problem("the file has no lines that say whose report of which month it is", where=str(path), do="name another file")
    month, code, participant = (str(values[0]) for values in said)
    try:
        return date(int(month[:4]), int(month[4:]), 1), code, participant
    except ValueError as error:
        raise Problem(f"{month} is no month", where=str(path), do="RptDate is written yyyymm") from error


def against_month(path: Path, month: Month, tolerance: Mapping[str, Decimal]) -> Held:
    """Hold a file against the month as we compute it."""
    found = comparing.compared(comparing.texts(month.detail), comparing.texts_of(path), tolerance)
    flags = month.covered["lot_class"].replace_strict(month.readings.lot_flags, return_dtype=pl.String)
    keyed = month.covered.select(
        *BEHIND, Symbol="symbol", LotSizeFlag=flags, OrderSize=pl.col("size_bucket").cast(pl.String), OrderType="order_class"
    )  # fmt: skip
    differing = keyed.join(found.differences.select(KEYS).unique(), on=KEYS, how="semi", maintain_order="left")
    parts = differing.partition_by(list(KEYS), as_dict=True, maintain_order=True)
    return Held(found, {tuple(str(part) for part in key): rows.select(BEHIND) for key, rows in parts.items()})


def against_file(path: Path, ours: Path, tolerance: Mapping[str, Decimal]) -> Held:
    """Hold a file against another one; no orders are known then."""
    return Held(comparing.compared(comparing.texts_of(ours), comparing.texts_of(path), tolerance), {})


def as_json(held: Held) -> dict[str, Any]:
    """The comparison with every difference and the orders behind it."""
    rows = []
    for row in held.compared.differences.to_dicts():
        behind = held.behind.get(tuple(row[name] for name in KEYS))
        rows.append(row | {"orders": [] if behind is None else behind.to_dicts()})
    return {"rows": held.compared.rows, "cells": held.compared.cells, "scaled": list(held.compared.scaled), "differences": rows}


def write(held: Held, to: Path) -> tuple[Path, ...]:
    """The differences as `differences.csv`, and the orders behind each row of ours that differs as `orders.csv`."""
    keys = pl.DataFrame(list(held.behind), schema=dict.fromkeys(KEYS, pl.String), orient="row")
    orders = [pl.DataFrame(schema={**keys.schema, **dict.fromkeys(BEHIND, pl.String)})]
    for number, rows in enumerate(held.behind.values()):
        orders.append(keys[number].join(rows.select(pl.col(BEHIND).cast(pl.String)), how="cross"))
    contents = {"differences.csv": held.compared.differences, "orders.csv": pl.concat(orders)}
    return publish_files(to, {name: frame.write_csv().encode() for name, frame in contents.items()})
