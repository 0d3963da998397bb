"""The pages of harm: the list, one assessment, its orders and counts, and putting its question."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bestexec import CHECKS, COUNTERFACTUALS, LEAST_LIMITS, NETTINGS, NO_ORDERS, POPULATIONS, ROUNDINGS
from oversight import sheets
from oversight.access import actor_of, allow
from oversight.harm import actions, queries, snapshot, tables
from oversight.harm.forms import QuestionForm, SupplementForm
from oversight.harm.lifecycle import APPROVERS, PROPOSERS
from oversight.harm.models import Count, Harm
from oversight.lifecycle import Refusal
from oversight.retention import schedule as retention
from oversight.roles import STAFF, WORKING

SHOWN = 50
BY_ID = {check.id: check for check in CHECKS}


@allow(*STAFF)
@require_GET
def harms(request: HttpRequest) -> HttpResponse:
    """Assessments, by state."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "vendor")}
    found = queries.harms(state=asked["state"], vendor=asked["vendor"])
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {
        "page": page, "asked": asked, "states": queries.STATES, "is_filtered": any(asked.values()), "may_open": bool(actor_of(request).roles & set(WORKING)),
        "overdue": sum(row.is_overdue for row in queries.open_harms()),
    }  # fmt: skip
    return sheets.respond(request, "harm/harms.html", context, tables.of_harms(found if request.GET.get("format") in sheets.FORMATS else page))


@allow(*STAFF)
@require_GET
def harm(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment: what could not be seen, the totals, customers, orders with their arithmetic, credits, the decision on reporting."""
    row = _row(pk)
    count, by = (row.approved_count or row.last_count), actor_of(request)
    sums, total = queries.states_of(row)
    check = BY_ID[row.check_id]
    holds = retention.over(row.first_on, row.last_on)
    context = {
        "row": row, "holds": holds,
        "count": count, "counts": getattr(row, "counted", []), "check": check, "check_table": _is_about(check.on), "sums": sums, "total": total,
        "decision": queries.decision(row), "supplements": list(row.supplements.order_by("number")), "least_limits": LEAST_LIMITS,
        "stated": next(one for one in COUNTERFACTUALS if one.key == row.counterfactual), "netted": next(one for one in NETTINGS if one.key == row.netting),
        "rounded": next(one for one in ROUNDINGS if one.key == row.rounding), "may_ask": bool(by.roles & set(WORKING)) and row.state in ("opened", "counted"),
        "may_supplement": bool(by.roles & {*PROPOSERS, *APPROVERS}) and row.state in ("approved", "credited", "settled", "none"), "form": SupplementForm(),
    }  # fmt: skip
    if count is None:
        return render(request, "harm/harm.html", context)
    rows = snapshot.read(count)
    every = snapshot.orders_of(rows).sort("harm_usd", "day", "order_id", descending=[True, False, False])
    customers = tables.of_customers(row, count)
    shown = every if request.GET.get("format") in sheets.FORMATS else every.head(SHOWN)
    parts = (tables.of_unseen(row, count), customers, tables.of_orders(row, count, rows, shown))
    more = {"more_orders": every.height - SHOWN, "more_customers": len(customers.rows) - SHOWN}
    context |= {"unseen": parts[0], "customers": _first(customers), "orders": parts[2], **more}
    return sheets.respond(request, "harm/harm.html", context, *parts)


def _is_about(table: str) -> str:
    """What to know of a check that is not asked of fills or orders: a population, or none at all. Empty for others."""
    if table in POPULATIONS:
        return f"This check is asked of groups, and a group has no affected orders of its own. Counted is a population: {POPULATIONS[table].says}."
    return f"No order is affected by this check: {NO_ORDERS[table]}." if table in NO_ORDERS else ""


def _first(sheet: sheets.Sheet) -> sheets.Sheet:
    return sheets.Sheet(sheet.name, sheet.caption, sheet.columns, sheet.rows[:SHOWN], sheet.runs, sheet.source, sheet.empty)


@allow(*STAFF)
@require_GET
def orders(request: HttpRequest, pk: int) -> HttpResponse:
    """Every affected order of a count, by what it lost; `customer=`, `unknown=1` and `order=` narrow the list."""
    count = get_object_or_404(Count.objects.select_related("harm", "filed"), pk=pk)
    rows = snapshot.read(count)
    found = snapshot.orders_of(rows).sort("harm_usd", "day", "order_id", descending=[True, False, False])
    asked = {name: request.GET.get(name, "").strip() for name in ("customer", "unknown", "order")}
    if asked["customer"].isdecimal():
        found = found.filter(customer=int(asked["customer"]))
    if asked["unknown"]:
        found = found.filter(found["why_unknown"].is_not_null())
    if asked["order"]:
        found = found.filter(found["order_id"] == asked["order"])
    page = Paginator(range(found.height), 100).get_page(request.GET.get("page"))
    part = found if request.GET.get("format") in sheets.FORMATS else found[max(page.start_index() - 1, 0) : page.end_index()]
    context = {"row": count.harm, "count": count, "page": page, "asked": asked, "is_filtered": any(asked.values())}
    return sheets.respond(request, "harm/orders.html", context, tables.of_orders(count.harm, count, rows, part))


@allow(*STAFF)
@require_GET
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """One count, and what it finds that the one before did not."""
    made = get_object_or_404(Count.objects.select_related("harm", "filed"), pk=pk)
    before = made.harm.counts.filter(number__lt=made.number).select_related("filed").order_by("-number").first()
    context = {"row": made.harm, "count": made, "before": before, "difference": queries.difference(before, made) if before else None}
    return sheets.respond(request, "harm/count.html", context, tables.of_unseen(made.harm, made))


@allow(*WORKING)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Open an assessment; `?finding=`, `?case=` or `?claim=` fill the question in."""
    asked = {name: request.GET.get(name, "") for name in ("finding", "case", "claim")}
    begun = queries.suggestion(asked)
    form = QuestionForm(request.POST if request.method == "POST" else None, initial={**begun.fields, "case": begun.case})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("title", "what", "case")}
        try:
            row = actions.open_harm(actor_of(request), origin=begun.origin, **given, **form.question())
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, "Opened. Count the orders next: the button is below.")
            return redirect(row.get_absolute_url())
    return _form(request, form, None, begun.leads_from)


@allow(*WORKING)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Put another question to an assessment that nobody proposed yet."""
    row = get_object_or_404(Harm, pk=pk)
    if row.state not in ("opened", "counted"):
        raise Refusal("It is proposed or decided, so its question stands. Compliance can send it back, or a supplement asks again.")
    form = QuestionForm(request.POST if request.method == "POST" else None, instance=get_object_or_404(Harm, pk=pk), is_asking=True)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(actor_of(request), row, why=form.cleaned_data["reason"], **form.question())
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, "The question is changed. Count the orders again.")
            return redirect(row.get_absolute_url())
    return _form(request, form, row, "")


@allow(*PROPOSERS, *APPROVERS)
@require_POST
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a supplement to an assessment that was decided."""
    row = get_object_or_404(Harm, pk=pk)
    made = actions.supplement(actor_of(request), row, why=request.POST.get("why", ""))
    messages.success(request, "A supplement is open. It counts what comes on top of what was credited.")
    return redirect(made.get_absolute_url())


def _row(pk: int) -> Harm:
    row = queries.harm(pk)
    if row is None:
        raise Http404
    return row


def _say(form: QuestionForm, refusal: Refusal) -> None:
    """A refusal said on the form, so that nothing typed is lost; one of rights goes on to its own page."""
    if refusal.is_forbidden:
        raise refusal
    form.add_error(None, refusal.words)


def _form(request: HttpRequest, form: QuestionForm, row: Harm | None, leads_from: str) -> HttpResponse:
    shown = {"form": form, "row": row, "leads_from": leads_from, "counterfactuals": COUNTERFACTUALS, "nettings": NETTINGS, "roundings": ROUNDINGS}
    return render(request, "harm/form.html", shown, status=400 if request.method == "POST" else 200)
