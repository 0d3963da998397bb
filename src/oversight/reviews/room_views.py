"""The committee room: one page from which a meeting is held, and what each of its buttons does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from oversight.access import actor_of, allow
from oversight.accounts.queries import names
from oversight.evidence import queries as evidence
from oversight.reviews import acting, queries, signing, sitting, tabling, voting
from oversight.reviews.floor import Floor, presides
from oversight.reviews.forms import ActionForm, MotionForm, PaperForm, RecusalForm, SignForm, TogetherForm, VoteForm
from oversight.reviews.lifecycle import CHOICES, KEEPERS, SEATED
from oversight.reviews.models import AgendaItem, Motion, Review, Seat
from oversight.reviews.signers import why_not
from oversight.reviews.sources import TITLES
from oversight.reviews.views import asked, found
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The room: who is here and whether that is a quorum, the agenda, the current item with its motions, papers, actions, signatures."""
    row, by = found(pk), actor_of(request)
    items, now = queries.agenda(row), queries.on_the_floor(row)
    current = _current(items, request.GET.get("item", ""))
    own = now.of(by.key)
    is_here = own is not None and own.is_here and row.is_in_session
    shown: dict[str, Any] = {
        "row": row, "items": items, "current": current, "left": sum(not one.is_ended for one in items), "floor": now, "own": own, "is_here": is_here,
        "papers": queries.papers(row), "recusals": queries.recusals(row), "later": queries.later(row), "quorum": now.words(),
        "may_preside": own is not None and presides(own.seat), "may_keep": bool(by.roles & set(KEEPERS)), "may_sit": bool(by.roles & set(SEATED)),
        "set": [action for one in items for action in one.actions.all()], "loose": list(row.actions.filter(item=None)),
        **_signing(row, by.key, now), **(_item(current, now, by.key, is_here=is_here) if current else {}),
    }  # fmt: skip
    for one in items:
        one.called = TITLES.get(one.source, one.source)  # type: ignore[attr-defined]  # for the template's groups
    if row.is_in_session and own:
        shown |= {"recuse": RecusalForm(row, _people(now)), "act": ActionForm()}
    if row.takes_items and shown["may_keep"]:
        shown["table"] = PaperForm(row)
    return render(request, "reviews/review.html", shown)


@allow(*STAFF)
@require_GET
def floor(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is here and the quorum alone: the room asks for it again and again."""
    row = found(pk)
    return render(request, "reviews/floor.html", {"row": row, "floor": queries.on_the_floor(row)})


@allow(*SEATED)
@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a seat came or went: one's own where none is named."""
    row, by = found(pk), actor_of(request)
    number = request.POST.get("seat", "")
    seat = get_object_or_404(Seat, pk=number) if number.isdecimal() and len(number) < 19 else None
    (sitting.arrive if request.POST.get("here") == "yes" else sitting.leave)(by, row, seat)
    return _back(request, row)


@allow(*SEATED)
@require_POST
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand aside from an item or the whole review."""
    row = found(pk)
    form = RecusalForm(row, _people(queries.on_the_floor(row)), request.POST)
    if not form.is_valid():
        return asked(request, form, title="Stand aside", button="Note it", row=row)
    number = form.cleaned_data["seat"]
    seat = get_object_or_404(Seat, pk=number) if number else None
    sitting.recuse(actor_of(request), row, seat=seat, item=form.cleaned_data["item"], reason=form.cleaned_data["reason"])
    messages.success(request, "Noted. The quorum is counted without the seat where it stands aside.")
    return _back(request, row)


@allow(*SEATED)
@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up several items that were discussed as one."""
    row = found(pk)
    form = TogetherForm(row, request.POST)
    if not form.is_valid():
        return asked(request, form, title="Take up together", button="Take them up", row=row)
    given = form.cleaned_data
    ended = sitting.take_up_together(actor_of(request), list(given["items"]), discussion=given["discussion"], resolution=given["resolution"])
    messages.success(request, f"{len(ended)} item{'' if len(ended) == 1 else 's'} taken up.")
    return redirect(row.get_absolute_url())


@allow(*SEATED)
@require_POST
def put_motion(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Move something on an item."""
    item = _of(pk, number)
    form = MotionForm(voting.kinds_for(item), queries.owners(), request.POST)
    if not form.is_valid():
        return asked(request, form, title=f"Move on {item}", button="Move it", row=item.review)
    given = {name: form.cleaned_data[name] for name in ("kind", "text", "alternatives")}
    voting.move(actor_of(request), item, **given, terms=form.terms())
    messages.success(request, "Moved. Each seat that is present and not recused votes once.")
    return redirect(item.get_absolute_url())


@allow(*SEATED)
@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote on a motion."""
    motion = _motion(pk)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return asked(request, form, title=f"Vote on {motion}", button="Vote", row=motion.item.review)
    voting.vote(actor_of(request), motion, form.cleaned_data["choice"], words=form.cleaned_data["words"])
    messages.success(request, "Your vote is in the minutes.")
    return redirect(motion.get_absolute_url())


@allow(*SEATED)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the vote on a motion."""
    closed = voting.close(actor_of(request), _motion(pk))
    messages.success(request, f"The motion is {closed.state_title}: {closed.count}.")
    return redirect(closed.get_absolute_url())


@allow(*SEATED)
@require_POST
def set_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask something of one person by a day; `item` names the item that it comes from."""
    row = found(pk)
    form = ActionForm(request.POST)
    if not form.is_valid():
        return asked(request, form, title="Set an action", button="Set it", row=row)
    number = request.POST.get("item", "")
    item = row.items.filter(number=int(number)).first() if number.isdecimal() and len(number) < 5 else None
    acting.set_action(actor_of(request), row, item=item, **form.cleaned_data)
    messages.success(request, "Set. Its owner is told, and every later review looks at it until it is done.")
    return _back(request, row)


@allow(*KEEPERS)
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper on the table."""
    row, by = found(pk), actor_of(request)
    form = PaperForm(row, request.POST, request.FILES)
    if not form.is_valid():
        return asked(request, form, title="Attach a paper", button="Attach it", row=row)
    given = form.cleaned_data
    if given.get("evidence"):
        tabling.attach(by, row, given["evidence"], given["item"])
    else:
        tabling.attach_file(by, row, given["file"].name, given["file"], title=given["title"], item=given["item"])
    messages.success(request, "On the table by its hash. Circulate it, so that the seats are told.")
    return redirect(f"{row.get_absolute_url()}#papers")


@allow(*KEEPERS)
@require_POST
def circulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell every seat of the papers that wait."""
    row = found(pk)
    number = len(tabling.circulate(actor_of(request), row))
    messages.success(request, f"{number} paper{'' if number == 1 else 's'} circulated; every seat is told.")
    return redirect(f"{row.get_absolute_url()}#papers")


@allow(*SEATED)
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the minutes: first, or second, whichever is waited for."""
    row, by = found(pk), actor_of(request)
    form = SignForm(request.POST)
    statement = form.cleaned_data["statement"] if form.is_valid() else ""
    if row.state == "half_signed":
        signing.countersign(by, row, statement=statement)
        messages.success(request, "Signed by two. The review is locked, and its minutes are filed.")
    else:
        signing.sign(by, row, statement=statement)
        messages.success(request, "Signed. The minutes are frozen; the second signature is waited for.")
    return redirect(row.get_absolute_url())


def _current(items: list[AgendaItem], number: str) -> AgendaItem | None:
    """The item of that number, else the first that is open, else the first."""
    named = next((one for one in items if str(one.number) == number), None)
    return named or next((one for one in items if not one.is_ended), None) or next(iter(items), None)


def _item(current: AgendaItem, now: Floor, person: str, *, is_here: bool) -> dict[str, Any]:
    """What the room shows of the current item: its motions, who may still vote, and what this person can do."""
    own = now.of(person)
    is_aside = own is not None and now.is_aside(own.seat, current)
    motions = list(current.motions.all())
    open_one = next((motion for motion in motions if motion.state == "open"), None)
    may_vote = is_here and own is not None and own.seat.has_vote and not is_aside
    has_voted = open_one is not None and any(one.person == person for one in open_one.votes.all())
    may_move = may_vote and open_one is None and not current.is_ended
    return {
        "subject": evidence.row(current.subject_kind, current.subject_id), "motions": motions, "open_motion": open_one, "is_aside": is_aside,
        "item_quorum": now.words(current), "has_item_quorum": now.has_quorum(current),
        "may_vote": may_vote and open_one is not None and not has_voted, "has_voted": has_voted, "choices": CHOICES,
        "to_vote": voting.left_to_vote(open_one, now) if open_one else [], "count": voting.count_of(open_one, now).words if open_one else "",
        "move_form": MotionForm(voting.kinds_for(current), queries.owners()) if may_move else None, "may_end": is_here and not is_aside,
    }  # fmt: skip


def _signing(row: Review, person: str, now: Floor) -> dict[str, Any]:
    """Whose signature is waited for, and why it is not this person's."""
    held = row.minutes.order_by("-number").first() if row.state in ("half_signed", "signed") else None
    signatures = list(held.signatures.select_related("seat").order_by("pk")) if held else []
    is_waiting = row.state in ("adjourned", "half_signed")
    return {"held": held, "signatures": signatures, "why_not": why_not(row, person, now) if is_waiting else "", "sign": SignForm() if is_waiting else None}


def _people(now: Floor) -> list[tuple[str, str]]:
    known = names()
    return [(str(one.seat.pk), known.get(one.seat.person, one.seat.person)) for one in now.standings]


def _of(pk: int, number: int) -> AgendaItem:
    return get_object_or_404(AgendaItem.objects.select_related("review__charter"), review_id=pk, number=number)


def _motion(pk: int) -> Motion:
    motion = Motion.objects.select_related("item__review__charter").filter(pk=pk).first()
    if motion is None:
        raise Http404
    return motion


def _back(request: HttpRequest, row: Review) -> HttpResponse:
    """Back to the item from which it was asked."""
    number = request.POST.get("back", "")
    return redirect(f"{row.get_absolute_url()}?item={number}#item" if number.isdecimal() and len(number) < 5 else row.get_absolute_url())
