"""A pack as JSON and back: what is filed once can be drawn again years later, with the same numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from bestexec.report.blocks import (
    BLOCKS,
    Block,
    Callout,
    Cell,
    Column,
    Contents,
    Definition,
    Definitions,
    Facts,
    Figure,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Pack,
    Table,
    Text,
    Value,
)
from bestexec.units import Unit

FORMAT = 1
KINDS: Mapping[str, type[Block]] = {kind.__name__.lower(): kind for kind in BLOCKS}


def dumps(pack: Pack) -> str:
    """The pack as JSON text, keys sorted, one byte sequence for one pack; a decimal stands as text with all its digits, a unit with each number."""
    plain = {
        "format": FORMAT, "title": pack.title, "subtitle": pack.subtitle, "firm": pack.firm, "first_on": pack.first_on.isoformat(),
        "last_on": pack.last_on.isoformat(), "run_id": pack.run_id, "blocks": [_block(block) for block in pack.blocks],
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def loads(text: str) -> Pack:
    """The pack that `dumps` wrote. Raises ValueError for another format, KeyError or TypeError for a text that is none."""
    told = json.loads(text)
    if told["format"] != FORMAT:
        raise ValueError(f"format {told['format']} of a pack is not known; this version reads {FORMAT}")
    days = (date.fromisoformat(told["first_on"]), date.fromisoformat(told["last_on"]))
    return Pack(told["title"], told["subtitle"], told["firm"], *days, told["run_id"], tuple(_block_of(one) for one in told["blocks"]))


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    match block:
        case Table():
            return {"kind": kind, **_table(block)}
        case Figure():
            return {"kind": kind, "title": block.title, "spec": block.spec, "alt": block.alt, "values": _table(block.values)}
        case KeyFigures():
            tiles = [{"title": one.title, "figure": _cell(one.figure), "count": _cell(one.count), "against": one.against} for one in block.figures]
            return {"kind": kind, "figures": tiles}
        case Definitions():
            entries = [{"term": one.term, "key": one.key, "facts": list(one.facts)} for one in block.entries]
            return {"kind": kind, "labels": list(block.labels), "entries": entries, "code": list(block.code)}
        case Heading() | Text() | Items() | Facts() | Callout() | Contents():
            return {"kind": kind, **{one.name: getattr(block, one.name) for one in fields(block)}}


def _block_of(told: Mapping[str, Any]) -> Block:
    kind = KINDS[told["kind"]]
    given = {name: value for name, value in told.items() if name != "kind"}
    if kind is Table:
        return _table_of(given)
    if kind is Figure:
        return Figure(told["title"], told["spec"], _table_of(told["values"]), told["alt"])
    if kind is KeyFigures:
        return KeyFigures(tuple(KeyFigure(one["title"], _cell_of(one["figure"]), _cell_of(one["count"]), one["against"]) for one in told["figures"]))
    if kind is Definitions:
        entries = tuple(Definition(one["term"], one["key"], tuple(one["facts"])) for one in told["entries"])
        return Definitions(tuple(told["labels"]), entries, tuple(told["code"]))
    return kind(**{name: _frozen(value) for name, value in given.items()})


def _table(table: Table) -> dict[str, Any]:
    columns = [{**{one.name: getattr(column, one.name) for one in fields(column)}, "unit": _unit(column.unit)} for column in table.columns]
    return {
        "caption": table.caption, "columns": columns, "rows": [[_cell(cell) for cell in row] for row in table.rows], "source": table.source,
        "strong": list(table.strong), "summed": list(table.summed), "address": table.address,
    }  # fmt: skip


def _table_of(told: Mapping[str, Any]) -> Table:
    columns = tuple(Column(**{**column, "unit": _unit_of(column["unit"])}) for column in told["columns"])
    rows = tuple(tuple(_cell_of(cell) for cell in row) for row in told["rows"])
    return Table(told["caption"], columns, rows, told["source"], tuple(told["strong"]), tuple(told["summed"]), told["address"])


def _cell(cell: Cell) -> Any:
    """A text, a flag or nothing as itself; anything else as [its type, its text, its unit]."""
    value = cell.value
    if cell.unit is None and (value is None or isinstance(value, str | bool)):
        return value
    kind, text = _valued(value)
    return [kind, text, _unit(cell.unit)]


def _cell_of(told: Any) -> Cell:
    if not isinstance(told, Sequence) or isinstance(told, str):
        return Cell(told)
    kind, text, unit = told
    return Cell(_value_of(kind, text), _unit_of(unit))


def _valued(value: Value) -> tuple[str, Any]:
    match value:
        case None | bool() | str():
            return "as it is", value
        case int():
            return "int", str(value)
        case float():
            return "float", repr(value)
        case Decimal():
            return "decimal", str(value)
        case date():
            return "date", value.isoformat()


def _value_of(kind: str, text: Any) -> Value:
    makers: Mapping[str, Any] = {"as it is": lambda value: value, "int": int, "float": float, "decimal": Decimal, "date": date.fromisoformat}
    made: Value = makers[kind](text)
    return made


def _unit(unit: Unit | None) -> list[Any] | None:
    return None if unit is None else [unit.name, unit.symbol, unit.decimals, str(unit.scale)]


def _unit_of(told: Sequence[Any] | None) -> Unit | None:
    return None if told is None else Unit(told[0], told[1], told[2], Decimal(told[3]))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
