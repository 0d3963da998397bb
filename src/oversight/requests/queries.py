"""Every read of requests worth a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from oversight import clock
from oversight.accounts.models import Account
from oversight.evidence.models import Filed
from oversight.findings.models import RunDay
from oversight.requests.grounds import PRIVILEGED
from oversight.requests.lifecycle import COUNSEL, OPEN, RUNNING, TO_DO
from oversight.requests.models import Counsel, Document, Download, Item, Paper, Produced, Production, Request, Room, Visit

STATES = {"open": "open", "late": "past the day", "closed": "closed or withdrawn", "all": "all"}
MOST_FOUND = 30


def requests(state: str = "open") -> QuerySet[Any]:
    """Letters by the day on which they are due, with counts of their items: in one of STATES."""
    ended = Q(items__state__in=("produced", "nothing", "withheld"))
    late = Q(items__state__in=TO_DO, items__due_on__lt=clock.today())
    found = Request.objects.annotate(
        item_count=Count("items", distinct=True), ended_count=Count("items", filter=ended, distinct=True), late_count=Count("items", filter=late, distinct=True)
    )
    by_state = {"open": Q(state__in=OPEN), "late": Q(state__in=RUNNING, due_on__lt=clock.today()), "closed": ~Q(state__in=OPEN), "all": Q()}
    return found.filter(by_state.get(state, Q(state__in=OPEN))).order_by("due_on", "pk")


def items_of(request: Request) -> QuerySet[Any]:
    """The items of a letter in its order, with the number of documents in each and of those that wait for counsel."""
    within = ~Q(placements__document__state="set_aside") & Q(placements__isnull=False)
    waiting = Q(placements__document__state="waiting")
    return request.items.annotate(documents=Count("placements", filter=within), waiting=Count("placements", filter=waiting)).order_by("place")


def documents_of(request: Request, item: Item | None = None) -> QuerySet[Document]:
    """The documents of a letter, or of one item, with their items: two queries."""
    found = Document.objects.filter(request=request)
    found = found.filter(placements__item=item) if item else found
    return found.select_related("filed", "redaction").prefetch_related("placements__item", "given_in").order_by("pk")


def superseded(documents: Iterable[Document]) -> set[int]:
    """Which of these documents a later filing took the place of; one query."""
    held = {document.filed_id: document.pk for document in documents}
    return {held[pk] for pk in Filed.objects.filter(supersedes_id__in=held).values_list("supersedes_id", flat=True)}


def given_of(request: Request) -> QuerySet[Produced]:
    """What was given of a letter, by number."""
    found = Produced.objects.filter(production__request=request).exclude(number=None)
    return found.select_related("production", "document__filed", "filed").order_by("number")


def given(production: Production) -> QuerySet[Produced]:
    """The documents of one production."""
    return production.given.select_related("document__filed", "document__redaction", "filed").order_by("number", "pk")


def withheld_of(request: Request) -> QuerySet[Document]:
    """What counsel keeps back or gives redacted."""
    return documents_of(request).filter(Q(state="withheld") | Q(redaction__isnull=False, state__in=("redacted", "produced", "recalled")))


def counsel_of(request: Request) -> list[Counsel]:
    """Who is counsel for a letter now."""
    return list(request.counsel.filter(ended_at=None))


def papers_of(account: Account, request: Request) -> QuerySet[Paper]:
    """Counsel's space of a letter: nothing for anybody else."""
    is_counsel = bool(account.roles & set(COUNSEL)) and request.counsel.filter(account=account.key, ended_at=None).exists()
    return request.papers.select_related("document__filed") if is_counsel else Paper.objects.none()


def privileged_hashes() -> frozenset[str]:
    """The SHA-256 of all bytes that no exam file may hold: counsel's papers, and what counsel withholds or redacts on the ground of a privilege."""
    papers = Paper.objects.exclude(sha256="").values_list("sha256", flat=True)
    documents = Document.objects.filter(ground__in=PRIVILEGED, state__in=("withheld", "redacted", "produced", "recalled"))
    kept_back = documents.filter(Q(state="withheld") | Q(redaction__isnull=False, given_in__is_redacted=True) | Q(state="redacted"))
    return frozenset({*papers, *kept_back.values_list("filed__sha256", flat=True)})


def to_take_in(text: str) -> list[Filed]:
    """Filed evidence whose title, name or words hold the text, or whose hash begins with it; what was superseded is left out."""
    asked = text.strip()
    if not asked:
        return []
    named = Q(title__icontains=asked) | Q(name__icontains=asked) | Q(shows__icontains=asked) | Q(sha256__startswith=asked.lower())
    return list(Filed.objects.filter(named, superseded_by=None).order_by("-filed_at", "-pk")[:MOST_FOUND])


def runs_of(item: Item) -> list[str]:
    """The ids of the runs in force for the item's days, in the order of their first day."""
    days = RunDay.objects.filter(is_current=True, on__range=(item.first_on, item.last_on)).order_by("on")
    return list(dict.fromkeys(days.values_list("run_id", flat=True)))


def rooms_of(request: Request) -> QuerySet[Room]:
    """The readers' rooms of a letter, the latest first."""
    return request.rooms.select_related("production").order_by("-made_at", "-pk")


def visits_of(room: Room) -> QuerySet[Visit]:
    """Who came in or tried, the latest first, with what they took."""
    return room.visits.prefetch_related("downloads__produced").order_by("-at", "-pk")


def downloads_of(request: Request) -> QuerySet[Download]:
    """Everything that was taken from the rooms of a letter."""
    return Download.objects.filter(production__request=request).select_related("visit__room", "produced", "production").order_by("-at", "-pk")


def mine(account: Account) -> QuerySet[Item]:
    """The items that this account owns and has to do something about."""
    return Item.objects.filter(owner=account.key, state__in=("open", "gathering"), request__state__in=OPEN).select_related("request").order_by("due_on", "pk")


def for_counsel(account: Account) -> tuple[QuerySet[Document], QuerySet[Item]]:
    """The documents and the items that wait for this account as counsel."""
    named = Counsel.objects.filter(account=account.key, ended_at=None).values("request")
    documents = Document.objects.filter(request__in=named, request__state__in=OPEN, state="waiting").exclude(chosen_by=account.key)
    items = Item.objects.filter(request__in=named, request__state__in=OPEN, state="ready").exclude(readied_by=account.key)
    return documents.select_related("request").order_by("pk"), items.select_related("request").order_by("due_on", "pk")


def due_within(days: int) -> tuple[list[Request], list[Item]]:
    """The letters and the items whose day is over or comes within so many days, and that are not done."""
    until = clock.today() + timedelta(days=days)
    items = Item.objects.filter(state__in=TO_DO, due_on__lte=until, request__state__in=RUNNING).select_related("request").order_by("due_on", "pk")
    return list(Request.objects.filter(state__in=RUNNING, due_on__lte=until).order_by("due_on", "pk")), list(items)
