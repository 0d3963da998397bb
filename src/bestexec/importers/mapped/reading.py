"""The importer that a mapping is: recognized by its header, read by the blotter's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from bestexec.importers.archives import head_of
from bestexec.importers.base import Batch, Kept, Reject, alone
from bestexec.importers.blotter import ACCOUNT, batch_of
from bestexec.importers.delimited import Fields, Layout, header_of, read_fields
from bestexec.importers.mapped.forms import as_day, as_instant, as_number
from bestexec.importers.mapped.mapping import Entry, Mapping, forms_of
from bestexec.market.venues import NAME_MICS
from bestexec.schema import BY_NAME
from bestexec.units import DAY

ID_OF = {"orders": "order_id", "routes": "route_id", "fills": "fill_id"}
"""Where a file fills several tables, a record makes a row of each whose id it has."""


@dataclass(frozen=True)
class Mapped:
    """`base.Importer` for one mapping."""

    mapping: Mapping

    @property
    def name(self) -> str:
        return f"mapping {self.mapping.name}"

    @property
    def makes(self) -> frozenset[str]:
        return frozenset(self.mapping.tables)

    @property
    def looks_for(self) -> str:
        return f"the header {', '.join(self.mapping.header)}"

    def recognizes(self, name: str, head: bytes) -> bool:  # the protocol's
        found = header_of(head)[0]
        return len(found) == len(self.mapping.names) and set(found) == set(self.mapping.names)

    def groups(self, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        return alone(names)

    def read(self, kept: tuple[Kept, ...]) -> Iterator[Batch]:
        """The batches of one file. Raises Problem as the blotter does: no firm named, accounts without a secret."""
        (file,) = kept
        file = replace(file, options={"zone": self.mapping.zone, **file.options} if self.mapping.zone else file.options)
        with_head = _columns(file, self.mapping)
        note, records, seen = f"read by the mapping {self.mapping.name}, {self.mapping.sha256[:16]}", 0, _Seen()
        for fields in read_fields(file.path, Layout(with_head, self.mapping.separator, header=True)):
            records += fields.records
            yield self._batch(fields, file, note, seen)
        if not records:
            yield Batch({}, 0, 0, notes=(note, "the file has a header and no records"))

    def _batch(self, fields: Fields, file: Kept, note: str, seen: _Seen) -> Batch:
        several = len(self.mapping.tables) > 1
        parts: dict[str, Batch] = {}
        for table, entries in self.mapping.tables.items():
            texts = fields.frame.select("line", *(_text(entry, table) for entry in entries), *_venue(entries, table), *_clocks(entries, table))
            if several:
                texts = texts.filter(pl.col(ID_OF[table]).str.strip_chars().fill_null("") != "")
            parts[table] = batch_of(Fields(texts, texts.height), BY_NAME[table], file, ())
        rejects = {reject.line: reject for batch in parts.values() for reject in batch.rejects}
        made = pl.concat([batch.tables[table].select("line") for table, batch in parts.items()] or [pl.DataFrame(schema={"line": pl.Int64})])
        without = fields.frame.filter(~pl.col("line").is_in(made["line"].implode()) & ~pl.col("line").is_in(list(rejects)))
        nameless = " or ".join(ID_OF[table] for table in self.mapping.tables) if several else ""
        rejects |= {line: Reject(line, f"no {nameless} in it") for line in without["line"]}
        good = _keyed({table: batch.tables[table].filter(~pl.col("line").is_in(list(rejects))) for table, batch in parts.items()}, self.mapping)
        rows = {table: seen.fresh(frame, table, once=several) for table, frame in good.items()}
        accepted = fields.frame.height - len(rejects)
        told = tuple(rejects[line] for line in sorted(rejects))
        if any(entry.column == ACCOUNT for entries in self.mapping.tables.values() for entry in entries):
            told = tuple(Reject(reject.line, reject.reason) for reject in told)
        return Batch(rows, fields.records, accepted, (*fields.rejects, *told), fields.skipped, (note, *_unknown_venues(rows)))


class _Seen:
    """Orders that a file repeats on each of their fills are rows once: of equal rows the first stays."""

    def __init__(self) -> None:
        self.hashes: dict[str, pl.Series] = {}

    def fresh(self, rows: pl.DataFrame, table: str, *, once: bool) -> pl.DataFrame:
        if not once or rows.is_empty():
            return rows
        first = rows.unique(subset=[name for name in rows.columns if name != "line"], keep="first", maintain_order=True)
        hashes = first.drop("line").hash_rows(seed=0)
        before = self.hashes.get(table, pl.Series([], dtype=pl.UInt64))
        known = hashes.is_in(before.implode())
        self.hashes[table] = pl.concat([before, hashes.filter(~known)])
        return first.filter(~known)


def _keyed(rows: dict[str, pl.DataFrame], mapping: Mapping) -> dict[str, pl.DataFrame]:
    """Routes and fills whose own lines tell the order's receipt carry the order's date, on whatever day they were."""
    if "orders" not in rows:
        return rows
    key_on = rows["orders"].select("line", _ordered_on="key_on")
    unkeyed = [table for table in rows if table != "orders" and "key_on" not in {entry.column for entry in mapping.tables[table]}]
    joined = {table: rows[table].join(key_on, on="line", how="left", maintain_order="left") for table in unkeyed}
    return rows | {table: frame.with_columns(key_on=pl.coalesce("_ordered_on", "key_on")).drop("_ordered_on") for table, frame in joined.items()}


def _columns(file: Kept, mapping: Mapping) -> tuple[str, ...]:
    """The file's own header, whose columns may stand in another order than the mapping's."""
    return header_of(head_of(file.path))[0] or mapping.names


def _text(entry: Entry, table: str) -> pl.Expr:
    """The text of one canonical column, as the blotter reads it."""
    if not entry.sources:
        return pl.lit(entry.stated).alias(entry.column)
    parts = [pl.col(source.strip().lower()).str.strip_chars().fill_null("") for source in entry.sources]
    text = parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" ").str.strip_chars()
    if entry.words:
        text = text.str.to_lowercase().replace(dict(entry.words)).alias(entry.column) if _closed(entry, table) else text.replace(dict(entry.words))
    if entry.form and table in BY_NAME:
        form = forms_of(table, entry.column)[entry.form]
        text = as_instant(text, form) if entry.column.endswith("_at") else as_day(text, form) if _is_day(entry, table) else as_number(text, form)
    return text.alias(entry.column)


def _closed(entry: Entry, table: str) -> bool:
    """Whether the column holds words of a list, in any case, rather than names."""
    column = next((column for column in BY_NAME[table].columns if column.name == entry.column), None)
    return column is not None and (bool(column.values) or column.dtype != pl.String())


def _is_day(entry: Entry, table: str) -> bool:
    return BY_NAME[table].schema[entry.column] == DAY


def _venue(entries: tuple[Entry, ...], table: str) -> tuple[pl.Expr, ...]:
    """The MIC beside a venue's name, where the mapping fills the name alone."""
    named = {entry.column: entry for entry in entries}
    if "venue_raw" not in named or "venue" in named or "venue" not in BY_NAME[table].schema:
        return ()
    return (_text(named["venue_raw"], table).str.to_uppercase().replace_strict(NAME_MICS, default=None, return_dtype=pl.String).alias("venue"),)


def _clocks(entries: tuple[Entry, ...], table: str) -> tuple[pl.Expr, ...]:
    """Which columns each instant was read from, and the finest step that its digits can show."""
    made = []
    for entry in entries:
        prefix = entry.column.removesuffix("_at")
        if entry.column.endswith("_at") and entry.sources and f"{prefix}_resolution_ns" in BY_NAME[table].schema:
            text = pl.col(entry.sources[-1].strip().lower()).str.strip_chars()
            form = forms_of(table, entry.column).get(entry.form)
            fraction = text.str.extract(r"[.,]([0-9]{1,9})(?:[^0-9]|$)").str.len_bytes().fill_null(form.digits if form else 0).cast(pl.Int64)
            made.append((pl.lit(10, pl.Int64).pow(9 - fraction)).cast(pl.String).alias(f"{prefix}_resolution_ns"))
            made.append(pl.lit(" + ".join(entry.sources)).alias(f"{prefix}_source"))
    return tuple(made)


def _unknown_venues(rows: dict[str, pl.DataFrame]) -> tuple[str, ...]:
    names = {
        name
        for frame in rows.values()
        if {"venue", "venue_raw"} <= set(frame.columns)
        for name in frame.filter(pl.col("venue").is_null() & pl.col("venue_raw").is_not_null())["venue_raw"].unique().to_list()
    }
    return (f"venues that no table of venues knows: {', '.join(sorted(names)[:20])}",) if names else ()
