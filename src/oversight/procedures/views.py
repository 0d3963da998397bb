"""The pages of the procedures for readers: the list, a section, a version, comparing, attesting, printing."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.evidence.lifecycle import FILERS
from oversight.lifecycle import Refusal
from oversight.procedures import actions, comparing, content, drift, duties, performing, printing, prose, queries
from oversight.procedures.chapters import CHAPTERS
from oversight.procedures.forms import AskForm
from oversight.procedures.lifecycle import READERS, WRITERS
from oversight.procedures.models import Attestation, Section, Version
from oversight.roles import COMPLIANCE, STAFF


@allow(*STAFF)
@require_GET
def sections(request: HttpRequest) -> HttpResponse:
    """Every section, lapsed evidence first; what is adrift above them."""
    asked = {name: request.GET.get(name, "").strip() for name in ("chapter", "state", "owner")}
    owner = actor_of(request).key if asked["owner"] == "me" else ""
    every = queries.found()
    found = queries.found(chapter=asked["chapter"], state=asked["state"], owner=owner) if any(asked.values()) else every
    context = {
        "asked": asked, "is_filtered": any(asked.values()), "chapters": CHAPTERS, "states": queries.STATES, "every": every,
        "may_write": _may(request, WRITERS), "starters_left": len(queries.starters_left()), "unclaimed": queries.unclaimed(),
        "counts": [(title, sum(queries.is_in(one, state) for one in every), state) for state, title in queries.STATES.items()],
        "is_any_in_force": any(one.version for one in every),
    }  # fmt: skip
    return sheets.respond(request, "procedures/sections.html", context, queries.sheet(found))


@allow(*STAFF)
@require_GET
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """One section: what is in force, what performs it, what proves it, who has read it, what is being changed."""
    row = get_object_or_404(Section, pk=pk)
    standing, today = queries.standing_of(row), clock.today()
    version = standing.version if standing else None
    asks = list(version.attestations.select_related("version").order_by("state", "due_on", "pk")) if version else []
    context = {
        "row": row, "standing": standing, "version": version, "versions": list(row.versions.select_related("base").order_by("-number")),
        "said": said(version) if version else {}, "performed": performed(version, today) if version else {}, "quarter": performing.last_quarter(today),
        "asks": asks, "may_write": _may(request, WRITERS), "ask_form": AskForm() if version and _may(request, (COMPLIANCE,)) else None,
        "mine": next((ask for ask in asks if ask.person == actor_of(request).key and ask.state == "asked"), None),
    }  # fmt: skip
    return render(request, "procedures/section.html", context)


@allow(*STAFF)
@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it says, what keeps it from being approved, and its moves."""
    row = get_object_or_404(Version.objects.select_related("section", "base"), pk=pk)
    is_open = row.state in ("draft", "proposed")
    context = {
        "row": row, "said": said(row), "performers": printing.performers(row), "lacking": [*row.untailored, *row.missing] if is_open else [],
        "is_own_draft": row.state == "draft" and row.drafted_by == actor_of(request).key, "may_write": _may(request, WRITERS),
        "is_stale": is_open and not row.is_on_latest, "latest": queries.latest(row.section) if is_open else None,
        "others": [other for other in row.section.versions.filter(state__in=("draft", "proposed")) if other != row] if is_open else [],
    }  # fmt: skip
    return render(request, "procedures/version.html", context)


@allow(*STAFF)
@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Any two versions of a section, word by word."""
    row = get_object_or_404(Section, pk=pk)
    every = list(row.versions.order_by("-number"))
    by_number = {str(each.number): each for each in every}
    after = by_number.get(request.GET.get("b", "")) or (every[0] if every else None)
    before = by_number.get(request.GET.get("a", "")) or (after.base if after else None)
    context = {"row": row, "versions": every, "a": before, "b": after}
    if before and after:
        text, runbook = comparing.stretches(before.text, after.text), comparing.stretches(before.runbook, after.runbook)
        context |= {"text": text, "runbook": runbook, "counted": comparing.counted([*text, *runbook]), "changed": comparing.changed(before, after)}
    return render(request, "procedures/compare.html", context)


@allow(*STAFF)
@require_GET
def checks(request: HttpRequest) -> HttpResponse:
    """Every check of the library with the sections that claim it."""
    return sheets.respond(request, "procedures/checks.html", {"unclaimed": queries.unclaimed()}, queries.sheet_of_checks())


@allow(*STAFF)
@require_GET
def by_age(request: HttpRequest) -> HttpResponse:
    """The sections by the age of their evidence, as of any day."""
    on = _day(request)
    return sheets.respond(request, "procedures/by_age.html", {"on": on, "today": clock.today()}, queries.sheet_by_age(on))


@allow(*READERS)
@require_GET
def reading(request: HttpRequest) -> HttpResponse:
    """What this person is asked to read, and has attested to."""
    key = actor_of(request).key
    context = {"asked": queries.attestations(state="asked", person=key), "given": queries.attestations(state="attested", person=key).order_by("-attested_at")}
    return render(request, "procedures/reading.html", context)


@allow(*READERS)
@require_http_methods(["GET", "POST"])
def attest(request: HttpRequest, pk: int) -> HttpResponse:
    """The text that a person is asked to read, with the sentence that they attest to; nobody else sees this page."""
    by = actor_of(request)
    row = get_object_or_404(Attestation.objects.select_related("version__section", "version__base"), pk=pk, person=by.key)
    if request.method == "POST":
        actions.attest(by, row)
        messages.success(request, f"Attested: you have read {row.version}. The record says when.")
        return redirect("procedures:reading")
    before = Attestation.objects.filter(person=by.key, state="attested", version__section=row.version.section).order_by("-version__number").first()
    return render(request, "procedures/attest.html", {"row": row, "version": row.version, "said": said(row.version), "before": before})


@allow(*STAFF)
@require_GET
def attestations(request: HttpRequest) -> HttpResponse:
    """Who is asked, who has attested, who is late."""
    state = request.GET.get("state", "").strip()
    found = queries.attestations(state=state)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    shown = found if request.GET.get("format") in sheets.FORMATS else page
    states = {"overdue": "overdue", **{each.key: each.title for each in Attestation.LIFECYCLE.states}}
    return sheets.respond(request, "procedures/attestations.html", {"page": page, "state": state, "states": states}, queries.sheet_of_attestations(shown))


@allow(COMPLIANCE)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask people by name to attest to the version in force."""
    row = get_object_or_404(Section, pk=pk)
    standing = queries.standing_of(row)
    form = AskForm(request.POST)
    if standing is None or standing.version is None:
        raise Refusal("Nothing of this section is in force, so there is nothing to attest to.")
    if not form.is_valid():
        raise Refusal("Choose who is asked, and a day by when.")
    asked = actions.ask(actor_of(request), standing.version, form.chosen(), form.cleaned_data["due_on"])
    messages.success(request, f"Asked: {len(asked)}. They were told.")
    return redirect(row)


@allow(*STAFF)
@require_GET
def print_page(request: HttpRequest) -> HttpResponse:
    """The procedures of a day on one page that prints well."""
    on = _day(request) or clock.today()
    printed = printing.as_of(on)
    chapters = [(chapter, [(one, said(one.version), printing.performers(one.version)) for one in ones if one.version]) for chapter, ones in printed.chapters]
    context = {
        "printed": printed, "chapters": chapters, "title": printing.TITLE, "about": printing.ABOUT, "today": clock.today(), "kinds": drift.KINDS,
        "printings": queries.printings(), "may_file": _may(request, FILERS),
    }  # fmt: skip
    return render(request, "procedures/print.html", context)


@allow(*STAFF)
@require_GET
def print_pdf(request: HttpRequest) -> HttpResponse:
    """The procedures of a day as an archival document."""
    on = _day(request) or clock.today()
    answer = HttpResponse(printing.document(printing.as_of(on)), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="procedures-{on}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@allow(*FILERS)
@require_POST
def print_file(request: HttpRequest) -> HttpResponse:
    """File the printing of a day as evidence."""
    row = actions.file_printing(actor_of(request), _day(request, request.POST.get("on", "")) or clock.today())
    messages.success(request, f"Filed under its hash {row.sha256[:16]}….")
    return redirect(f"{reverse('procedures:print')}?on={row.on}#printings")


def said(version: Version) -> dict[str, object]:
    """What a version says, in the parts that a template draws."""
    return {
        "version": version, "text": prose.parts(version.text), "runbook": prose.parts(version.runbook),
        "authorities": [(citation, content.binds(citation)) for citation in content.cited(version.citations)],
        "proofs": [(proof, content.KINDS[proof.kind]) for proof in version.proofs_of],
    }  # fmt: skip


def performed(version: Version, today: date) -> dict[str, object]:
    """What performs a section: each check with what is open and when it was last evaluated, each metric's figure, each duty."""
    evaluated, open_ = performing.last_evaluated(), performing.open_findings()
    return {
        "checks": [(key, performing.BY_ID.get(key), open_.get(key, 0), evaluated.get(key)) for key in version.checks],
        "figures": performing.figures(version.metrics, today), "duties": duties.of(version.duties),
    }  # fmt: skip


def _may(request: HttpRequest, roles: tuple[str, ...]) -> bool:
    return bool(actor_of(request).roles & set(roles))


def _day(request: HttpRequest, text: str | None = None) -> date | None:
    """The day that `on` names; None where it names none. Raises Refusal for what is no day."""
    given = (request.GET.get("on", "") if text is None else text).strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise Refusal(f"“{given[:20]}” is not a day. Write it as 2026-09-30.") from None
