"""The way from a finding to what customers lost by it, for templates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from oversight.harm import queries
from oversight.record.models import Recorded

register = template.Library()


@register.filter
def exact(value: Decimal) -> str:
    """Every digit that is not a trailing zero, and no exponent."""
    return f"{value.normalize():f}"


@register.inclusion_tag("harm/beside.html")
def harms_of(row: Recorded) -> dict[str, Any]:
    """Assessments opened of `row`; one query and one for their counts."""
    return {"harms": list(queries.of_origin(*row.subject))}
