"""What the commands share: their options, how a word of the command line is read, how an answer is printed as JSON, and progress."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from bestexec.errors import Problem
from bestexec.workspace import Workspace, open_workspace

Json = Annotated[bool, typer.Option("--json", help="Print JSON: unrounded numbers, ratios as fractions, instants as text.")]
By = Annotated[str, typer.Option("--by", help="Dimensions, comma-separated.")]
RunId = Annotated[str, typer.Option("--run", help="Start of a run's id; default: the run sealed last.")]
First = Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")]
Last = Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")]
Symbol = Annotated[str, typer.Option("--symbol", help="Symbols, comma-separated.")]
AsOfRule = Annotated[str, typer.Option("--as-of", help="sequence, before or at-or-before. Rule 605's own columns keep their rule.")]
Horizons = Annotated[str, typer.Option("--horizons", help="Horizons to show, comma-separated, of 50ms, 1s, 15s, 1min, 5min.")]


Progress = Callable[[str, int, int], None]


class State:
    """What the options before the command said."""

    workspace = Path("workspace")


def workspace() -> Workspace:
    return open_workspace(State.workspace, create=False)


def names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def symbols(text: str) -> tuple[str, ...]:
    return tuple(name.upper() for name in names(text))


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(f"{text} is not a date", do="write YYYY-MM-DD") from error


def day_or_none(text: str) -> date | None:
    return day(text) if text else None


def instant(text: str) -> int:
    """Epoch nanoseconds of an ISO instant that names its offset; up to nine digits of a second."""
    try:
        whole, digits = re.sub(r"[.,](\d{1,9})(?!\d)", "", text), re.search(r"[.,](\d{1,9})(?!\d)", text)
        stated = datetime.fromisoformat(whole)
    except ValueError as error:
        raise Problem(f"{text} is not an instant", do="write it like 2026-10-01T08:00:00-04:00") from error
    if stated.tzinfo is None:
        raise Problem(f"{text} names no offset", do="add Z or an offset such as -04:00")
    return int(stated.timestamp()) * 1_000_000_000 + (int(digits[1].ljust(9, "0")) if digits else 0)


def rule(text: str) -> Any:
    from bestexec.linking.asof import AsOf

    if text not in set(AsOf):
        raise Problem(f"{text} is not an as-of rule", where="--as-of", do=f"choose among {', '.join(AsOf)}")
    return AsOf(text)


def as_text(value: Any) -> str:
    return json.dumps(_plain(value), indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: Any, name: str = "") -> Any:
    """`value` as JSON holds it: instants (whole numbers in fields named `…_at`) and dates as ISO text, decimals as numbers, dataclasses as their fields."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, int) and name.endswith("_at") and not isinstance(value, bool):
        from bestexec.printed import instant

        return instant(value)
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """A bar on a terminal's error stream; elsewhere a line there every few seconds, none for work that is quick."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)


class _Lines:
    """Progress where there is no terminal."""

    SECONDS = 5

    def __init__(self) -> None:
        self.told_at = time.monotonic()

    def __call__(self, what: str, done: int, of: int) -> None:
        if time.monotonic() - self.told_at >= self.SECONDS:
            self.told_at = time.monotonic()
            print(f"  {what} ({done} of {of})", file=sys.stderr, flush=True)
