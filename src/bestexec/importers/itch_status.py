"""Trading states as ITCH tells them, message by message, made spans of time."""

from __future__ import annotations

import polars as pl

from bestexec.schema import STATUSES

TOLD = {"H": ("state", "reason"), "Y": ("action",), "h": ("market", "state")}
"""Messages that tell a state, and the fields that say which."""
_HALTS, _RESTRICTION, _OPERATIONAL = "halt", "short_sale_restriction", "operational"


def spans(events: pl.DataFrame) -> pl.DataFrame:
    """The events (day, symbol, at, message, record and the fields of TOLD) as rows of `statuses`.

    A halt or pause lasts until trading resumes; quoting alone does not end it. What the file does not see the end of stays open. A restriction on
    short sales in force at the day's start begins there.
    """
    rows: list[dict[str, object]] = []
    running: dict[tuple[str, str], dict[str, object]] = {}
    names = ("symbol", "day", "at", "message", "record", "state", "reason", "action", "market")
    given = events.with_columns(pl.lit(None, pl.String).alias(name) for name in names if name not in events.columns)
    for symbol, day, at, message, record, state, reason, action, market in given.sort("record").select(names).iter_rows():
        track, begins, ends = _change(message, state, action)
        what = (symbol, track + (market or ""))
        if ends and what in running:
            running.pop(what)["to_at"] = at
        elif begins and what not in running:
            kind = _RESTRICTION if track == _RESTRICTION else "luld_pause" if (reason or "").startswith("LUD") else "halt"
            said = f"operational halt at {market}" if track == _OPERATIONAL else (reason or action or None)
            running[what] = {"day": day, "symbol": symbol, "kind": kind, "from_at": at, "to_at": None, "reason": said, "line": record}
            rows.append(running[what])
    return pl.DataFrame(rows, schema=STATUSES.schema)


def _change(message: str, state: str | None, action: str | None) -> tuple[str, bool, bool]:
    """(which of the states that run beside each other, whether it begins, whether it ends)."""
    if message == "Y":
        return _RESTRICTION, action in ("1", "2"), action == "0"
    return _HALTS if message == "H" else _OPERATIONAL, state in ("H", "P"), state == "T"
