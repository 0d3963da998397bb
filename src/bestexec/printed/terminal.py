"""Tables and lines as a terminal shows them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text


def lined(heads: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(head.removeprefix(">"), justify="right" if head.startswith(">") else "left", vertical="top", overflow="fold")
    return table


def drawn(*parts: Table | str) -> str:
    console = Console(file=StringIO(), width=max(80, shutil.get_terminal_size((140, 40)).columns), force_terminal=False, highlight=False)
    for part in parts:
        console.print(Text(part) if isinstance(part, str) else part)
    text = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO given above
    return "\n".join(line.rstrip() for line in text.splitlines())
