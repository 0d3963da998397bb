"""Writes what the program knows best itself: the pages of metrics, checks and tables, and the module list of ARCHITECTURE.md."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from bestexec import checks, metrics, schema
from bestexec.linking import columns
from bestexec.schema import Column, Table

ROOT = Path(__file__).resolve().parents[1]
WRITTEN_BY = "<!-- Written by `make docs` from the code. Do not edit. -->\n\n"

SCHEMA_HEAD = """# Tables

Every file that is imported becomes rows of these tables. Instants are 64-bit integers, nanoseconds since 1970, UTC. Prices are exact decimals with
8 places, quantities with 6, midpoints with 9. A column that is *needed* is never null; in any other, null means *unknown*, never zero.
A source's time zone must be known: a time without one is rejected.
"""
LINKED_HEAD = """# Linked tables

Made by `measure` from the tables above, and what metrics and checks read: each row carries everything beside it.
"""


def pages() -> dict[str, str]:
    """The text of each page by its path in the project."""
    return {
        "docs/metrics.md": WRITTEN_BY + metrics.markdown(),
        "docs/checks.md": WRITTEN_BY + checks.markdown(),
        "docs/schema.md": WRITTEN_BY + schema_page(),
        "ARCHITECTURE.md": architecture_page(),
    }


def schema_page() -> str:
    """The canonical tables, then the linked ones."""
    canonical = [table_section(table) for table in schema.TABLES]
    linked = [table_section(table) for table in (*columns.LINKED.values(), columns.QUOTED_TIME)]
    return "\n".join([SCHEMA_HEAD, *canonical, LINKED_HEAD, *linked])


def table_section(table: Table) -> str:
    """One table: what a row is, what names it, and its columns."""
    named_by = ", ".join(f"`{name}`" for name in table.key)
    filed = f" Filed by `{table.day}`." if table.day else ""
    rows = "\n".join(column_row(column) for column in table.columns)
    return f"## {table.name}\n\n{table.row} Named by {named_by}.{filed}\n\n| column | type | unit | needed | meaning |\n|---|---|---|---|---|\n{rows}\n"


def column_row(column: Column) -> str:
    """One line of a table's section."""
    values = f" One of {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    return f"| `{column.name}` | {column.dtype} | {column.unit} | {'yes' if column.required else ''} | {column.meaning}{values} |"


def architecture_page() -> str:
    """ARCHITECTURE.md with its list of modules as the layers of pyproject.toml order them and as each captions itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    levels = next(contract["layers"] for contract in contracts if contract["id"] == "downward")
    modules = "".join(module_line(name) for level in levels for name in level.split(" | "))
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    return re.sub(r"(?<=```text layers\n).*?(?=```)", lambda _: modules, page, flags=re.DOTALL)


def module_line(name: str) -> str:
    """A module's name and its caption: the first line of its docstring."""
    folder = ROOT / "src/bestexec" / name
    path, shown = (folder / "__init__.py", f"{name}/") if folder.is_dir() else (folder.with_suffix(".py"), f"{name}.py")
    caption = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    return f"{shown:<13}{caption}\n"


if __name__ == "__main__":
    for path, text in pages().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(path)
