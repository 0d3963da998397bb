"""The page of the tape that the numbers of coverage are made of, and the period that an address asks for."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from oversight import clock, sheets
from oversight.access import allow
from oversight.lifecycle import Refusal
from oversight.liquidity import cut_tables, symbol_tape, tape
from oversight.measured.dimensions import UNKNOWN
from oversight.roles import STAFF

WAYS = (("venue",), ("symbol",), ("session",), ("asset_class",), ("day",), ("venue", "session"), ("symbol", "venue"), ("day", "venue"))
"""What the page of the tape offers to cut by; an address may ask others."""
MOST_ROWS = 300
"""So many rows of the tape are drawn on the page."""


@allow(*STAFF)
@require_GET
def of_symbols(request: HttpRequest) -> HttpResponse:
    """The tape of the firm's symbols that a number of coverage is made of, by what the address asks, of what it chooses."""
    first, last, _ = asked(request)
    by = tuple(dict.fromkeys(filter(None, request.GET.get("by", "venue").split(",")))) or ("venue",)
    if unknown := [name for name in by if name not in symbol_tape.BY]:
        raise Refusal(f"The tape cannot be cut by “{unknown[0][:20]}”. Choose among {', '.join(symbol_tape.BY)}.")
    chosen = {name: request.GET[name][:40] for name in symbol_tape.BY if request.GET.get(name)}
    if chosen.get("day", UNKNOWN) != UNKNOWN:
        _day(chosen["day"], "day")
    sheet, count = cut_tables.of_tape(first, last, by, chosen)
    drawn = sheets.Sheet(**{**vars(sheet), "rows": sheet.rows[:MOST_ROWS]})
    context = {
        "first": first, "last": last, "by": ",".join(by), "fields": [(name, title, chosen.get(name, "")) for name, title in symbol_tape.BY.items()],
        "ways": [(",".join(way), " and ".join(symbol_tape.BY[name] for name in way)) for way in WAYS], "drawn": drawn, "count": count, "shown": len(drawn.rows),
        "most": cut_tables.MOST_ROWS,
    }  # fmt: skip
    return sheets.respond(request, "liquidity/tape.html", context, sheet)


def asked(request: HttpRequest) -> tuple[date, date, date]:
    """(first day, last day, day of the list) that the address asks for: the measured quarter, and its last day, unless it says others."""
    start, end = tape.period() or (clock.today(), clock.today())
    first, last, on = (_day(request.GET.get(name, ""), name) for name in ("first", "last", "on"))
    first, last = first or min(start, last or start), last or max(end, first or end)
    if first > last:
        raise Refusal(f"The period begins on {first}, after it ends on {last}. Choose a first day that is not after the last.")
    return first, last, on or last


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(f"“{text[:20]}” is not a day for {name}. Write it as 2026-09-30.") from None
