"""The pages of retention: the schedule, classes, a hold, stated periods, a disposal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.citations import BY_KEY as CITED
from oversight.evidence import queries as evidence
from oversight.retention import actions, disposing, queries, tables
from oversight.retention import schedule as scheduled
from oversight.retention.classes import CLASSES, SURE, spoken
from oversight.retention.forms import DisposalForm, HoldForm, PeriodForm
from oversight.retention.lifecycle import ASKERS, KEEPERS, READERS
from oversight.retention.models import Disposal, Hold


@allow(*READERS)
@require_GET
def schedule(request: HttpRequest) -> HttpResponse:
    """The schedule as it stands, holds, disposals, restore tests."""
    by, standings = actor_of(request), scheduled.standings()
    beside = (
        tables.holds(queries.holds(), scheduled.everything()), tables.disposals(queries.disposals()), tables.restores(queries.restores()),
    )  # fmt: skip
    context = {
        "beside": beside, "due": sum(one.due for one in standings), "held": sum(one.held for one in standings), "strange": queries.strange_tombstones(),
        "in_force": [hold for hold in queries.holds() if hold.stops], "may_ask": bool(by.roles & set(ASKERS)), "may_propose": bool(by.roles & set(KEEPERS)),
    }  # fmt: skip
    return sheets.respond(request, "retention/schedule.html", context, tables.schedule(standings), *beside)


@allow(*READERS)
@require_GET
def classes(request: HttpRequest) -> HttpResponse:
    """Each class in full: what, where, how long, from when, under what, and how sure."""
    in_force = scheduled.stated()
    shown = [(one, CITED[one.cite], spoken(in_force[one.key].months if one.key in in_force else one.months), in_force.get(one.key)) for one in CLASSES]
    return render(request, "retention/classes.html", {"classes": shown, "sure": SURE})


@allow(*READERS)
@require_GET
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """One hold: its scope, what it holds now, its moves."""
    row = get_object_or_404(Hold, pk=pk)
    held = [one for one in scheduled.everything() if row in one.holds] if row.stops else []
    beside = [(subject, evidence.subject(*subject)) for subject in row.subjects]
    counts = [(one, sum(each.record_class.key == one.key for each in held)) for one in CLASSES]
    context = {
        "row": row, "held": len(held), "size": sum(one.item.size for one in held), "beside": beside, "counts": [pair for pair in counts if pair[1]],
        "due": sum(one.is_over for one in held),
    }  # fmt: skip
    return render(request, "retention/hold.html", context)


@allow(*ASKERS)
@require_http_methods(["GET", "POST"])
def ask_for_hold(request: HttpRequest) -> HttpResponse:
    """Ask for a hold; `?kind=&id=` name the case or request that it is for."""
    about = f"{request.GET.get('kind', '')} {request.GET.get('id', '')}".strip()
    form = HoldForm(request.POST if request.method == "POST" else None, initial={"subjects": about})
    if request.method == "POST" and form.is_valid():
        row = actions.ask_for_hold(actor_of(request), **form.cleaned_data)
        messages.success(request, "Asked for; nothing in its scope goes from now on. Compliance decides.")
        return redirect(row)
    return render(request, "retention/form.html", {"form": form, "title": "Ask for a legal hold", "button": "Ask for it"}, status=400 if form.is_bound else 200)


@allow(*READERS)
@require_http_methods(["GET", "POST"])
def periods(request: HttpRequest) -> HttpResponse:
    """Periods that the firm stated; a form for another where this account may."""
    by = actor_of(request)
    form = PeriodForm(request.POST if request.method == "POST" else None) if by.roles & set(KEEPERS) else None
    if request.method == "POST" and (form is None or form.is_valid()):
        row = actions.state_period(by, **(form.cleaned_data if form else {"record_class": "", "months": 0, "from_on": None, "reason": ""}))
        messages.success(request, "Stated. Another person approves it.")
        return redirect(row)
    found = list(queries.periods())
    context = {"form": form, "waiting": [row for row in found if row.state in ("proposed", "in_force")]}
    response = sheets.respond(request, "retention/periods.html", context, tables.periods(found))
    response.status_code = 400 if form is not None and form.is_bound else 200
    return response


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a disposal."""
    due = [one for one in scheduled.standings() if one.due]
    form = DisposalForm(request.POST if request.method == "POST" else None, initial={"classes": [one.record_class.key for one in due]})
    if request.method == "POST" and form.is_valid():
        row = actions.propose_disposal(actor_of(request), form.cleaned_data["classes"], reason=form.cleaned_data["reason"])
        messages.success(request, "Proposed. Another person reads the list and approves it; nothing is gone yet.")
        return redirect(row)
    shown = {"form": form, "title": "Propose a disposal", "button": "Make the list", "due": due}
    return render(request, "retention/form.html", shown, status=400 if form.is_bound else 200)


@allow(*READERS)
@require_GET
def disposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposal: its list, what holds stop of it now, what became of each thing."""
    row = get_object_or_404(Disposal, pk=pk)
    held = [one for one in actions.listed(row) if one.holds] if row.state in ("proposed", "approved") else []
    context = {
        "row": row,
        "held": held,
        "may_carry_out": row.state == "approved" and bool(actor_of(request).roles & set(KEEPERS)),
        "gone": row.disposed.count(),
    }
    return sheets.respond(request, "retention/disposal.html", context, tables.of_disposal(row, held))


@allow(*KEEPERS)
@require_POST
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry an approved disposal out."""
    row = disposing.carry_out(actor_of(request), get_object_or_404(Disposal, pk=pk))
    messages.success(request, f"Carried out: {row.count - len(row.stayed)} gone, each under its tombstone; {len(row.stayed)} stayed.")
    return redirect(row)
