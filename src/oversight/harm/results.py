"""What became of credits: a file of results, read line by line; a line that does not fit is refused with its reason, and counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.harm.lifecycle import RELEASERS
from oversight.harm.models import Credit, Harm, PaymentResult
from oversight.lifecycle import Refusal, spoken
from oversight.record import actions

COLUMNS = (
    ("credit", "name of the credit, as the credit file has it"), ("account_key", "as the credit file has it"), ("amount_usd", "as the credit file has it"),
    ("status", "paid, returned or uncollected"), ("on", "day, as 2026-11-18"), ("reference", "of the payment; needed where it is paid"),
    ("note", "why it came back, or what became of the money; needed where it is not paid"),
)  # fmt: skip
MOVES = {"paid": "pay", "returned": "come_back", "uncollected": "give_up"}
MOST_BYTES, MOST_LINES = 5_000_000, 100_000


@dataclass(frozen=True)
class Line:
    """One line that fits: its credit, the move and what is given with it."""

    credit: Credit
    move: str
    given: dict[str, Any]


class _Wrong(Exception):  # noqa: N818 -- named for what it says
    """Why a line is refused."""


def take(by: Actor, row: Harm, name: str, content: bytes) -> PaymentResult:
    """Take a file of results: each line that fits is a move of its credit, the others are kept with their reasons. All of it or nothing.

    Raises Refusal for who may not, for a file that is not one, that was taken before, or before the credit file was made.
    """
    if not by.roles & set(RELEASERS):
        raise Refusal(f"Results are taken by {spoken(RELEASERS)}.", is_forbidden=True)
    if row.state not in ("credited", "settled"):
        raise Refusal("There is no credit file yet, so there is no result of one.")
    with actions.turn():
        lines = list(_lines(content))
        filed = evidence.file(by, name, content, title=f"Harm {row.number}: results of payments", subject=row.subject, what="What became of the credits")
        if row.results.filter(filed__sha256=filed.sha256).exists():
            raise Refusal("This file was taken already: its bytes are those of an earlier one. Nothing was changed.")
        by_code = {credit.code: credit for credit in row.credits.select_related("harm")}
        taken, rejects, seen = 0, [], set[str]()
        for number, cells in lines:
            try:
                line = _read(cells, by_code, seen)
                actions.move(by, line.credit, line.move, **line.given)
                taken += 1
            except (_Wrong, Refusal) as wrong:
                rejects.append([number, getattr(wrong, "words", None) or str(wrong)])
        made = PaymentResult(harm=row, filed=filed, lines=len(lines), taken=taken, rejects=rejects, imported_by=by.key, imported_at=clock.now())
        return actions.create(by, made, verb="take_results")


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column). Raises Refusal where the file cannot be read at all."""
    if len(content) > MOST_BYTES:
        raise Refusal("The file is too large: at most 5 MB. Split it.")
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(f"This is no CSV file in UTF-8: {error}. Nothing was changed.") from error
    names = [name for name, _ in COLUMNS]
    if not rows or [cell.strip().lower() for cell in rows[0]] != names:
        raise Refusal(f"The first line must name the columns: {','.join(names)}. Nothing was changed.")
    if len(rows) > MOST_LINES:
        raise Refusal("The file has too many lines: at most 100,000. Split it.")
    for number, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            fitted = [cell.strip() for cell in cells] if len(cells) == len(names) else []
            yield number, dict(zip(names, fitted, strict=False))


def _read(cells: dict[str, str], by_code: dict[str, Credit], seen: set[str]) -> Line:
    if not cells:
        raise _Wrong(f"it has not the {len(COLUMNS)} columns")
    code = cells["credit"]
    credit = by_code.get(code)
    if credit is None:
        raise _Wrong(f"there is no credit {code[:40]} in this assessment")
    if cells["account_key"].removeprefix("'") != credit.account_key:
        raise _Wrong(f"unknown account: it is not the one of credit {code}")
    if _amount(cells["amount_usd"]) != credit.amount_usd:
        raise _Wrong(f"wrong amount: {cells['amount_usd'][:20]} where {credit.amount_usd} was approved")
    if code in seen:
        raise _Wrong(f"duplicate: credit {code} stands in an earlier line of this file")
    seen.add(code)
    if cells["status"].lower() not in MOVES:
        raise _Wrong(f"“{cells['status'][:20]}” is no status; it is paid, returned or uncollected")
    return Line(credit, MOVES[cells["status"].lower()], _given(cells))


def _given(cells: dict[str, str]) -> dict[str, Any]:
    status, note = cells["status"].lower(), cells["note"][:300]
    if status == "uncollected":
        return {"became": note}
    try:
        on = date.fromisoformat(cells["on"])
    except ValueError:
        raise _Wrong(f"“{cells['on'][:20]}” is no day; write it as 2026-11-18") from None
    if on > clock.today():
        raise _Wrong(f"{on} is in the future")
    return {"result_on": on, "reference": cells["reference"][:80]} if status == "paid" else {"result_on": on, "reason": note}


def _amount(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
