"""A vendor's own pages: its notices, its answers and its files, and nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.cases import queries, tables
from oversight.cases.models import Notice
from oversight.evidence import actions as evidence
from oversight.evidence.forms import FileForm
from oversight.evidence.models import Filed
from oversight.evidence.serving import served
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.roles import VENDOR


@allow(VENDOR)
@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """The formal notices to this account's vendor."""
    account: Any = request.user
    page = Paginator(queries.of_account(account.vendor), 100).get_page(request.GET.get("page"))
    waiting = queries.to_answer(account.vendor).count()
    return sheets.respond(request, "cases/asked.html", {"page": page, "waiting": waiting}, tables.asked(page))


@allow(VENDOR)
@require_GET
def asked_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what fell short, the figures, the orders, what is asked, the clock, and the form to answer."""
    row = _own(request, pk)
    account: Any = request.user
    context = {"row": row, "files": queries.files_of(row, account.vendor), "may_file": row.takes_files_of(account)}
    return sheets.respond(request, "cases/asked_of.html", context, tables.figures(row, is_linked=False))


@allow(VENDOR)
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """File something beside a notice."""
    row, is_sent, said = _own(request, pk), request.method == "POST", ""
    form = FileForm(**posted(request))
    if is_sent and form.is_valid():
        sent, about = form.cleaned_data["content"], {name: form.cleaned_data[name] for name in ("title", "shows", "effective_on", "expires_on")}
        try:
            filed = evidence.file(actor_of(request), sent.name, sent, **about, subject=row.subject)
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            said = refusal.words
        else:
            messages.success(request, f"Attached: {filed.title}.")
            return redirect("cases:asked_of", pk=row.pk)
    return render(request, "cases/attach.html", {"row": row, "form": form, "said": said}, status=400 if is_sent else 200)


@allow(VENDOR)
@require_GET
def asked_file(request: HttpRequest, pk: int, filed: int) -> HttpResponse:
    """The letter, the letter of the end, or one of the vendor's own files."""
    row = _own(request, pk)
    account: Any = request.user
    if not queries.may_read(row, account, filed):
        raise Http404
    return served(get_object_or_404(Filed, pk=filed), is_seen=request.GET.get("show") == "1")


def _own(request: HttpRequest, pk: int) -> Notice:
    """The account's own notice; for any other there is no page."""
    account: Any = request.user
    return get_object_or_404(queries.of_account(account.vendor), pk=pk)
