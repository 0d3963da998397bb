"""The pages of the register of conflicts."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.citations import BY_KEY
from oversight.conflicts import actions, queries, seen
from oversight.conflicts.forms import ConflictForm, OwnerForm, ResultForm
from oversight.conflicts.lifecycle import KINDS, NOTERS
from oversight.conflicts.models import Conflict
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors.queries import vendors


@allow(*STAFF)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The register, and beside it what the data shows and nobody registered."""
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "state", "vendor", "venue")}
    found = queries.conflicts(**asked)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    payees, shown = seen.payees(), seen.shown_by_findings()
    beside = (seen.payee_sheet(payees), seen.finding_sheet(shown))
    context = {
        "page": page, "asked": asked, "is_filtered": any(asked.values()), "kinds": KINDS, "states": queries.STATES, "vendors": vendors(), "beside": beside,
        "unregistered": [payee for payee in payees if not payee.is_registered], "overdue": queries.overdue(), "may_note": _may_note(request),
        "to_confirm": queries.results_to_confirm(),
    }  # fmt: skip
    table = queries.sheet(found if request.GET.get("format") in sheets.FORMATS else page)
    return sheets.respond(request, "conflicts/register.html", context, table, *beside)


@allow(*STAFF)
@require_GET
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """One conflict: its terms, yearly results, moves, evidence and history."""
    row = queries.conflict(pk)
    if row is None:
        raise Http404
    shown = {
        "row": row, "results": list(row.results.all()), "cite": BY_KEY.get(row.kind_of.cite), "may_note": _may_note(request),
        "owner_form": OwnerForm(initial={"owner": row.owner}) if row.is_live and _may_note(request) else None,
    }  # fmt: skip
    return render(request, "conflicts/conflict.html", shown)


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Put a conflict on the register; `?kind=&venue=&vendor=&since_on=` fill the form in."""
    asked = {name: request.GET[name] for name in ("kind", "venue", "vendor", "since_on") if request.GET.get(name)}
    form = ConflictForm(request.POST if request.method == "POST" else None, initial={"owner": actor_of(request).key, **asked})
    if request.method == "POST" and form.is_valid():
        row = actions.propose(actor_of(request), **form.facts())
        messages.success(request, "On the register. Compliance decides; file what proves it below.")
        return redirect(row.get_absolute_url())
    return _form(request, form, None)


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a conflict that nobody accepted yet."""
    row = get_object_or_404(Conflict, pk=pk)
    if row.state != "proposed":
        raise Refusal("This was decided, so it is not corrected any more. Change its terms with the button on its page; it is then accepted anew.")
    form = ConflictForm(request.POST if request.method == "POST" else None, instance=get_object_or_404(Conflict, pk=pk))
    if request.method == "POST" and form.is_valid():
        actions.correct(actor_of(request), row, **form.facts())
        messages.success(request, "Corrected. The record keeps what stood here before.")
        return redirect(row.get_absolute_url())
    return _form(request, form, row)


@allow(*NOTERS)
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a conflict another owner."""
    row = get_object_or_404(Conflict, pk=pk)
    actions.hand_over(actor_of(request), row, request.POST.get("owner", ""))
    messages.success(request, "Handed over; the owner was told.")
    return redirect(row.get_absolute_url())


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def note_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what a year's look found."""
    row = queries.conflict(pk)
    if row is None:
        raise Http404
    form = ResultForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        result = actions.note_result(actor_of(request), row, **form.cleaned_data)
        messages.success(request, "Noted. A second person confirms it.")
        return redirect(result.get_absolute_url())
    return render(request, "conflicts/result.html", {"form": form, "row": row}, status=400 if request.method == "POST" else 200)


def _form(request: HttpRequest, form: ConflictForm, row: Conflict | None) -> HttpResponse:
    return render(request, "conflicts/form.html", {"form": form, "row": row, "kinds": KINDS}, status=400 if request.method == "POST" else 200)


def _may_note(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(NOTERS))
