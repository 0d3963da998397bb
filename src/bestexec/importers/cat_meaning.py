"""What the fields of CAT records that hold accounts or several values say, asked once for each text that occurs."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from bestexec.importers import cat_compound
from bestexec.importers.cat_layouts import PARTS
from bestexec.market.sessions import NEW_YORK

_INSTRUCTIONS = {
    "words": "handling", "auction": "auction", "is_stop": "is_stop", "stop_px": "stop", "is_trailing": "is_trailing", "peg": "peg",
    "all_or_none": "all_or_none", "fill_or_kill": "fill_or_kill", "not_held": "not_held", "directed": "directed", "as_received": "as_received",
    "is_readable": "is_readable", "faults": "instruction_faults",
}  # fmt: skip
_FORCE = {"code": "force", "until": "until", "faults": "force_faults"}
_TEXTS = frozenset({"handling", "auction", "stop", "peg", "instruction_faults", "force", "until", "force_faults"})


def meanings(fields: pl.DataFrame, secret: bytes) -> pl.DataFrame:
    """A row a record: the keyed hash of its account, its instructions, its time in force, the orders it names, and the faults of each."""
    return pl.concat(
        [
            _account(fields["firmDesignatedID"], secret).to_frame(),
            _said(fields["handlingInstructions"], lambda text: asdict(cat_compound.instructions(text)), _INSTRUCTIONS),
            _said(fields["timeInForce"], lambda text: asdict(cat_compound.force(text)), _FORCE),
            _related(fields, secret),
        ],
        how="horizontal",
    )


def _account(accounts: pl.Series, secret: bytes) -> pl.Series:
    named = accounts.drop_nulls().unique().to_list()
    keys = [hmac.new(secret, account.encode(), "sha256").hexdigest() for account in named]
    return accounts.replace_strict(named, keys, default=None, return_dtype=pl.String).alias("account_key")


def _said(texts: pl.Series, meaning: Callable[[str], Mapping[str, Any]], names: Mapping[str, str]) -> pl.DataFrame:
    """The meaning of each text under our names; null where there is no text."""
    known = texts.drop_nulls().unique().to_list()
    means = [meaning(text) for text in known]
    schema = {name: pl.String() if name in _TEXTS else pl.Boolean() for name in names.values()}
    table = pl.DataFrame({name: [each[field] for each in means] for field, name in names.items()}, schema=schema)
    return (
        texts.to_frame("text")
        .join(table.insert_column(0, pl.Series("text", known, dtype=pl.String)), on="text", how="left", maintain_order="left")
        .drop("text")
    )


def _related(fields: pl.DataFrame, secret: bytes) -> pl.DataFrame:
    """`related` and `related_faults`: the orders that a record's compound fields name."""
    related: list[str | None] = [None] * fields.height
    faults: list[str | None] = [None] * fields.height
    names = [name for name in PARTS if name in fields.columns]
    if names:
        rows = fields.select("type", *names).with_row_index("row").filter(pl.any_horizontal(pl.col(name).is_not_null() for name in names))
        for row, event, *texts in rows.iter_rows():
            given = {name: text for name, text in zip(names, texts, strict=True) if text is not None}
            related[row], faults[row] = cat_compound.orders_of(event or "", given, secret, iso_date)
    return pl.DataFrame({"related": related, "related_faults": faults}, schema={"related": pl.String, "related_faults": pl.String})


@lru_cache(4_096)
def iso_date(text: str) -> str | None:
    """The date in a key, of a timestamp as text or of a count of nanoseconds (New York's); None if there is none."""
    if text.isdigit() and len(text) in (18, 19):
        return str(pl.Series([int(text)]).cast(pl.Datetime("ns", "UTC")).dt.convert_time_zone(NEW_YORK).dt.strftime("%Y-%m-%d").item())
    if not text[:8].isdigit() or text[8:9] not in ("", "T"):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
    except ValueError:
        return None
