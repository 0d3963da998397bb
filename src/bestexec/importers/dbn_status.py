"""Trading statuses as Databento tells them, event by event, made spans of time."""

from __future__ import annotations

import databento_dbn as databento
import polars as pl

from bestexec.schema import STATUSES

HALT, PAUSE, SUSPEND, TRADING, CLOSE, SHORT_SALE = 8, 9, 10, 7, 12, 14
LULD_PAUSE = 50
TELLING = (TRADING, HALT, PAUSE, SUSPEND, CLOSE, SHORT_SALE)
"""Actions that begin or end something."""


def spans(events: list[pl.DataFrame]) -> pl.DataFrame:
    """The events (day, symbol, at, action, reason, is_short_sell_restricted, record) as rows of `statuses`.

    A halt or pause ends when trading resumes, a restriction when it is lifted; what the file does not see the end of
    stays open. Trading that starts after no halt opens the session.
    """
    rows: list[dict[str, object]] = []
    running: dict[tuple[str, bool], dict[str, object]] = {}
    wanted = pl.concat(events).sort("at", "record").select("symbol", "action", "is_short_sell_restricted", "day", "at", "reason", "record")
    for symbol, action, restricted, day, at, reason, record in wanted.iter_rows():
        row = _row(symbol, _kind(action, reason), day, at, reason, record)
        state = symbol, action == SHORT_SALE
        ends = action == TRADING or (action == SHORT_SALE and restricted == "N")
        ended = running.pop(state, None) if ends else None
        if ended:
            ended["to_at"] = at
        elif action in (TRADING, CLOSE):
            rows.append(row)
        elif not ends and state not in running:
            running[state] = row
            rows.append(row)
    return pl.DataFrame(rows, schema=STATUSES.schema)


def _kind(action: int, reason: int) -> str:
    if action == SHORT_SALE:
        return "short_sale_restriction"
    if action in (TRADING, CLOSE):
        return "session_open" if action == TRADING else "session_close"
    return "luld_pause" if reason == LULD_PAUSE else "halt"


def _row(symbol: str, kind: str, day: object, at: int, reason: int, record: int) -> dict[str, object]:
    try:
        said = databento.StatusReason.from_int(reason).name
    except ValueError:
        said = str(reason)
    return {"day": day, "symbol": symbol, "kind": kind, "from_at": at, "to_at": None, "reason": None if said == "NONE" else said, "line": record}
