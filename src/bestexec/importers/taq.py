"""NYSE Daily TAQ, the consolidated tapes of one day: national best quotes, each venue's best quotes, trades, and the day's symbols.

Pipe-delimited text with a header; columns are found by name, whatever their case, spaces and underscores. The last line, `END|date|count`, is
no record: its count is held against the records read. The trading date stands in the file's name, or is stated. Times are New York's.

The NBBO file lacks the moments at which one venue's quote is itself the national best: a quotes file's rows that say so stand as national quotes too,
under the same source, so that both files imported make the complete national best, and either alone does not. A venue's quote whose condition takes
no part in the national best, or that was canceled, stands without prices: it still ends the quote before it.
Limit states of limit-up limit-down are read off the national indicator of either file and stand as spans in `statuses`.
Instants are the tape's own (`Time`), as a reader of the tape saw them; with `clock` stated as `participant` they are the venues'
(`Participant Timestamp`), and the source is another, so that the two never mix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bestexec.errors import Problem
from bestexec.importers.archives import inner_name
from bestexec.importers.base import Batch, Kept, alone, head_of, trading_date_or_none
from bestexec.importers.delimited import Layout, header_of
from bestexec.importers.rows import read_rows
from bestexec.importers.taq_kinds import KINDS, Facts, Kind, Tally
from bestexec.market.dated import in_force
from bestexec.market.lots import SIP_QUOTE_UNIT
from bestexec.market.sessions import regular_hours

name = "taq"
makes = frozenset({"quotes", "trades", "symbols", "statuses"})
looks_for = "a header such as Time|Exchange|Symbol|Bid_Price|… or Symbol|Security_Description|CUSIP|…, split by |: NYSE Daily TAQ"
groups = alone

TRAILER = "END|"
CLOCKS = {"sip": "time", "participant": "participanttimestamp"}
"""What `clock` may say, and the column that instants are then read from."""
_DAY = re.compile(r"(?<!\d)\d{8}(?!\d)")


def recognizes(name: str, head: bytes) -> bool:
    return _kind(head) is not None


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """Raises Problem when no date is known, when the stated and the named one differ, and on a clock that is none of CLOCKS."""
    (file,) = kept
    head = head_of(file.path)
    kind, layout = _kind(head), _layout(head)
    assert kind is not None  # it was recognized
    facts, tally = _facts(file, kind, layout), Tally()
    if facts.clock not in layout.wanted and kind.timed:
        raise Problem(f"the file has no column {facts.clock}", where=file.name, do="import it without --clock participant")
    wanted = kind.cells(facts.clock)
    trailers: list[str] = []
    for rows in read_rows(file.path, layout, wanted):
        trailers += rows.trailers
        tables, skipped = kind.tables(rows.values, facts, tally)
        tally.records += rows.records - sum(rows.skipped.values())
        accepted = rows.values.height - sum(skipped.values())
        yield Batch(tables, rows.records, accepted, rows.rejects, {**rows.skipped, **skipped}, facts.notes)
    states = tally.limits.spans()
    yield Batch({"statuses": states} if states.height else {}, 0, 0, notes=(*tally.notes(facts), *_trailer_notes(trailers, tally.records, facts.day)))


def _kind(head: bytes) -> Kind | None:
    names, separator = header_of(head)
    folded = {_folded(name) for name in names}
    return next((kind for kind in KINDS if kind.needs <= folded), None) if separator == "|" else None


def _layout(head: bytes) -> Layout:
    names, _ = header_of(head)
    known = {cell.name for kind in KINDS for clock in CLOCKS.values() for cell in kind.cells(clock)}
    folded = [_folded(name) for name in names]
    return Layout(tuple(column if column in known and column not in folded[:at] else "" for at, column in enumerate(folded)), "|", header=True, trailer=TRAILER)


def _folded(name: str) -> str:
    return re.sub(r"[\s_]", "", name).lower()


def _facts(file: Kept, kind: Kind, layout: Layout) -> Facts:
    day, note = day_of(file)
    stated = file.options.get("clock", "sip")
    if stated not in CLOCKS:
        raise Problem(f"{stated!r} is no clock of TAQ", where=file.name, do=f"state one of {', '.join(CLOCKS)}")
    hours = regular_hours(day)
    unit = in_force(SIP_QUOTE_UNIT, day)
    notes = (note, *kind.notes(stated, unit))
    missing = kind.asks_for - set(layout.wanted)
    if missing:
        notes = (*notes, f"the file has no column {', '.join(sorted(missing))}: what they would say is not known")
    suffix = "" if stated == "sip" else "_participant"
    return Facts(day, CLOCKS[stated], suffix, unit, (hours.open_at, hours.close_at) if hours else None, _coarsest(file.path, layout, CLOCKS[stated]), notes)


def day_of(file: Kept) -> tuple[date, str]:
    """The trading date that the name or the operator states, and a note that says which. Raises Problem if none does, or if they differ."""
    stated = trading_date_or_none(file)
    found = {day for name in (inner_name(file.path), file.name) for text in _DAY.findall(name) if (day := _date_or_none(text))}
    days = found | ({stated} if stated else set())
    if len(days) != 1:
        said = f"several dates ({', '.join(map(str, sorted(days)))})" if days else "no date"
        raise Problem(f"the file's name and the options give {said}", where=file.name, do="import with --date yyyy-mm-dd, or keep the name it came with")
    return days.pop(), "trading date taken from the file's name" if found else "trading date as stated at import"


def _date_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _coarsest(path: Path, layout: Layout, clock: str) -> int:
    """Finest step of the times, by the digits of the first lines: nanoseconds of one unit in the last place."""
    if clock not in layout.columns:
        return 1
    lines = head_of(path).split(b"\n")[1:20]
    fields = [line.split(b"|") for line in lines if line.count(b"|") == len(layout.columns) - 1]
    digits = [len(line[layout.columns.index(clock)].strip()) for line in fields]
    return max((10 ** (15 - length) for length in digits if length in (9, 12, 15)), default=1)


def _trailer_notes(trailers: list[str], records: int, day: date) -> tuple[str, ...]:
    if not trailers:
        return ("the file has no END line: it may have been cut off",)
    _, said_day, said_count, *_ = [*trailers[-1].split("|"), "", ""]
    notes = [] if said_day.strip() in ("", f"{day:%Y%m%d}") else [f"its END line says {said_day.strip()}, its name {day:%Y%m%d}"]
    count = said_count.strip()
    if not count.isdecimal() or int(count) != records:
        notes.append(f"its END line counts {count or 'nothing'}, the file holds {records} records")
    return tuple(notes)
