"""The pages of the right to data: rights by month, one right, the proof of a month."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.agreements import actions, queries, tables
from oversight.agreements.entitling import PROVERS
from oversight.agreements.forms import DeliveryForm, RightForm
from oversight.agreements.lifecycle import KEEPERS
from oversight.agreements.models import Delivery, Entitlement
from oversight.agreements.obtainable import OBTAINABLE
from oversight.evidence.uploads import posted
from oversight.roles import STAFF
from oversight.vendors.queries import vendors
from oversight.vendors.views import attempt

SHOWN = (6, 12, 24)
"""How many months the table can show."""


@allow(*STAFF)
@require_GET
def grid(request: HttpRequest) -> HttpResponse:
    """What each vendor had to deliver, month by month."""
    vendor, months = request.GET.get("vendor", "").strip(), request.GET.get("months", "").strip()
    number = int(months) if months in [str(each) for each in SHOWN] else SHOWN[0]
    context = {
        "asked": {"vendor": vendor, "months": number}, "vendors": vendors(), "shown": SHOWN, "missing": queries.missing(), "obtainable": OBTAINABLE,
        "may_keep": bool(actor_of(request).roles & set(KEEPERS)),
    }  # fmt: skip
    found = tables.grid(queries.rights(vendor=vendor), queries.months_back(number), may_prove=bool(actor_of(request).roles & set(PROVERS)))
    return sheets.respond(request, "agreements/obtained.html", context, found)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def note_right(request: HttpRequest) -> HttpResponse:
    """Write down what a vendor must deliver."""
    form = RightForm(request.POST if request.method == "POST" else None, initial={"vendor": request.GET.get("vendor", "")})
    if request.method == "POST" and form.is_valid() and (row := attempt(form, lambda: actions.note_right(actor_of(request), **form.cleaned_data))):
        messages.success(request, "Written down. A second person compares it with the agreement and puts it in force.")
        return redirect(row.get_absolute_url())
    return render(request, "agreements/note_right.html", {"form": form, "obtainable": OBTAINABLE}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def entitlement(request: HttpRequest, pk: int) -> HttpResponse:
    """One right, with its proofs and what is missing."""
    row = get_object_or_404(Entitlement.objects.select_related("vendor"), pk=pk)
    proofs = list(row.deliveries.select_related("entitlement", "corrected_by").order_by("-month", "-pk"))
    proved = {proof.month for proof in proofs}
    may_prove = bool(actor_of(request).roles & set(PROVERS)) and row.state in ("in_force", "ended")
    open_months = [(month, row.due_on(month)) for month in row.months() if month not in proved] if row.state == "in_force" else []
    context = {"row": row, "filed": queries.filed_with(proofs), "today": clock.today(), "open_months": open_months, "may_prove": may_prove}
    return sheets.respond(request, "agreements/entitlement.html", context, tables.deliveries(proofs))


@allow(*PROVERS)
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """Write down that one month's files came, or correct what was written."""
    row = get_object_or_404(Entitlement.objects.select_related("vendor"), pk=pk)
    of = _month(month)
    before = Delivery.objects.filter(entitlement=row, month=of, corrected_by=None).first()
    form = DeliveryForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        sent = given.pop("content")
        actions.prove(actor_of(request), row, of, **given, name=sent.name if sent else "", content=sent or None)
        messages.success(request, f"Noted for {month}.")
        return redirect(row.get_absolute_url())
    shown = {"row": row, "month": of, "due_on": row.due_on(of), "before": before, "form": form}
    return render(request, "agreements/prove.html", shown, status=400 if request.method == "POST" else 200)


def _month(text: str) -> date:
    """The first day of `2026-08`. Raises Http404 for anything else."""
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == 7 else "")
    except ValueError:
        raise Http404 from None
