"""The pages of requests: the list, one letter, taking one in, its items, counsel and extensions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.evidence.uploads import posted
from oversight.requests import actions, grounds, queries, tables
from oversight.requests.forms import AnswerForm, AssignForm, CorrectForm, CounselForm, ExtensionForm, ItemForm, RequestForm, kept
from oversight.requests.lifecycle import COUNSEL, KEEPERS
from oversight.requests.models import Counsel, Extension, Item, Request
from oversight.requests.rights import is_counsel
from oversight.roles import AUDITOR, COMPLIANCE, SENIOR_MANAGER, STAFF

SEES_ROOMS = (COMPLIANCE, SENIOR_MANAGER, AUDITOR)


@allow(*STAFF)
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Letters of request: open, past their day, closed."""
    state = request.GET.get("state", "open")
    found = queries.requests(state)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    shown = found if request.GET.get("format") in sheets.FORMATS else page
    context = {"page": page, "state": state, "states": queries.STATES, "may_open": bool(actor_of(request).roles & set(KEEPERS))}
    return sheets.respond(request, "requests/requests.html", context, tables.requests(shown))


@allow(*STAFF)
@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: its clock, items, documents, what was given and withheld, counsel, extensions and rooms."""
    row = _row(pk)
    by = actor_of(request)
    documents, items = list(queries.documents_of(row)), list(queries.items_of(row))
    left = [item for item in items if item.state not in Item.LIFECYCLE.ends]
    made = {
        "items": tables.items(items), "documents": tables.documents(documents, queries.superseded(documents)),
        "log": tables.log(queries.given_of(row)), "withheld": tables.withheld(queries.withheld_of(row)),
    }  # fmt: skip
    sees_rooms = bool(by.roles & set(SEES_ROOMS))
    if sees_rooms:
        made |= {"rooms": tables.rooms(queries.rooms_of(row)), "downloads": tables.downloads(queries.downloads_of(row)[:500])}
    sits = is_counsel(by.key, by.roles, row.pk)
    context = {
        "row": row, **made, "left": left, "count": len(items), "ended": len(items) - len(left),
        "counsel": queries.counsel_of(row), "extensions": list(row.extensions.all()),
        "productions": list(row.productions.order_by("number")),
        "keeps": bool(by.roles & set(KEEPERS)), "sits": sits, "may_name": bool(by.roles & set(COUNSEL)) and row.is_open, "sees_rooms": sees_rooms,
        "may_end": sits or SENIOR_MANAGER in by.roles, "counsel_form": CounselForm(), "citation": grounds.citation(row.rule), "doubt": grounds.doubt(row.rule),
        "papers": row.papers.count() if sits else 0,
    }  # fmt: skip
    return sheets.respond(request, "requests/request.html", context, made.pop("items"), *made.values())


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Take a letter in."""
    form = RequestForm(**posted(request), initial={"owner": actor_of(request).key})
    if request.method == "POST" and form.is_valid():
        with kept(form):
            said = dict(form.cleaned_data)
            sent = said.pop("content")
            said.pop("other_rule")
            row = actions.open_request(actor_of(request), sent.name, sent, **said)
            messages.success(request, "Taken in; its clock runs. Now split it: each question of the letter is an item.")
            return redirect(row.get_absolute_url())
    rules = [(rule, grounds.citation(rule), grounds.doubt(rule)) for rule in grounds.RULES]
    return render(request, "requests/new.html", {"form": form, "rules": rules}, status=400 if request.method == "POST" else 200)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the facts of an open letter, or give it to another owner."""
    row = _row(pk)
    stands = {name: getattr(row, name) for name in (*actions.FACTS, "due_on")} | {"due_on": row.first_due_on}
    if row.rule not in grounds.RULES:
        stands |= {"rule": "other", "other_rule": row.rule}
    form = CorrectForm(**posted(request), initial=stands)
    if request.method == "POST" and form.is_valid():
        with kept(form):
            actions.correct(actor_of(request), row, why=form.cleaned_data["reason"], **form.facts())
            messages.success(request, "Corrected; the record keeps what stood here before.")
            return redirect(row.get_absolute_url())
    return _form(request, form, row, "Correct the letter's facts")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Write one item of the letter, then the next."""
    row = _row(pk)
    form = ItemForm(request.POST if request.method == "POST" else None, request_row=row)
    if request.method == "POST" and form.is_valid():
        with kept(form):
            item = actions.add_item(actor_of(request), row, **form.cleaned_data)
            messages.success(request, f"Item {item.number} is written; its owner is told.")
            return redirect("requests:add_item", pk=row.pk) if "next_one" in request.POST else redirect(row.get_absolute_url())
    shown = {"form": form, "row": row, "items": list(row.items.order_by("place")), "title": "Write an item"}
    return render(request, "requests/item_form.html", shown, status=400 if request.method == "POST" else 200)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an item to another owner, or other days."""
    item = get_object_or_404(Item.objects.select_related("request"), pk=_whole(pk))
    stands = {name: getattr(item, name) for name in ("question", "owner", *actions.DATES)}
    form = AssignForm(request.POST if request.method == "POST" else None, request_row=item.request, initial=stands)
    if request.method == "POST" and form.is_valid():
        with kept(form):
            said = dict(form.cleaned_data)
            actions.assign(actor_of(request), item, why=said.pop("reason"), **said)
            messages.success(request, "Changed; the record keeps what stood here before.")
            return redirect(item.get_absolute_url())
    shown = {"form": form, "row": item.request, "item": item, "title": f"Item {item.number}: owner and days"}
    return render(request, "requests/item_form.html", shown, status=400 if request.method == "POST" else 200)


@allow(*COUNSEL)
@require_POST
def name_counsel(request: HttpRequest, pk: int) -> HttpResponse:
    """Name one more counsel."""
    row, form = _row(pk), CounselForm(request.POST)
    if form.is_valid():
        actions.name_counsel(actor_of(request), row, form.cleaned_data["account"])
        messages.success(request, "Named. Counsel's space is open to this account now.")
    return redirect(row.get_absolute_url())


@allow(*COUNSEL)
@require_POST
def end_counsel(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's seat as counsel."""
    seat = get_object_or_404(Counsel.objects.select_related("request"), pk=_whole(pk), ended_at=None)
    actions.end_counsel(actor_of(request), seat, why=request.POST.get("why", ""))
    messages.success(request, "Ended. Counsel's space is closed to this account.")
    return redirect(seat.request.get_absolute_url())


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def ask_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that more time was asked for."""
    row, form = _row(pk), ExtensionForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        with kept(form):
            said = dict(form.cleaned_data)
            sent = said.pop("content")
            actions.ask_extension(actor_of(request), row, sent.name, sent, **said)
            messages.success(request, "Noted. The day of the letter stands until more time is granted.")
            return redirect(row.get_absolute_url())
    return _form(request, form, row, "More time is asked for")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def answer_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the authority's answer."""
    row = get_object_or_404(Extension.objects.select_related("request"), pk=_whole(pk))
    form = AnswerForm(**posted(request), initial={"until_on": row.asked_until_on})
    if request.method == "POST" and form.is_valid():
        with kept(form):
            said, by = form.cleaned_data, actor_of(request)
            sent = {"why": said["why"], "name": said["content"].name, "letter": said["content"]}
            if said["answer"] == "granted":
                actions.grant(by, row, until_on=said["until_on"], **sent)
            else:
                actions.refuse_extension(by, row, **sent)
            messages.success(request, "Noted.")
            return redirect(row.request.get_absolute_url())
    return _form(request, form, row.request, f"The answer on more time until {row.asked_until_on}")


def _form(request: HttpRequest, form: Any, row: Request, title: str) -> HttpResponse:
    shown = {"form": form, "row": row, "title": title, "is_upload": True}
    return render(request, "requests/form.html", shown, status=400 if request.method == "POST" else 200)


def _row(pk: int) -> Request:
    return get_object_or_404(Request.objects.select_related("letter"), pk=_whole(pk))


def _whole(pk: int) -> int:
    """A number that a table can hold."""
    if pk >= 2**63:
        raise Http404
    return pk
