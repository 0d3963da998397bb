"""The agenda: a snapshot of everything that must be taken up, with what came since added each time it is generated."""

from __future__ import annotations

from dataclasses import dataclass

from oversight import clock
from oversight.actor import Actor, automated
from oversight.agenda import Item
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.reviews import floor, sources
from oversight.reviews.lifecycle import KEEPERS
from oversight.reviews.models import VENDOR, AgendaItem, Review

DESK = automated("reviews")
"""Raises reviews, adds to an open agenda what came since, notes what was missed."""


@dataclass(frozen=True)
class Generated:
    """What a generation did: how many items were added, how many are no longer named by their source, how many there are."""

    added: int
    gone: int
    items: int

    @property
    def words(self) -> str:
        return f"{self.added} added, {self.gone} no longer named by their source, {self.items} on the agenda"


def generate(by: Actor, review: Review) -> Generated:
    """Add what the desk holds now and the agenda does not; what stands there stays as it was. Raises Refusal once the meeting is over."""
    with actions.turn():
        kept = _open(review)
        _keeps(by, kept)
        held = {(one.source, one.subject_kind, one.subject_id): one for one in kept.items.all()}
        named, number, added = set(), len(held), []
        for source, item in sources.collect(kept):
            key = (source, *_subject(item))
            named.add(key)
            if key not in held:
                number += 1
                held[key] = _item(by, kept, number, source, item)
                added.append(held[key])
        actions.create_many(by, added, verb="put_on_agenda")
        gone = _mark(by, held, named)
        actions.change(by, kept, verb="generate_agenda", generated_at=clock.now())
    review.generated_at = kept.generated_at
    return Generated(len(added), gone, number)


def add(by: Actor, review: Review, *, title: str, why: str, address: str = "", severity: str = "medium", vendor: str = "") -> AgendaItem:
    """Put something on the agenda by hand, as a seat or as who keeps it: a matter, or a figure by its address. Raises Refusal once the meeting is over."""
    if not title.strip() or not why.strip():
        raise Refusal("An item needs a title, and why it is taken up.")
    if address and (not address.startswith("/") or address.startswith(("//", "/\\")) or any(char.isspace() for char in address)):
        raise Refusal("The address of a figure is a page of this desk: it begins with a slash, as in /scorecard/?vendor=….")
    with actions.turn():
        kept = _open(review)
        _keeps(by, kept)
        number = kept.items.count() + 1
        row = _item(by, kept, number, sources.HAND, Item(("by_hand", str(number)), title.strip()[:200], why.strip(), address, severity, vendor))
        return actions.create(by, row, verb="put_on_agenda")


def _open(review: Review) -> Review:
    kept = Review.objects.select_related("charter").get(pk=review.pk)
    if not kept.takes_items:
        raise Refusal("The meeting is over, so its agenda is settled. What is new goes to the next review.")
    return kept


def _keeps(by: Actor, review: Review) -> None:
    is_theirs = by.key == DESK.key or by.roles & set(KEEPERS) or floor.floor(review).of(by.key)
    if not is_theirs:
        raise Refusal("The agenda is kept by compliance and by the seats of the committee.", is_forbidden=True)


def _subject(item: Item) -> tuple[str, str]:
    kind, id_ = item.subject
    return kind[:40], id_[:64]


def _item(by: Actor, review: Review, number: int, source: str, item: Item) -> AgendaItem:
    kind, id_ = _subject(item)
    return AgendaItem(
        review=review, number=number, source=source, subject_kind=kind, subject_id=id_, title=item.title[:200], why=item.why[:4000], address=item.address[:500],
        severity=item.severity, vendor=item.vendor[:60], is_vote=source == "vendors" and kind == VENDOR, added_by=by.key, added_at=clock.now(),
        state=AgendaItem.LIFECYCLE.start,
    )  # fmt: skip


def _mark(by: Actor, held: dict[tuple[str, str, str], AgendaItem], named: set[tuple[str, str, str]]) -> int:
    """Note on open items that their source no longer names them, or names them again; they are ended all the same."""
    gone = 0
    for key, item in held.items():
        if item.source == sources.HAND or item.is_ended:
            continue
        if key not in named and item.gone_at is None:
            actions.change(by, item, verb="source_gone", gone_at=clock.now())
            gone += 1
        elif key in named and item.gone_at is not None:
            actions.change(by, item, verb="source_back", gone_at=None)
    return gone
