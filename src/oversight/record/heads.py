"""The record's head, written outside the desk: one small file a day, against which the record can be held later."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

from django.db import transaction

from oversight import clock
from oversight.actor import automated
from oversight.record.actions import Act, append
from oversight.record.queries import Filters, entries, head

EXPORT = automated("export-head")


def export(folder: Path) -> Path | None:
    """Write today's head to `folder`, and an entry that says so; None where today's stands there already. A file is never replaced.

    The file says the market's day, the last entry's number and hash, and how many entries that day had so far.
    """
    day = clock.today()
    file = folder / f"head-{day.isoformat()}.json"
    if file.exists():
        return None
    with transaction.atomic():
        seq, hash_ = head()
        counted = entries(Filters(day=day)).filter(seq__lte=seq).count()
        append(EXPORT, Act("export", ("head", day.isoformat()), facts={"seq": seq, "hash": hash_, "entries": counted}))
        _publish(file, json.dumps({"date": day.isoformat(), "seq": seq, "hash": hash_, "entries": counted, "clock": clock.kind()}, indent=1) + "\n")
    return file


def read(place: Path) -> dict[int, str]:
    """The heads of one file, or of every file of a folder: {seq: hash}. Raises ValueError naming a file that is none."""
    files = sorted(place.glob("head-*.json")) if place.is_dir() else [place]
    heads: dict[int, str] = {}
    for file in files:
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            date.fromisoformat(said["date"])
            seq, hash_ = int(said["seq"]), str(said["hash"])
        except (OSError, ValueError, KeyError, TypeError) as wrong:
            raise ValueError(f"{file} is not a head of the record · name a file that export_head wrote, or the folder of them") from wrong
        if heads.setdefault(seq, hash_) != hash_:
            raise ValueError(f"{file} says another hash of entry {seq} than a head before it · one of them was altered")
    heads.pop(0, None)
    return heads


def _publish(file: Path, text: str) -> None:
    """Written, synced, then named: nobody sees half a file, and none is replaced."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as made:
        made.write(text)
        made.flush()
        os.fsync(made.fileno())
    try:
        os.link(draft, file)
    finally:
        draft.unlink()
    held = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
