"""The sample firm's review, played once on the few rows that it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from oversight import clock
from oversight.actor import Actor
from oversight.demo.people import People
from oversight.demo.quarter_end import reviews
from oversight.evidence import store
from oversight.reviews import floor
from oversight.reviews.models import Action, AgendaItem, Motion, Paper, Recusal, Review, Seat, Vote
from oversight.roles import COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.actions import register
from oversight.vendors.models import Vendor

from .test_reviews import run_of

ROLES = {
    COMMITTEE: COMMITTEE,
    "committee_2": COMMITTEE,
    "committee_3": COMMITTEE,
    COMPLIANCE: COMPLIANCE,
    SENIOR_MANAGER: SENIOR_MANAGER,
    SUPERVISOR: SUPERVISOR,
    VENDOR_MANAGER: VENDOR_MANAGER,
}


def test_the_committee_meets_in_two_halves_and_two_sign(actor: Callable[..., Actor]) -> None:
    people = People({name: actor(role, name=name) for name, role in ROLES.items()}, "")
    with clock.stated(datetime(2026, 9, 30, 12, tzinfo=UTC)):
        vendors = {key: register(people[VENDOR_MANAGER], key=key, name=key.replace("_", " ").title()) for key in ("vendor_a", "vendor_b")}
        Vendor.objects.update(state="live")
        run_of(date(2026, 9, 30))
    reviews.before_meeting(people, vendors)
    review = Review.objects.get()
    assert (review.state, review.due_on, Seat.objects.filter(state="in_force").count()) == ("convened", date(2026, 11, 9), 4)
    assert [(paper.is_late, len(paper.circulated_to)) for paper in Paper.objects.select_related("review__charter").order_by("pk")] == [
        (False, 4), (False, 4), (False, 4), (False, 4), (True, 4),
    ]  # fmt: skip
    reviews.play_meeting(people, vendors)
    with clock.stated(datetime(2026, 10, 27, 14, 30, tzinfo=UTC)):
        assert floor.floor(review).words() == "quorum: 3 of 3 seats with a vote, 2 needed"
    assert [(motion.item.vendor, motion.kind, motion.state, motion.votes.count()) for motion in Motion.objects.order_by("pk")] == [
        ("vendor_a", "retain", "carried", 2), ("vendor_b", "conditions", "open", 1),
    ]  # fmt: skip
    assert AgendaItem.objects.filter(state="open").count() > 1
    reviews.finish_meeting(people, vendors)
    review = Review.objects.select_related("filed").get()
    assert (review.state, review.signed_by, review.is_missed) == ("signed", people["committee_2"].key, False)
    assert review.filed is not None
    assert store.read(review.filed.sha256).startswith(b"%PDF-")
    assert Motion.objects.get(kind="conditions").count == "2 for, 1 against, 0 abstaining, of 3 seats"
    assert Vote.objects.get(choice="against").words == reviews.DISSENT
    assert Recusal.objects.get().item is not None
    assert sorted(Action.objects.values_list("owner", "due_on")) == sorted([
        (people[VENDOR_MANAGER].key, date(2026, 11, 30)), (people[SUPERVISOR].key, date(2026, 11, 30)), (people[VENDOR_MANAGER].key, date(2026, 11, 13)),
    ])  # fmt: skip
    assert set(AgendaItem.objects.values_list("state", flat=True)) <= {"taken_up", "decided", "skipped"}
