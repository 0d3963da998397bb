"""The pages of the analysis of venues: the overview, one router against the market, its list, published reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bestexec import Problem
from oversight import sheets
from oversight.access import actor_of, allow
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.liquidity import actions, cut_tables, lists, overview, picture, queries, venue_tables
from oversight.liquidity.coverage import material
from oversight.liquidity.forms import ListForm, PublishedForm, ReachForm
from oversight.liquidity.lifecycle import NOTERS
from oversight.liquidity.listing import COLUMNS
from oversight.liquidity.models import Published, Reach
from oversight.liquidity.tape_views import asked
from oversight.roles import STAFF
from oversight.vendors.models import Vendor


@allow(*STAFF)
@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    """Coverage first, then material venues missing, then memos due; then the rest."""
    first, last, on = asked(request)
    found = queries.coverages(first, last, on)
    due = list(queries.memos_due())
    missing, hops, reports = (
        overview.missing(found, may_write=_may_note(request)),
        overview.through_only(found),
        overview.reports(found, may_file=_may_note(request)),
    )
    by_cut = cut_tables.sessions_and_classes(found)
    memos = lists.memos(queries.memos(state=request.GET.get("memos", "open")))
    least, why = material(last)
    context = {
        "first": first, "last": last, "on": on, "missing": missing, "due": due, "others": (hops, memos, reports), "may_note": _may_note(request),
        "least": least * 100, "why": why, "memo_states": queries.MEMO_STATES, "memos_shown": request.GET.get("memos", "open"),
        "picture": picture.of_routers(found), "by_cut": by_cut, "decisions": queries.memos_to_decide(), "entries": queries.to_confirm().count(),
    }  # fmt: skip
    return sheets.respond(request, "liquidity/reach.html", context, overview.coverages(found), by_cut, missing, hops, memos, reports)


@allow(*STAFF)
@require_GET
def vendor(request: HttpRequest, pk: int) -> HttpResponse:
    """One router against the market: venue by venue, symbol by symbol; its list as of a day."""
    row = get_object_or_404(Vendor, pk=pk)
    first, last, on = asked(request)
    found = queries.coverage_of(row, first, last, on)
    order = request.GET.get("order", "gap")
    if order not in cut_tables.ORDERS:
        raise Refusal(f"Symbols cannot be sorted by “{order[:20]}”. Choose among {', '.join(cut_tables.ORDERS)}.")
    by_cut, symbols, venues = cut_tables.sessions_and_classes([found]), cut_tables.symbols(found, order), venue_tables.venues(found)
    gaps, not_held, listed = overview.missing([found], may_write=_may_note(request)), venue_tables.not_held(found), lists.reach(queries.reach_of(row))
    drawn = sheets.Sheet(**{**vars(symbols), "rows": symbols.rows[:MOST_SYMBOLS]})
    context = {
        "row": row, "found": found, "first": first, "last": last, "on": on, "others": (venues, gaps), "rest": (not_held, listed), "symbols": drawn,
        "symbol_count": len(symbols.rows), "most": MOST_SYMBOLS, "order": order, "orders": cut_tables.ORDERS, "picture": picture.of_cuts(found),
        "may_note": _may_note(request), "parts": overview.coverages([found]),
    }  # fmt: skip
    return sheets.respond(request, "liquidity/vendor.html", context, by_cut, symbols, venues, gaps, not_held, listed)


@allow(*STAFF)
@require_GET
def reached(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry of a router's list: its moves, evidence and history."""
    row = get_object_or_404(Reach.objects.select_related("vendor"), pk=pk)
    return render(request, "liquidity/reached.html", {"row": row})


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def add_reach(request: HttpRequest) -> HttpResponse:
    """Add a venue to a router's list; `?vendor=&venue=` fill the form in."""
    asked = {name: request.GET[name] for name in ("vendor", "venue") if request.GET.get(name)}
    form = ReachForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        row = actions.state(actor_of(request), form.cleaned_data["vendor"], **form.facts())
        messages.success(request, "On the list. A second person confirms it; file below what shows it.")
        return redirect(row.get_absolute_url())
    return render(request, "liquidity/add_reach.html", {"form": form}, status=400 if request.method == "POST" else 200)


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def take_list(request: HttpRequest) -> HttpResponse:
    """Take a list of venues as CSV; what was not taken is shown, line by line."""
    sent = request.method == "POST"
    form = ListForm(
        **posted(request),
        initial={"vendor": request.GET.get("vendor")},
    )  # fmt: skip
    taken: Any = None
    if sent and form.is_valid():
        content = form.cleaned_data["content"]
        try:
            taken = actions.state_all(actor_of(request), form.cleaned_data["vendor"], content.name, content.read())
        except Problem as problem:
            form.add_error("content", f"{str(problem)[0].upper()}{str(problem)[1:]}.")
        else:
            if not taken.rejects:
                messages.success(request, f"{len(taken.made)} venues taken, {taken.standing} stood already.")
                return redirect("liquidity:vendor", form.cleaned_data["vendor"].pk)
    return render(request, "liquidity/take_list.html", {"form": form, "taken": taken, "columns": COLUMNS}, status=400 if sent and taken is None else 200)


@allow(*STAFF)
@require_GET
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """One published report."""
    row = get_object_or_404(Published.objects.select_related("filed"), pk=pk)
    return render(request, "liquidity/published.html", {"row": row})


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """File a published report for its venue and period."""
    sent = request.method == "POST"
    form = PublishedForm(
        **posted(request),
        initial={name: request.GET.get(name) for name in ("kind", "venue")},
    )  # fmt: skip
    if sent and form.is_valid():
        made = form.cleaned_data
        facts = {name: made[name] for name in ("kind", "venue", "first_on", "last_on")}
        row = actions.publish(actor_of(request), made["content"].name, made["content"], **facts)
        messages.success(request, "Filed.")
        return redirect(row.get_absolute_url())
    return render(request, "liquidity/new_published.html", {"form": form}, status=400 if sent else 200)


def _may_note(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(NOTERS))


MOST_SYMBOLS = 50
"""So many symbols are drawn on the page; the downloads hold all."""
