"""FINRA CAT files of an industry member: order events as they were submitted, and what CAT sent back on them.

JSON (one record a line, an array, or records over several lines) or comma-separated by position without a header; plain or
compressed. New records, corrections, repairs and deletions come out as they stand: what replaces what is decided when they are put
together (`rebuilding.cat`). Times as text are New York's; one that clocks showed twice is decided by the order of the file.

A record is rejected when it cannot stand for an event: no event type, action, firmROEID, firm or day. Any other value that is not what
the specification allows is named in `faults` and left out, the rest of the record is used. A record that CAT has returned with an error
(`*.error*.csv`) is read like any other, and says so. Acknowledgements, integrity results and metadata hold no records and are skipped.

Records of options and of multi-leg packages are kept as events, with what they say, and counted by event in the notes; no order is made of them.

The firm is what `--firm` states, else each record's CATReporterIMID. An account (firmDesignatedID) becomes `account_key`, its keyed hash.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import polars as pl

from bestexec.errors import Problem
from bestexec.importers.base import Batch, Kept, Reject, alone, head_of
from bestexec.importers.cat_clock import Fold
from bestexec.importers.cat_documents import is_document, read_documents
from bestexec.importers.cat_events import Facts, events
from bestexec.importers.cat_packages import OPTION, PACKAGE
from bestexec.importers.cat_records import records
from bestexec.importers.delimited import mostly, read_lines

name = "cat"
makes = frozenset({"events"})
looks_for = 'records such as {"actionType":"NEW",…,"type":"MENO",…} or NEW,,20260701_1,MENO,… (CAT order events), or a feedback file of CAT'
groups = alone

BLOCK = 16 << 20
"""Bytes of text that are worked on at once."""
_PACKED = r"(?:\.(?:bz2|gz|zip|xz|zst))?"
_NAMED = re.compile(r"(?P<submitter>[0-9]+)_(?P<reporter>[A-Za-z0-9]{1,7})_(?P<day>[0-9]{8})_(?:.*_)?(?P<number>[0-9]{6})\b")
_RETURNED = re.compile(rf".*\.(?:ingestion|linkage)\.error[^.]*\.csv{_PACKED}", re.IGNORECASE)
_ABOUT = re.compile(rf".*\.(?:ack|integrity|ingestion|meta)\.(?:csv|json){_PACKED}", re.IGNORECASE)
_NAMED_RECORD = re.compile(rb'"actionType"\s*:\s*"(?:NEW|COR|RPR|DEL)"')
_NAMED_EVENT = re.compile(rb'"type"\s*:\s*"M[EOL][A-Z]{2,3}"|"actionType"\s*:\s*"DEL"')
_LINE = re.compile(r"(?:[A-Z]{3},\d*,[^,]*,M[EOL][A-Z]{2,3}(?:,.*)?|DEL,[^,]*,\d{8}_[^,]*(?:,.*)?)")
_RETURNED_LINE = r"(?s)^([^,]*),([^,]*),([^,]*),(.*)$"
_ABOUT_WORDS = "CAT's word on a file, no record"


def recognizes(name: str, head: bytes) -> bool:
    return bool(_ABOUT.fullmatch(name) or _RETURNED.fullmatch(name) or _is_json(head) or mostly(_LINE, head))


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    (file,) = kept
    if _ABOUT.fullmatch(file.name):
        yield from _about(file)
        return
    facts, fold, had_records, apart = _facts(file), Fold(), False, Counter[str]()
    for lines, rejects in read_documents(file.path) if is_document(head_of(file.path)) else read_lines(file.path, BLOCK):
        batch, fold = _batch(lines, rejects, facts, fold, is_returned=bool(_RETURNED.fullmatch(file.name)), name=file.name)
        had_records |= batch.records > 0
        apart.update(_apart(batch.tables["events"]))
        yield batch
    yield Batch({}, 0, 0, notes=tuple(_not_measured(apart)) if had_records else ("the file has no records",))


def _is_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and bool(_NAMED_RECORD.search(head) and _NAMED_EVENT.search(head))


def _facts(file: Kept) -> Facts:
    """What the file's name and the operator say. The place in the sequence of a firm's files is the name's date and number."""
    named = _NAMED.match(file.name)
    day = _date(named["day"]) if named else None
    sequence = int(named["day"] + named["number"]) if named and day else None
    return Facts(file.options.get("firm") or None, named["reporter"] if named else None, day and day.date(), sequence, file.secret)


def _date(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007  # a date
    except ValueError:
        return None


def _batch(lines: pl.DataFrame, rejects: tuple[Reject, ...], facts: Facts, fold: Fold, *, is_returned: bool, name: str) -> tuple[Batch, Fold]:
    blank = lines["text"].str.contains(r"^\s*$")
    skipped = {"blank line": int(blank.sum())} if blank.any() else {}
    count = lines.height + len(rejects)
    lines, errors, unreadable = _returned(lines.filter(~blank)) if is_returned else (lines.filter(~blank), None, ())
    found = records(lines.with_columns(_contents(lines["text"], facts.secret)))
    if "firmDesignatedID" in found.fields.columns and not facts.secret:
        raise Problem("the file holds accounts and there is no secret to hide them with", where=name, do="set BESTEXEC_ACCOUNT_SECRET, then import it again")
    rows, refused, fold = events(found.fields, facts, fold)
    rows = rows if errors is None else _with_errors(rows, errors)
    told = (*rejects, *unreadable, *found.rejects, *refused)
    return Batch({"events": rows}, count, rows.height, told, skipped, _notes(found.fields, facts)), fold


def _contents(texts: pl.Series, secret: bytes) -> pl.Series:
    """A hash of each record as it stands, keyed because there are accounts in it."""
    key = hashlib.sha256(secret).digest()
    return pl.Series("content", [hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest() for text in texts], dtype=pl.String)


def _returned(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, tuple[Reject, ...]]:
    """(the records that CAT has returned, the error of each by line, a reject for each line that returns none)."""
    parts = lines.select("line", pl.col("text").str.extract_groups(_RETURNED_LINE).alias("parts")).unnest("parts")
    parts = parts.rename(dict(zip(parts.columns[1:], ("code", "action", "roeid", "text"), strict=True)))
    whole = parts["text"].is_not_null() & (parts["text"] != "")
    lost = tuple(Reject(line, "no record behind an error") for line in parts["line"].filter(~whole))
    kept = parts.filter(whole)
    return kept.select("line", "text"), kept.select("line", "code", "roeid"), lost


def _with_errors(rows: pl.DataFrame, errors: pl.DataFrame) -> pl.DataFrame:
    """Events with the error that CAT found in each; `alternate_id` is the id that CAT gave the record."""
    found = rows.join(errors, on="line", how="left", maintain_order="left")
    said = pl.lit("CAT error ") + pl.col("code").str.replace_all("|", "¦", literal=True).str.slice(0, 40)
    return found.with_columns(
        reason=said, alternate_id=pl.when(pl.col("roeid") != "").then("roeid"), faults=pl.concat_str("faults", said, separator="|", ignore_nulls=True)
    ).drop("code", "roeid")  # fmt: skip


def _notes(fields: pl.DataFrame, facts: Facts) -> tuple[str, ...]:
    notes = []
    if fields["extra"].null_count() < fields.height:
        notes.append("some records have fields beyond the layout of their event; `faults` names them, the raw file keeps them")
    if facts.firm is None:
        notes.append("the firm is each record's CATReporterIMID, or the one in the file's name")
    if facts.sequence is None:
        notes.append("the file's name does not say its place among the firm's files: see decision 053 on corrections")
    return tuple(notes)


def _apart(rows: pl.DataFrame) -> dict[str, int]:
    """How many records there are of each event of options and packages."""
    events = rows.filter(pl.col("raw_kind").str.starts_with(OPTION) | pl.col("raw_kind").str.starts_with(PACKAGE))["raw_kind"]
    return dict(events.value_counts().iter_rows())


def _not_measured(apart: Counter[str]) -> Iterator[str]:
    for start, words in ((OPTION, "options"), (PACKAGE, "multi-leg packages")):
        found = sorted((event, count) for event, count in apart.items() if event.startswith(start))
        if found:
            by_event = ", ".join(f"{event} {count:,}" for event, count in found)
            yield f"{words}: read, not measured: {sum(count for _, count in found):,} records ({by_event})"


def _about(file: Kept) -> Iterator[Batch]:
    skipped = Counter[str]()
    rejects: tuple[Reject, ...] = ()
    for lines, unread in read_lines(file.path, BLOCK):
        skipped[_ABOUT_WORDS] += lines.height
        rejects += unread
    yield Batch({}, skipped.total() + len(rejects), 0, rejects, dict(skipped) if skipped.total() else {})
