"""Published Rule 605 files: the legacy 26 fields, the amended 55 columns, and the summary.

Every cell and every line is held to the layout's declarations (`market/rule605`). A line whose name or a number cannot be read is a
reject; one that can be read and breaks a rule is kept, names the rules in `broken_rules`, and is told cell by cell. Percent for
fraction is found for each file, from the spreads beside it, and noted; where the file does not show it, the column is null.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from bestexec.errors import Problem
from bestexec.importers import violations
from bestexec.importers.base import Batch, Kept, Reject, alone, head_of
from bestexec.importers.delimited import Fields, Layout, header_of, mostly, read_fields
from bestexec.importers.filed_cells import check
from bestexec.importers.filed_lines import FRACTION, NEITHER, PERCENT, Named, against_rules, as_fraction, scale_of
from bestexec.market.rule605 import DETAIL, LEGACY, SUMMARY, FiledLayout, rules_of
from bestexec.market.rule605.codes import AMENDED_SIZES, LEGACY_SIZES, LOTS, SUMMARY_SIZES
from bestexec.units import AMOUNT, QTY

name = "rule605"
makes = frozenset({"published_605", "published_605_summaries"})
looks_for = "26 fields parted by bars, or a header with DsgntParticipant, RprtEntityCd, RptDate (a published Rule 605 file)"
groups = alone

_LEGACY_LINE = re.compile(r"[A-Z]\|[A-Za-z0-9]+\|[0-9]{6}\|[^|]+\|1[1-5]\|2[1-4](\|[^|]*){20}")
_BEGINNING = {item.name.lower() for item in SUMMARY.fields[:3]}
_FILE_NAME = re.compile(r"^(?P<code>[A-Za-z]+)_?(?P<month>20[0-9]{4})\.")
_SIZES = {"legacy": LEGACY_SIZES, "detail": AMENDED_SIZES, "summary": SUMMARY_SIZES}
_PERCENTAGES = ("effective_spread_pct", *(f"realized_spread_{horizon}_pct" for horizon in ("50ms", "1s", "15s", "1min", "5min")))


_SHOWN = {
    None: "no line shows whether they are fractions or percent, left out", FRACTION: "filed as fractions", PERCENT: "filed in percent, kept as fractions",
    NEITHER: "neither fractions nor percent, left out",
}  # fmt: skip


@dataclass
class _File:
    """What is known of a file while it is read."""

    layout: FiledLayout
    named: Named
    scales: dict[str, int | None] = field(default_factory=dict)
    senseless: set[str] = field(default_factory=set)
    """Columns that are neither fractions nor percent."""
    notes: dict[str, None] = field(default_factory=dict)
    broken: list[pl.DataFrame] = field(default_factory=list)
    months: set[str] = field(default_factory=set)


def recognizes(name: str, head: bytes) -> bool:
    return layout_of(head) is not None


def layout_of(head: bytes) -> FiledLayout | None:
    """The layout that a file beginning with `head` is in; None if it is no Rule 605 file."""
    header = set(header_of(head)[0])
    if header >= _BEGINNING:
        return SUMMARY if "sp500" in header else DETAIL
    return LEGACY if mostly(_LEGACY_LINE, head) else None


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """A record is a line. Raises Problem when the header lacks a column that names a line."""
    (file,) = kept
    head = head_of(file.path)
    layout = layout_of(head)
    assert layout is not None
    names, separator, faults = _header(head, layout, file.name)
    state = _File(layout, Named(tuple(item.column for item in layout.keys)), notes={layout.title: None})
    told = faults
    for fields in read_fields(file.path, Layout(names, separator, layout.header)):
        yield _batch(fields, state, told)
        told = violations.none()
    yield _end(state, file.name, told)


def _header(head: bytes, layout: FiledLayout, file: str) -> tuple[tuple[str, ...], str, pl.DataFrame]:
    """The fields' names in the file's order (empty: unwanted), the separator, and what is wrong with the header."""
    expected = tuple(item.name for item in layout.fields)
    if not layout.header:
        return expected, layout.separator, violations.none()
    lower, separator = header_of(head)
    first = head.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip()
    written = tuple(name.strip() for name in next(csv.reader([first], delimiter=separator)))
    by_lower = {name.lower(): name for name in expected}
    missing = [name for name in expected if name.lower() not in lower]
    doubled = sorted({name for name in lower if lower.count(name) > 1})
    lacking = [item.name for item in layout.keys if item.name in missing]
    if lacking or doubled:
        what = f"the header lacks {', '.join(lacking)}" if lacking else f"{', '.join(doubled)} stands twice in the header"
        raise Problem(what, where=file, do=f"the columns are: {', '.join(expected)}")
    parts = [violations.of_file(1, name, "header", "this column is missing", "add it, empty where there is nothing to state") for name in missing]
    parts += [violations.of_file(1, name, "header", "no column of this layout", "leave it out") for name in written if name.lower() not in by_lower]
    if not parts and written != expected:
        parts = [violations.of_file(1, "header", "header", "names in another order or spelling", f"write: {separator.join(expected)}", first)]
    return tuple(by_lower.get(name, "") for name in lower), separator, violations.together(parts)


def _batch(fields: Fields, state: _File, told: pl.DataFrame) -> Batch:
    texts = fields.frame.with_columns(pl.lit(None, dtype=pl.String).alias(item.name) for item in state.layout.fields if item.name not in fields.frame.columns)
    cells = check(texts, state.layout)
    again = state.named.again(cells.rows)
    rows = _completed(cells.rows.join(again, on="line", how="anti", maintain_order="left"), state)
    rows, of_lines = against_rules(rows, texts, state.layout, rules_of(state.layout), cells.violations)
    rows = rows.with_columns(pl.lit(None, dtype=AMOUNT).alias(name) for name in state.senseless)
    repeated = tuple(Reject(line, f"the same {_key_words(state.layout)} as line {first}") for line, first in again.sort("line").iter_rows())
    unreadable = tuple(Reject(*row) for row in cells.unreadable.iter_rows())
    doubled = violations.of_rejects(repeated, "named-twice", "leave one of the two lines out")
    ragged = violations.of_rejects(fields.rejects, "unreadable", "write the line again")
    found = violations.together([told, cells.violations, of_lines, doubled, ragged])
    state.broken.append(found.group_by("rule").len())
    state.months |= {month.strftime("%Y%m") for month in rows["month_on"].unique()}
    rows = rows.join(violations.broken_rules(found), on="line", how="left", maintain_order="left")
    rejects = (*fields.rejects, *unreadable, *repeated)
    return Batch({state.layout.table: rows}, fields.records, rows.height, rejects, fields.skipped, violations=found)


def _completed(rows: pl.DataFrame, state: _File) -> pl.DataFrame:
    """The rows with what their codes mean, and percentages as fractions."""
    layout = state.layout
    sizes = _SIZES[layout.name]
    low, high = ({int(code): bounds[place] for code, bounds in sizes.items()} for place in (0, 1))
    rows = rows.with_columns(
        size_from=pl.col("size_code").replace_strict(low, return_dtype=pl.Int64).cast(QTY),
        size_below=pl.col("size_code").replace_strict(high, return_dtype=pl.Int64).cast(QTY),
    )
    if layout is LEGACY:
        return rows.with_columns(layout=pl.lit("legacy"))
    if layout is SUMMARY:
        return _scaled(rows, state, "AvgEFQPct", ("effective_over_quoted",), ("effective_over_quoted", "effective_spread_pct", "quoted_spread_pct"))
    known = pl.col("lot_flag").str.to_uppercase().replace_strict(LOTS, default=None, return_dtype=pl.String)
    rows = rows.with_columns(layout=pl.lit("amended"), lot_class=known)
    strange = rows.filter(pl.col("lot_class").is_null())["lot_flag"].unique().sort().to_list()
    state.notes |= dict.fromkeys([f"lot flags whose meaning is not known: {', '.join(strange)}"] if strange else [])
    rows = _scaled(rows, state, "AvgEFQPct", ("effective_over_quoted",), ("effective_over_quoted", "effective_spread", "quoted_spread"))
    return _scaled(rows, state, "percentages of the midpoint", _PERCENTAGES, ("effective_spread_pct", "effective_spread", "average_mid"))


def _scaled(rows: pl.DataFrame, state: _File, what: str, names: tuple[str, ...], of: tuple[str, str, str]) -> pl.DataFrame:
    """The columns as fractions, by what the file's first lines show."""
    stated = any(rows[name].null_count() < rows.height for name in names)
    if state.scales.get(what) is None and stated:
        scale = state.scales[what] = scale_of(rows, *of)
        state.notes |= {f"{what}: {_SHOWN[scale]}": None}
        state.senseless |= set(names) if scale == NEITHER else set()
    return rows.with_columns(as_fraction(names, state.scales.get(what)))


def _end(state: _File, file: str, told: pl.DataFrame) -> Batch:
    """What can be said only after the last line."""
    parts = [told]
    named = _FILE_NAME.match(file)
    if named and state.months - {named["month"]}:
        says = f"the name says {named['month']}, lines say {', '.join(sorted(state.months))}"
        parts.append(violations.of_file(1, "file name", "file-name", says, "name the file by the trading month of its lines"))
    if len(state.months) > 1:
        parts.append(violations.of_file(1, "RptDate", "one-month", f"lines of several months: {', '.join(sorted(state.months))}", "file one month a file"))
    found = violations.together(parts)
    counts = pl.concat([*state.broken, found.group_by("rule").len()]).group_by("rule").agg(pl.col("len").sum()).sort("rule")
    broken = ", ".join(f"{count:,} × {rule}" for rule, count in counts.iter_rows())
    notes = (*state.notes, *([f"rules broken: {broken}"] if broken else []))
    return Batch({}, 0, 0, notes=notes, violations=found)


def _key_words(layout: FiledLayout) -> str:
    return ", ".join(item.name for item in layout.keys)
