"""The agenda: what is added later, what is carried over, and that nothing is left out unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bestexec import Problem
from oversight import clock
from oversight.agenda import Item
from oversight.lifecycle import Refusal
from oversight.reviews import acting, actions, sitting, sources
from oversight.reviews.models import AgendaItem, LateItem, Review
from oversight.reviews.sources import SOURCES

from .conftest import Room, later
from .test_reviews import run_of

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


def test_what_comes_since_is_added_and_what_stands_stays_as_it_was(committee: Room) -> None:
    review = committee.convened()
    before = list(review.items.values_list("number", "title", "why"))
    assert actions.generate(committee.secretary, review).words == f"0 added, 0 no longer named by their source, {len(before)} on the agenda"
    committee.vendor("vendor_b", "pilot")
    added = actions.generate(committee.chair, review)
    assert (added.added, list(review.items.values_list("number", "title", "why"))[: len(before)]) == (2, before)  # a vote, and a reach that nobody can tell
    item = review.items.get(title="Vote on provider: Vendor B")
    from oversight.vendors.models import Vendor

    Vendor.objects.filter(key="vendor_b").update(state="ended")
    assert actions.generate(committee.chair, review).gone == 2
    item.refresh_from_db()
    assert (item.gone_at is not None, item.state) == (True, "open"), "it is ended like any other"
    Vendor.objects.filter(key="vendor_b").update(state="live")
    actions.generate(committee.chair, review)
    item.refresh_from_db()
    assert item.gone_at is None


def test_opening_the_meeting_adds_what_came_since_the_convening(committee: Room) -> None:
    review = committee.convened()
    committee.vendor("vendor_b", "pilot")
    actions.open_meeting(committee.chair, review)
    assert review.items.filter(title="Vote on provider: Vendor B").exists()


def test_a_source_that_cannot_be_read_is_an_item_and_not_a_gap(committee: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(first: date, last: date) -> list[Item]:
        raise Problem("run.json of abc differs", where="runs/abc", do="restore it")

    broken = tuple(replace(source, items=unread) if source.key == "findings" else source for source in SOURCES)
    monkeypatch.setattr(sources, "SOURCES", broken)
    review = committee.convened()
    item = review.items.get(source="desk")
    assert (item.title, item.severity) == ("Exceptions could not be read for the agenda", "high")
    assert "run.json of abc differs" in item.why


def test_every_part_of_the_desk_with_an_agenda_is_asked() -> None:
    from importlib.util import find_spec
    from pathlib import Path

    import oversight

    apps = {path.parent.name for path in Path(oversight.__path__[0]).glob("*/agenda.py")}
    assert {source.key for source in SOURCES} == apps - {"reviews"}
    assert all(find_spec(f"oversight.{app}.agenda") for app in apps)


def test_a_seat_adds_an_item_and_pins_a_figure(committee: Room) -> None:
    review = committee.convened()
    item = actions.add(committee.two, review, title="Small caps", why="Third quarter running.", address="/scorecard/?vendor=vendor_a&by=cap", vendor="vendor_a")
    assert (item.source, item.address, item.is_vote, item.number) == ("hand", "/scorecard/?vendor=vendor_a&by=cap", False, review.items.count())
    for wrong, words in (
        ({"title": " "}, "needs a title"),
        ({"why": ""}, "needs a title"),
        ({"address": "https://elsewhere.example/"}, "begins with a slash"),
        ({"address": "//elsewhere"}, "begins with a slash"),
    ):
        with pytest.raises(Refusal, match=words):
            actions.add(committee.two, review, **{"title": "x", "why": "x", **wrong})
    with pytest.raises(Refusal, match="kept by compliance and by the seats"):
        actions.add(committee.senior, review, title="x", why="x")


def test_actions_are_carried_until_another_confirmed_them(committee: Room) -> None:
    review = committee.open()
    row = acting.set_action(committee.chair, review, what="Ask for the missing orders.", owner=committee.two.key, due_on=date(2026, 11, 30))
    following = actions.raise_out_of_turn(committee.senior, first_on=FIRST, last_on=LAST, due_on=date(2026, 12, 20), why="Looked at again.")
    with later(days=60):
        actions.generate(committee.secretary, following)
        item = following.items.get(subject_kind="review_action")
        assert (item.title, item.severity) == ("Action of 2026Q3: Ask for the missing orders.", "medium")
        assert item.why == "Review of 2026Q3: due 2026-11-30."  # 60 days after 1 October is 30 November
    acting.done(committee.two, row, done_words="They came.")
    actions.generate(committee.secretary, following)
    item.refresh_from_db()
    assert item.gone_at is None, "nobody confirmed it yet"
    from oversight.moving import make

    make(committee.three, row, "confirm", {})
    actions.generate(committee.secretary, following)
    item.refresh_from_db()
    assert item.gone_at is not None


def test_a_late_item_is_taken_up_once(committee: Room) -> None:
    signed = committee.signed()
    with later(days=30):
        LateItem.objects.create(review=signed, run=run_of(date(2026, 9, 29)), days=["2026-09-29"], differs="Measured again.", noted_at=clock.now())
        first = actions.raise_out_of_turn(committee.senior, first_on=FIRST, last_on=LAST, due_on=date(2026, 12, 20), why="A run came later.")
        actions.convene(committee.secretary, first, meeting_at=clock.now() + timedelta(days=1), place="Room 4")
        second = actions.raise_out_of_turn(committee.senior, first_on=FIRST, last_on=LAST, due_on=date(2026, 12, 20), why="Another.")
        actions.generate(committee.secretary, second)
        assert second.items.filter(subject_kind="late_item").count() == 1, "nobody has taken it up yet"
        actions.open_meeting(committee.chair, first)
        sitting.arrive(committee.two, first)
        item = first.items.get(subject_kind="late_item")
        assert item.why == "Measured again."
        sitting.take_up(committee.chair, item, discussion="Looked at.", resolution="No decision changes.")
        third = actions.raise_out_of_turn(committee.senior, first_on=FIRST, last_on=LAST, due_on=date(2026, 12, 20), why="A third.")
        actions.generate(committee.secretary, third)
        assert third.items.filter(subject_kind="late_item").count() == 0


def test_an_agenda_is_kept_while_the_meeting_is_not_over(committee: Room) -> None:
    review = committee.adjourned()
    with pytest.raises(Refusal, match="its agenda is settled"):
        actions.generate(committee.secretary, review)
    assert AgendaItem.objects.filter(review=review).count() == Review.objects.get(pk=review.pk).items.count()
