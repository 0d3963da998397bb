"""FIX 4.2, 4.4 and 5.0SP2 as logs write it: QuickFIX in its four languages, fixcore, bridges, epoch or log4j prefixes, JSON, raw streams.

Every message that says something of an order becomes one row of `events`; nothing is put together here (see `rebuilding/fix.py`).
`line` is the file's line, or the message's number in a stream without lines. Lines without a message are skipped and counted.

- The delimiter is what stands between `8=…` and `9=`; data fields are read by their length where it is SOH.
- BodyLength, CheckSum, cut-off messages, unreadable numbers and times are noted in `faults` and counted; they refuse nothing.
- `event_at`: of a report tag 60 if it shows parts of a second, else 52, else the log; of an order the log where it was written on receipt, else 52.
  `sent_at` (52), `transacted_at` (60) and `logged_at` keep all three. The log's clock is read in `--zone`, else at the distance from tag 52 that it shows.
- `content` hashes the message alone, delimiter as SOH, so the same message in two logs is known as a copy.
- Accounts (tag 1) become `account_key` under the secret, as in the blotter; rejects show the message's type alone.
- Messages name no firm: `--firm` does.
- What a session's codes for markets and liquidity mean, the firm's aliases say before the shipped tables; what nothing knows is counted.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl

from bestexec.errors import Problem
from bestexec.importers import fix_scan
from bestexec.importers.base import Batch, Damaged, Kept, Reject, alone, head_of, trading_date_or_none
from bestexec.importers.fix_events import Log, Told, events_of, offset_of
from bestexec.importers.fix_prefix import own_name
from bestexec.policy.fix_aliases import FILE, hash_of
from bestexec.units import NS_PER_SECOND

name = "fix"
makes = frozenset({"events"})
looks_for = "messages that begin 8=FIX.4.2, 8=FIX.4.4 or 8=FIXT.1.1 and go on with 9=, whatever stands before and between them (FIX logs)"
groups = alone

AT_ONCE = 2
"""Blocks that are read at the same time; the work on arrays leaves the other threads free."""
MOST_NAMES = 20
"""Unknown codes that the notes name; further ones are counted."""
_FAULTS = {
    "truncated": "cut off before their end, read as far as they go", "body_length": "with another length than tag 9 says",
    "checksum": "with another checksum than tag 10 says", "number": "with a number that cannot be read; it is null",
    "time": "with a time that cannot be read; it is null", "repeated_tag": "with a tag twice that belongs once; the first was read",
    "no_id": "that order something and have no ClOrdID (11)",
}  # fmt: skip


def recognizes(name: str, head: bytes) -> bool:
    return fix_scan.START.search(head) is not None


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    (file,) = kept
    head, log, seen, numbered = head_of(file.path), _log(file), Counter[str](), 0
    log, lined = replace(log, offset=offset_of(fix_scan.scan(head, 1))), fix_scan.has_lines(head)
    for told in _told(file, log, lined=lined):
        seen.update(told.seen)
        yield _batch(told if lined else _numbered(told, numbered))
        numbered += told.messages
    yield Batch({}, 0, 0, notes=tuple(_notes(seen, log, lined=lined)))


def _told(file: Kept, log: Log, *, lined: bool) -> Iterator[Told]:
    """What each block tells, in the file's order; a few blocks are read at the same time."""
    line, waiting = 1, deque[Future[Told]]()
    with ThreadPoolExecutor(AT_ONCE) as readers:
        for block, damage in fix_scan.blocks(file.path):
            waiting.append(readers.submit(_read_block, block, line if lined else None, log, damage))
            line += block.count(b"\n")
            if len(waiting) > AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read_block(block: bytes, line: int | None, log: Log, damage: Damaged | None) -> Told:
    """What a block tells that begins with `line`; None where the messages of the block are to be numbered."""
    messages = fix_scan.scan(block, line or 1)
    if line is None:
        messages = replace(messages, line=1 + np.arange(len(messages.start)))
    told = events_of(messages, log)
    if damage is None:
        return told
    last = told.messages + 1 if line is None else line + block.count(b"\n")
    return replace(told, rejects=(*told.rejects, Reject(last, damage.what)), records=told.records + 1)


def _numbered(told: Told, before: int) -> Told:
    """The same with messages numbered on from those `before` the block."""
    rejects = tuple(replace(reject, line=reject.line + before) for reject in told.rejects)
    if not told.events.height:
        return replace(told, rejects=rejects)
    unnamed, line = pl.col("event_key").str.starts_with("line "), pl.col("line") + before
    events = told.events.with_columns(line=line, event_key=pl.when(unnamed).then(pl.format("line {}", line)).otherwise("event_key"))
    return replace(told, rejects=rejects, events=events)


def _batch(told: Told) -> Batch:
    return Batch({"events": told.events} if told.events.height else {}, told.records, told.events.height, told.rejects, dict(told.skipped))


def _log(file: Kept) -> Log:
    firm, zone = file.options.get("firm"), file.options.get("zone")
    if not firm:
        raise Problem("no firm is named", where=file.name, do="import with --firm: messages do not say whose orders they are")
    try:
        named = zone and str(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(f"no time zone is named {zone!r}", where=file.name, do="name one as America/New_York is named") from error
    return Log(file.name, firm, file.secret, own_name(file.name), named or None, trading_date_or_none(file), file.aliases)


def _notes(seen: Counter[str], log: Log, *, lined: bool) -> Iterator[str]:
    if not lined:
        yield "the file has no lines; `line` is the number of the message"
    if seen["clock log"] and log.zone is None and log.offset is not None:
        yield f"the log's clock is read at UTC{_signed(log.offset)}, its distance from tag 52"
    for clock in ("tag 60", "tag 52", "log"):
        if seen[f"clock {clock}"]:
            yield f"the time of {seen[f'clock {clock}']:,} events is that of {'the log' if clock == 'log' else clock}"
    for fault, words in _FAULTS.items():
        if seen[f"fault {fault}"]:
            yield f"{seen[f'fault {fault}']:,} messages {words}"
    if seen["several"]:
        yield f"{seen['several']:,} crosses, lists, multi-leg orders or trade captures are kept as events and make no orders"
    if log.aliases:
        yield f"{FILE} as of {hash_of(log.aliases)[:16]} gave the meaning of {seen['own alias']:,} codes"
    yield from _unknown(seen)


def _unknown(seen: Counter[str]) -> Iterator[str]:
    """Every code that nothing knows, with how many reports have it."""
    unknown = sorted((code, count) for code, count in seen.items() if code.startswith(("no table ", "no alias ")))
    for code, count in unknown[:MOST_NAMES]:
        named = code.removeprefix("no table ").removeprefix("no alias ")
        if code.startswith("no table "):
            yield f"{named} is in no table of codes: {count:,} reports, their meaning is null"
        else:
            yield f"{named} is not among the aliases of its session: {count:,} reports, the code says nothing"
    if unknown[MOST_NAMES:]:
        yield f"{len(unknown) - MOST_NAMES:,} further codes are in no table: {sum(count for _, count in unknown[MOST_NAMES:]):,} reports"


def _signed(offset: int) -> str:
    minutes = abs(offset) // (60 * NS_PER_SECOND)
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
