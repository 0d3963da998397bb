"""The pages of configuration: how each vendor stands, one version, two compared, what was in force for an order's day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.configuration import actions, analyzing, listing, queries
from oversight.configuration.forms import AnalysisForm, ConclusionForm, SettingForms, VersionForm, settings_said
from oversight.configuration.lifecycle import WRITERS
from oversight.configuration.models import Analysis, Version
from oversight.configuration.terms import KINDS
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors import past
from oversight.vendors.models import Vendor
from oversight.vendors.views import attempt, day_in, form_page


@allow(*STAFF)
@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """How each vendor stands, what waits, where routers and policy differ, every version; `?vendor=` for one vendor."""
    key, today = request.GET.get("vendor", ""), clock.today()
    table, papers = listing.versions(queries.versions(key)), listing.documents(queries.documents(key))
    drift = listing.venues(queries.venue_drift(today), today)
    shown = {
        "key": key, "standings": queries.standings(key), "papers": papers, "drift": drift, "policy_venues": queries.policy_venues(today),
        "may_write": _may_write(request),
    }  # fmt: skip
    return sheets.respond(request, "configuration/versions.html", shown, table, papers, drift)


@allow(*STAFF)
@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it changes, what was read before and after, all that it sets, its moves."""
    row = get_object_or_404(Version.objects.select_related("vendor", "base__vendor", "release_note"), pk=pk)
    analysis = Analysis.objects.filter(version=row).select_related("version__vendor").first()
    table, changed = listing.settings(row), listing.comparison(row.base, row)
    beside = analyzing.sheet(analysis) if analysis else None
    by = actor_of(request)
    shown = {
        "row": row, "changed": changed, "analysis": analysis, "beside": beside, "may_write": _may_write(request),
        "is_own_draft": row.state == "draft" and row.drafted_by == by.key, "is_stale": row.state in ("draft", "proposed") and not row.is_on_latest,
        "why": past.why(*row.subject, "reject", "withdraw"),
    }  # fmt: skip
    return sheets.respond(request, "configuration/version.html", shown, table, changed, *([beside] if beside else []))


@allow(*STAFF)
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Any two versions, setting by setting; of two vendors too."""
    a, b = (_picked(request.GET.get(name, "")) for name in ("a", "b"))
    shown = {"every": queries.versions(), "a": a, "b": b}
    if a is None or b is None:
        return render(request, "configuration/compare.html", shown)
    return sheets.respond(request, "configuration/compare.html", shown, listing.comparison(a, b))


@allow(*STAFF)
@require_GET
def lookup(request: HttpRequest) -> HttpResponse:
    """How a vendor's router was set: `?vendor=&on=` on an order's key date, or at an instant of New York, written 2026-09-21T10:30."""
    key, text = request.GET.get("vendor", ""), request.GET.get("on", "").strip()
    on, at = day_in(text), _instant(text)
    found = queries.in_force_during(key, on) if key and on else [held] if key and at and (held := queries.in_force(key, at)) else []
    is_asked = bool(key and (on or at))
    shown = {
        "vendors": Vendor.objects.order_by("name"),
        "key": key,
        "text": text,
        "found": found,
        "is_asked": is_asked,
        "is_odd": bool(text) and not on and not at,
    }
    if len(found) == 1:
        return sheets.respond(request, "configuration/lookup.html", shown, listing.settings(found[0]))
    return render(request, "configuration/lookup.html", shown)


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version for a vendor, beginning with the settings of the last one decided on."""
    vendor = get_object_or_404(Vendor, pk=pk)
    source = queries.latest(vendor)
    back = f"{reverse('configuration:versions')}?vendor={vendor.key}"
    return _write(request, f"Configuration of {vendor}", source, None, back, lambda facts: actions.draft(actor_of(request), vendor, **facts))


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft of one's own."""
    row = get_object_or_404(Version.objects.select_related("vendor", "base"), pk=pk)
    if row.state != "draft":
        raise Refusal(f"This version is {row.state_title}; its settings no longer change. Draft the next one.")
    return _write(request, f"Go on with the {row}", row, row, row.get_absolute_url(), lambda facts: actions.revise(actor_of(request), row, **facts))


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def analyze(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose figures and a period before the change, and read them."""
    row = get_object_or_404(Version.objects.select_related("vendor"), pk=pk)
    if row.state != "draft":
        raise Refusal("This version is no draft any more: what was read before the change stays as the second person saw it.")
    form = AnalysisForm(request.POST if request.method == "POST" else None, initial=_asked_before(row))
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.analyze(actor_of(request), row, **form.facts())):
        messages.success(request, "Read. Look at the figures, then propose the version.")
        return redirect(row.get_absolute_url())
    said = "The figures are read from the sealed runs in force and kept with them. As many trading days are read again after the change."
    return form_page(request, form, f"Before the change: {row}", row.get_absolute_url(), "Read the figures", said=said)


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the same figures after the change, and say what it did."""
    row = get_object_or_404(Version.objects.select_related("vendor"), pk=pk)
    form = ConclusionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.conclude(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, "Read and concluded.")
        return redirect(row.get_absolute_url())
    said = "The figures chosen before are read over as many trading days after the change. It is done once: what is filed here is not changed."
    return form_page(request, form, f"After the change: {row}", row.get_absolute_url(), "Read and conclude", said=said)


def _write(request: HttpRequest, title: str, source: Version | None, row: Version | None, back: str, act: Any) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    begun = {name: getattr(row, name) for name in VersionForm.Meta.fields} if row else {}
    form = VersionForm(**posted(request), initial=begun)
    settings = SettingForms(sent, initial=source.settings if source and sent is None else None, prefix="settings")
    if sent is not None and form.is_valid() and settings.is_valid():
        facts, by = {**form.facts(), "settings": settings_said(settings)}, actor_of(request)
        made = attempt(form, lambda: act({**facts, "release_note": form.filing(by, f"Release note {facts['release']}".strip())}))
        if made:
            messages.success(request, "Saved as a draft. Look at what changes, read the figures before it, then propose it.")
            return redirect(made.get_absolute_url())
    shown = {"settings": settings, "kinds": KINDS, "source": source}
    return form_page(request, form, title, back, "Save the draft", template="configuration/draft.html", **shown)


def _asked_before(row: Version) -> dict[str, Any]:
    held = Analysis.objects.filter(version=row).first()
    return {**held.filters, "metrics": held.metrics, "first": held.first, "last": held.last, "expected": held.expected} if held else {}


def _picked(text: str) -> Version | None:
    return Version.objects.select_related("vendor").filter(pk=int(text)).first() if text.isdecimal() and text.isascii() and len(text) < 19 else None


def _instant(text: str) -> datetime | None:
    """An instant of New York; None for what is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=clock.MARKET_ZONE)


def _may_write(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(WRITERS))
