"""The pages of a vendor's approval: until when it holds, who was told, and its one extension."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.refreshes import lapsing, queries
from oversight.refreshes.approval import MOST_EXTENDED, approval_of
from oversight.refreshes.forms import ExtensionForm
from oversight.refreshes.lifecycle import KEEPERS
from oversight.roles import COMPLIANCE, STAFF
from oversight.vendors.models import Vendor
from oversight.vendors.views import attempt


@allow(*STAFF)
@require_GET
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when one vendor is approved, by what, with its refreshes, extensions and reminders."""
    vendor = get_object_or_404(Vendor, pk=pk)
    one, roles = approval_of(vendor), actor_of(request).roles
    shown = {
        "vendor": vendor, "approval": one, "extensions": queries.extensions(vendor),
        "reminders": queries.reminders(vendor),
        "first_without": one.until_on + timedelta(days=1) if one.until_on else None,
        "may_extend": COMPLIANCE in roles and one.due_on is not None and one.extension is None, "may_open": bool(roles & set(KEEPERS)) and one.refresh is None,
    }  # fmt: skip
    return sheets.respond(request, "refreshes/approval.html", shown, queries.sheet(queries.of_vendor(vendor)))


@allow(COMPLIANCE)
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a senior manager for more days."""
    vendor = get_object_or_404(Vendor, pk=pk)
    due_on = approval_of(vendor).due_on
    form = ExtensionForm(request.POST if request.method == "POST" else None, initial={"until_on": due_on + MOST_EXTENDED if due_on else None})
    if (
        request.method == "POST"
        and form.is_valid()
        and (row := attempt(form, lambda: lapsing.propose_extension(actor_of(request), vendor, **form.cleaned_data)))
    ):
        messages.success(request, "Proposed. It holds once a senior manager has signed it.")
        return redirect(row.get_absolute_url())
    words = f"The approval of {vendor.name} holds until {due_on}." if due_on else f"No approval of {vendor.name} is on the desk."
    shown = {"form": form, "title": "Propose an extension", "words": words, "button": "Propose it", "back": reverse("refreshes:approval", args=[pk])}
    return render(request, "refreshes/form.html", shown, status=400 if request.method == "POST" else 200)
