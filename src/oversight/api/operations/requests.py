"""What programs read of regulators' requests; what counsel keeps apart is told to no program."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.requests import queries, tables
from oversight.requests.models import Item, Production, Request


class RequestSaid(Schema):
    """One letter: the row, its items and documents, its extensions and productions."""

    request: dict[str, Any]
    items: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    extensions: list[dict[str, Any]]
    productions: list[dict[str, Any]]


class ItemSaid(Schema):
    """One item: the row, and its documents."""

    item: dict[str, Any]
    documents: list[dict[str, Any]]


def letters(request: HttpRequest, page: Query[Page], state: str = "open") -> Table:
    """Letters of request by the day on which they are due; `state` open, late, closed or all."""
    return paged(request, queries.requests(state), tables.requests, page)


def letter(request: HttpRequest, id: int) -> RequestSaid:
    """One letter with what was gathered, reviewed and produced."""
    row = get_object_or_404(Request, pk=id if id < 2**63 else 0)
    parts = {"items": row.items.all(), "documents": row.documents.all(), "extensions": row.extensions.all(), "productions": row.productions.all()}
    return RequestSaid(request=said.row(row), **{name: [said.row(one) for one in found] for name, found in parts.items()})


def item_of_letter(request: HttpRequest, id: int) -> ItemSaid:
    """One item with its documents."""
    row = get_object_or_404(Item.objects.select_related("request"), pk=id if id < 2**63 else 0)
    return ItemSaid(item=said.row(row), documents=[said.row(one) for one in queries.documents_of(row.request, row)])


def production_log(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """What was given of a letter: by number, when, to whom, how."""
    row = get_object_or_404(Request, pk=id if id < 2**63 else 0)
    return paged(request, queries.given_of(row), tables.log, page)


def withheld(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """What counsel keeps back or gives redacted, and on what ground."""
    row = get_object_or_404(Request, pk=id if id < 2**63 else 0)
    return paged(request, queries.withheld_of(row), tables.withheld, page)


def production(request: HttpRequest, id: int) -> Table:
    """The documents of one production."""
    row = get_object_or_404(Production, pk=id if id < 2**63 else 0)
    return said.table(request, tables.log(queries.given(row)))


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/requests", letters, Table, "oversight.requests.queries.requests", "requests:read"),
    Operation("GET", "/requests/{int:id}", letter, RequestSaid, "oversight.requests.models.Request", "requests:read"),
    Operation("GET", "/requests/{int:id}/log", production_log, Table, "oversight.requests.queries.given_of", "requests:read"),
    Operation("GET", "/requests/{int:id}/withheld", withheld, Table, "oversight.requests.queries.withheld_of", "requests:read"),
    Operation("GET", "/request-items/{int:id}", item_of_letter, ItemSaid, "oversight.requests.models.Item", "requests:read"),
    Operation("GET", "/productions/{int:id}", production, Table, "oversight.requests.queries.given", "requests:read"),
)
