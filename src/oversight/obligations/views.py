"""The pages of duties: what is owed, one duty, the calendar, any day as it stood, absences, escalation, who may pull a venue."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.lifecycle import Refusal
from oversight.obligations import actions, assessment, escalating, listing, profile, proofs, queries, standing
from oversight.obligations.forms import AbsenceForm, AddForm, AmendForm, MatrixForm, PeopleForm, PullForm, ReasonForm
from oversight.obligations.lifecycle import SECOND
from oversight.obligations.models import Absence, Duty, PullRight
from oversight.obligations.recurrence import CALENDAR, EVERY, RAISED, periods
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SENIOR_MANAGER, STAFF, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.queries import vendors

MEMBERS = (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER)
"""Who can be out: everyone of the firm who does something here."""
ABOVE = ("procedures/by_evidence_age.html", "obligations/nothing_above.html")
"""The panel of procedures by the age of their evidence, where the app that keeps them shows one."""


@allow(*STAFF)
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """What is open, lapsed, ahead; whose clocks run; who is out; by owner."""
    asked = {name: request.GET.get(name, "").strip() for name in ("show", "owner", "severity", "vendor", "text")}
    asked["show"] = asked["show"] if asked["show"] in queries.SHOW else "open"
    found = queries.listed(**asked, key=actor_of(request).key).prefetch_related("escalations")
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    roles, loads = actor_of(request).roles, listing.load_sheet(queries.loads())
    context = {
        "page": page, "asked": asked, "shows": queries.SHOW, "counts": queries.counts(), "people": queries.doers(), "vendors": vendors(), "above": ABOVE,
        "out": queries.absences(clock.today()), "pull": _pull_rows(), "is_filtered": any(asked[name] for name in ("owner", "severity", "vendor", "text")),
        "loads": loads, "is_first_run": not assessment.finished().exists(), "going": assessment.going(),
        "stale": profile.stale().count(), "may_add": COMPLIANCE in roles, "may_assign": bool(roles & set(SECOND)), "may_note": bool(roles & set(MEMBERS)),
        "elsewhere": profile.listed_only(),
    }  # fmt: skip
    owed = listing.owed_sheet(found if request.GET.get("format") in sheets.FORMATS else page)
    return sheets.respond(request, "obligations/duties.html", context, owed, loads)


@allow(*STAFF)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Every duty, on or off, with its owner and its rhythm."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "owner", "text", "every")}
    roles = actor_of(request).roles
    context = {
        "asked": asked, "people": queries.doers(), "every": EVERY, "is_filtered": any(asked.values()), "may_add": COMPLIANCE in roles,
        "may_assign": bool(roles & set(SECOND)), "without_owner": queries.without_owner().count(),
    }  # fmt: skip
    return sheets.respond(request, "obligations/register.html", context, listing.duty_sheet(queries.duties(**asked)))


@allow(*STAFF)
@require_GET
def shipped(request: HttpRequest) -> HttpResponse:
    """Every kind of duty that comes with the desk."""
    return sheets.respond(request, "obligations/shipped.html", {"calendar": CALENDAR}, listing.shipped_sheet())


@allow(*STAFF)
@require_GET
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty: who, how often, how, what it owes and owed."""
    row = get_object_or_404(Duty.objects.select_related("vendor"), pk=pk)
    roles = actor_of(request).roles
    found = queries.occurrences(row).exclude(state="withdrawn").order_by("-due_on", "-pk").prefetch_related("escalations")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    sheet = listing.owed_sheet(
        found if request.GET.get("format") in sheets.FORMATS else page, empty="Nothing is on the calendar yet. The daily round raises it."
    )
    context = {
        "row": row, "page": page, "asked": queries.Asked.today().person(row), "may_amend": COMPLIANCE in roles, "may_assign": bool(roles & set(SECOND)),
        "questions": profile.asks_for(row.key), "ahead": _ahead(row), "calendar": CALENDAR, "act": dict(proofs.CHOICES).get(row.act, ""),
    }  # fmt: skip
    return sheets.respond(request, "obligations/duty.html", context, sheet)


@allow(*STAFF)
@require_GET
def occurrence(request: HttpRequest, pk: int) -> HttpResponse:
    """What a duty owes for one period: its proof, its moves, its history."""
    row = get_object_or_404(queries.occurrences(), pk=pk)
    by = actor_of(request)
    context = {
        "row": row, "standing": listing.standing(row), "asked": queries.Asked.today().person(row.duty), "may_do": queries.may_do(by, row),
        "may_second": bool(by.roles & set(SECOND)), "escalations": row.escalations.all(), "act": dict(proofs.CHOICES).get(row.duty.act, ""),
    }  # fmt: skip
    return render(request, "obligations/occurrence.html", context)


@allow(*STAFF)
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """What falls due in a month, day by day."""
    first = _month(request.GET.get("month", ""))
    days = listing.month(first)
    before, after = _month_beside(first, -1), _month_beside(first, 1)
    context = {"first": first, "days": days, "before": before, "after": after, "calendar": CALENDAR}
    return sheets.respond(request, "obligations/calendar.html", context, listing.month_sheet(days, first))


@allow(*STAFF)
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """How everything stood at the end of `?on=`, as known then: a page to print."""
    on = _day(request.GET.get("on", "")) or clock.today()
    if on > clock.today():
        raise Refusal("This day is not over yet. The state of duties is known up to today.")
    found, then = standing.as_of(on), profile.sheet(profile.standings(on), on)
    context = {"on": on, "numbers": standing.summed(found), "profile": then, "today": clock.today()}
    is_file = request.GET.get("format") in sheets.FORMATS
    return sheets.respond(request, "obligations/state.html", context, standing.sheet(found if is_file else standing.shown(found), on), then)


@allow(COMPLIANCE)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a duty by hand."""
    form = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        named = {name: form.cleaned_data[name] for name in ("key", "vendor", "owner", "deputy")}
        row = actions.add(actor_of(request), **named, **form.facts())
        messages.success(request, "Added. The daily round puts its days on the calendar.")
        return redirect(row.get_absolute_url())
    return _form(request, form, "Add a duty", "Add it", "/duties/register/")


@allow(COMPLIANCE)
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Amend what is said of a duty; each version stays in the record."""
    row = get_object_or_404(Duty, pk=pk)
    form = AmendForm(request.POST if request.method == "POST" else None, instance=row, initial={"owed_from": row.owed_from})
    if request.method == "POST" and form.is_valid():
        actions.amend(actor_of(request), row, why=form.cleaned_data["why"], owed_from=form.cleaned_data["owed_from"], **form.facts())
        messages.success(request, "Amended. What stood before is in the record.")
        return redirect(row.get_absolute_url())
    return _form(request, form, f"Amend: {row}", "Amend it", row.get_absolute_url())


@allow(*SECOND)
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the owner and the deputy of a duty."""
    row = get_object_or_404(Duty, pk=pk)
    form = PeopleForm(request.POST if request.method == "POST" else None, initial={"owner": row.owner, "deputy": row.deputy})
    if request.method == "POST" and form.is_valid():
        actions.assign(actor_of(request), row, **form.cleaned_data)
        messages.success(request, "Named. Both are told.")
        return redirect(row.get_absolute_url())
    return _form(request, form, f"Owner and deputy: {row}", "Name them", row.get_absolute_url())


@allow(*SECOND)
@require_http_methods(["GET", "POST"])
def owners(request: HttpRequest) -> HttpResponse:
    """Name an owner for every duty of a role that has none."""
    rows = list(queries.without_owner())
    role = request.POST.get("role", "")
    form = PeopleForm(request.POST if request.method == "POST" else None, auto_id=f"{role or 'any'}-%s")
    if request.method == "POST" and form.is_valid():
        chosen = [row for row in rows if row.owner_role == role]
        actions.assign_many(actor_of(request), chosen, **form.cleaned_data)
        messages.success(request, f"{len(chosen)} duties have an owner now.")
        return redirect("obligations:owners")
    grouped = {key: [row for row in rows if row.owner_role == key] for key in sorted({row.owner_role for row in rows})}
    by_role = [(key, found, form if key == role else PeopleForm(auto_id=f"{key}-%s")) for key, found in grouped.items()]
    return render(request, "obligations/owners.html", {"by_role": by_role}, status=400 if request.method == "POST" else 200)


@allow(*MEMBERS)
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Who is out, and noting it."""
    by = actor_of(request)
    may_others = bool(by.roles & set(SECOND))
    form = AbsenceForm(request.user, request.POST if request.method == "POST" else None, may_others=may_others)
    if request.method == "POST" and form.is_valid():
        actions.note_absence(by, **form.cleaned_data)
        messages.success(request, "Noted. Deputies are asked on these days.")
        return redirect("obligations:absences")
    context = {"form": form, "rows": queries.absences(), "may_others": may_others, "today": clock.today()}
    return render(request, "obligations/absences.html", context, status=400 if request.method == "POST" else 200)


@allow(*MEMBERS)
@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """End an absence: the person is back."""
    actions.end_absence(actor_of(request), get_object_or_404(Absence, pk=pk))
    messages.success(request, "Ended. The owner is asked again.")
    return redirect("obligations:absences")


@allow(*STAFF)
@require_http_methods(["GET", "POST"])
def escalation(request: HttpRequest) -> HttpResponse:
    """Who is told of what is missed, its versions, and proposing another one."""
    may_propose = COMPLIANCE in actor_of(request).roles
    if request.method == "POST" and not may_propose:
        raise Refusal("Proposing the escalation matrix is for compliance.", is_forbidden=True)
    form = MatrixForm(request.POST if request.method == "POST" else None) if may_propose else None
    if request.method == "POST" and form and form.is_valid():
        escalating.propose(actor_of(request), form.steps(), why=form.cleaned_data["why"])
        messages.success(request, "Proposed. A second person approves it.")
        return redirect("obligations:escalation")
    context = {"form": form, "steps": queries.steps(), "matrix": queries.matrix(), "versions": queries.matrices()}
    return render(request, "obligations/escalation.html", context, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_http_methods(["GET", "POST"])
def pull(request: HttpRequest) -> HttpResponse:
    """Who may pull a venue, a vendor or all routing now, and how."""
    may_give = COMPLIANCE in actor_of(request).roles
    if request.method == "POST" and not may_give:
        raise Refusal("Saying who may pull a venue or vendor is for compliance.", is_forbidden=True)
    form = PullForm(request.POST if request.method == "POST" else None) if may_give else None
    if request.method == "POST" and form and form.is_valid():
        actions.give_pull(actor_of(request), **form.cleaned_data)
        messages.success(request, "Written down.")
        return redirect("obligations:pull")
    context = {"form": form, "rows": _pull_rows(), "reason": ReasonForm(auto_id=False)}
    return render(request, "obligations/pull.html", context, status=400 if request.method == "POST" else 200)


@allow(COMPLIANCE)
@require_POST
def end_pull(request: HttpRequest, pk: int) -> HttpResponse:
    """A role may not pull any more."""
    actions.end_pull(actor_of(request), get_object_or_404(PullRight, pk=pk), why=request.POST.get("why", ""))
    messages.success(request, "Ended.")
    return redirect("obligations:pull")


def _form(request: HttpRequest, form: Any, title: str, button: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "back": back, "calendar": CALENDAR}
    return render(request, "obligations/form.html", context, status=400 if request.method == "POST" else 200)


def _pull_rows() -> list[tuple[PullRight, list[str], list[str]]]:
    """Each entry with who of its role is here today, and who is out."""
    rows, out = list(queries.pull_rights()), queries.Asked.today().out
    held = queries.holders({row.role for row in rows})
    return [
        (row, [account.name for account in held[row.role] if account.key not in out], [account.name for account in held[row.role] if account.key in out])
        for row in rows
    ]


def _ahead(row: Duty) -> list[Any]:
    """The next four turns by its rule."""
    if row.state != "on" or row.every == RAISED:
        return []
    today = clock.today()
    return list(periods(row.rule, max(today, row.owed_from), today.replace(year=today.year + 1, day=1)))[:4]


def _month(text: str) -> date:
    return _day(f"{text}-01") or clock.today().replace(day=1)


def _month_beside(first: date, step: int) -> date:
    index = first.year * 12 + first.month - 1 + step
    return date(index // 12, index % 12 + 1, 1)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1990 < found.year < 2035 else None
