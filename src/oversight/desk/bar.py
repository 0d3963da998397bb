"""What stands above every page of figures: the period, which flow is shown, the filters; each a link or a field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from oversight.measured import figures
from oversight.measured.dimensions import APART, BY_NAME, Dimension
from oversight.measured.scope import Scope, parse, period_of
from oversight.measured.sources import Sources, all_in_force

PERIODS = (("day", "Last day"), ("week", "Five days"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year"), ("all", "All"))
OFFERED = ("vendor", "venue", "order_class", "size_bucket", "liquidity_class")
"""Dimensions with a list to choose from; the symbol is typed."""
KEPT = ("metric", "metrics", "by", "per", "compare", "list", "rows")
"""Parts of an address that a change of the scope leaves as they are."""


@dataclass(frozen=True)
class Flow:
    """One dimension that is kept apart: what is shown of it, and the link that pools it or takes it apart again."""

    title: str
    words: str
    is_pooled: bool
    address: str


@dataclass(frozen=True)
class Bar:
    """The bar above a page of figures. `kept` are parts of the address that its form sends along."""

    scope: Scope
    periods: list[tuple[str, str, bool]]
    flows: list[Flow]
    fields: list[tuple[Dimension, list[tuple[str, str]], str]]
    kept: list[tuple[str, str]]
    plain: str

    @property
    def symbol(self) -> str:
        """The symbols chosen."""
        return ",".join(dict(self.scope.chosen).get("symbol", ()))


def asked(request: HttpRequest) -> tuple[Sources, Scope]:
    """The runs in force, and the scope that the address names: by default the last calendar quarter. Raises Refusal in words."""
    sources = all_in_force()
    default = period_of(sources.days, "quarter")
    assert default is not None, "a run in force has days"
    return sources, parse(request.GET.dict(), default)


def bar(request: HttpRequest, sources: Sources, scope: Scope) -> Bar:
    """The bar of a page. No query of its own."""
    more = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    chosen = dict(scope.chosen)
    periods, spans = [], list[tuple[date, date]]()
    for kind, title in PERIODS:
        period = period_of(sources.days, kind)
        if period and period not in spans:
            spans.append(period)
            periods.append((title, scope.during(*period).query(**more), period == (scope.first, scope.last)))
    flows = [_flow(scope, apart, more) for apart in APART]
    fields = []
    for name in OFFERED:
        known = figures.choices(sources, name)
        held = ",".join(chosen.get(name, ()))
        options = [(value, BY_NAME[name].values.get(value, value)) for value in known]
        fields.append((BY_NAME[name], options if held in ("", *known) else [(held, held), *options], held))
    hidden = {name: value for name, value in scope.parts().items() if name not in ("first", "last", "symbol", *OFFERED)}
    return Bar(scope, periods, flows, fields, list({**hidden, **more}.items()), Scope(scope.first, scope.last).query(**more))


def _flow(scope: Scope, apart: Dimension, more: dict[str, Any]) -> Flow:
    is_pooled = apart.name in scope.pooled
    values = scope.filters.get(apart.name, ())
    words = "all, pooled" if is_pooled else " or ".join(apart.titled(value) for value in values)
    other = scope.having(apart.name) if is_pooled else scope.pooling(apart.name)
    return Flow(apart.title, words, is_pooled, other.query(**more))
