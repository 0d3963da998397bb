"""Filed evidence, and filing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from ninja import Field, File, Form, Query, Schema, UploadedFile

from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.evidence import actions, queries, store
from oversight.evidence.lifecycle import FILERS
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal


class FiledSaid(Schema):
    """One filing."""

    filed: dict[str, Any]
    standing: str


class About(Schema):
    """What is filed."""

    title: str = Field("", max_length=200)
    shows: str = Field("", description="what it shows")
    effective_on: date | None = None
    expires_on: date | None = None
    subject_kind: str = Field("", description="kind of the recorded row that it is evidence of, such as finding")
    subject_id: str = ""


def files(request: HttpRequest, page: Query[Page], q: str = "", standing: str = "", kind: str = "", id: str = "") -> Table:
    """Filed evidence, the latest first."""
    return paged(request, queries.files(text=q, standing=standing, kind=kind, id_=id), queries.sheet, page)


def filed(request: HttpRequest, id: int) -> FiledSaid:
    """One filing, by its number."""
    return _said(_filed(id))


def content(request: HttpRequest, id: int) -> HttpResponse:
    """The bytes of a filing, held against their hash."""
    row = _filed(id)
    answer = HttpResponse(store.read(row.sha256), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, row.name)
    answer["Cache-Control"] = "private, no-store"
    return answer


def file(request: HttpRequest, content: File[UploadedFile], about: Form[About]) -> FiledSaid:
    """File bytes, beside a subject where one is named."""
    if getattr(request, "was_too_large", False):
        raise Refusal("The file is larger than the desk keeps.")
    subject = (about.subject_kind, about.subject_id) if about.subject_kind else None
    given = {name: getattr(about, name) for name in ("title", "shows", "effective_on", "expires_on")}
    return _said(actions.file(caller_of(request).by, content.name or "file", content, **given, subject=subject))


def _filed(pk: int) -> Filed:
    return get_object_or_404(Filed, pk=pk if pk < 2**63 else 0)


def _said(row: Filed) -> FiledSaid:
    return FiledSaid(filed=said.row(row), standing=row.standing)


OPERATIONS = (
    Operation("GET", "/evidence", files, Table, "oversight.evidence.queries.files", "evidence:read"),
    Operation("GET", "/evidence/{int:id}", filed, FiledSaid, "oversight.evidence.models.Filed", "evidence:read"),
    Operation("GET", "/evidence/{int:id}/bytes", content, None, "oversight.evidence.store.read", "evidence:read"),
    Operation("POST", "/evidence", file, FiledSaid, "oversight.evidence.actions.file", "evidence:write", FILERS),
)
