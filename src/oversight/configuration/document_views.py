"""The pages of the two documents that come first: the best-execution statement and the flow profile."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.configuration import actions, listing, queries
from oversight.configuration.forms import DocumentForm
from oversight.configuration.lifecycle import WRITERS
from oversight.configuration.models import DOCUMENTS, PROFILE, Document
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors import past
from oversight.vendors.models import Vendor
from oversight.vendors.views import attempt, form_page


@allow(*STAFF)
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a statement or a profile; beside a profile, what the runs count of that flow."""
    row = get_object_or_404(Document.objects.select_related("vendor", "base"), pk=pk)
    by = actor_of(request)
    flow = listing.flow(queries.measured_flow(row.vendor) if row.kind == PROFILE else [], reverse("desk:orders"))
    shown = {
        "row": row, "is_profile": row.kind == PROFILE, "is_own_draft": row.state == "draft" and row.drafted_by == by.key,
        "may_write": bool(by.roles & set(WRITERS)), "is_stale": row.state in ("draft", "proposed") and not row.is_on_latest,
        "why": past.why(*row.subject, "reject", "withdraw"),
    }  # fmt: skip
    return sheets.respond(request, "configuration/document.html", shown, flow)


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The next version of a document, beginning with the words of the approved one."""
    vendor = get_object_or_404(Vendor, pk=pk)
    if kind not in DOCUMENTS:
        raise Http404
    source = Document.objects.filter(vendor=vendor, kind=kind, state="approved").first()
    form = DocumentForm(request.POST if request.method == "POST" else None, initial={"text": source.text} if source else {})
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: actions.draft_document(actor_of(request), vendor, kind, **form.cleaned_data))
        if row:
            messages.success(request, "Saved as a draft. Read it once more, then sign and propose it.")
            return redirect(row.get_absolute_url())
    title, guidance = DOCUMENTS[kind]
    back = f"{reverse('configuration:versions')}?vendor={vendor.key}"
    return form_page(request, form, f"{title.capitalize()} for {vendor}", back, "Save the draft", said=guidance)


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft of one's own."""
    row = get_object_or_404(Document.objects.select_related("vendor"), pk=pk)
    if row.state != "draft":
        raise Refusal(f"This version is {row.state_title}; its words no longer change. Draft the next one.")
    form = DocumentForm(request.POST if request.method == "POST" else None, initial={"text": row.text, "changed": row.changed})
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.revise_document(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, "Saved.")
        return redirect(row.get_absolute_url())
    return form_page(request, form, f"Go on with the {row}", row.get_absolute_url(), "Save the draft", said=DOCUMENTS[row.kind][1])
