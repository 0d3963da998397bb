"""What earlier reviews left for this one: actions not done, quarters missed, and what came after a signature."""

from __future__ import annotations

from oversight.agenda import Item
from oversight.reviews.lifecycle import ACTION, ITEM
from oversight.reviews.models import Action, AgendaItem, LateItem, Review


def items(review: Review) -> list[Item]:
    """Of other reviews: actions not confirmed, late items that no other review has ended, and earlier quarters that nobody signed. Four queries."""
    actions = Action.objects.exclude(review=review).exclude(state__in=ACTION.ends).select_related("review").order_by("due_on", "pk")
    ended = AgendaItem.objects.exclude(review=review).filter(subject_kind=LateItem.RECORD, state__in=ITEM.ends).values_list("subject_id", flat=True)
    taken = set(ended)
    late = [row for row in LateItem.objects.exclude(review=review).select_related("review", "run") if str(row.pk) not in taken]
    missed = Review.objects.filter(kind="quarterly", last_on__lt=review.first_on).exclude(state="signed").order_by("last_on")
    return [*map(_action, actions), *map(_late, late), *map(_missed, missed)]


def _action(row: Action) -> Item:
    said = {"open": f"due {row.due_on}{', overdue' if row.is_overdue else ''}", "done": "its owner says that it is done; nobody confirmed it"}[row.state]
    return Item(
        row.subject,
        f"Action of {row.review.quarter}: {row.what}"[:200],
        f"{row.review}: {said}.",
        row.get_absolute_url(),
        "high" if row.is_overdue else "medium",
    )


def _late(row: LateItem) -> Item:
    title = f"Something came after {row.review} was signed"
    return Item(row.subject, title[:200], row.differs, row.get_absolute_url(), "high")


def _missed(row: Review) -> Item:
    why = f"It was due on {row.due_on} and is {row.state_title}. A quarter that nobody reviewed is reviewed late, and says so."
    return Item(row.subject, f"{row} was missed"[:200], why, row.get_absolute_url(), "high")
