"""What today asks of seats, owners and compliance."""

from __future__ import annotations

from oversight.accounts.models import Account
from oversight.desk import todo as today
from oversight.reviews import signing, sitting, voting

from .conftest import Room
from .test_pages import tasks


def test_today_says_what_a_seat_must_do(committee: Room) -> None:
    review = committee.open()
    motion = committee.moved(review.items.get(is_vote=True))
    item = review.items.filter(is_vote=False).first()
    sitting.propose_skip(committee.chair, item, skip_reason="Settled.")
    said = tasks(committee.two)
    assert (1, "motions wait for your vote", True) in said
    assert (1, "items of a review are proposed to be skipped", False) in said
    assert "items of a review are proposed to be skipped" not in [what for _, what, _ in tasks(committee.chair)]
    voting.vote(committee.two, motion, "for")
    assert "motions wait for your vote" not in [what for _, what, _ in tasks(committee.two)]
    sitting.recuse(committee.three, review, item=review.items.get(is_vote=True), reason="x")
    assert "motions wait for your vote" not in [what for _, what, _ in tasks(committee.three)]
    assert "motions wait for your vote" not in [what for _, what, _ in tasks(committee.senior)]


def test_today_asks_for_the_signature_of_whom_it_is_waited_for(committee: Room) -> None:
    review = committee.adjourned()
    signs = "reviews wait for your signature"
    assert {
        person.key for person in (committee.chair, committee.two, committee.three, committee.secretary) if signs in [what for _, what, _ in tasks(person)]
    } == {
        committee.chair.key,
        committee.two.key,
        committee.three.key,
    }
    signing.sign(committee.two, review)
    assert [person for person in (committee.chair, committee.two, committee.three) if signs in [what for _, what, _ in tasks(person)]] == [committee.chair]


def test_the_tasks_of_a_seat_are_on_today(committee: Room) -> None:
    committee.moved(committee.open().items.get(is_vote=True))
    assert "motions wait for your vote" in [task.what for task in today.of_roles(Account.objects.get(key=committee.two.key))]
