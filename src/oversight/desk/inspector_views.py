"""Pages of the order inspector: one order, its one page of paper, one raw line."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bestexec import CHECK_STATES, Problem, render_one_page
from oversight import sheets
from oversight.access import allow
from oversight.desk import inspector, order_page
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def order(request: HttpRequest, key_on: str, symbol: str, order_id: str) -> HttpResponse:
    """One order: why it was filled as it was. `?run=` names another run than the one in force, `?format=` downloads its events."""
    try:
        shown = inspector.shown(date.fromisoformat(key_on), symbol, order_id, request.GET.get("run", ""))
    except (Problem, ValueError) as problem:
        return _none(request, problem, f"{order_id} in {symbol} of {key_on}")
    if request.GET.get("format") in sheets.FORMATS:
        return sheets.download(shown.events, request.GET["format"])
    states = {state: [one for one in shown.judged if one.state == state] for state in CHECK_STATES}
    context = {
        "shown": shown, "drawn": shown.drawn(), "named": request.GET.get("run", ""), "route_heads": inspector.ROUTE_HEADS,
        "withdrawn": shown.life.withdrawn.to_dicts(), "unlinked": shown.life.unlinked.to_dicts(),
        "asked": [*states["failed"], *states["not evaluated"], *states["passed"]], "not_asked": states["not asked"],
        "apart": states["not about a single order"], "is_newer": inspector.is_newer(shown.run),
    }  # fmt: skip
    return sheets.respond(request, "desk/order.html", context, shown.events)


@allow(*STAFF)
@require_GET
def page(request: HttpRequest, key_on: str, symbol: str, order_id: str) -> HttpResponse:
    """The order on one page of paper, as PDF/A; the same run gives the same bytes."""
    try:
        shown = inspector.shown(date.fromisoformat(key_on), symbol, order_id, request.GET.get("run", ""))
    except (Problem, ValueError) as problem:
        return _none(request, problem, f"{order_id} in {symbol} of {key_on}")
    response = HttpResponse(render_one_page(order_page.paper(shown)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="order-{shown.run.id[:12]}.pdf"'
    return response


@allow(*STAFF)
@require_GET
def raw_line(request: HttpRequest, import_id: str, line: int, key_on: str = "", symbol: str = "", order_id: str = "") -> HttpResponse:
    """One line of a raw file as it came in, without the customer's account; with the way back to the order it was opened from."""
    try:
        lines = inspector.raw(import_id, line)
    except Problem as problem:
        return _none(request, problem, f"line {line} of import {import_id[:12]}")
    return render(request, "desk/order_line.html", {"lines": lines, "import_id": import_id, "line": line, "back": (key_on, symbol, order_id)})


def _none(request: HttpRequest, problem: Exception, asked: str) -> HttpResponse:
    words = str(problem) if isinstance(problem, Problem) else "The address names no day as yyyy-mm-dd."
    return render(request, "desk/order_none.html", {"words": words, "asked": asked}, status=404)
