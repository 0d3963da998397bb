"""The pages of a quarter's analysis: the grid of factors, security by security, order by order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.analysis import actions, grid, judgements, queries, routers, tables
from oversight.analysis import lane as lanes
from oversight.analysis.factors import CIRCUMSTANCES, FACTORS
from oversight.analysis.lifecycle import LOOKERS
from oversight.analysis.models import KINDS, ORDERS, SCOPES, Look
from oversight.lifecycle import Refusal
from oversight.policy.queries import desk_limits
from oversight.roles import STAFF
from oversight.vendors.quarters import Quarter, quarter_of

PAGE = 50


class LookForm(forms.Form):
    """What the chosen rows show, and perhaps what is asked of them."""

    shows = forms.CharField(label="What they show", max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    asks = forms.CharField(
        label="What is asked", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Empty where they are in order. A question keeps the review waiting until another person settles it.",
    )  # fmt: skip


@allow(*STAFF)
@require_GET
def quarter(request: HttpRequest, name: str = "") -> HttpResponse:
    """Each kind of order of the quarter by the eight factors, with who looked at it."""
    chosen = queries.asked(name)
    sources = queries.sources_of(chosen)
    kinds = grid.kinds(sources, chosen) if sources else []
    runs = queries.runs_of(sources) if sources else ""
    looked = {key: look for (key, run), look in queries.looked_at(chosen, KINDS).items() if run == runs}
    context = {
        **_shared(request, chosen), "factors": FACTORS, "circumstances": CIRCUMSTANCES.items(), "kinds": kinds,
        "left": [kind for kind in kinds if kind.key not in looked],
        "summary": queries.summary(chosen.first, chosen.last),
    }  # fmt: skip
    held = tables.looks(queries.looks(chosen)[:PAGE])
    return sheets.respond(
        request, "analysis/quarter.html", {**context, "looks": held}, tables.grid(kinds, looked, chosen, sources.ids if sources else ()), held
    )


@allow(*STAFF)
@require_GET
def securities(request: HttpRequest, name: str) -> HttpResponse:
    """One kind of orders, security by security."""
    chosen, kind = queries.asked(name), request.GET.get("kind", "")
    sources = queries.sources_of(chosen)
    if sources is None or not grid.is_kind(kind):
        raise Http404
    rows = grid.by_symbol(sources, chosen, kind)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    drawn = rows if request.GET.get("format") in sheets.FORMATS else list(page)
    scope = grid.scope_of(chosen, kind)
    context = {**_shared(request, chosen), "page": page, "flow": scope.flow, "order_type": kind.split("|")[0]}
    return sheets.respond(request, "analysis/securities.html", context, tables.securities(drawn, chosen, sources.ids))


@allow(*STAFF)
@require_GET
def lane(request: HttpRequest, name: str) -> HttpResponse:
    """Orders that are judged one by one, those that nobody looked at first."""
    chosen = queries.asked(name)
    sources = queries.sources_of(chosen)
    found = lanes.orders(sources, chosen) if sources else []
    looked = queries.looked_at(chosen, ORDERS)
    shown, only = request.GET.get("show", "left"), request.GET.get("why", "")
    rows = [one for one in found if (shown != "left" or (one.key, one.run) not in looked) and (not only or only in one.why)]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    drawn = rows if request.GET.get("format") in sheets.FORMATS else list(page)
    limits = desk_limits()
    context = {
        **_shared(request, chosen), "page": page, "shown": shown, "only": only, "total": len(found), "not_told": lanes.NOT_TOLD,
        "left": sum((one.key, one.run) not in looked for one in found), "block_shares": limits.block_shares, "block_usd": limits.block_usd, "drawn": drawn,
    }  # fmt: skip
    return sheets.respond(request, "analysis/lane.html", context, tables.lane(drawn, looked, chosen, sources.ids if sources else ()))


@allow(*STAFF)
@require_GET
def verdicts(request: HttpRequest, name: str) -> HttpResponse:
    """Whose difference is real and large enough to decide on, and what other markets published."""
    chosen, every = queries.asked(name), "every" in request.GET
    made = judgements.judged(chosen)
    every_center = "centers" in request.GET
    other = judgements.competing(made, chosen, every=every_center)
    context = {**_shared(request, chosen), "made": made, "every": every, "every_center": every_center, "competing": other}
    return sheets.respond(request, "analysis/judgements.html", context, judgements.verdicts(made, chosen, every=every), other)


@allow(*STAFF)
@require_GET
def how_routers_behaved(request: HttpRequest, name: str) -> HttpResponse:
    """What moved in like markets, what follows payment, and which stated rules were broken."""
    chosen = queries.asked(name)
    made = judgements.judged(chosen)
    other, happened = routers.stated(made, chosen), routers.routed(made, chosen)
    context = {**_shared(request, chosen), "made": made, "sentences": routers.sentences(made), "stated": other, "routed": happened}
    return sheets.respond(request, "analysis/routers.html", context, routers.moved(made, chosen), other, *happened)


@allow(*LOOKERS)
@require_POST
def look_at(request: HttpRequest, name: str, scope: str) -> HttpResponse:
    """Write down what the chosen rows show."""
    chosen = queries.asked(name)
    if scope not in dict(SCOPES):
        raise Http404
    form = LookForm(request.POST)
    if not form.is_valid():
        raise Refusal("Say in words what the chosen rows show.")
    made = actions.look(actor_of(request), chosen, scope, request.POST.getlist("row"), **form.cleaned_data)
    messages.success(request, f"Written down: {made}.")
    return redirect("analysis:lane" if scope == ORDERS else "analysis:of", str(chosen))


@allow(*STAFF)
@require_GET
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """One look: at what, what was said, what was asked and found."""
    row = get_object_or_404(Look, pk=pk)
    page = Paginator(row.rows, 200).get_page(request.GET.get("page"))
    return render(request, "analysis/look.html", {"row": row, "page": page, "quarter": quarter_of(row.first_on)})


def _shared(request: HttpRequest, chosen: Quarter) -> dict[str, Any]:
    return {"quarter": chosen, "before": chosen.before, "may_look": bool(actor_of(request).roles & set(LOOKERS)), "form": LookForm()}
