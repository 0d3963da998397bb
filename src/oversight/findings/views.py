"""The queue of exceptions, one exception, and what is done with many at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from oversight.access import actor_of, allow
from oversight.findings import actions, listing, queries
from oversight.findings.due import RULE
from oversight.findings.forms import BulkForm, OwnerForm, chosen
from oversight.findings.lifecycle import SECOND
from oversight.findings.models import Finding
from oversight.findings.numbers import numbers_of
from oversight.lifecycle import Refusal
from oversight.roles import STAFF, WORKING
from oversight.sheets import FORMATS, download

GROUPS = 50
"""Groups on one page of the queue."""


@allow(*STAFF)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The exceptions that the address asks for, grouped by cause; one group's rows are open, or all where they are few."""
    ask = listing.asked(request.GET)
    by = actor_of(request)
    rows = listing.listed(ask, by.key)
    if request.GET.get("format") in FORMATS:
        return download(listing.sheet(rows), request.GET["format"])
    paged = Paginator(listing.groups(rows), GROUPS).get_page(request.GET.get("page"))
    total = sum(group.rows for group in paged.paginator.object_list)
    wanted = request.GET.get("group") or (paged.object_list[0].key if paged.object_list else "")
    is_few = total <= listing.PAGE and "group" not in request.GET
    opened = listing.grouped(rows) if is_few else listing.grouped(rows).filter(group=wanted)
    within = Paginator(opened, listing.PAGE, allow_empty_first_page=True).get_page(request.GET.get("rows"))
    by_group: dict[str, list[Finding]] = {}
    for row in within:
        by_group.setdefault(row.group, []).append(row)
    shown = {
        "ask": ask, "totals": listing.totals(), "paged": paged, "total": total, "drawn": [(group, by_group.get(group.key, [])) for group in paged],
        "within": within, "selects": _selects(ask), "kept": _kept(request), "questioned": queries.questioned().count(), "rule": RULE,
        "form": BulkForm(is_second=bool(by.roles & set(SECOND))) if by.roles & set(WORKING) else None, "is_few": is_few,
    }  # fmt: skip
    return render(request, "findings/queue.html", shown)


def _selects(ask: listing.Asked) -> list[tuple[str, str, dict[str, Any]]]:
    """The filters that offer a choice: (name, label, options and the value chosen)."""
    labels = {"state": "State", "severity": "Severity", "check": "Check", "vendor": "Vendor", "venue": "Venue", "owner": "Owner"}
    options = listing.options()
    return [(name, label, {"options": options[name], "value": getattr(ask, name)}) for name, label in labels.items()]


def _kept(request: HttpRequest) -> str:
    """The filters of the address, for the links of the rows."""
    return urlencode(sorted((name, value) for name, value in request.GET.items() if value and name not in ("page", "rows", "group", "format")))


@allow(*STAFF)
@require_GET
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One exception: what was found, its numbers, where it leads, what was done, and the moves open to the reader."""
    row = get_object_or_404(Finding.objects.select_related("run", "suppression"), pk=pk)
    by = actor_of(request)
    rows: QuerySet[Any] = listing.listed(listing.asked(request.GET), by.key)
    if request.GET.get("group"):
        rows = listing.grouped(rows).filter(group=request.GET["group"])
    before, after = queries.neighbors(rows, row)
    monday, sunday = queries.week_of(row.on)
    shown = {
        "finding": row, "numbers": numbers_of(row.check_id, row.numbers), "before": before, "after": after, "kept": request.GET.urlencode(),
        "of_order": queries.of_order(row), "same_check": queries.same_check(row), "monday": monday, "sunday": sunday, "order_url": order_url(row),
        "raw_file": queries.raw_file(row), "raw_url": raw_url(row), "origin": queries.origin(row),
        "history": queries.history(row), "may_own": row.state in actions.AT_WORK and bool(by.roles & set(WORKING)),
        "owner_form": OwnerForm(initial={"owner": row.owner}) if row.state in actions.AT_WORK and by.roles & set(SECOND) else None, "rule": RULE,
    }  # fmt: skip
    return render(request, "findings/finding.html", shown)


def raw_url(row: Finding) -> str:
    """The page of the line of the raw file that a finding was read from; nothing where it was read from none."""
    return reverse("desk:source_line", args=[row.raw_import, row.raw_line]) if row.raw_import and row.raw_line else ""


def order_url(row: Any) -> str:
    """The page of the order a row is about, in the order inspector; nothing where it is about none."""
    if not (row.order_id and row.symbol and row.key_on):
        return ""
    try:
        return reverse("desk:order", args=[row.key_on.isoformat(), row.symbol, row.order_id])
    except NoReverseMatch:
        return ""


@allow(*WORKING)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One act on every exception chosen: all or none."""
    by, rows = actor_of(request), chosen(request.POST)
    form = BulkForm(request.POST, is_second=bool(by.roles & set(SECOND)))
    if not form.is_valid():
        raise Refusal("The form could not be read: " + " ".join(str(error) for errors in form.errors.values() for error in errors))
    sent = form.cleaned_data
    if sent["act"] in ("explain", "dismiss"):
        actions.answer(by, rows, sent["act"], **{name: sent[name] for name in ("cause_code", "answer", "customer_impact") if sent[name]})
    elif sent["act"] == "escalate":
        actions.escalate(by, rows, why=sent["answer"])
    elif sent["act"] == "agree":
        actions.moved_all(by, rows, "agree")
    elif sent["act"] == "take":
        actions.take(by, rows)
    else:
        actions.assign(by, rows, sent.get("owner", ""))
    messages.success(request, f"{sent['act'].capitalize()}: done for {len(rows)} exception{'s' if len(rows) != 1 else ''}.")
    return redirect(back_to(request, reverse("findings:queue")))


@allow(*WORKING)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Become the owner of one exception."""
    row = get_object_or_404(Finding, pk=pk)
    actions.take(actor_of(request), [row])
    messages.success(request, "It is yours now.")
    return redirect(back_to(request, row.get_absolute_url()))


@allow(*SECOND)
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody, or nobody, the owner of one exception."""
    row = get_object_or_404(Finding, pk=pk)
    actions.assign(actor_of(request), [row], request.POST.get("owner", ""))
    messages.success(request, "The owner is set.")
    return redirect(back_to(request, row.get_absolute_url()))


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Where the form was sent from, if it is an address of the desk."""
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()) else otherwise
