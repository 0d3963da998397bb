"""Our own blotter: any canonical table as a delimited text file with a header, or as Parquet.

The format
----------
One file holds rows of one table of `schema.TABLES`. Its header (its Parquet schema) names canonical columns, in any order
and any case: every required one, and any of the others. The table is the one whose required columns are all there,
with at least one column that no other table has. A name that the table does not have stops the import.

Four required columns may be left out or empty: `line` is always the file's own (a column of that name is passed over);
`firm` is then what `--firm` states; `key_on`, `traded_on`, `routed_on` and `day` are then the trading date of
`received_at` (orders), `routed_at` (routes), `filled_at` (fills), `quoted_at`, `traded_at` or `from_at`. A good-till-canceled order's
routes and fills on later days need their own `key_on`.

Fields are separated by comma, tab, semicolon or pipe; UTF-8; double quotes where needed, never across lines.

- instants: `2026-01-05T09:30:00.123456789-05:00`, `…Z`, or epoch nanoseconds; without an offset only with `--zone`
- dates: `2026-01-05` or `20260105`
- prices: plain decimals above zero, at most 8 decimals; quantities: at most 6 decimals, sizes may be 0; fees and amounts: either sign
- side: `+1`/`1`/`B`/`buy`, `-1`/`S`/`sell`; flags: `true`/`false`, `yes`/`no`, `1`/`0`
- closed lists: the words of `docs/schema.md`; symbols are upper-cased, and `NA`, `NULL` and `nan` are symbols
- an empty field is a missing value
- `account`, in orders alone, is no canonical column: it becomes `account_key`, its HMAC-SHA256 under the secret of the
  environment, and the account itself goes no further than the raw file (rejects of such a file show no text)

Parquet columns may be text as above, or typed: timestamps (those without a zone need `--zone`), dates, decimals, integers,
booleans. A binary floating-point column is read by the shortest decimal that gives it, which a note says.
"""

from __future__ import annotations

import difflib
import hmac
import shutil
import tempfile
from collections.abc import Iterator
from typing import IO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bestexec.errors import Problem
from bestexec.importers import cells
from bestexec.importers.archives import head_of, open_raw
from bestexec.importers.base import Batch, Kept, Reject, alone
from bestexec.importers.delimited import Fields, Layout, header_of, read_fields
from bestexec.importers.typed import limits_of, ready
from bestexec.market.sessions import CALENDAR_FIRST, CALENDAR_LAST, trading_date
from bestexec.schema import TABLES, Column, Table
from bestexec.units import DAY, FLAG, SIDE

name = "blotter"
makes = frozenset(table.name for table in TABLES)
looks_for = "a header (or Parquet schema) with the canonical column names of one table, such as order_id, fill_id, px (our blotter)"
groups = alone

DERIVED_FROM = {
    "orders": {"key_on": "received_at"},
    "routes": {"key_on": "routed_at", "routed_on": "routed_at"},
    "fills": {"key_on": "filled_at", "traded_on": "filled_at"},
    "quotes": {"day": "quoted_at"},
    "trades": {"day": "traded_at"},
    "statuses": {"day": "from_at"},
}
"""Dates that a file may leave out, and the instant whose trading date they then are."""
ACCOUNT = "account"
PARQUET_ROWS = 100_000
NOT_OURS = frozenset({"security_description"})
"""Columns that tell another source's file: TAQ's master file has `symbol` and `round_lot`, as our symbols have."""


def recognizes(name: str, head: bytes) -> bool:
    header = header_of(head)[0]
    return head.startswith(b"PAR1") or (table_of(header) is not None and not NOT_OURS & set(header))


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    (file,) = kept
    with open_raw(file.path) as stream:
        is_parquet = stream.read(4) == b"PAR1"
    yield from _read_parquet(file) if is_parquet else _read_text(file)


def table_of(header: tuple[str, ...]) -> Table | None:
    """The one table that a header is of: the closest fit of those that it has all required and one distinctive column of."""
    fits = [table for table in TABLES if _required_in_file(table) <= set(header) and _distinctive(table) & set(header)]
    return min(fits, key=lambda table: len(set(header) - set(table.schema.names())), default=None)


def _required_in_file(table: Table) -> set[str]:
    return set(table.required) - {"line", "firm"} - DERIVED_FROM.get(table.name, {}).keys()


def _distinctive(table: Table) -> set[str]:
    return set(table.schema.names()) - {name for other in TABLES if other is not table for name in other.schema.names()}


def _read_text(file: Kept) -> Iterator[Batch]:
    header, separator = header_of(head_of(file.path))
    table, notes = _checked(header, file)
    columns, records = tuple("" if column == "line" else column for column in header), 0
    for fields in read_fields(file.path, Layout(columns, separator, header=True)):
        records += fields.records
        yield batch_of(fields, table, file, notes)
    if not records:
        yield Batch({}, 0, 0, notes=(*notes, "the file has a header and no records"))


def _read_parquet(file: Kept) -> Iterator[Batch]:
    with _seekable(file) as stream:
        try:
            parquet = pq.ParquetFile(stream)
        except (pa.ArrowException, OSError) as error:
            raise Problem(f"not a readable Parquet file: {error}", where=file.name, do="write the file again and import it") from error
        table, notes = _checked(tuple(field.strip().lower() for field in parquet.schema_arrow.names), file)
        if parquet.metadata.num_rows == 0:
            yield Batch({}, 0, 0, notes=(*notes, "the file has no rows"))
        records, parts = 0, parquet.iter_batches(PARQUET_ROWS)
        while records < parquet.metadata.num_rows:
            try:
                rows = pl.DataFrame(pl.from_arrow(next(parts))).rename(lambda column: column.strip().lower()).drop("line", strict=False)
            except (pa.ArrowException, OSError) as error:
                yield Batch({}, 1, 0, (Reject(records + 1, f"the Parquet file cannot be read from here on: {error}"),))
                return
            yield _parquet_batch(rows, records, table, file, notes)
            records += rows.height


def _parquet_batch(rows: pl.DataFrame, before: int, table: Table, file: Kept, notes: tuple[str, ...]) -> Batch:
    """Rows that follow the first `before`: as they are if they are of the canonical types and in order, else by their text."""
    line = pl.int_range(before + 1, before + 1 + rows.height, dtype=pl.Int64, eager=True).alias("line")
    typed = ready(rows.with_columns(line), table)
    if typed is not None:
        return Batch({table.name: typed}, rows.height, rows.height, notes=notes)
    texts = rows.select(line, *(_as_text(column, file) for column in rows))
    floats = [f"{column.name} is binary floating point; its shortest decimal form was read" for column in rows if column.dtype.is_float()]
    return batch_of(Fields(texts, rows.height), table, file, (*notes, *floats))


def _seekable(file: Kept) -> IO[bytes]:
    """The uncompressed file: as it lies if it is plain, else unpacked to a nameless temporary file."""
    with file.path.open("rb") as raw:
        if raw.read(4) == b"PAR1":
            return file.path.open("rb")
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    with open_raw(file.path) as stream:
        shutil.copyfileobj(stream, unpacked)
    unpacked.seek(0)
    return unpacked


def _checked(header: tuple[str, ...], file: Kept) -> tuple[Table, tuple[str, ...]]:
    """The table of a header, and notes on it. Raises Problem when it is of none, or names a column the table lacks."""
    table = table_of(header)
    if table is None:
        raise Problem("its columns are not those of any canonical table", where=file.name, do="name them as docs/schema.md does")
    known = [*table.schema.names(), *_private(table)]
    if ACCOUNT in header and not file.secret:
        raise Problem(
            "the file holds accounts and there is no secret to hide them with", where=file.name, do="set BESTEXEC_ACCOUNT_SECRET, then import it again"
        )
    for column in header:
        if column not in known:
            near = difflib.get_close_matches(column, known, 1)
            advice = f"rename it to {near[0]!r}" if near else "leave it out, or name it as docs/schema.md does"
            raise Problem(f"{table.name} has no column {column!r}", where=file.name, do=advice)
        if header.count(column) > 1:
            raise Problem(f"the column {column!r} stands twice in the header", where=file.name, do="leave one out")
    if "firm" in table.required and "firm" not in header and not file.options.get("firm"):
        raise Problem("no firm is named", where=file.name, do="add a column `firm`, or import with --firm")
    notes = [f"{column} is the trading date of {source}" for column, source in DERIVED_FROM.get(table.name, {}).items() if column not in header]
    notes += ["the column `line` was passed over; a row's line is the file's own"] if "line" in header else []
    return table, tuple(notes)


def batch_of(fields: Fields, table: Table, file: Kept, notes: tuple[str, ...]) -> Batch:
    """The rows of one table out of fields of text that carry its columns' names, as far as `file` and its options let them be read."""
    frame = _with_account_key(_with_firm(fields.frame, table, file), file)
    derived = DERIVED_FROM.get(table.name, {})
    rows, rejects = cells.parse(frame, _cells(table, frame.columns, _zone(file)), tuple(_undated(derived, frame.columns)))
    for source in dict.fromkeys(derived.values()):
        dates = [on for on in derived if derived[on] == source and (on not in rows.columns or rows[on].null_count())]
        if dates:
            traded_on = trading_date(rows.select(pl.when(~_outside_calendar(source)).then(source)).to_series())
            rows = rows.with_columns((pl.coalesce(on, traded_on) if on in rows.columns else traded_on).alias(on) for on in dates)
    told = (*fields.rejects, *rejects)
    if ACCOUNT in fields.frame.columns:
        told = tuple(Reject(reject.line, reject.reason) for reject in told)
    return Batch({table.name: rows}, fields.records, rows.height, told, fields.skipped, notes)


def _private(table: Table) -> tuple[str, ...]:
    return (ACCOUNT,) if "account_key" in table.schema.names() else ()


def _with_account_key(frame: pl.DataFrame, file: Kept) -> pl.DataFrame:
    """`frame` with each account replaced by its keyed hash."""
    if ACCOUNT not in frame.columns:
        return frame
    accounts = frame[ACCOUNT].str.strip_chars()
    named = [account for account in accounts.unique().drop_nulls().to_list() if account]
    keys = [hmac.new(file.secret, account.encode(), "sha256").hexdigest() for account in named]
    hashed = accounts.replace_strict(named, keys, default=None, return_dtype=pl.String)
    return frame.drop(ACCOUNT).with_columns(hashed.alias("account_key"))


def _with_firm(frame: pl.DataFrame, table: Table, file: Kept) -> pl.DataFrame:
    firm = file.options.get("firm")
    if not firm or "firm" not in table.required:
        return frame
    return frame.with_columns(firm=pl.coalesce("firm", pl.lit(firm)) if "firm" in frame.columns else pl.lit(firm))


def _cells(table: Table, given: list[str], zone: str | None) -> tuple[cells.Cell, ...]:
    derived = DERIVED_FROM.get(table.name, {})
    return tuple(
        cells.Cell(column.name, _parser(column, zone), column.required and column.name not in derived)
        for column in table.columns
        if column.name in given and column.name != "line"
    )


def _undated(derived: dict[str, str], given: list[str]) -> Iterator[cells.Fault]:
    """Rows whose date would have to come from an instant that no trading calendar covers."""
    for on, source in derived.items():
        unstated = pl.col(on).is_null() if on in given else pl.lit(value=True)
        yield unstated & _outside_calendar(source), f"{source} is on no trading calendar; state {on}"


def _outside_calendar(instant: str) -> pl.Expr:
    on = pl.col(instant).cast(pl.Datetime("ns")).dt.date()
    return (on <= CALENDAR_FIRST) | (on >= CALENDAR_LAST.replace(day=1))


def _zone(file: Kept) -> str | None:
    zone = file.options.get("zone")
    try:
        return zone and str(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(f"no time zone is named {zone!r}", where=file.name, do="name one as America/New_York is named") from error


def _parser(column: Column, zone: str | None) -> cells.Parser:
    """How a column's text is read: by its type and, as columns carry their unit in their name, by its name."""
    if column.name == "symbol":
        return cells.symbol()
    if column.values:
        return cells.one_of(column.values)
    if column.name.endswith("_at") and column.dtype == pl.Int64:
        return cells.instant(zone)
    if column.dtype.is_decimal():
        scale = column.dtype.scale  # type: ignore[attr-defined]  # a Decimal's
        above, least = limits_of(column)
        return cells.decimal(scale, above=above, least=least)
    by_type = {DAY: cells.day, SIDE: cells.side, FLAG: cells.flag, pl.Int64(): cells.integer, pl.String(): cells.text}
    return by_type[column.dtype]()


def _as_text(values: pl.Series, file: Kept) -> pl.Series:
    """A typed column in the text form that the blotter documents, so that one set of parsers reads both."""
    dtype = values.dtype
    if isinstance(dtype, pl.Datetime):
        exact = values.cast(pl.Datetime("ns", dtype.time_zone))
        return exact.dt.strftime("%Y-%m-%dT%H:%M:%S.%9f") if dtype.time_zone is None else exact.dt.epoch("ns").cast(pl.String)
    if dtype.is_numeric() or dtype in (pl.String, pl.Boolean, pl.Date, pl.Categorical, pl.Enum, pl.Null):
        return values.cast(pl.String)
    raise Problem(f"the column {values.name!r} is of type {dtype}", where=file.name, do="store it as text, or as the type that docs/schema.md gives")
