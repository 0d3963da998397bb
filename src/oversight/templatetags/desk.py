"""What templates can say beyond Django: people, instants in the market's zone, numbers with their unit, sheets, moves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from oversight import clock, moving, shell
from oversight.access import actor_of
from oversight.accounts.queries import names
from oversight.lifecycle import spaced

register = template.Library()
register.filter("spaced", spaced)


@register.filter
def person(key: str) -> str:
    """Who an actor key is, in words: a person's name, or what the automated actor is called."""
    if not key:
        return "nobody"
    return f"the desk itself ({spaced(key.partition(':')[2])})" if key.startswith("system:") else names().get(key, key)


@register.filter
def instant(value: datetime | None) -> str | SafeString:
    """An instant in the market's zone, the zone named; the UTC instant for machines."""
    if value is None:
        return "—"
    local = value.astimezone(clock.MARKET_ZONE)
    return format_html('<time datetime="{}">{} {}</time>', value.isoformat(), f"{local:%Y-%m-%d %H:%M}", local.tzname())


@register.filter
def until(value: datetime | None) -> str:
    """How long until `value`, or how long past it: `in 5 h`, `3 d late`."""
    if value is None:
        return "—"
    seconds = (value - clock.now()).total_seconds()
    return f"in {_span(seconds)}" if seconds >= 0 else f"{_span(-seconds)} late"


@register.filter
def age(value: datetime | None) -> str:
    """How long ago."""
    return "—" if value is None else _span((clock.now() - value).total_seconds())


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


@register.filter
def usd(value: Decimal | None) -> str:
    """Dollars and cents; a dash for unknown."""
    return "—" if value is None else f"{'−' if value < 0 else ''}${abs(value):,.2f}"


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], **changed: Any) -> str:
    """The query of this page's address with some parts changed; a part set to nothing is left out."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{urlencode(sorted(query.items()))}" if query else "?"


@register.inclusion_tag("sheet.html", takes_context=True)
def sheet(context: dict[str, Any], drawn: Any, **options: Any) -> dict[str, Any]:
    """A sheet as a table, with its source and its downloads."""
    return {"sheet": drawn, "request": context["request"], **options}


@register.inclusion_tag("onward.html", takes_context=True)
def onward(context: dict[str, Any], row: Any) -> dict[str, Any]:
    """The buttons of what can begin from `row`, for whoever may begin it."""
    return {"ways": shell.onward(actor_of(context["request"]).roles, *row.subject)}


@register.inclusion_tag("moves.html", takes_context=True)
def moves(context: dict[str, Any], row: Any) -> dict[str, Any]:
    """The buttons of the moves that this person can make on `row`, each opening its form."""
    request = context["request"]
    return {"row": row, "buttons": moving.buttons(row, actor_of(request)), "request": request}
