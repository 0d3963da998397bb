"""CAT records as text: the fields of each by name, from both encodings."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec.importers.base import Reject
from bestexec.importers.cat_layouts import COMPOUND, HEAD_FIELDS, layout_of, names_of

EVENT = r"M[EOL][A-Z]{2,3}"
_TYPE_IN_JSON = rf'"type"\s*:\s*"({EVENT})"'
_TYPE_IN_TEXT = r"^[^,]*,[^,]*,[^,]*,([^,]*)"
_NUMBER = r'":\s*(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)\s*([,}\]])'
_ODD = r'":\s*-?[0-9.]+[eE]|[\[,]\s*-?[0-9]|\[\s*\['
"""What a JSON line is read alone for, besides escapes: exponents, and numbers or lists within a list."""
_KEY = '":'
_LONGEST_FAST, _MOST_FIELDS, _FEW, _MOST_DIGITS = 8_190, 500, 64, 40


@dataclass(frozen=True)
class Records:
    """Some records: `fields` has `line`, `content`, `bytes`, `extra` (names beyond the layout, joined by |) and, by name, the text of what was given."""

    fields: pl.DataFrame
    rejects: tuple[Reject, ...] = ()


def records(lines: pl.DataFrame) -> Records:
    """The records of lines (`line`, `text`, `content`), one each and none blank, event by event; those that begin with a brace are JSON."""
    is_json = lines["text"].str.starts_with("{")
    parts = [
        *_by_event(lines.filter(is_json), _TYPE_IN_JSON, _from_json, _json_alone),
        *_by_event(lines.filter(~is_json), _TYPE_IN_TEXT, _from_text, _text_alone),
    ]
    fields = pl.concat([_NOTHING, *(part.fields for part in parts if part.fields.height)], how="diagonal")
    return Records(fields, tuple(sorted((reject for part in parts for reject in part.rejects), key=lambda reject: reject.line)))


_NOTHING = pl.DataFrame(schema={"line": pl.Int64, "content": pl.String, "bytes": pl.UInt32, "extra": pl.String, **dict.fromkeys(HEAD_FIELDS, pl.String)})
Alone = Callable[[str], tuple[dict[str, str], list[str]]]


def _by_event(lines: pl.DataFrame, form: str, read: Callable[[str, pl.DataFrame], Records], alone: Alone) -> list[Records]:
    """The lines of each event read together; those that say none, or must be read with care, alone."""
    if not lines.height:
        return []
    text = pl.col("text")
    odd = text.str.contains("\\", literal=True) | text.str.contains(_ODD) if read is _from_json else text.str.contains('"', literal=True)
    event = pl.when(~odd & (text.str.len_bytes() <= _LONGEST_FAST)).then(text.str.extract(form))
    known = lines.with_columns(event.alias("event")).with_columns(pl.when(pl.col("event").str.contains(rf"^{EVENT}$")).then("event"))
    found = []
    for (event_name,), part in known.partition_by("event", as_dict=True, maintain_order=True).items():
        rows = part.drop("event")
        found.append(_alone(rows, alone) if event_name is None else read(str(event_name), rows))
    return found


def _from_json(event: str, lines: pl.DataFrame) -> Records:
    """Records of one event. Numbers are put in quotes first, so that every digit stays; where the names read are not all the names there, alone."""
    names = names_of(event)
    quoted = lines["text"].str.replace_all(_NUMBER, '":"$1"$2')
    try:
        read = pl.read_ndjson(io.BytesIO(_one_text(quoted)), schema=dict.fromkeys(names, pl.String))
    except pl.exceptions.PolarsError:
        read = None
    if read is None or read.height != lines.height:
        if lines.height <= _FEW:
            return _alone(lines, _json_alone)
        half = lines.height // 2
        return _together(_from_json(event, lines[:half]), _from_json(event, lines[half:]))
    nested = [name for name in names if name in COMPOUND]
    keys = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.UInt32) for name in names)
    inner = pl.sum_horizontal(pl.col(name).str.count_matches(_KEY, literal=True).fill_null(0) for name in nested) if nested else pl.lit(0, pl.UInt32)
    whole = read.select(keys + inner).to_series() == lines["text"].str.count_matches(_KEY, literal=True)
    fields = _framed(read, lines)
    return Records(fields) if whole.all() else _together(Records(fields.filter(whole)), _alone(lines.filter(~whole), _json_alone))


def _from_text(event: str, lines: pl.DataFrame) -> Records:
    """Records of one event by position: a short row lacks its tail, what a long one has besides is told."""
    layout = layout_of(event)
    commas = lines["text"].str.count_matches(",", literal=True)
    too_many = commas >= _MOST_FIELDS
    rejects = tuple(Reject(line, f"more than {_MOST_FIELDS} fields") for line in lines["line"].filter(too_many))
    lines, commas = lines.filter(~too_many), commas.filter(~too_many)
    if not lines.height:
        return Records(_NOTHING, rejects)
    width = max(len(layout), int(commas.max()) + 1)  # type: ignore[arg-type]  # a count
    names = [*_columns(layout), *(f"field_{place}" for place in range(len(layout) + 1, width + 1))]
    padding = pl.Series((width - 1 - commas).cast(pl.Int64)).replace_strict({lack: "," * lack for lack in range(width)}, return_dtype=pl.String)
    read = pl.scan_csv(io.BytesIO(_one_text(lines["text"] + padding)), has_header=False, quote_char=None, schema=dict.fromkeys(names, pl.String())).collect()
    if read.height != lines.height:
        raise AssertionError(f"{lines.height} lines were split into {read.height} records")
    read = read.select(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
    return Records(_with_extra(_framed(read, lines), layout), rejects)


def _one_text(texts: pl.Series) -> memoryview:
    """Texts as lines of one, without a copy of it."""
    return memoryview(texts.str.join("\n").to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2])


def _columns(layout: tuple[str, ...]) -> list[str]:
    return [f"field_{place}" if name == "-" else name for place, name in enumerate(layout, 1)]


def _with_extra(fields: pl.DataFrame, layout: tuple[str, ...]) -> pl.DataFrame:
    """`fields` without what the layout has no name for; `extra` says which places those were."""
    besides = [name for name in fields.columns if name.startswith("field_") and name not in layout]
    used = [name for name in besides if fields[name].null_count() < fields.height]
    named = pl.concat_str([pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in used], separator="|", ignore_nulls=True) if used else pl.lit("")
    return fields.with_columns(extra=pl.when(named != "").then(named)).drop(besides)


def _framed(read: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    return read.select(lines["line"], lines["content"], lines["text"].str.len_bytes().alias("bytes"), pl.lit(None, pl.String).alias("extra"), pl.all())


def _alone(lines: pl.DataFrame, read: Alone) -> Records:
    rows, rejects = list[dict[str, Any]](), list[Reject]()
    for line, text, content in lines.select("line", "text", "content").iter_rows():
        try:
            fields, extra = read(text)
        except (ValueError, RecursionError) as error:
            rejects.append(Reject(line, "not JSON" if read is _json_alone and isinstance(error, json.JSONDecodeError | RecursionError) else str(error)))
            continue
        rows.append({"line": line, "content": content, "bytes": len(text.encode()), "extra": "|".join(extra) or None, **fields})
    names = dict.fromkeys(name for row in rows for name in row)
    schema = {name: _NOTHING.schema.get(name, pl.String()) for name in names}
    return Records(pl.DataFrame(rows, schema=schema) if rows else _NOTHING, tuple(rejects))


def _json_alone(text: str) -> tuple[dict[str, str], list[str]]:
    """Raises ValueError where it is not the record of an event."""
    pairs = json.loads(text, parse_float=_exact, parse_int=str, parse_constant=_not_a_number, object_pairs_hook=_Pairs)
    if not isinstance(pairs, _Pairs):
        raise ValueError("not an object")
    said = {name: value for name, value in reversed(pairs) if value is not None}
    event = _event(said.get("type"), said.get("actionType"))
    names = set(names_of(event))
    extra = [name.replace("|", "¦")[:64] for name, _ in pairs if name not in names]
    extra += [f"{name} twice" for name in names if sum(name == other for other, _ in pairs) > 1]
    return {name: _as_text(value) for name, value in said.items() if name in names}, sorted(extra)


def _text_alone(text: str) -> tuple[dict[str, str], list[str]]:
    try:
        values = next(csv.reader([text], strict=True)) if '"' in text else text.split(",")
    except csv.Error as error:
        raise ValueError("a quote is not closed, or out of place") from error
    if not 3 <= len(values) <= _MOST_FIELDS:
        raise ValueError("not the fields of a record")
    event = _event(values[3] if len(values) > 3 else None, values[0])
    names = _columns(layout_of(event))
    extra = [f"field_{place}" for place, value in enumerate(values, 1) if value and (place > len(names) or names[place - 1].startswith("field_"))]
    return {name: value for name, value in zip(names, values, strict=False) if value and not name.startswith("field_")}, extra


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with every name that it was given, even twice."""


def _event(event: Any, action: Any) -> str:
    """The event of a record, empty for a deletion, which need not say one."""
    if isinstance(event, str) and re.fullmatch(EVENT, event):
        return event
    if action == "DEL":
        return ""
    raise ValueError("no type of a CAT event")


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, _Pairs):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _exact(text: str) -> str:
    """A number without an exponent; as it stands where that would be of an absurd length."""
    number = Decimal(text)
    return format(number, "f") if "e" in text.lower() and abs(number.adjusted()) <= _MOST_DIGITS else text


def _not_a_number(text: str) -> Mapping[str, str]:
    raise ValueError(f"{text} is not a value")


def _together(left: Records, right: Records) -> Records:
    return Records(pl.concat([left.fields, right.fields], how="diagonal"), (*left.rejects, *right.rejects))
