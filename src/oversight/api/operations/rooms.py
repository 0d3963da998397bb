"""Joint investigations as the firm sees them: the list, one room with what both sides said and the firm's notes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.lifecycle import offered
from oversight.rooms import queries, tables
from oversight.rooms.seen import seen


class RoomSaid(Schema):
    """One joint investigation."""

    room: dict[str, Any] = Field(description="fields of the room")
    vendor: str
    is_unilateral: bool = Field(description="concluded without the vendor's conclusion, whose clock had run out")
    said: dict[str, Any] = Field(description="hypotheses, days, orders, statements, conclusions; `notes` are the firm's own and go to no vendor")
    moves: list[str]


def rooms(request: HttpRequest, page: Query[Page], state: str = "", vendor: str = "") -> Table:
    """The joint investigations, the latest first."""
    return paged(request, queries.rooms(state=state, vendor=vendor), tables.sheet, page)


def room(request: HttpRequest, id: int) -> RoomSaid:
    """One joint investigation, by its number."""
    row, by = queries.room(id if id < 2**63 else 0), caller_of(request).by
    if row is None:
        raise Http404
    moves = [move.name for move in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles)]
    told = said.value(asdict(seen(row, is_firm=True)))
    return RoomSaid(room=said.row(row), vendor=row.case.vendor.key, is_unilateral=row.is_unilateral, said=told, moves=moves)


CALLS = "oversight.rooms"
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/rooms", rooms, Table, f"{CALLS}.queries.rooms", "vendors:read"),
    Operation("GET", "/rooms/{int:id}", room, RoomSaid, f"{CALLS}.seen.seen", "vendors:read"),
)
