"""What is wrong with a CAT record although it can be read: each field at fault by name and value."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bestexec.importers.cat_compound import SHOWN
from bestexec.importers.cat_layouts import REQUIRED
from bestexec.importers.cat_values import FLAGS, PRIVATE, RULES

LONGEST_RECORD = 8_190
"""Bytes that CAT allows a record."""


def checked(fields: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """(`fields` with every value at fault left out, the faults of each record joined by |; null where there is none).

    A value at fault is named as `field=value`, what must be there and is not as `field missing`, a name or position that
    the layout does not have as `extra field`. A flag that is absent is false.
    """
    given = [name for name in RULES if name in fields.columns and fields[name].null_count() < fields.height]
    bad = fields.select((pl.col(name).is_not_null() & ~RULES[name](pl.col(name)).fill_null(value=False)).alias(name) for name in given)
    wrong = [name for name in given if bad[name].any()]
    marked = fields.with_columns(bad[name].alias(f"bad:{name}") for name in wrong)
    named = [pl.when(pl.col(f"bad:{name}")).then(_named(name)) for name in wrong]
    faults = marked.select(_joined([*named, *_missing(fields), *_record_faults(fields)])).to_series()
    clean = marked.with_columns(pl.when(~pl.col(f"bad:{name}")).then(pl.col(name)).alias(name) for name in wrong).select(fields.columns)
    return clean, faults


def _named(name: str) -> pl.Expr:
    return pl.lit(name) if name in PRIVATE else pl.lit(f"{name}=") + pl.col(name).str.slice(0, SHOWN).str.replace_all("|", "¦", literal=True)


def _missing(fields: pl.DataFrame) -> list[pl.Expr]:
    """What the events here must have and do not, a limit order's price and a repair's error among it."""
    events = [event for event in fields["type"].unique().to_list() if event in REQUIRED]
    absent = []
    for name in sorted({name for event in events for name in REQUIRED[event]} - set(FLAGS) - {"actionType", "firmROEID", "type"}):
        needing = [event for event in events if name in REQUIRED[event]]
        lacks = pl.col(name).is_null() if name in fields.columns else pl.lit(value=True)
        absent.append(pl.when(pl.col("type").is_in(needing) & (pl.col("actionType") != "DEL") & lacks).then(pl.lit(f"{name} missing")))
    if {"price", "orderType"} <= set(fields.columns):
        absent.append(pl.when((pl.col("orderType") == "LMT") & pl.col("price").is_null()).then(pl.lit("price missing")))
    return [*absent, pl.when((pl.col("actionType") == "RPR") & pl.col("errorROEID").is_null()).then(pl.lit("errorROEID missing"))]


def _record_faults(fields: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.when(pl.col("extra").is_not_null()).then(pl.lit("extra ") + pl.col("extra").str.replace_all("|", "|extra ", literal=True)),
        pl.when(pl.col("bytes") > LONGEST_RECORD).then(pl.lit(f"longer than {LONGEST_RECORD} bytes")),
    ]


def _joined(faults: Sequence[pl.Expr]) -> pl.Expr:
    text = pl.concat_str(faults, separator="|", ignore_nulls=True)
    return pl.when(text != "").then(text)


def with_more(faults: pl.Series, more: Sequence[pl.Series]) -> pl.Series:
    """The faults of each record with those found elsewhere behind them."""
    return pl.select(_joined([pl.lit(faults), *(pl.lit(found) for found in more)])).to_series()
