"""The pages of evidence: the list, one filing, its bytes, filing and linking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.evidence import actions, queries
from oversight.evidence.forms import FileForm, LinkForm
from oversight.evidence.lifecycle import FILERS
from oversight.evidence.models import Filed
from oversight.evidence.serving import served
from oversight.evidence.uploads import posted
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def files(request: HttpRequest) -> HttpResponse:
    """Filed evidence, found by words, subject and expiry."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "standing", "kind", "id")}
    found = queries.files(text=asked["q"], standing=asked["standing"], kind=asked["kind"], id_=asked["id"])
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    shown = found if request.GET.get("format") in sheets.FORMATS else page
    context = {"page": page, "asked": asked, "standings": queries.STANDINGS, "may_file": bool(actor_of(request).roles & set(FILERS))}
    return sheets.respond(request, "evidence/files.html", context, queries.sheet(shown))


@allow(*STAFF)
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """One filing: its facts, what it is shown beside, what came before and after it."""
    filed = get_object_or_404(Filed.objects.select_related("supersedes"), pk=pk)
    shown = {
        "filed": filed, "later": list(filed.superseded_by.all()), "links": queries.linked(filed),
        "may_file": bool(actor_of(request).roles & set(FILERS)), "form": LinkForm(),
        "twins": Filed.objects.filter(sha256=filed.sha256).exclude(pk=pk),
    }  # fmt: skip
    return render(request, "evidence/file.html", shown)


@allow(*STAFF)
@require_GET
def file_bytes(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes, compared with their hash: a download; with `?show=1`, pictures, PDF and plain text seen in a locked page."""
    return served(get_object_or_404(Filed, pk=pk), is_seen=request.GET.get("show") == "1")


@allow(*FILERS)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """File something; with `?kind=&id=` beside a subject, with `?supersedes=` in place of an earlier filing."""
    given = request.POST if request.method == "POST" else None
    asked = {"subject_kind": request.GET.get("kind", ""), "subject_id": request.GET.get("id", ""), "supersedes": request.GET.get("supersedes", "")}
    form = FileForm(**posted(request), initial=asked)
    if given is not None and form.is_valid():
        filed = _file(request, form.cleaned_data)
        messages.success(request, f"Filed: {filed.title}.")
        return redirect(_back(request) or filed.get_absolute_url())
    before = str(given.get("supersedes", "") if given is not None else asked["supersedes"])
    kind, id_ = (str((asked if given is None else given).get(name, "")) for name in ("subject_kind", "subject_id"))
    shown = {
        "form": form, "back": _back(request), "subject": queries.subject(kind, id_) if kind else None,
        "before": Filed.objects.filter(pk=before).first() if before.isdecimal() and len(before) < 19 else None,
    }  # fmt: skip
    return render(request, "evidence/new.html", shown, status=400 if given is not None else 200)


@allow(*FILERS)
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a filing is evidence of."""
    filed = get_object_or_404(Filed, pk=pk)
    given = request.POST if request.method == "POST" else None
    form = LinkForm(given, initial={"subject_kind": request.GET.get("kind", ""), "subject_id": request.GET.get("id", "")})
    if given is not None and form.is_valid():
        made = form.cleaned_data
        actions.link(actor_of(request), filed, (made["subject_kind"], made["subject_id"]), made["what"])
        messages.success(request, "Linked.")
        return redirect(_back(request) or filed.get_absolute_url())
    return render(request, "evidence/link.html", {"filed": filed, "form": form}, status=400 if given is not None else 200)


def _file(request: HttpRequest, made: dict[str, Any]) -> Filed:
    before = get_object_or_404(Filed, pk=made["supersedes"]) if made["supersedes"] else None
    subject = (made["subject_kind"], made["subject_id"]) if made["subject_kind"] else None
    sent = made["content"]
    return actions.file(
        actor_of(request), sent.name, sent, title=made["title"], shows=made["shows"], effective_on=made["effective_on"], expires_on=made["expires_on"],
        supersedes=before, subject=subject,
    )  # fmt: skip


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()) else ""
