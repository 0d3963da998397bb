"""What the firm knew of a period at an instant, beside what it knows now: a table for each kind of thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from oversight import clock
from oversight.requests.queries import privileged_hashes
from oversight.requests.sources import SOURCES, Known, Source
from oversight.sheets import Column, Row, Sheet

COLUMNS = (Column("what", "What", kind="words"), Column("then", "As known then"), Column("now", "As known now"), Column("change", "Difference", kind="tag"))


@dataclass(frozen=True)
class Compared:
    """One kind of thing then and now, as a table; `differing` lines are not the same."""

    source: Source
    sheet: Sheet
    differing: int


def compared(first: date, last: date, at: datetime, *, sources: Iterable[Source] | None = None) -> list[Compared]:
    """Each of SOURCES for the days from `first` to `last`: as known at `at`, and now. The number of queries does not grow with the rows.

    Bytes that counsel keeps back on the ground of a privilege are left out on both sides.
    """
    now, apart = clock.now(), privileged_hashes()
    return [_compared(source, _read(source, first, last, at, apart), _read(source, first, last, now, apart), at) for source in sources or SOURCES]


def _read(source: Source, first: date, last: date, at: datetime, apart: frozenset[str]) -> list[Known]:
    return list(islice((one for one in source.read(first, last, at) if one.sha256 not in apart), source.most))


def _compared(source: Source, then: list[Known], now: list[Known], at: datetime) -> Compared:
    before, after = {one.key: one for one in then}, {one.key: one for one in now}
    lines = [_line(before.get(key), after.get(key)) for key in sorted({*before, *after})]
    if source.is_by_day:
        lines = list(_merged(lines))
    lines.sort(key=lambda line: not line[3])
    rows = tuple(Row((title, was, is_, change), {"what": url} if url else {}, tone="attention" if change else "") for title, was, is_, change, url in lines)
    local = at.astimezone(clock.MARKET_ZONE)
    said = f"Then is {local:%Y-%m-%d %H:%M} {local.tzname()}. {source.about}"
    sheet = Sheet(source.key, source.title, COLUMNS, rows, source=said, empty="Nothing of this kind was known then, and nothing is known now.")
    return Compared(source, sheet, sum(1 for line in lines if line[3]))


def _line(was: Known | None, is_: Known | None) -> tuple[str, str, str, str, str]:
    one = is_ or was
    assert one is not None, "a line is of something"
    change = "came later" if was is None else "no longer" if is_ is None else "" if was.said == is_.said else "changed"
    return one.title, was.said if was else "not known", is_.said if is_ else "not any more", change, one.url


def _merged(lines: list[tuple[str, str, str, str, str]]) -> Iterator[tuple[str, str, str, str, str]]:
    """Days one after another that say the same, as one line."""
    held: list[tuple[str, str, str, str, str]] = []
    for line in [*lines, None]:
        if held and (line is None or line[1:] != held[0][1:]):
            first, last = held[0][0], held[-1][0]
            yield (first if len(held) == 1 else f"{first} to {last}, {len(held)} days", *held[0][1:])
            held = []
        if line is not None:
            held.append(line)
