"""Random walks through whole reviews, with the database: whatever is tried by whomever, nothing is signed without a quorum or with an open item.

Each step tries one act of the app, drawn at random, with anybody; a refusal is a step, too. After each, what the database holds is held against the rules,
said here once more in other words.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from oversight import clock
from oversight.accounts import actions as accounts
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.agenda import Item
from oversight.lifecycle import Refusal
from oversight.moving import make
from oversight.reviews import acting, actions, floor, printing, seating, signing, sitting, sources, voting
from oversight.reviews.models import Action, AgendaItem, Motion, Presence, Review, Signature, Vote
from oversight.reviews.sources import Source
from oversight.vendors import agenda as vendors

from .conftest import MEETING, Room

STEPS, WALKS, SEED = 5_200, 13, 20261027
Act = Callable[[], Any]
FITTING: dict[str, list[str]] = {
    "raised": ["convene"],
    "convened": ["open", "open", "convene", "recuse"],
    "in_session": [
        "arrive", "arrive", "arrive", "leave", "recuse", "take_up", "take_up", "propose_skip", "second_skip", "reopen", "move", "move", "vote", "vote", "vote",
        "vote", "vote_again", "close", "close", "withdraw", "set_action", "do", "adjourn", "close_account", "end_seat",
    ],
    "adjourned": ["sign", "sign", "resume", "do"],
    "half_signed": ["countersign", "countersign", "send_back", "do"],
    "signed": ["do", "sign", "countersign", "send_back", "vote", "take_up", "move", "reopen"],
}  # fmt: skip
"""What is tried most of the time in each state; anything is tried now and then."""


def two_items(first: date, last: date) -> list[Item]:
    """Two items that end without a vote: enough for a walk, and quick to gather."""
    return [Item(("thing", str(number)), f"Thing {number}", "It is open.", "") for number in (1, 2)]


class Walk:
    """One review, walked through at random. `tried` and `done` count the acts by name."""

    def __init__(self, room: Room, draw: random.Random, administrator: Actor) -> None:
        self.room, self.draw, self.administrator = room, draw, administrator
        self.people = [room.chair, room.two, room.three, room.secretary, room.senior]
        self.tried: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        first = date(2026, 9, 1)
        self.review = actions.raise_out_of_turn(room.senior, first_on=first, last_on=date(2026, 9, 30), due_on=date(2026, 12, 1), why="A walk.")
        self.locked: dict[str, Any] | None = None

    def run(self, steps: int) -> None:
        for _ in range(steps):
            review = self.kept()
            acts = self.acts(review)
            fitting = FITTING[review.state]
            name = self.draw.choice(fitting if self.draw.random() < 0.85 else list(acts))
            self.tried[name] += 1
            try:
                acts[name]()
            except Refusal:
                continue
            self.done[name] += 1
            self.check()

    def anybody(self) -> Actor:
        return self.draw.choice(self.people)

    def kept(self) -> Review:
        return Review.objects.select_related("charter").get(pk=self.review.pk)

    def item(self) -> AgendaItem:
        found = list(AgendaItem.objects.filter(review=self.review).select_related("review"))
        if not found:
            raise Refusal("none")
        still = [one for one in found if not one.is_ended]
        return self.draw.choice(still if still and self.draw.random() < 0.8 else found)

    def motion(self) -> Motion:
        found = list(Motion.objects.filter(item__review=self.review).order_by("-pk")[:3])
        if not found:
            raise Refusal("none")
        return self.draw.choice(found)

    def acts(self, review: Review) -> dict[str, Act]:
        any_, draw = self.anybody, self.draw
        return {
            "convene": lambda: actions.convene(any_(), review, meeting_at=MEETING, place="Room 4"),
            "open": lambda: actions.open_meeting(any_(), review),
            "arrive": lambda: sitting.arrive(any_(), review),
            "leave": lambda: sitting.leave(any_(), review) if draw.random() < 0.2 else None,
            "recuse": lambda: sitting.recuse(any_(), review, item=self.item() if draw.random() < 0.9 else None, reason="x") if draw.random() < 0.2 else None,
            "take_up": lambda: sitting.take_up(any_(), self.item(), discussion="x", resolution=draw.choice(("x", "x", ""))),
            "propose_skip": lambda: sitting.propose_skip(any_(), self.item(), skip_reason=draw.choice(("x", ""))),
            "second_skip": lambda: sitting.second_skip(any_(), self.item()),
            "reopen": lambda: sitting.reopen(any_(), self.item(), why="x") if draw.random() < 0.2 else None,
            "move": self._move,
            "vote": lambda: voting.vote(any_(), self.motion(), draw.choice(("for", "for", "against", "abstain")), words="x"),
            "vote_again": lambda: voting.vote(any_(), self.motion(), "for"),
            "close": lambda: voting.close(any_(), self.motion()),
            "withdraw": lambda: voting.withdraw(any_(), self.motion(), why="x") if draw.random() < 0.2 else None,
            "set_action": lambda: (
                acting.set_action(any_(), review, what="x", owner=any_().key, due_on=clock.today() + timedelta(days=9)) if draw.random() < 0.2 else None
            ),
            "do": lambda: make(
                any_(), self._action(), draw.choice(("do", "confirm", "send_back", "drop")), {"done_words": "x"} if draw.random() < 0.5 else {"why": "x"}
            ),
            "adjourn": lambda: actions.adjourn(any_(), review),
            "resume": lambda: actions.resume(any_(), review, why="x") if draw.random() < 0.2 else None,
            "sign": lambda: signing.sign(any_(), review),
            "send_back": lambda: signing.send_back(any_(), review, why="x") if draw.random() < 0.2 else None,
            "countersign": lambda: signing.countersign(any_(), review),
            "close_account": lambda: self._close_account() if draw.random() < 0.01 else None,
            "end_seat": lambda: self._end_seat() if draw.random() < 0.01 else None,
        }

    def _move(self) -> Motion:
        item, by = self.item(), self.anybody()
        kinds = [key for key, _ in voting.kinds_for(item) if key != "case"]
        terms = [{"what": "x", "owner": self.anybody().key, "due_on": clock.today() + timedelta(days=9)}] if self.draw.random() < 0.5 else []
        return voting.move(by, item, kind=self.draw.choice(kinds), text="x", alternatives=self.draw.choice(("x", "x", "")), terms=terms)

    def _action(self) -> Action:
        found = list(Action.objects.filter(review=self.review))
        if not found:
            raise Refusal("none")
        return self.draw.choice(found)

    def _close_account(self) -> None:
        person = self.draw.choice((self.room.two, self.room.three))
        accounts.close_account(self.administrator, Account.objects.get(key=person.key), why="x")

    def _end_seat(self) -> None:
        seat = self.draw.choice(list(self.room.seats.values()))
        seating.end_seat(self.room.senior, seat, until_on=clock.today(), why="x")

    def check(self) -> None:
        """What must hold after every act."""
        review = self.kept()
        items = list(AgendaItem.objects.filter(review=review))
        needed = review.charter.quorum if review.charter else None
        for one in items:
            if one.state in ("taken_up", "decided", "skipped"):
                assert needed is not None
                assert one.ended_seats is not None
                assert one.ended_seats >= needed, f"{one} ended before {one.ended_seats} seats"
            if one.state == "skipped":
                assert one.skip_reason
                assert one.skip_by != one.ended_by
            if one.is_vote:
                assert one.state != "taken_up"
            if one.state == "decided":
                assert Motion.objects.filter(item=one, state="carried").count() == 1
        for motion in Motion.objects.filter(item__review=review, state="carried"):
            votes = list(Vote.objects.filter(motion=motion))
            pro, contra = (sum(vote.choice == choice for vote in votes) for choice in ("for", "against"))
            assert pro > contra
            assert needed is not None
            assert len(votes) >= needed
            assert len({vote.person for vote in votes}) == len(votes)
        for action in Action.objects.filter(review=review, state="confirmed"):
            assert action.done_by not in ("", action.confirmed_by)
        if review.state in ("half_signed", "signed"):
            assert items
            assert all(one.is_ended for one in items)
            assert not Motion.objects.filter(item__review=review, state="open").exists()
        if review.state == "signed":
            self._check_lock(review)

    def _check_lock(self, review: Review) -> None:
        last = review.minutes.order_by("-number").first()
        assert last is not None
        signatures = list(Signature.objects.filter(minutes=last).order_by("pk"))
        assert len({one.person for one in signatures}) == 2
        assert {one.sha256 for one in signatures} == {last.sha256}
        assert "chair" in {one.place for one in signatures}
        held = {
            "review": Review.objects.filter(pk=review.pk).values().get(), "items": list(AgendaItem.objects.filter(review=review).values()),
            "motions": list(Motion.objects.filter(item__review=review).values()), "votes": list(Vote.objects.filter(motion__item__review=review).values()),
            "presence": list(Presence.objects.filter(review=review).values()), "signatures": list(Signature.objects.filter(review=review).values()),
        }  # fmt: skip
        if self.locked is None:
            self.locked = held
        assert held == self.locked, "something of a signed review changed"


@pytest.mark.check
def test_no_walk_signs_without_a_quorum_or_with_an_open_item(committee: Room, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "pdf", lambda *_: b"%PDF-1.7\nThe walk is about the rules; its paper is tried elsewhere.\n%%EOF\n")
    monkeypatch.setattr(sources, "SOURCES", (Source("findings", "Exceptions", two_items), Source("vendors", "Providers", vendors.items)))
    draw, administrator = random.Random(SEED), actor("administrator", name="it")
    tried, done, signed = Counter[str](), Counter[str](), 0
    for _ in range(WALKS):
        with transaction.atomic():
            walk = Walk(committee, draw, administrator)
            walk.run(STEPS // WALKS)
            signed += walk.kept().is_signed
            tried, done = tried + walk.tried, done + walk.done
            transaction.set_rollback(True)
    assert sum(tried.values()) == STEPS // WALKS * WALKS >= 5_000
    assert [name for name in tried if not done[name]] == [], "acts that never succeeded try nothing"
    assert signed >= 3, "walks that never reach the end prove nothing of it"


def test_a_floor_counts_what_it_says(committee: Room) -> None:
    review = committee.open()
    now = floor.floor(review)
    assert now.words() == f"quorum: {len(now.counted())} of 3 seats with a vote, {now.needed} needed"
