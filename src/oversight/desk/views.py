"""Pages of figures, of what needs me today, of search; each reads, and one table is written: the views that people keep."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from oversight import sheets
from oversight.access import View, actor_of, allow
from oversight.desk import actions, coverage, listing, pinning, queries, scorecard, searching, todo, trend, venues
from oversight.desk.bar import Bar, asked, bar
from oversight.desk.forms import SavedViewForm
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import BY_NAME, DIMENSIONS, OTHERS
from oversight.measured.scope import Scope
from oversight.measured.sources import NothingReceived, Sources, all_in_force
from oversight.reviews import queries as reviews
from oversight.roles import EVERY_ROLE, STAFF


def with_figures(view: View) -> View:
    """The view; until a run was received, a page that says so and what to do next."""

    @wraps(view)
    def drawn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NothingReceived as nothing:
            return render(request, "desk/nothing_received.html", {"words": nothing.words})

    return drawn


QUICK = ("vendor", "venue", "symbol", "order_class", "size_bucket", "week", "month", "hour", "liquidity_class")


@allow(*EVERY_ROLE)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What needs this account today."""
    account: Any = request.user
    is_staff = bool(account.roles & set(STAFF))
    return render(request, "desk/today.html", {"today": todo.today(account), "views": queries.views_of(account) if is_staff else []})


@allow(*STAFF)
@require_GET
@with_figures
def scorecard_page(request: HttpRequest) -> HttpResponse:
    """The two tables, and figures by any dimension where the address says `by=`."""
    sources, scope = asked(request)
    by, keys = scorecard.cut_by(request.GET.get("by", "")), scorecard.keys_in(request.GET.get("metrics", ""))
    compared = request.GET.get("compare") == "previous"
    review, page = reviews.agenda_for(request.user), reverse("desk:scorecard") + scope.query()  # type: ignore[arg-type]  # nobody comes here unsigned
    cut = [scorecard.by_dimension(sources, scope, by, keys, compared=compared)] if by else []
    chosen = {"by": ",".join(by), "metrics": ",".join(keys)}
    tables = [pinning.pinned(each, review, scope, page) for each in (scorecard.framework(sources, scope), scorecard.costs(sources, scope))]
    cut = [pinning.pinned(each, review, scope, page, **chosen) for each in cut]
    shown = [*tables, *cut, scorecard.left_out(sources, scope), scorecard.flows(sources, scope)]
    per, metric = request.GET.get("per", "week"), figures.metric(request.GET.get("metric") or keys[0]).key
    context = {
        **_page(request, sources, scope), "framework": shown[0], "costs": shown[1], "cut": cut[0] if cut else None, "left_out": shown[-2], "flows": shown[-1],
        "by": by, "keys": keys, "compared": compared, "dimensions": DIMENSIONS, "quick": [BY_NAME[name] for name in QUICK], "metrics": scorecard.SHOWN,
        "trend": reverse("desk:trend") + scope.query(metric=metric, per=per), "metric": metric, "per": per,
        "compare": scope.query(by=",".join(by), metrics=request.GET.get("metrics"), compare="" if compared else "previous"),
        "pin": pinning.pin(review, f"Scorecard of {pinning.of(scope)}", page + (f"&{urlencode(chosen)}" if by else "")),
    }  # fmt: skip
    return sheets.respond(request, "desk/scorecard.html", context, *shown)


@allow(*STAFF)
@require_GET
@with_figures
def trend_page(request: HttpRequest) -> HttpResponse:
    """One metric over time; as a part of another page where htmx asks for it."""
    sources, scope = asked(request)
    key, per = figures.metric(request.GET.get("metric") or figures.DEFAULT_KEYS[0]).key, request.GET.get("per", "week")
    split = scorecard.cut_by(request.GET.get("by", ""))[:1]
    picture, sheet = trend.trend(sources, scope, key, per, *split)
    context = {**_page(request, sources, scope), "picture": picture, "key": key, "per": per, "split": split[0] if split else "", "metrics": scorecard.SHOWN,
               "pers": trend.PERIODS, "splits": OTHERS, "title": figures.metric(key).title}  # fmt: skip
    template = "desk/picture.html" if getattr(request, "htmx", False) else "desk/trend.html"
    return sheets.respond(request, template, context, sheet)


@allow(*STAFF)
@require_GET
@with_figures
def venues_page(request: HttpRequest) -> HttpResponse:
    """Where the flow went, beside the quality there."""
    sources, scope = asked(request)
    picture = venues.picture(sources, scope) if request.GET.get("part") == "picture" else None
    if picture and getattr(request, "htmx", False):
        return render(request, "desk/venue_picture.html", {"picture": picture})
    sheet, facts = venues.of_scope(sources, scope)
    shares = reverse("desk:trend") + scope.query(metric="venue_share", per="week", by="venue")
    context = {**_page(request, sources, scope), "picture": picture, "facts": facts, "shares": shares, "draws": scope.query(part="picture")}
    return sheets.respond(request, "desk/venues.html", context, sheet)


@allow(*STAFF)
@require_GET
@with_figures
def coverage_page(request: HttpRequest) -> HttpResponse:
    """The coverage ledger and the data grade."""
    sources, scope = asked(request)
    gaps = request.GET.get("lines") != "all"
    made = coverage.ledger(sources, scope, only_gaps=gaps)
    whole = request.GET.get("format", "") in sheets.FORMATS
    pages = max(-(-len(made.by_day.rows) // listing.PAGE), 1)
    page = min(max(int(request.GET.get("page", "1")) if request.GET.get("page", "1").isdigit() else 1, 1), pages)
    by_day = made.by_day if whole else replace(made.by_day, rows=made.by_day.rows[(page - 1) * listing.PAGE : page * listing.PAGE])
    grade, unasked = coverage.grade(sources, scope), coverage.unasked(sources, scope)
    feeds, clocks = coverage.feeds(sources, scope), coverage.clocks(sources, scope)
    context = {
        **_page(request, sources, scope),
        "ledger": made,
        "grade": grade,
        "feeds": feeds,
        "clocks": clocks,
        "unasked": unasked,
        "gaps": gaps,
        "policy": sources.policy,
        "by_day": by_day,
        "page": page,
        "pages": pages,
    }
    return sheets.respond(request, "desk/coverage.html", context, by_day, made.by_flow, made.by_kind, made.others, made.reasons, grade, feeds, clocks, unasked)


@allow(*STAFF)
@require_GET
@with_figures
def orders_page(request: HttpRequest) -> HttpResponse:
    """The orders or fills behind a figure, or of a scope."""
    sources, scope = asked(request)
    listed = listing.of_scope(sources, scope, request.GET.dict(), whole=request.GET.get("format", "") in sheets.FORMATS)
    metric = figures.metric(listed.key) if listed.key else None
    roles, review = actor_of(request).roles, reviews.agenda_for(request.user)  # type: ignore[arg-type]  # nobody comes here unsigned
    page = reverse("desk:orders") + scope.query(metric=listed.key)
    context = {
        **_page(request, sources, scope), "listed": listed, "metric": metric, "rows": request.GET.get("rows", ""), "metrics": scorecard.SHOWN,
        "pin": pinning.pin(review, f"{metric.title}; {pinning.of(scope)}", page) if metric else "",
        "difference": pinning.difference(scope, listed.key, roles),
    }  # fmt: skip
    return sheets.respond(request, "desk/orders.html", context, listed.sheet)


@allow(*STAFF)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What was typed, found; the id of an order or a fill leads straight to the order."""
    text = request.GET.get("q", "")
    try:
        sources: Sources | None = all_in_force()
    except Refusal:
        sources = None
    at_once, groups = searching.search(sources, text)
    return redirect(at_once) if at_once else render(request, "desk/search.html", {"q": text, "kinds": groups})


@allow(*STAFF)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the page under a name."""
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        raise Refusal(" ".join(str(words) for errors in form.errors.values() for words in errors))
    view = actions.keep(actor_of(request), form.cleaned_data["name"].strip(), form.cleaned_data["address"])
    messages.success(request, f"Kept as “{view.name}”. It is listed on every page of figures.")
    return redirect(view.address)


@allow(*STAFF)
@require_POST
def change_view(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Share a view, take it back, or drop it."""
    account: Any = request.user
    view = queries.saved_view(pk, account)
    if view is None:
        raise Http404
    {"share": actions.share, "drop": actions.drop}[what](actor_of(request), view)
    back = request.POST.get("next", "/")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()) else "/")


def _page(request: HttpRequest, sources: Sources, scope: Scope) -> dict[str, Any]:
    account: Any = request.user
    shown: Bar = bar(request, sources, scope)
    form = SavedViewForm(initial={"address": request.get_full_path()})
    return {"bar": shown, "scope": scope, "views": queries.views_of(account), "keep": form, "may_share": bool(account.roles & set(actions.SHARING))}
