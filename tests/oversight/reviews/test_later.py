"""A run that comes after a signature: the signed review stays, its page says what differs, the next one takes it up."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.oversight.findings.conftest import Bench, bench

from oversight import clock
from oversight.actor import automated
from oversight.arrivals import actions as arrivals
from oversight.lifecycle import Refusal
from oversight.reviews import actions, queries
from oversight.reviews.models import LateItem, Review

from .conftest import Room, later

__all__ = ("Bench", "bench")
BY = automated("receive")
DAY, OTHER = date(2026, 9, 28), date(2026, 9, 29)


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> None:
    """Evidence lies in a folder of the test's own; the workspace is the bench's."""
    settings.HOME = tmp_path


def test_a_run_that_was_there_before_the_signature_is_no_late_item(bench: Bench, committee: Room) -> None:
    arrivals.receive(BY, bench.seal([bench.found("a")], days=(DAY,)))
    committee.signed()
    assert (arrivals.hold(BY), LateItem.objects.count()) == (0, 0)


def test_a_restated_day_of_a_signed_quarter_becomes_a_late_item_and_the_signed_review_stays(bench: Bench, committee: Room) -> None:
    first = bench.seal([bench.found("a")], days=(DAY,))
    arrivals.receive(BY, first)
    signed = committee.signed()
    before = {field.attname: getattr(Review.objects.get(pk=signed.pk), field.attname) for field in Review._meta.concrete_fields}
    said: list[str] = []
    with later(days=20):
        second = bench.seal([bench.found("b")], days=(DAY, OTHER), files=("orders.csv", "late.csv"))
        arrivals.receive(BY, second, said.append)
    item = LateItem.objects.get()
    assert (item.review_id, item.run_id, item.days) == (signed.pk, second, ["2026-09-28", "2026-09-29"])
    assert item.differs == (
        f"2026-09-28, 2026-09-29 measured again by run {second[:12]} in place of {first[:12]}. 2026-09-29 for the first time. "
        f"Against {first[:12]}: added: late.csv. Exceptions of these days: 1 opened with it, 1 stand as vanished."
    )
    assert f"{second[:12]} reviews: came after Review of 2026Q3 was signed: 2 days" in said
    assert {field.attname: getattr(Review.objects.get(pk=signed.pk), field.attname) for field in Review._meta.concrete_fields} == before
    assert [one.pk for one in queries.later(signed)] == [item.pk]


def test_it_is_noted_once_however_often_it_is_asked(bench: Bench, committee: Room) -> None:
    arrivals.receive(BY, bench.seal([], days=(DAY,)))
    committee.signed()
    with later(days=20):
        receipt = arrivals.receive(BY, bench.seal([], days=(DAY,), policy="p-2"))
        assert actions.note_restatement(BY, receipt.run).words == ""
    assert LateItem.objects.count() == 1


def test_a_day_that_no_run_had_measured_at_the_signature_is_said_so(bench: Bench, committee: Room) -> None:
    arrivals.receive(BY, bench.seal([], days=(DAY,)))
    committee.signed()
    with later(days=20):
        run = bench.seal([], days=(OTHER,))
        arrivals.receive(BY, run)
    assert LateItem.objects.get().differs == (
        f"2026-09-29 measured for the first time by run {run[:12]}, received 2026-10-21: none was there at the signature."
    )


def test_a_run_of_another_quarter_is_none_of_it(bench: Bench, committee: Room) -> None:
    arrivals.receive(BY, bench.seal([], days=(DAY,)))
    committee.signed()
    with later(days=20):
        arrivals.receive(BY, bench.seal([], days=(date(2026, 10, 5),)))
    assert LateItem.objects.count() == 0


def test_the_next_review_and_one_out_of_turn_have_it_on_their_agenda(bench: Bench, committee: Room) -> None:
    arrivals.receive(BY, bench.seal([], days=(DAY,)))
    committee.signed()
    with later(days=20):
        arrivals.receive(BY, bench.seal([], days=(DAY,), policy="p-2"))
        again = actions.raise_out_of_turn(
            committee.senior, first_on=date(2026, 7, 1), last_on=date(2026, 9, 30), due_on=clock.today() + timedelta(days=20), why="A day was measured again."
        )
        actions.generate(committee.secretary, again)
        assert [item.title for item in again.items.filter(source="reviews")] == ["Something came after Review of 2026Q3 was signed"]
    with later(days=100):  # 9 January 2027: the fourth quarter is over
        actions.raise_owed()
        following = Review.objects.get(quarter="2026Q4")
        actions.generate(committee.secretary, following)
        assert "Something came after Review of 2026Q3 was signed" in [item.title for item in following.items.all()]
        with pytest.raises(Refusal):
            actions.generate(committee.secretary, Review.objects.get(quarter="2026Q3", state="signed"))
