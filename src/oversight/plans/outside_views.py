"""The vendor's pages of corrective plans, its own alone; and writing a version, which the firm does where the vendor let its time run out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.evidence.models import Filed
from oversight.evidence.queries import of_subject
from oversight.evidence.serving import served
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.plans import actions, queries, tables
from oversight.plans.forms import AttachForm, ItemForm, SummaryForm
from oversight.plans.lifecycle import KEEPERS
from oversight.plans.models import Item, Plan
from oversight.roles import VENDOR

WRITERS = (VENDOR, *KEEPERS)


@allow(VENDOR)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The versions of the plans that were asked of this account's vendor."""
    page = Paginator(queries.of_account(request.user), 100).get_page(request.GET.get("page"))
    return sheets.respond(request, "plans/mine.html", {"page": page}, tables.mine(page))


@allow(VENDOR)
@require_GET
def shared(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what is asked, its items, what the firm found wrong with the version before."""
    row = queries.shared_plan(pk, request.user)
    if row is None:
        raise Http404
    items = list(row.held.select_related("configuration__vendor")) if row.is_shown_to_vendor else []
    for item in items:
        item.plan = row
    trends = queries.trends(items)
    before = list(row.base.held) if row.base and row.base.state == "rejected" else []
    shown = {
        "row": row, "items": [(item, trends[item.pk]) for item in items], "may_write": row.state == "asked" and row.case.is_open,
        "summary": SummaryForm(initial={"summary": row.summary}), "objections": [item for item in before if item.objection],
        "differing": queries.differences(row.base, row) if row.base and row.is_shown_to_vendor else [], "state": tables.said(row),
    }  # fmt: skip
    return render(request, "plans/shared.html", shown)


@allow(VENDOR)
@require_GET
def shared_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: its terms, the vendor's own files, the figure run by run."""
    row = _own_item(request, pk)
    trend = queries.trends([row])[row.pk]
    context = {"item": row, "trend": trend, "files": _own_files(row), "may_attach": row.takes_files_of(request.user)}
    return sheets.respond(request, "plans/shared_item.html", context, tables.trend(row, trend, is_firm=False))


@allow(VENDOR)
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach what shows that an item is done."""
    row = _own_item(request, pk)
    form = AttachForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["content"]
        try:
            actions.attach(actor_of(request), row, sent.name, sent, title=form.cleaned_data["title"])
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "Attached. When all is there, report the item done.")
            return redirect("plans:shared_item", pk)
    return render(request, "plans/attach.html", {"item": row, "form": form}, status=400 if request.method == "POST" else 200)


@allow(VENDOR)
@require_GET
def file(request: HttpRequest, pk: int, filed: int) -> HttpResponse:
    """The bytes of a file that this vendor attached to the item; for any other there is none."""
    row, found = _own_item(request, pk), get_object_or_404(Filed, pk=filed)
    if not found.is_visible_to(request.user) or not of_subject(Item.RECORD, str(row.pk)).filter(filed=found).exists():
        raise Http404
    return served(found, is_seen=request.GET.get("show") == "1")


@allow(*WRITERS)
@require_POST
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the plan in a few sentences."""
    row, form = _writable(request, pk), SummaryForm(request.POST)
    if not form.is_valid():
        raise Refusal("At most 4,000 letters.")
    actions.describe(actor_of(request), row, form.cleaned_data["summary"])
    messages.success(request, "Saved.")
    return redirect(_page(request, row))


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One more item."""
    row = _writable(request, pk)
    return _item_form(request, row, None)


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def change_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Other terms for an item of the version that is being written."""
    found = queries.item(pk)
    if found is None or found.state != "drafted":
        raise Http404
    return _item_form(request, _writable(request, found.plan_id), found)


def _item_form(request: HttpRequest, plan: Plan, item: Item | None) -> HttpResponse:
    form = ItemForm(request.POST if request.method == "POST" else None, case=plan.case, item=item)
    if request.method == "POST" and form.is_valid():
        by = actor_of(request)
        try:
            made = actions.add_item(by, plan, **form.terms()) if item is None else actions.change_item(by, item, **form.terms())
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "Saved in the draft.")
            return redirect(f"{_page(request, plan)}#item-{made.pk}")
    shown = {"form": form, "plan": plan, "item": item, "back": _page(request, plan)}
    return render(request, "plans/item_form.html", shown, status=400 if request.method == "POST" else 200)


def _writable(request: HttpRequest, pk: int) -> Plan:
    """The version, where this account may write in it now: the vendor while it is asked, the firm once it took over; for others there is none."""
    account: Any = request.user
    is_outside = VENDOR in account.roles
    row = queries.shared_plan(pk, account) if is_outside else queries.plan(pk)
    if row is None or (not is_outside and row.state == "asked"):
        raise Http404
    if row.state != ("asked" if is_outside else "written"):
        raise Refusal(f"This version is “{tables.said(row) if is_outside else row.state_title}”: it stays as it is.")
    return row


def _own_item(request: HttpRequest, pk: int) -> Item:
    row = queries.shared_item(pk, request.user)
    if row is None:
        raise Http404
    return row


def _own_files(row: Item) -> list[Filed]:
    """What the vendor itself filed beside the item; the firm's files beside it are the firm's own."""
    return [link.filed for link in of_subject(Item.RECORD, str(row.pk)) if link.filed.vendor == row.plan.case.vendor.key]


def _page(request: HttpRequest, row: Plan) -> str:
    return reverse("plans:shared", args=[row.pk]) if VENDOR in actor_of(request).roles else row.get_absolute_url()
