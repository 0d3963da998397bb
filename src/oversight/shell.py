"""What surrounds every page: the navigation of each role, the health page, the page for a stale form."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from oversight import clock
from oversight.access import address_and_roles, everyone


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: shown to whoever may see its page."""

    title: str
    url: str
    group: str


@dataclass(frozen=True)
class Onward:
    """A page that begins from a row of some kinds: a button beside the row for whoever may see that page. `query` tells the page of the row."""

    title: str
    url: str
    kinds: tuple[str, ...]
    query: str = "origin={kind}:{id}"


ONWARD = (
    Onward("It is a material difference", "differences:identify", ("finding", "claim", "possible_breach", "look")),
    Onward("Open a case", "cases:open", ("finding", "claim", "possible_breach", "difference"), "origin_kind={kind}&origin_id={id}"),
    Onward("Ask for a legal hold", "retention:ask_for_hold", ("case", "request", "harm"), "kind={kind}&id={id}"),
    Onward("What did customers lose?", "harm:new", ("finding", "claim", "case"), "{kind}={id}"),
)
PLACES = (
    Place("Today", "desk:today", ""),
    Place("Exceptions", "findings:queue", "Every day"),
    Place("Days", "findings:days", "Every day"),
    Place("Sample", "findings:sample", "Every day"),
    Place("Handling log", "handling:entries", "Every day"),
    Place("Suppressions", "findings:suppressions", "Every day"),
    Place("Scorecard", "desk:scorecard", "Figures"),
    Place("Venues", "desk:venues", "Figures"),
    Place("Coverage", "desk:coverage", "Figures"),
    Place("Orders", "desk:orders", "Figures"),
    Place("Vendors", "vendors:vendors", "Vendor file"),
    Place("Due diligence", "diligence:assessments", "Vendor file"),
    Place("Questionnaires", "diligence:questionnaires", "Asked of you"),
    Place("Claims", "claims:ledger", "Vendor file"),
    Place("Agreements", "agreements:agreements", "Vendor file"),
    Place("Possible breaches", "agreements:asked", "Asked of you"),
    Place("Formal notices", "cases:asked", "Asked of you"),
    Place("Cases", "rooms:mine", "Asked of you"),
    Place("Plans", "plans:mine", "Asked of you"),
    Place("Configuration", "configuration:versions", "Vendor file"),
    Place("Conflicts", "conflicts:register", "Vendor file"),
    Place("Liquidity", "liquidity:reach", "Vendor file"),
    Place("Annual refresh", "refreshes:refreshes", "Vendor file"),
    Place("Reviews", "reviews:reviews", "Every quarter"),
    Place("Analysis", "analysis:quarter", "Every quarter"),
    Place("Packs", "packs:packs", "Every quarter"),
    Place("Differences", "differences:differences", "When it falls short"),
    Place("Cases", "cases:cases", "When it falls short"),
    Place("Joint investigations", "rooms:rooms", "When it falls short"),
    Place("Corrective plans", "plans:plans", "When it falls short"),
    Place("Customer harm", "harm:harms", "When it falls short"),
    Place("Duties", "obligations:duties", "Duties"),
    Place("Disclosures", "disclosures:overview", "Duties"),
    Place("Profile", "obligations:profile", "Duties"),
    Place("Procedures", "procedures:sections", "Duties"),
    Place("Runs", "findings:runs", "Proof"),
    Place("Policy", "policy:versions", "Proof"),
    Place("Requests", "requests:requests", "Proof"),
    Place("Exam files", "exams:exam_files", "Proof"),
    Place("Retention", "retention:schedule", "Proof"),
    Place("Evidence", "evidence:files", "Proof"),
    Place("Record", "record:entries", "Proof"),
    Place("Accounts", "accounts:people", "People"),
    Place("Access review", "accounts:reviews", "People"),
    Place("Notices", "notices:inbox", "People"),
    Place("API", "api:home", "People"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """What every template knows: the places of this account's roles, the market's zone, whether the clock is stated."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"clock_kind": clock.kind(), "now": clock.now()}
    roles = request.user.roles
    everywhere = [(place, *address_and_roles(place.url)) for place in PLACES]
    places = [(place, url) for place, url, allowed in everywhere if roles & allowed]
    here = max((url for _, url in places if _is_within(request.path, url)), key=len, default="")
    return {
        "places": [(place, url, url == here) for place, url in places],
        "roles": sorted(roles),
        "can_find": bool(roles & address_and_roles("desk:search")[1]),
        "clock_kind": clock.kind(),
        "now": clock.now(),
    }


def onward(roles: Collection[str], kind: str, id: str) -> list[tuple[str, str]]:
    """(title, address) of the pages that begin from that row and that these roles may see."""
    found = [(one, *address_and_roles(one.url)) for one in ONWARD if kind in one.kinds]
    return [(one.title, f"{url}?{one.query.format(kind=kind, id=id)}") for one, url, allowed in found if set(roles) & allowed]


def _is_within(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


@everyone
def health(request: HttpRequest) -> HttpResponse:
    """Whether the desk serves and its database answers: for a load balancer, so nothing else is said."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@everyone
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is gone: signed out meanwhile, or the page lay open too long."""
    return render(request, "stale_form.html", status=403)
