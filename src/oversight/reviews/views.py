"""The pages of reviews: the calendar, raising one out of turn, its agenda and minutes, and what is put on an agenda by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.reviews import actions, minutes, printing, queries
from oversight.reviews.floor import charter
from oversight.reviews.forms import ConveneForm, ItemForm, OutOfTurnForm
from oversight.reviews.lifecycle import CHARTERERS, KEEPERS, SEATED
from oversight.reviews.models import Review
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """The calendar: every quarter that owes a review, with what was missed in red."""
    state = request.GET.get("state", "").strip()
    found = queries.reviews(state=state)
    shown = {
        "states": queries.STATES, "asked": state, "not_raised": queries.not_raised(), "missed": list(queries.overdue()), "charter": charter(),
        "may_raise": bool(actor_of(request).roles & set(CHARTERERS)),
    }  # fmt: skip
    return sheets.respond(request, "reviews/reviews.html", shown, queries.sheet(found))


@allow(*CHARTERERS)
@require_http_methods(["GET", "POST"])
def raise_review(request: HttpRequest) -> HttpResponse:
    """Raise an extraordinary review."""
    form = OutOfTurnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = actions.raise_out_of_turn(actor_of(request), **form.cleaned_data)
        messages.success(request, "Raised. Set the meeting next.")
        return redirect(row.get_absolute_url())
    words = "For what cannot wait for the quarter: a run that came after a signature, harm that was found. It is held and signed like any other."
    return asked(request, form, title="Raise a review out of turn", words=words, button="Raise it", back=reverse("reviews:reviews"))


@allow(*CHARTERERS)
@require_POST
def raise_owed(request: HttpRequest) -> HttpResponse:
    """Raise the reviews that quarters owe, without waiting for the daily round."""
    number = actions.raise_owed(actor_of(request))
    words = f"{number} review{'' if number == 1 else 's'} raised. Set the meeting next." if number else "Every quarter that is over has its review."
    messages.success(request, words)
    return redirect("reviews:reviews")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def convene(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the meeting, or set it anew."""
    row = found(pk)
    form = ConveneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.convene(actor_of(request), row, meeting_at=form.meeting_at(), place=form.cleaned_data["place"])
        messages.success(request, "Set. The agenda is generated and every seat is told; attach and circulate the papers next.")
        return redirect(row.get_absolute_url())
    words = "Every seat is told. The charter in force today is the one under which the review is held."
    return asked(request, form, title="Set the meeting", words=words, button="Set it", row=row)


@allow(*SEATED)
@require_POST
def generate(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the agenda what came since."""
    row = found(pk)
    messages.success(request, f"The agenda: {actions.generate(actor_of(request), row).words}.")
    return redirect(row.get_absolute_url())


@allow(*SEATED)
@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """Put a matter or a figure on an open agenda; `?address=&title=&review=` fill the form in."""
    begun = {name: request.GET[name][:500] for name in ("address", "title", "review") if name in request.GET}
    form = ItemForm(request.POST if request.method == "POST" else None, initial={"review": queries.next_agenda(), **begun})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        item = actions.add(actor_of(request), given.pop("review"), **given)
        messages.success(request, "It is on the agenda, and cannot be left out without a reason.")
        return redirect(item.get_absolute_url())
    is_open = bool(queries.taking_items())
    words = "" if is_open else "No agenda is open: the next review is raised when its quarter is over, or out of turn."
    shown = form if is_open or request.method == "POST" else None
    return asked(request, shown, title="Put it on the agenda", words=words, button="Put it there", back=reverse("reviews:reviews"))


@allow(*STAFF)
@require_GET
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda as a table, to read, print and download."""
    row = found(pk)
    return sheets.respond(request, "reviews/agenda.html", {"row": row}, queries.agenda_sheet(row, queries.agenda(row)))


@allow(*STAFF)
@require_GET
def review_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes: as they stand while they fill, as they were frozen once somebody signed."""
    row = found(pk)
    told, held = minutes.told(row)
    signatures = list(held.signatures.select_related("seat").order_by("pk")) if held else []
    return render(request, "reviews/minutes.html", {"row": row, "told": told, "held": held, "signatures": signatures, "later": queries.later(row)})


@allow(*STAFF)
@require_GET
def minutes_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as PDF: the filed one once it is signed by two, else one that says that it is a draft."""
    row = found(pk)
    if row.filed is not None:
        return redirect("evidence:file_bytes", row.filed.pk)
    answer = HttpResponse(printing.of(row), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="minutes-{row.quarter}-{row.pk}-draft.pdf"'
    return answer


def found(pk: int) -> Review:
    """The review; Http404 where there is none."""
    row = queries.review(pk)
    if row is None:
        raise Http404
    return row


def asked(request: HttpRequest, form: forms.Form | None, **shown: Any) -> HttpResponse:
    """A form on a page of its own, with where to go back to; None where nothing can be asked, and the words say why."""
    return render(request, "reviews/form.html", {"form": form, **shown}, status=400 if request.method == "POST" else 200)
