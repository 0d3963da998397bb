"""What the desk itself can print for an item: each printed once, filed by its hash, then a document like any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from bestexec import Problem
from oversight import clock, sheets
from oversight.accounts import queries as accounts
from oversight.actor import Actor
from oversight.evidence.models import Filed
from oversight.findings import queries as findings
from oversight.lifecycle import Refusal, spaced
from oversight.procedures import actions as procedures
from oversight.procedures.models import Printing
from oversight.record import actions
from oversight.record import queries as record
from oversight.requests.gathering import choose, filed_once
from oversight.requests.models import Document, Item
from oversight.requests.rights import filer, owner_only
from oversight.sheets import Column, Row, Sheet

MOST_STEPS = 20_000
HISTORY = (
    Column("seq", "Entry", kind="number"), Column("at", "When", kind="instant"), Column("who", "Who"), Column("verb", "Did"),
    Column("said", "From → to"), Column("why", "Why"), Column("hash", "Hash", kind="code"),
)  # fmt: skip


@dataclass(frozen=True)
class Printable:
    """One kind of paper: what it is, what is asked for it, and who makes it. `make` gives the filing."""

    key: str
    title: str
    asks: str
    make: Callable[[Actor, str], Filed]


def put_in(by: Actor, item: Item, kind: str, wanted: str) -> Document:
    """Print one of PRINTABLE and take it into the item. Raises Refusal, in words, for what there is not."""
    owner_only(by, item, "Taking in a document")
    printable = BY_KEY.get(kind)
    if printable is None:
        raise Refusal(f"The desk prints: {', '.join(one.title for one in PRINTABLE)}.")
    with actions.turn():
        return choose(by, item, printable.make(by, wanted.strip()))


def procedures_of(by: Actor, day: str) -> Filed:
    """The written supervisory procedures as they were in force on that day."""
    on = _day(day)
    try:
        return procedures.file_printing(filer(by), on).filed
    except Refusal:
        found = Printing.objects.filter(on=on).select_related("filed").order_by("-pk").first()
        if found is None or on > clock.today():
            raise
        return found.filed


def manifest_of(by: Actor, run_id: str) -> Filed:
    """The manifest of a sealed run, whose bytes were held against its seal: its SHA-256 is the run's id."""
    try:
        run = findings.sealed(run_id)
    except Problem as problem:
        raise Refusal(f"{problem}.") from problem
    content = (run.folder / "run.json").read_bytes()
    shows = f"Days {run.manifest['days'][0]} to {run.manifest['days'][-1]}; every input, output, rule and version by its hash."
    return filed_once(by, f"run-{run.id[:12]}.json", content, title=f"Manifest of run {run.id[:12]}", shows=shows)


def history_of(by: Actor, named: str) -> Filed:
    """Everything that the record says of one row, as a table: `finding 12`. Only of what the person may see."""
    kind, _, id_ = named.strip().partition(" ")
    account = accounts.person(by.key)
    if account is None or not id_ or not record.may_see(account, kind, id_.strip()):
        raise Refusal("Name a row as the record does, such as `finding 12`, that you may see.")
    steps = record.history(kind, id_.strip(), limit=MOST_STEPS)
    if not steps:
        raise Refusal(f"The record says nothing of {kind} {id_}.")
    rows = tuple(Row((one.entry.seq, one.entry.at, one.who, spaced(one.entry.verb), one.summary, one.why, one.entry.hash)) for one in reversed(steps))
    caption = f"History of {spaced(kind)} {id_.strip()}, entries {rows[0].cells[0]} to {rows[-1].cells[0]}"
    table = Sheet(f"history-{kind}-{id_.strip()[:16]}", caption, HISTORY, rows, source="The record of the desk.")
    shows = "Each entry of the record about it, first to last, with the hash of the chain."
    return filed_once(by, f"{table.name}.csv", sheets.download(table, "csv").content, title=caption, shows=shows)


def order_address(named: str) -> str:
    """The address of an order's one page, which the desk above prints: `2026-09-30 SYMB O-1`, its key date, symbol and id. Raises Refusal for another form."""
    parts = named.split()
    if len(parts) != 3:
        raise Refusal("Name an order by its key date, symbol and id: 2026-09-30 SYMB O-1.")
    _day(parts[0])
    return reverse("desk:order_page", kwargs=dict(zip(("key_on", "symbol", "order_id"), parts, strict=True)))


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise Refusal("Name a day as 2026-09-30.") from error


PRINTABLE = (
    Printable("procedures", "Written supervisory procedures as of a day", "The day, as 2026-09-30", procedures_of),
    Printable("manifest", "Manifest of a sealed run", "The run's id; those of the period are offered", manifest_of),
    Printable("history", "History of a row from the record", "Kind and id, such as finding 12", history_of),
)
BY_KEY = {printable.key: printable for printable in PRINTABLE}
