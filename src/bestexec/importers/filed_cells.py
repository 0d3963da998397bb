"""Cells of a filed report as exact values, with every cell that breaks its form told.

A cell that cannot be read as what it should be rejects its line. A cell that can be read and is impossible (a negative count)
or is written in a way the form does not allow keeps its line, which then names the rule that it breaks; the impossible value is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import polars as pl

from bestexec.importers import violations
from bestexec.importers.cells import Fault
from bestexec.market.rule605 import FiledField, FiledLayout
from bestexec.units import AMOUNT, COUNT, DURATION, LARGE, QTY

TYPES: dict[str, pl.DataType] = {
    "count": COUNT, "shares": QTY, "usd": LARGE, "per_share": AMOUNT, "fraction": AMOUNT, "seconds": DURATION, "milliseconds": DURATION,
}  # fmt: skip
SCALE = {"count": 0, "shares": 6, "usd": 12, "per_share": 8, "fraction": 8, "seconds": 9, "milliseconds": 6}
"""Decimals that the canonical column holds; a cell with more is not rounded, it rejects its line."""
WHOLE_DIGITS = {"count": 18, "shares": 12, "usd": 20, "per_share": 10, "fraction": 10, "seconds": 9, "milliseconds": 12}
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"


@dataclass(frozen=True)
class Checked:
    """`rows`: `line` and the canonical columns of lines that can be read. `violations` of all lines. `unreadable`: (line, reason, text) of the others."""

    rows: pl.DataFrame
    violations: pl.DataFrame
    unreadable: pl.DataFrame


@dataclass(frozen=True)
class _Wrong:
    """One way in which a cell can be wrong: when, under which rule, and whether its line is lost."""

    when: pl.Expr
    rule: str
    says: str
    fatal: bool


def check(fields: pl.DataFrame, layout: FiledLayout) -> Checked:
    """Read the cells of `fields` (`line`, and text by the fields' names)."""
    texts = _plain(fields.select("line", *(_stripped(item).alias(item.name) for item in layout.fields)), layout)
    fault = pl.any_horizontal(wrong.when.fill_null(value=False) for item in layout.fields for wrong in _ways(item, layout))
    flagged = texts.lazy().with_columns(*(_value(item).alias(f"value:{item.name}") for item in layout.fields), fault=fault).collect()
    told, lost = _told(flagged.filter("fault"), layout)
    good = flagged.filter(~pl.col("line").is_in(lost["line"].implode())) if lost.height else flagged
    return Checked(good.select("line", *(pl.col(f"value:{item.name}").alias(item.column) for item in layout.fields)), told, lost)


def _told(bad: pl.DataFrame, layout: FiledLayout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every violation of the lines that have one, and the lines that cannot be read, each with its first reason."""
    parts, lost = [], []
    for item in layout.fields if bad.height else ():
        for wrong in _ways(item, layout):
            hit = bad.filter(wrong.when.fill_null(value=False))
            if hit.height:
                text = hit[f"filed:{item.name}"].fill_null("")
                parts.append(violations.of_cells(hit["line"], text, place=item.number, cell=item.name, rule=wrong.rule, says=wrong.says, do=_mend(item)))
                lost += [hit.select("line", reason=pl.lit(f"{item.name}: {wrong.says}"), text=text)] if wrong.fatal else []
    empty = pl.DataFrame(schema={"line": pl.Int64, "reason": pl.String, "text": pl.String})
    unreadable = pl.concat([empty, *lost]).unique("line", keep="first", maintain_order=True).sort("line")
    return violations.together(parts), unreadable


def _stripped(item: FiledField) -> pl.Expr:
    bare = pl.col(item.name).str.strip_chars()
    return pl.when((bare != "") & ~bare.is_in(item.nulls)).then(bare)


def _plain(texts: pl.DataFrame, layout: FiledLayout) -> pl.DataFrame:
    """`texts` with numbers in powers of ten written out, and each cell as filed beside it (`filed:…`)."""
    filed = texts.with_columns(pl.col(item.name).alias(f"filed:{item.name}") for item in layout.fields)
    numeric = [item.name for item in layout.fields if item.form in TYPES]
    raised = [name for name in numeric if texts[name].str.contains("[eE]").any()]
    for name in raised:
        found = [text for text in texts[name].unique().drop_nulls().to_list() if "e" in text.lower()]
        filed = filed.with_columns(pl.col(name).replace(found, [_written_out(text) for text in found]))
    return filed


def _written_out(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) < 30 else text


def _value(item: FiledField) -> pl.Expr:
    """The canonical value of a cell; null where the cell is empty, unreadable or impossible."""
    text = pl.col(item.name)
    if item.form == "word":
        dtype = pl.Int64() if any(isinstance(value, int) for value in item.words.values()) else pl.String()
        return text.replace_strict(item.words, default=None, return_dtype=dtype)
    if item.form == "month":
        return pl.when(text.str.contains(f"^({item.pattern})$")).then((text + "01").str.to_date("%Y%m%d", strict=False))
    if item.form == "code":
        return pl.when(text.str.contains(f"^({item.pattern})$")).then(text.str.to_uppercase() if item.column == "symbol" else text)
    outside = [condition for condition, _ in _bounds(item)]
    return pl.when(~pl.any_horizontal(outside)).then(_number(item)) if outside else _number(item)


def _number(item: FiledField) -> pl.Expr:
    """The number in a cell; null unless the column can hold it exactly, so that nothing overflows on the way."""
    text = pl.when(pl.col(item.name).str.contains(_exact(item))).then(pl.col(item.name))
    if item.form in ("seconds", "milliseconds"):
        exact = text.cast(pl.Decimal(38, SCALE[item.form]), strict=False)
        return (exact * pl.lit(10 ** SCALE[item.form])).cast(pl.Int64, strict=False)
    return text.str.strip_suffix(".").cast(pl.Int64, strict=False) if item.form == "count" else text.cast(TYPES[item.form], strict=False)


def _exact(item: FiledField) -> str:
    """A number that the canonical column holds exactly."""
    whole, scale = WHOLE_DIGITS[item.form], SCALE[item.form]
    return rf"^[+-]?(0*[0-9]{{1,{whole}}}(\.[0-9]{{0,{scale}}}0*)?|\.[0-9]{{1,{scale}}}0*)$" if scale else rf"^[+-]?0*[0-9]{{1,{whole}}}\.?$"


def _ways(item: FiledField, layout: FiledLayout) -> Iterator[_Wrong]:
    """The ways in which a cell of this field can be wrong, the gravest first; at most one of the first three holds of a cell."""
    text = pl.col(item.name)
    if item.needed in ("key", "always"):
        yield _Wrong(text.is_null(), "missing", "empty, and it may not be", item.needed == "key")
    if item.form == "word":
        words = ", ".join(item.words)
        yield _Wrong(text.is_not_null() & ~text.is_in(list(item.words)), "word", f"not one of {words}", item.needed == "key")
        return
    if item.form in ("code", "month"):
        says = "not a month written yyyymm" if item.form == "month" else "not a code of the form that belongs here"
        yield _Wrong(~text.str.contains(f"^({item.pattern})$"), item.form, says, item.needed == "key")
        return
    is_number, is_exact = text.str.contains(_NUMBER), text.str.contains(_exact(item))
    yield _Wrong(~is_number, "number", "not a number", fatal=True)
    kind = "not a whole number" if item.form == "count" else f"more than {SCALE[item.form]} decimals or {WHOLE_DIGITS[item.form]} digits"
    yield _Wrong(is_number & ~is_exact, "exact", kind, fatal=True)
    if layout.decimals is not None and layout.decimals < SCALE[item.form]:
        says = f"more than {layout.decimals} decimals"
        yield _Wrong(is_exact & text.str.contains(rf"\.[0-9]{{{layout.decimals + 1},}}"), "decimals", says, fatal=False)
    for condition, says in _bounds(item):
        yield _Wrong(is_exact & condition, "range", says, fatal=False)


def _bounds(item: FiledField) -> tuple[Fault, ...]:
    number = _number(item)
    unit = {"seconds": 10**9, "milliseconds": 10**6}.get(item.form, 1)
    found: list[Fault] = [(number <= 0, "not above 0")] if item.positive else []
    found += [] if item.least is None else [(number < item.least * unit, f"below {item.least}")]
    found += [] if item.most is None else [(number > item.most * unit, f"above {item.most}")]
    return tuple(found)


def _mend(item: FiledField) -> str:
    reference = f" ({item.reference})" if item.reference else ""
    return f"write: {item.meaning}{reference}"
