"""The way from a finding to what customers lost by it, for templates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from oversight.harm import queries
from oversight.record.models import Recorded
from oversight.roles import WORKING

register = template.Library()


@register.filter
def exact(value: Decimal) -> str:
    """Every digit that is not a trailing zero, and no exponent."""
    return f"{value.normalize():f}"


@register.inclusion_tag("harm/beside.html", takes_context=True)
def harms_of(context: dict[str, Any], row: Recorded) -> dict[str, Any]:
    """Assessments opened of `row`, and the button that opens one; one query and one for their counts."""
    kind, id_ = row.subject
    roles = context["request"].user.roles
    return {"harms": list(queries.of_origin(kind, id_)), "kind": kind, "id": id_, "may_open": bool(roles & set(WORKING))}
