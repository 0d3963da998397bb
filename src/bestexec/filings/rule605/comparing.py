"""Somebody's detailed file held against ours, cell by cell: what differs, by how much, and in which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from bestexec.errors import Problem
from bestexec.filings.rule605.invariants import KEYS
from bestexec.importers.base import head_of
from bestexec.importers.delimited import header_of
from bestexec.importers.rule605 import layout_of
from bestexec.market.rule605 import DETAIL

NUMBER = pl.Decimal(38, 12)
TEXTS = ("DsgntParticipant", "RprtEntityCd", "RptDate")
NUMBERS = tuple(item.name for item in DETAIL.fields if item.name not in (*TEXTS, *KEYS))
FRACTIONS = tuple(item.name for item in DETAIL.fields if item.form == "fraction")
DIFFERENCES = {
    "line": pl.Int64(), **dict.fromkeys(KEYS, pl.String()), "place": pl.Int64(), "cell": pl.String(), "kind": pl.String(),
    "ours": pl.String(), "theirs": pl.String(), "difference": NUMBER,
}  # fmt: skip
"""Columns of the differences: `line` of their file, `place` of the cell from 1; both empty for a row that it lacks."""
_PLACES = {item.name: item.number for item in DETAIL.fields}
_FEW = 5


@dataclass(frozen=True)
class Compared:
    """`differences` as DIFFERENCES, in the order of their lines; `scaled` says which fractions were filed in percent and compared as fractions."""

    differences: pl.DataFrame
    rows: int
    """Rows that both have."""
    cells: int
    """Their cells, and the rows that one of the two has alone."""
    scaled: tuple[str, ...]


def texts_of(path: Path) -> pl.DataFrame:
    """A detailed file as text cells under the 55 names, with `line`; an empty cell is null. Raises Problem for a file of another kind or a ragged one."""
    head = head_of(path)
    if layout_of(head) is not DETAIL:
        raise Problem("not an amended detailed file of Rule 605", where=str(path), do="name a file whose header begins with DsgntParticipant|RprtEntityCd")
    lower, separator = header_of(head)
    names = {item.name.lower(): item.name for item in DETAIL.fields}
    lacking = [name for low, name in names.items() if low not in lower]
    if lacking:
        raise Problem(f"the header lacks {', '.join(lacking[:_FEW])}", where=str(path), do="ask for the file with all 55 columns")
    try:
        read = pl.read_csv(path, separator=separator, infer_schema=False, quote_char=None)
    except pl.exceptions.PolarsError as error:
        raise Problem(f"a line has more cells than the header: {str(error).splitlines()[0]}", where=str(path), do="mend that line") from error
    read.columns = [names.get(name.strip().lower(), name) for name in read.columns]
    stripped = read.select(pl.col(item.name).str.strip_chars() for item in DETAIL.fields)
    return (
        stripped.with_columns(pl.when(pl.col(name) != "").then(name).alias(name) for name in stripped.columns)
        .with_row_index("line", 2)
        .cast({"line": pl.Int64})
    )


def texts(detail: pl.DataFrame) -> pl.DataFrame:
    """Our rows (`detail.detailed`) in the same form, with the line that each would have."""
    plain = [pl.col(name).cast(pl.String).str.replace(r"\.0+$", "") if name in NUMBERS else pl.col(name) for name in _PLACES]
    return detail.select(plain).with_row_index("line", 2).cast({"line": pl.Int64})


def compared(ours: pl.DataFrame, theirs: pl.DataFrame, tolerance: Mapping[str, Decimal] | None = None) -> Compared:
    """Hold `theirs` against `ours` (both as `texts_of`). Raises Problem for a tolerance of a cell that there is not.

    A cell differs by more than its `tolerance` (none unless given), is empty in one alone, cannot be read, or has its sign flipped.
    """
    allowed = dict(tolerance or {})
    unknown = [name for name in allowed if name not in NUMBERS]
    if unknown:
        raise Problem(f"{unknown[0]} is no number of the detailed file", where="--tolerance", do=f"name one of {', '.join(NUMBERS[:_FEW])} …")
    again = theirs.filter(pl.struct(KEYS).is_duplicated())
    single = theirs.unique(subset=KEYS, keep="first", maintain_order=True)
    both = single.join(ours.drop("line"), on=KEYS, how="inner", suffix=":ours", maintain_order="left")
    scaled = _in_percent(both)
    parts = [_texts_differ(both, name) for name in TEXTS]
    parts += [_numbers_differ(both, name, allowed.get(name, Decimal(0)), 100 if scaled and name in FRACTIONS else 1) for name in NUMBERS]
    alone = _rows(ours.join(single, on=KEYS, how="anti"), single.join(ours, on=KEYS, how="anti"), again.join(single, on="line", how="anti"))
    told = pl.concat([pl.DataFrame(schema=DIFFERENCES), *parts, *alone]).sort("line", "place", *KEYS, nulls_last=True)
    return Compared(told, both.height, both.height * (len(TEXTS) + len(NUMBERS)) + len(alone), FRACTIONS if scaled else ())


def number(text: str) -> pl.Expr:
    """A text column as an exact number, null where it is none; powers of ten are written out."""
    return pl.col(text).map_batches(_exact, return_dtype=NUMBER)


def _exact(texts: pl.Series) -> pl.Series:
    raised = texts.str.contains("[eE]").any()
    if raised:
        texts = pl.Series(texts.name, [_written_out(text) for text in texts.to_list()], dtype=pl.String)
    plain = texts.str.contains(r"^[+-]?([0-9]{1,25}(\.[0-9]{0,12})?|\.[0-9]{1,12})$")
    return pl.DataFrame({"text": texts, "plain": plain}).select(pl.when("plain").then("text").cast(NUMBER, strict=False)).to_series().alias(texts.name)


def _written_out(text: str | None) -> str | None:
    try:
        return None if text is None else f"{Decimal(text):f}"
    except InvalidOperation:
        return text


def _in_percent(both: pl.DataFrame) -> bool:
    """Whether most fractions of the other file are a hundred times ours."""
    asked = both.select("AvgEffctvSprdPct", "AvgEffctvSprdPct:ours", "AvgEFQPct", "AvgEFQPct:ours")
    found = [
        asked.select(ours=number(f"{name}:ours"), theirs=number(name)).filter(pl.col("ours").abs() > Decimal("0.001")).select(
            near=((pl.col("theirs") - pl.col("ours") * 100).abs() <= pl.col("ours").abs())
        )["near"]
        for name in ("AvgEffctvSprdPct", "AvgEFQPct")
    ]  # fmt: skip
    near = pl.concat(found).fill_null(value=False)
    return 2 * int(near.sum()) > len(near)


def _texts_differ(both: pl.DataFrame, name: str) -> pl.DataFrame:
    differ = both.filter(pl.col(name).ne_missing(pl.col(f"{name}:ours")))
    return _told(differ, name, pl.lit("differs"), pl.lit(None))


def _numbers_differ(both: pl.DataFrame, name: str, tolerance: Decimal, scale: int) -> pl.DataFrame:
    read = both.with_columns(ours_number=number(f"{name}:ours"), theirs_number=number(name))
    if scale != 1:
        read = read.with_columns(theirs_number=(pl.col("theirs_number") / scale).cast(NUMBER))
    # A fraction filed in percent has two decimals fewer than ours: what they cannot show is no difference.
    allowed = pl.lit(max(tolerance, Decimal("0.000001") if scale != 1 else tolerance))
    gap = pl.col("theirs_number") - pl.col("ours_number")
    kinds = (
        pl.when(pl.col(name).is_not_null() & pl.col("theirs_number").is_null()).then(pl.lit("unreadable"))
        .when(pl.col(name).is_null() & pl.col(f"{name}:ours").is_not_null()).then(pl.lit("empty in theirs"))
        .when(pl.col(name).is_not_null() & pl.col(f"{name}:ours").is_null()).then(pl.lit("empty in ours"))
        .when((gap.abs() > allowed) & (pl.col("theirs_number") + pl.col("ours_number") == 0)).then(pl.lit("sign flipped"))
        .when(gap.abs() > allowed).then(pl.lit("differs"))
    )  # fmt: skip
    return _told(read.with_columns(_kind=kinds, _gap=gap).filter(pl.col("_kind").is_not_null()), name, pl.col("_kind"), pl.col("_gap"))


def _told(rows: pl.DataFrame, name: str, kind: pl.Expr, gap: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "line", *KEYS, place=pl.lit(_PLACES[name], pl.Int64), cell=pl.lit(name), kind=kind.cast(pl.String), ours=pl.col(f"{name}:ours"), theirs=pl.col(name),
        difference=gap.cast(NUMBER),
    )  # fmt: skip


def _rows(missing: pl.DataFrame, extra: pl.DataFrame, again: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows that one file has alone. A pair that differs in one naming cell and in no other is told as that cell."""
    paired, parts = set(), []
    by_cells = {_cells(row): row for row in missing.iter_rows(named=True)}
    for row in extra.iter_rows(named=True):
        other = by_cells.get(_cells(row))
        named = [name for name in KEYS if other is not None and other[name] != row[name]]
        if other is not None and len(named) == 1:
            paired |= {("ours", other["line"]), ("theirs", row["line"])}
            parts.append(_row(row | {"line": row["line"]} | {name: other[name] for name in KEYS}, named[0], "named wrongly", other[named[0]], row[named[0]]))
        else:
            parts.append(_row(row, "", "row not in ours", None, row["CvrdOrderCnt"]))
    parts += [_row(row | {"line": None}, "", "row not in theirs", row["CvrdOrderCnt"], None) for row in missing.iter_rows(named=True)
              if ("ours", row["line"]) not in paired]  # fmt: skip
    parts += [_row(row, "", "row named twice", None, row["CvrdOrderCnt"]) for row in again.iter_rows(named=True)]
    return parts


def _cells(row: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(Decimal(str(row[name])).normalize() if _is_number(row[name]) else row[name] for name in (*TEXTS, *NUMBERS))


def _is_number(text: object) -> bool:
    try:
        return text is not None and Decimal(str(text)).is_finite()
    except InvalidOperation:
        return False


def _row(row: Mapping[str, object], cell: str, kind: str, ours: object, theirs: object) -> pl.DataFrame:
    values = {"line": row["line"], **{name: row[name] for name in KEYS}, "place": _PLACES.get(cell), "cell": cell, "kind": kind, "ours": ours, "theirs": theirs}
    return pl.DataFrame({**values, "difference": None}, schema=DIFFERENCES)
