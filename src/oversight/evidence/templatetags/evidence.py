"""The evidence beside any recorded row, for templates."""

from __future__ import annotations

from typing import Any

from django import template

from oversight.evidence import queries
from oversight.evidence.forms import FileForm
from oversight.evidence.lifecycle import FILERS
from oversight.record.models import Recorded

register = template.Library()


@register.inclusion_tag("evidence/beside.html", takes_context=True)
def attached(context: dict[str, Any], row: Recorded, *, is_locked: bool = False) -> dict[str, Any]:
    """What is filed beside `row`, and the form to file more for those who may, unless nothing is added to it any more; one query."""
    kind, id_ = row.subject
    request = context["request"]
    may_file = not is_locked and bool(request.user.roles & set(FILERS))
    form = FileForm(initial={"subject_kind": kind, "subject_id": id_}, auto_id=f"evidence-{kind}-{id_}-%s") if may_file else None
    return {"links": list(queries.of_subject(kind, id_)), "form": form, "request": request, "kind": kind, "id": id_, "csrf_token": context.get("csrf_token")}
