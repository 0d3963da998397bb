"""The pages of possible breaches and credits: the firm's, and the vendor's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.agreements import actions, queries, reading, tables
from oversight.agreements.forms import ClaimForm
from oversight.agreements.lifecycle import CREDIT, KEEPERS, OPEN
from oversight.lifecycle import Refusal
from oversight.roles import STAFF, VENDOR
from oversight.vendors.queries import vendors
from oversight.vendors.views import attempt


@allow(*STAFF)
@require_GET
def breaches(request: HttpRequest) -> HttpResponse:
    """Possible breaches, by vendor and state."""
    asked = {name: request.GET.get(name, "").strip() for name in ("vendor", "state")}
    found = queries.breaches(vendor=asked["vendor"], state=asked["state"])
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    context = {"asked": asked, "vendors": vendors(), "states": queries.STATES, "page": page}
    return sheets.respond(request, "agreements/breaches.html", context, tables.breaches(found if request.GET.get("format") in sheets.FORMATS else page))


@allow(*STAFF)
@require_GET
def breach(request: HttpRequest, pk: int) -> HttpResponse:
    """One possible breach: figure, clause, cure clock, the words of both sides, the credit."""
    row = get_object_or_404(queries.breaches(), pk=pk)
    credit = getattr(row, "credit", None)
    context = {
        "row": row, "credit": credit, "orders": reading.address(row.clause, row.span), "later_met": row.later_met,
        "may_claim": credit is None and row.state in (*OPEN, "cured") and bool(actor_of(request).roles & set(KEEPERS)),
        "restated": row.latest_id != row.measurement_id,
    }  # fmt: skip
    return render(request, "agreements/breach.html", context)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim the credit of a possible breach, by its arithmetic or another amount with a reason."""
    row = get_object_or_404(queries.breaches(), pk=pk)
    if hasattr(row, "credit"):
        raise Refusal("A credit is claimed for this already.")
    form = ClaimForm(request.POST if request.method == "POST" else None, initial={"claimed_usd": row.latest.credit_usd or None})
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.claim_credit(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, "Claimed. Once the vendor agrees, a second person notes the amount.")
        return redirect(row.get_absolute_url())
    return render(request, "agreements/claim.html", {"row": row, "form": form}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The credits by month, clause and state, with their totals."""
    asked = {name: request.GET.get(name, "").strip() for name in ("vendor", "state")}
    found = list(queries.credits_claimed(vendor=asked["vendor"], state=asked["state"]))
    by_month = tables.months(queries.totals(found))
    context = {"asked": asked, "vendors": vendors(), "states": CREDIT.choices, "by_month": by_month}
    return sheets.respond(request, "agreements/credits.html", context, tables.ledger(found), by_month)


@allow(VENDOR)
@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """A vendor's own possible breaches, and nothing else."""
    account: Any = request.user
    found = queries.of_account(account.vendor)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    waiting = queries.to_answer(account.vendor).count()
    return sheets.respond(request, "agreements/asked.html", {"page": page, "waiting": waiting}, tables.asked(page))


@allow(VENDOR)
@require_GET
def asked_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: figure, n, window, the clause's words, the cure clock, and the form to answer."""
    account: Any = request.user
    row = get_object_or_404(queries.of_account(account.vendor), pk=pk)
    return render(request, "agreements/asked_of.html", {"row": row, "state": tables.seen_by_vendor(row), "restated": row.latest_id != row.measurement_id})
