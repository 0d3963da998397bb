"""The pages of the ledger of payments: by venue and month, one file, uploading."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bestexec import Problem
from oversight import sheets
from oversight.access import actor_of, allow
from oversight.conflicts import actions, ledger_sheets, queries, reading
from oversight.conflicts.forms import PaymentsForm
from oversight.conflicts.lifecycle import NOTERS, PAID
from oversight.conflicts.models import Payment, PaymentBatch
from oversight.evidence.uploads import posted
from oversight.roles import STAFF

MONTHS = 12
"""So many months are shown unless the address says others."""


@allow(*STAFF)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Payments in force by venue and month, beside what was measured; `?first=&last=` are months, `?venue=` one venue."""
    months = queries.months_in_force()
    first, last = (_month(request.GET.get(name, "")) for name in ("first", "last"))
    first, last = first or (months[-MONTHS:][0] if months else date.min), last or (months[-1] if months else date.max)
    venue = request.GET.get("venue", "").strip()
    lines = queries.payments(first, last, venue or None)
    table, cells, files = ledger_sheets.by_venue(lines), ledger_sheets.by_cell(lines), queries.batch_sheet(queries.batches())
    context = {
        "first": first, "last": last, "months": months, "venue": venue, "files": files, "cells": cells, "convention": reading.CONVENTION,
        "waiting": queries.batches_to_approve(), "may_upload": bool(actor_of(request).roles & set(NOTERS)),
    }  # fmt: skip
    return sheets.respond(request, "conflicts/ledger.html", context, table, cells, files)


@allow(*STAFF)
@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: its totals, months, lines and what was not taken; its moves, evidence and history."""
    row = get_object_or_404(PaymentBatch.objects.select_related("filed").prefetch_related("months"), pk=pk)
    lines = Payment.objects.filter(month__batch=row).order_by("line")
    page = Paginator(lines, 100).get_page(request.GET.get("page"))
    rejects = ledger_sheets.of_rejects(row.rejects, row.name)
    table = ledger_sheets.of_lines(lines if request.GET.get("format") in sheets.FORMATS else list(page))
    context = {"row": row, "page": page, "rejects": rejects, "unknown": lines.filter(is_known_venue=False).count()}
    return sheets.respond(request, "conflicts/batch.html", context, table, rejects)


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a file of payments with its control total."""
    sent = request.method == "POST"
    form = PaymentsForm(**posted(request))
    rejects: list[Any] = []
    if sent and form.is_valid():
        content = form.cleaned_data["content"]
        try:
            made = actions.upload(actor_of(request), content.name, content.read(), form.cleaned_data["control_usd"])
        except Problem as problem:
            form.add_error("content", f"{str(problem)[0].upper()}{str(problem)[1:]}.")
        except actions.DoesNotTie as refusal:
            form.add_error(None, f"{refusal.words} Nothing was kept.")
            rejects = [(reject.number, reject.reason, reject.text) for reject in refusal.rejects]
        else:
            if made.is_fresh:
                messages.success(request, "It ties to its control total. A second person approves it before it counts.")
            else:
                messages.info(request, "This file was uploaded before; nothing was changed.")
            return redirect(made.batch.get_absolute_url())
    shown = {
        "form": form, "columns": reading.COLUMNS, "convention": reading.CONVENTION, "paid": PAID, "reject_count": len(rejects),
        "rejects": ledger_sheets.of_rejects(rejects[:200], "the file") if rejects else None,
    }  # fmt: skip
    return render(request, "conflicts/upload.html", shown, status=400 if sent else 200)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
