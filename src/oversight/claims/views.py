"""The pages of the ledger: every claim with its standing, and one claim with its tests."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.claims import actions, queries, tables
from oversight.claims.models import Claim
from oversight.claims.standing import BY_KEY, KINDS
from oversight.roles import STAFF
from oversight.vendors.lifecycle import KEEPERS

PAGE = 100


@allow(*STAFF)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The claims in force, what needs a person first; by standing, vendor, origin and area, today or as of a day."""
    asked = {name: request.GET.get(name, "").strip() for name in ("vendor", "origin", "area", "standing", "on")}
    on = _day(asked["on"])
    found = queries.ledger(vendor=asked["vendor"], origin=asked["origin"], area=asked["area"], on=on)
    counts = queries.counted(found)
    shown = [line for line in found if line.standing.key == asked["standing"]] if asked["standing"] in BY_KEY else found
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    drawn = shown if request.GET.get("format") in sheets.FORMATS else list(page)
    origins = queries.origins(line.claim for line in drawn)
    context = {
        "asked": asked, "on": on, "counts": [(kind, counts[kind.key]) for kind in KINDS], "total": len(found), "page": page, "choices": queries.choices(),
        "is_filtered": any(asked.values()), "waiting": queries.waiting(), "may_judge": bool(actor_of(request).roles & set(KEEPERS)),
    }  # fmt: skip
    return sheets.respond(request, "claims/ledger.html", context, tables.ledger(drawn, origins, is_filtered=any(asked.values())))


@allow(*STAFF)
@require_GET
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: its words and terms, how it stands, each test of it, the exceptions it made."""
    row = get_object_or_404(Claim.objects.select_related("vendor"), pk=pk)
    found = queries.tests_of(row)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    tests = list(found if request.GET.get("format") in sheets.FORMATS else page)
    context = {
        "row": row, "line": queries.lines([row])[0], "page": page, "origin": queries.origins([row]).get((row.origin_kind, row.origin_id)),
        "chain": queries.chain(row), "findings": queries.findings_of(row), "today": clock.today(),
    }  # fmt: skip
    return sheets.respond(request, "claims/claim.html", context, tables.tests(row, tests))


@allow(*KEEPERS)
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Hold the claims stated since against the latest run, without waiting for the next."""
    judged = actions.judge_now(actor_of(request))
    messages.success(request, f"Run {judged.run.pk[:12]}: {judged.words}.")
    return redirect("claims:ledger")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
