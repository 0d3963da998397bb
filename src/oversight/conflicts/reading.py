"""Files of payments: their columns as data, and each line read exactly or refused with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bestexec import venue_called
from oversight import clock
from oversight.conflicts.lifecycle import DIRECTIONS, ORDER_CLASSES, PAID, RECEIVED, SECTIONS
from oversight.liquidity.lines import Expected, Line, LineError, Reject, read

CONVENTION = (
    "Amounts are from the firm's side, as Rule 606 nets them: received is positive (payment for order flow, rebates, tier credits, profit shares), paid is "
    "negative (fees). Cents per hundred shares are 10,000 times the net dollars over the shares of payments, rebates and fees; tier credits and profit "
    "shares come on top of shares already counted, so they count none. Contracts of options are written as 100 shares each."
)
COLUMNS = (
    Expected("month", "Month of trading, such as 2026-08.", is_required=True),
    Expected("venue", "MIC of the venue that paid or was paid; another name is kept as it stands and flagged.", is_required=True),
    Expected("vendor", "The vendor's name in the data, where the money went through its router; empty: paid to the firm itself."),
    Expected("direction", "Received or paid, by the firm.", is_required=True, values=tuple(key for key, _ in DIRECTIONS)),
    Expected("kind", "; ".join(f"{paid.key}: {paid.meaning.rstrip('.').lower()}" for paid in PAID) + ".", is_required=True, values=tuple(p.key for p in PAID)),
    Expected("section", "Part of a Rule 606(a) report; empty: not split.", values=tuple(key for key, _ in SECTIONS)),
    Expected("order_class", "Order type as Rule 606(a) groups it; empty: not split.", values=tuple(key for key, _ in ORDER_CLASSES)),
    Expected("amount_usd", "US dollars, received positive, paid negative; at most six decimals.", is_required=True),
    Expected("shares", "Executed shares that it was paid for; empty: unknown, or counted on another line."),
    Expected("currency", "USD; nothing is converted.", values=("usd",)),
    Expected("source", "Whose statement it is, such as the exchange's invoice.", is_required=True),
)
AMOUNT = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,6})?")
MONTH = re.compile(r"(\d{4})-(\d{2})")
NAME = re.compile(r"[\w][\w .:/&,'()-]{0,59}")
MOST = Decimal(10) ** 9
"""Amounts and shares below this keep all their digits in every database that the desk runs on."""


@dataclass(frozen=True)
class Read:
    """One line of payments."""

    line: int
    month_on: date
    venue: str
    venue_raw: str
    is_known_venue: bool
    vendor: str
    direction: str
    kind: str
    section: str
    order_class: str
    amount_usd: Decimal
    shares: Decimal | None
    currency: str
    source: str


def payments(content: bytes) -> tuple[list[Read], list[Reject]]:
    """(the lines, those that were refused). Raises Problem for a file that is no such table. A line equal to an earlier one is refused."""
    seen: dict[tuple[object, ...], int] = {}

    def make(line: Line) -> Read:
        made = _payment(line)
        told = tuple(value for name, value in vars(made).items() if name not in ("line", "venue_raw"))
        if told in seen:
            raise LineError(f"it says the same as line {seen[told]}; if both are meant, add their amounts up on one line")
        seen[told] = line.number
        return made

    return read(content, COLUMNS, make)


def amount(text: str, name: str) -> Decimal:
    """A decimal as people write it: a minus before it, thousands by commas, at most six decimals; no negative zero. Raises LineError."""
    if text.startswith("("):
        raise LineError(f"{name} is in brackets, which some read as paid and others as received: write it with its sign")
    if not AMOUNT.fullmatch(text):
        raise LineError(f"{name} is “{text[:40]}”, which is no amount such as 1234.50 or -1,234.50")
    value = Decimal(text.replace(",", ""))
    if abs(value) >= MOST:
        raise LineError(f"{name} is {value:,f}: a billion and more is not taken on one line")
    return value or Decimal(0)


def _payment(line: Line) -> Read:
    cells = line.cells
    usd = amount(cells["amount_usd"], "amount_usd")
    if usd and (usd > 0) != (cells["direction"] == RECEIVED):
        raise LineError(f"amount_usd is {usd:f} and direction is {cells['direction']}: received is positive, paid is negative")
    shares = amount(cells["shares"], "shares") if cells["shares"] else None
    if shares is not None and shares < 0:
        raise LineError("shares are negative")
    for name in ("venue", "source", *(["vendor"] if cells["vendor"] else [])):
        if not NAME.fullmatch(cells[name]):
            raise LineError(f"{name} is “{cells[name][:40]}”, which is no name: letters, digits and plain signs, at most 60")
    found = venue_called(cells["venue"])
    return Read(
        line.number, _month(cells["month"]), found or cells["venue"], cells["venue"], found is not None, cells["vendor"], cells["direction"], cells["kind"],
        cells["section"], cells["order_class"], usd, shares, "USD", cells["source"],
    )  # fmt: skip


def _month(text: str) -> date:
    found = MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 2000:
        raise LineError(f"month is “{text[:20]}”, which is no month such as 2026-08")
    first = date(int(found[1]), int(found[2]), 1)
    if first > clock.today():
        raise LineError(f"month is {text}, which has not begun")
    return first
