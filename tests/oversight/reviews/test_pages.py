"""The pages of reviews, as each who may see them, with what is wrong said beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.reviews import acting, actions, sitting, todo
from oversight.reviews.models import Action, AgendaItem, Charter, LateItem, Motion, Review, Seat

from .conftest import MEETING, Room, later
from .test_reviews import run_of

Browser = Callable[..., Client]


def as_(person: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(key=person.key), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"reviews:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def tasks(person: Actor) -> list[tuple[int, str, bool]]:
    return [(task.number, task.what, task.is_urgent) for task in todo.tasks(Account.objects.get(key=person.key)) if task.number]


def test_an_empty_desk_says_what_to_do_next(browser: Browser) -> None:
    page = text(browser("compliance"), "reviews")
    assert "No meeting can be set before a charter is in force" in page
    assert "The daily round raises one for each quarter that is over" in page
    assert "Nobody sits yet" in text(browser("analyst"), "charter")
    assert "Actions are set in a review that is in session" in text(browser("auditor"), "actions")


def test_a_missed_quarter_is_red_on_the_index_on_today_and_on_its_own_page(committee: Room) -> None:
    review = committee.raised()
    with clock.stated(datetime(2026, 11, 10, 14, tzinfo=UTC)):
        client = as_(committee.chair)
        assert "<strong>Missed:</strong>" in text(client, "reviews")
        assert "missed, 1 day late" in text(client, "reviews")
        assert "missed: due 2026-11-09" in text(client, "review", review.pk)
        assert (1, "quarterly reviews are missed: past their day and not signed", True) in tasks(committee.chair)
        page = client.get(reverse("desk:today")).content.decode()
        assert "quarterly reviews are missed" in page


def test_a_quarter_that_nobody_raised_is_shown_all_the_same(committee: Room) -> None:
    page = text(as_(committee.chair), "reviews")
    assert "2026Q3 is over and its review is not raised yet; it is due 2026-11-09" in page
    assert (1, "quarters owe a review that nobody raised", True) in tasks(committee.chair)


def test_who_raises_reviews_need_not_wait_for_the_daily_round(committee: Room) -> None:
    assert "Raise it now" not in text(as_(committee.chair), "reviews")
    assert as_(committee.chair).post(reverse("reviews:raise_owed")).status_code == 403
    with pytest.raises(Refusal, match="raised by compliance or a senior manager"):
        actions.raise_owed(committee.chair)
    client = as_(committee.secretary)
    assert "Raise it now" in text(client, "reviews")
    assert "1 review raised" in client.post(reverse("reviews:raise_owed"), follow=True).content.decode()
    assert (Review.objects.get().quarter, Review.objects.get().raised_by) == ("2026Q3", committee.secretary.key)
    assert "has its review" in client.post(reverse("reviews:raise_owed"), follow=True).content.decode()


def test_without_a_quorum_the_room_says_so_and_offers_no_vote_and_a_refusal_leads_back(committee: Room) -> None:
    review = committee.open()
    item = review.items.get(is_vote=True)
    motion = committee.moved(item)
    client, room = as_(committee.chair), f"{review.get_absolute_url()}?item={item.number}"
    assert 'aria-label="Your vote"' in client.get(room).content.decode()
    for person in (committee.two, committee.three):
        sitting.leave(person, review)
    page = client.get(room).content.decode()
    assert "There is no quorum for this item now, so nobody votes on it: no quorum: 1 of 3 seats" in page
    assert ('aria-label="Your vote"' in page, "Close the vote" in page) == (False, False)
    answer = client.post(reverse("reviews:vote", args=[motion.pk]), {"choice": "for"}, headers={"Referer": f"http://testserver{room}"})
    assert (answer.status_code, f'<a href="{room}">Back to the page before</a>' in answer.content.decode()) == (409, True)
    for said in ("http://elsewhere.example/", f"http://testserver{reverse('reviews:vote', args=[motion.pk])}", "//elsewhere.example", ""):
        answer = client.post(reverse("reviews:vote", args=[motion.pk]), {"choice": "for"}, headers={"Referer": said})
        assert "Back to the page before" not in answer.content.decode(), said


def test_a_signed_review_has_nothing_left_to_press(committee: Room) -> None:
    page = committee.signed().get_absolute_url()
    for person in (committee.chair, committee.secretary, committee.senior):
        inside = as_(person).get(page).content.decode().partition("<main")[2].partition("</main>")[0]
        assert ("<form" in inside, "<h2>Evidence" in inside) == (False, True)


def test_the_index_downloads_and_is_filtered(committee: Room) -> None:
    committee.signed()
    client = as_(committee.senior)
    assert "2026Q3" in text(client, "reviews", state="signed")
    assert "2026Q3" not in text(client, "reviews", state="missed")
    answer = client.get(reverse("reviews:reviews"), {"format": "csv"})
    assert answer.content.decode().splitlines()[1].startswith("Review of 2026Q3,signed,")


@pytest.mark.parametrize("name", ["reviews", "actions", "charter"])
def test_lists_ask_the_same_number_of_queries_with_one_and_with_many(committee: Room, name: str) -> None:
    review = committee.open()
    client = as_(committee.chair)

    def fill(since: int, number: int) -> None:
        for place in range(since, since + number):
            Action.objects.create(
                review=review, what=f"x{place}", owner=committee.two.key, due_on=date(2026, 12, 1), set_by="x", set_at=clock.now(), state="open"
            )
            Review.objects.create(
                kind="extraordinary",
                quarter="2026Q3",
                first_on=date(2026, 7, 1),
                last_on=date(2026, 9, 30),
                due_on=date(2026, 12, 1),
                raised_by="x",
                raised_at=clock.now(),
                state="raised",
            )

    fill(0, 1)
    text(client, name)
    with CaptureQueriesContext(connection) as few:
        text(client, name)
    fill(1, 30)
    with CaptureQueriesContext(connection) as many:
        text(client, name)
    assert len(few) == len(many)


def test_the_room_asks_the_same_number_of_queries_with_few_items_and_with_many(committee: Room) -> None:
    review = committee.open()
    client = as_(committee.chair)
    text(client, "review", review.pk)
    with CaptureQueriesContext(connection) as few:
        text(client, "review", review.pk)
    for number in range(10, 40):
        AgendaItem.objects.create(
            review=review, number=number, source="hand", subject_kind="by_hand", subject_id=str(number), title=f"Item {number}", why="x", added_by="x",
            added_at=clock.now(), state="open",
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        text(client, "review", review.pk)
    assert len(few) == len(many)


def test_the_minutes_ask_the_same_number_of_queries_with_few_votes_and_with_many(committee: Room) -> None:
    review = committee.open()
    client = as_(committee.chair)
    committee.carried(review.items.get(is_vote=True))
    text(client, "minutes", review.pk)
    with CaptureQueriesContext(connection) as few:
        text(client, "minutes", review.pk)
    for number in range(10, 20):
        item = actions.add(committee.chair, review, title=f"Item {number}", why="x")
        committee.carried(item)
    with CaptureQueriesContext(connection) as many:
        text(client, "minutes", review.pk)
    assert len(few) == len(many)


def test_a_meeting_is_held_from_the_one_page(committee: Room) -> None:
    committee.raised()
    secretary, chair, two = as_(committee.secretary), as_(committee.chair), as_(committee.two)
    review = Review.objects.get()
    room = review.get_absolute_url()
    assert "Set the meeting" in secretary.get(room).content.decode()
    answer = secretary.post(reverse("reviews:convene", args=[review.pk]), {"on": "2026-10-27", "at": "10:00", "place": "Room 4"})
    assert answer.status_code == 302
    review.refresh_from_db()
    assert review.meeting_at == MEETING
    assert "Open the meeting" in chair.get(room).content.decode()
    assert chair.post(reverse("move", args=["review", review.pk, "open"]), {"next": room}).status_code == 302
    assert "no quorum: 1 of 3 seats with a vote, 2 needed" in chair.get(room).content.decode()
    two.post(reverse("reviews:presence", args=[review.pk]), {"here": "yes"})
    chair.post(reverse("reviews:presence", args=[review.pk]), {"here": "yes", "seat": str(committee.seats["three"].pk)})
    assert "quorum: 3 of 3 seats with a vote, 2 needed" in chair.get(room).content.decode()
    item = review.items.get(is_vote=True)
    page = chair.get(room, {"item": str(item.number)}).content.decode()
    assert page.count("Alternatives considered, and why not") == 1
    answer = chair.post(reverse("reviews:put_motion", args=[review.pk, item.number]), {"kind": "retain", "text": "Retain it.", "alternatives": "A case."})
    assert answer.status_code == 302
    motion = Motion.objects.get()
    page = two.get(room, {"item": str(item.number)}).content.decode()
    assert 'accesskey="2"' in page
    assert two.post(reverse("reviews:vote", args=[motion.pk]), {"choice": "against"}).status_code == 409
    assert two.post(reverse("reviews:vote", args=[motion.pk]), {"choice": "against", "words": "Not yet."}).status_code == 302
    chair.post(reverse("reviews:vote", args=[motion.pk]), {"choice": "for"})
    as_(committee.three).post(reverse("reviews:vote", args=[motion.pk]), {"choice": "for"})
    minutes = text(two, "minutes", review.pk)
    assert "Not yet." in minutes, "the minutes fill as votes fall"
    assert "Every seat here has voted" in chair.get(room, {"item": str(item.number)}).content.decode()
    assert chair.post(reverse("reviews:close", args=[motion.pk])).status_code == 302
    assert "2 for, 1 against, 0 abstaining, of 3 seats" in chair.get(room, {"item": str(item.number)}).content.decode()
    for other in review.items.filter(is_vote=False):
        chair.post(reverse("move", args=["agenda_item", other.pk, "take_up"]), {"discussion": "Read.", "resolution": "Noted.", "next": room})
    assert "Every item has ended" in chair.get(room).content.decode()
    assert chair.post(reverse("move", args=["review", review.pk, "adjourn"]), {"next": room}).status_code == 302
    assert "Yours is waited for" in chair.get(room).content.decode()
    assert "The secretary keeps the minutes" in secretary.get(room).content.decode()
    chair.post(reverse("reviews:sign", args=[review.pk]), {"statement": "As I remember it."})
    two.post(reverse("reviews:sign", args=[review.pk]), {})
    review.refresh_from_db()
    assert review.state == "signed"
    page = text(two, "minutes", review.pk)
    assert "signed by two, locked" in page
    assert "As I remember it." in page
    assert two.get(reverse("reviews:minutes_pdf", args=[review.pk])).status_code == 302


def test_several_items_are_taken_up_from_the_agenda_and_votes_come_last(committee: Room) -> None:
    review = committee.open()
    added = actions.add(committee.two, review, title="Odd lots", why="Left out before.")
    chair = as_(committee.chair)
    page = text(chair, "review", review.pk)
    order = [page.index(title) for title in (review.items.get(source="liquidity").title, "Odd lots</a>", "Vote on provider: Vendor A</a>")]
    assert (order == sorted(order), page.count('type="checkbox" name="items"')) == (True, review.items.filter(is_vote=False).count())
    where, numbers = reverse("reviews:take_up", args=[review.pk]), [str(item.number) for item in review.items.filter(is_vote=False)]
    assert chair.post(where, {"items": numbers, "discussion": "Read."}).status_code == 400
    assert chair.post(where, {"items": ["999"], "discussion": "Read.", "resolution": "Noted."}).status_code == 400
    assert chair.post(where, {"items": numbers, "discussion": "Read.", "resolution": "Noted."}).status_code == 302
    added.refresh_from_db()
    assert (added.state, review.items.filter(state="open").count()) == ("taken_up", 1)


def test_who_has_no_seat_reads_the_room_and_has_no_button_in_it(committee: Room, browser: Browser) -> None:
    review = committee.open()
    for role in ("analyst", "auditor", "vendor_manager", "senior_manager"):
        page = text(browser(role), "review", review.pk)
        assert "Vote on provider: Vendor A" in page
        assert [form for form in ("presence/", "/vote/", "/close/", "recuse/", "/sign/") if f'action="{form}' in page or f'{form}"' in page] == []


def test_a_vendor_sees_nothing_of_any_review(committee: Room, browser: Browser) -> None:
    review = committee.signed()
    client = browser("vendor", vendor="vendor_a")
    for name, args in (("reviews", ()), ("charter", ()), ("actions", ()), ("review", (review.pk,)), ("minutes", (review.pk,)), ("minutes_pdf", (review.pk,))):
        assert client.get(reverse(f"reviews:{name}", args=args)).status_code == 403
    item = review.items.first()
    assert client.get(reverse("move", args=["agenda_item", item.pk, "reopen"])).status_code == 404
    filed = review.filed
    assert client.get(reverse("evidence:file_bytes", args=[filed.pk])).status_code in (403, 404)


def test_wrong_input_is_said_beside_its_field(committee: Room) -> None:
    review = committee.open()
    chair, secretary = as_(committee.chair), as_(committee.secretary)
    item = review.items.get(is_vote=True)
    for client, name, args, given, words in (
        (secretary, "convene", (review.pk,), {"on": "never", "at": "10:00", "place": "x"}, "Enter a valid date"),
        (chair, "put_motion", (review.pk, item.number), {"kind": "nothing", "text": "x", "alternatives": "x"}, "Select a valid choice"),
        (chair, "put_motion", (review.pk, item.number), {"kind": "retain", "text": "x"}, "This field is required"),
        (chair, "set_action", (review.pk,), {"what": "x", "owner": "a-nobody", "due_on": "2026-12-01"}, "Select a valid choice"),
        (chair, "recuse", (review.pk,), {"reason": ""}, "This field is required"),
        (chair, "recuse", (review.pk,), {"reason": "x", "item": "999999"}, "Select a valid choice"),
        (secretary, "attach", (review.pk,), {}, "one of the two"),
        (secretary, "attach", (review.pk,), {"filed": "999999"}, "No evidence has the number 999999"),
        (secretary, "propose_charter", (), {"mode": "committee", "quorum": "none"}, "Enter a whole number"),
        (secretary, "appoint", (), {"person": "a-nobody", "place": "member"}, "Select a valid choice"),
        (secretary, "raise", (), {"first_on": "x"}, "Enter a valid date"),
        (chair, "pin", (), {"title": "x"}, "This field is required"),
    ):  # fmt: skip
        answer = client.post(reverse(f"reviews:{name}", args=args), given)
        assert (answer.status_code, words in answer.content.decode()) == (400, True), (name, given)


def test_a_figure_is_pinned_to_the_next_agenda(committee: Room) -> None:
    review = committee.convened()
    client = as_(committee.two)
    page = text(client, "pin", address="/scorecard/?vendor=vendor_a", title="Small caps of vendor A")
    assert 'value="/scorecard/?vendor=vendor_a"' in page
    answer = client.post(
        reverse("reviews:pin"),
        {"review": review.pk, "title": "Small caps of vendor A", "why": "Worse again.", "address": "/scorecard/?vendor=vendor_a", "severity": "high"},
    )
    assert answer.status_code == 302
    item = review.items.get(source="hand")
    assert f'href="{item.address}"' in client.get(review.get_absolute_url(), {"item": str(item.number)}).content.decode()


def test_the_floor_alone_is_asked_again_and_again(committee: Room) -> None:
    review = committee.open()
    assert "quorum: 3 of 3" in text(as_(committee.chair), "floor", review.pk)
    assert 'hx-trigger="every 10s"' in text(as_(committee.chair), "review", review.pk)


def test_charter_and_seats_are_written_and_agreed_on_their_page(room: Room) -> None:
    secretary, senior = as_(room.secretary), as_(room.senior)
    given = {"mode": "committee", "quorum": "2", "majority": "two_thirds", "due_days": "40", "notice_days": "5", "purpose": "Best execution."}
    assert 'value="40"' in text(secretary, "propose_charter")
    assert secretary.post(reverse("reviews:propose_charter"), given).status_code == 302
    charter = Charter.objects.get()
    assert (1, "a charter or seats of the committee wait for a second person", False) in tasks(room.senior)
    assert senior.post(reverse("move", args=["review_charter", charter.pk, "approve"]), {}).status_code == 302
    seat = {"person": room.chair.key, "place": "chair", "registration": "Series 24", "is_independent_of_desk": "on", "why": "Apart.", "from_on": "2026-10-01"}
    assert secretary.post(reverse("reviews:appoint"), seat).status_code == 302
    assert senior.post(reverse("move", args=["review_seat", Seat.objects.get().pk, "confirm"]), {}).status_code == 302
    page = text(secretary, "charter")
    assert "Series 24" in page
    assert "1 seat with a vote counts today, and the quorum is 2" in page
    assert "of the routing desk: yes; of vendors: no" in page


def test_an_action_is_worked_on_its_page(committee: Room) -> None:
    review = committee.open()
    row = acting.set_action(committee.chair, review, what="Ask for the missing orders.", owner=committee.two.key, due_on=date(2026, 10, 10))
    two, three = as_(committee.two), as_(committee.three)
    assert (1, "actions of reviews are yours", False) in tasks(committee.two)
    with later(days=10):  # 11 October
        assert (1, "actions of reviews are yours and overdue", True) in tasks(committee.two)
        assert "overdue since 2026-10-10" in text(two, "action", row.pk)
        assert "overdue" in text(two, "actions", owner="me", state="overdue")
    assert two.post(reverse("reviews:hand_over", args=[row.pk]), {"owner": "", "why": ""}).status_code == 400
    assert two.post(reverse("reviews:hand_over", args=[row.pk]), {"owner": committee.three.key, "why": "On leave."}).status_code == 302
    assert three.post(reverse("move", args=["review_action", row.pk, "do"]), {"done_words": "They came."}).status_code == 302
    assert (1, "actions of reviews are done and to be confirmed", False) in tasks(committee.two)
    assert two.post(reverse("move", args=["review_action", row.pk, "confirm"]), {}).status_code == 302
    assert "They came." in text(two, "action", row.pk)


def test_what_came_later_is_on_the_page_of_the_signed_review(committee: Room) -> None:
    signed = committee.signed()
    with later(days=20):
        LateItem.objects.create(
            review=signed, run=run_of(date(2026, 9, 29)), days=["2026-09-29"], differs="2026-09-29 measured again by run abc.", noted_at=clock.now()
        )
        page = text(as_(committee.two), "review", signed.pk)
        assert "Something came later" in page
        assert "2026-09-29 measured again by run abc." in page
        assert "Something came after these minutes were signed" in text(as_(committee.two), "minutes", signed.pk)
