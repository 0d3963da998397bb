"""The pages of disclosures: what is owed and by when, each request, report and notice, and the forms that make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.actor import Actor
from oversight.citations import BY_KEY
from oversight.disclosures import actions, queries, tables
from oversight.disclosures.forms import AdoptionForm, CorrectionForm, NoticeForm, OwnForm, PublicationForm, ReportForm, RequestForm
from oversight.disclosures.lifecycle import MAKERS, NOTICES, READERS
from oversight.disclosures.models import CustomerReport, CustomerRequest, Publication
from oversight.evidence.serving import served
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.record.models import Moving

Made = Callable[[Actor, Any], Moving]


@allow(*READERS)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What is owed next, then every request, report and notice."""
    asked, public = list(queries.requests()), list(queries.publications())
    beside = (tables.publications(public), tables.adoptions(queries.adoptions()), tables.notices(queries.notices()))
    due = queries.next_due()
    shown = {"beside": beside, "due": due[:6], "late": sum(map(queries.is_late, due)), "count": len(due), "may_make": _may_make(request)}
    return sheets.respond(request, "disclosures/overview.html", shown, tables.requests(asked), *beside)


@allow(*READERS)
@require_GET
def request(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer's request: its clock, the tests, its files, its moves."""
    row = get_object_or_404(CustomerRequest, pk=pk)
    may_make = _may_make(request)
    shown = {
        "row": row, "form": ReportForm() if may_make and row.state in ("decided", "made", "rest_owed") else None,
        "may_compute": may_make and row.state in ("received", "decided"), "cite": BY_KEY["17 CFR 242.606(b)"],
    }  # fmt: skip
    return render(request, "disclosures/request.html", shown)


@allow(*MAKERS)
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Take a customer's request in."""
    form = RequestForm(request.POST if request.method == "POST" else None)
    return _form(request, form, "Take a request in", "Decide next which report is owed.", lambda by, form: actions.take_in(by, **form.cleaned_data))


@allow(*MAKERS)
@require_http_methods(["GET", "POST"])
def keep_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the files of a customer's report."""
    row = get_object_or_404(CustomerRequest, pk=pk)
    form = ReportForm(**posted(request))
    return _form(request, form, f"Keep the report for {row}", "Kept. A second person checks it.", lambda by, form: actions.keep_report(by, row, form.sent()))


@allow(*MAKERS)
@require_POST
def make_for_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a customer's report out of the firm's own orders."""
    row = actions.make_for_customer(actor_of(request), get_object_or_404(CustomerRequest, pk=pk))
    messages.success(request, f"Made: {row.get_kind_display()}. A second person checks it.")
    return redirect(row.get_absolute_url())


@allow(*READERS)
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes of a customer's report."""
    return served(get_object_or_404(CustomerReport, pk=pk), is_seen=request.GET.get("see") == "1")


@allow(*MAKERS)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """File a public report."""
    return _form(request, PublicationForm(**posted(request)), "File a public report", "Filed. A second person checks it.", _publication)


@allow(*MAKERS)
@require_http_methods(["GET", "POST"])
def make_own(request: HttpRequest) -> HttpResponse:
    """Make a public report out of the firm's own orders."""
    form = OwnForm(request.POST if request.method == "POST" else None)
    return _form(
        request,
        form,
        "Make a public report of our orders",
        "Made and filed. A second person checks it.",
        lambda by, form: actions.make_from_orders(by, **form.cleaned_data),
    )


@allow(*READERS)
@require_GET
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """One public report: its files, its days, what it corrects."""
    row = get_object_or_404(queries.publications(), pk=pk)
    return render(
        request,
        "disclosures/publication.html",
        {"row": row, "successors": row.successors.all(), "cite": BY_KEY[row.report.cite], "may_make": _may_make(request)},
    )


@allow(*MAKERS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """File the report that takes a public one's place."""
    row = get_object_or_404(Publication, pk=pk)
    if row.state != "published":
        raise Refusal("Only a report that is public is corrected; any other is made again.")

    def made(by: Actor, form: Any) -> Moving:
        return actions.make_publication(by, kind=row.kind, period=row.period, files=form.sent(), corrects=row)

    return _form(request, CorrectionForm(**posted(request)), f"Correct the {row}", "Filed. It takes the other's place once it is published.", made)


@allow(*MAKERS)
@require_http_methods(["GET", "POST"])
def note_adoption(request: HttpRequest) -> HttpResponse:
    """Put another firm's report on file."""

    def made(by: Actor, form: Any) -> Moving:
        said = {name: form.cleaned_data[name] for name in ("kind", "maker", "period")}
        return actions.note_adoption(by, content=form.sent()[0], **said)

    return _form(
        request, AdoptionForm(**posted(request)), "Put another firm's report on file", "On file, unexamined. Hold it against our own orders next.", made
    )


@allow(*READERS)
@require_GET
def adoption(request: HttpRequest, pk: int) -> HttpResponse:
    """One report of another firm: what its examination said."""
    row = get_object_or_404(queries.adoptions(), pk=pk)
    return render(request, "disclosures/adoption.html", {"row": row, "may_hold": _may_make(request) and row.state in ("received", "examined")})


@allow(*MAKERS)
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold another firm's report against the firm's own orders."""
    row = actions.hold_against_orders(actor_of(request), get_object_or_404(queries.adoptions(), pk=pk))
    messages.success(request, f"{row.differing} of {row.cells} cells differ. Write down what explains them, or refuse the report.")
    return redirect(row.get_absolute_url())


@allow(*MAKERS)
@require_http_methods(["GET", "POST"])
def draft_notice(request: HttpRequest) -> HttpResponse:
    """File the text of a yearly notice."""

    def made(by: Actor, form: Any) -> Moving:
        return actions.draft_notice(by, kind=form.cleaned_data["kind"], year=form.cleaned_data["year"], content=form.sent()[0])

    return _form(request, NoticeForm(**posted(request)), "Draft a yearly notice", "Drafted. A second person reads it.", made)


@allow(*READERS)
@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One yearly notice, and how far its delivery is."""
    row = get_object_or_404(queries.notices(), pk=pk)
    cite = next(cite for key, _, cite, _ in NOTICES if key == row.kind)
    return render(request, "disclosures/notice.html", {"row": row, "cite": BY_KEY[cite]})


def _publication(by: Actor, form: Any) -> Moving:
    return actions.make_publication(by, kind=form.cleaned_data["kind"], period=form.cleaned_data["period"], files=form.sent())


def _form(request: HttpRequest, form: forms.BaseForm, title: str, done: str, act: Made) -> HttpResponse:
    """The form's page; sent and complete, its act and the page of what it made. A refusal is said above the form, and what was typed stays."""
    if request.method == "POST" and form.is_valid():
        try:
            row = act(actor_of(request), form)
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            messages.success(request, done)
            return redirect(row.get_absolute_url())  # type: ignore[attr-defined]  # every row here has its page
    return render(request, "disclosures/form.html", {"form": form, "title": title}, status=400 if form.errors else 200)


def _may_make(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(MAKERS))
