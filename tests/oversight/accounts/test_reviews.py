"""The review of who may do what: nobody looks at their own line, nothing is signed half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from oversight import clock
from oversight.accounts import actions, queries
from oversight.accounts.models import AccessReview, Account, ReviewLine
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.record import actions as record
from oversight.record.models import Entry

Person = Callable[..., Account]


def acting(account: Account) -> Actor:
    return Actor(account.key, account.roles)


@pytest.fixture
def firm(person: Person) -> dict[str, Account]:
    return {name: person(name) for name in ("administrator", "analyst", "compliance", "senior_manager", "auditor")}


@pytest.fixture
def review(firm: dict[str, Account]) -> AccessReview:
    return actions.open_review(acting(firm["administrator"]))


def line(review: AccessReview, account: Account) -> ReviewLine:
    return review.lines.select_related("review", "holding__account").get(holder=account.key)


def decide_all(review: AccessReview, firm: dict[str, Account]) -> None:
    for name, account in firm.items():
        by = firm["senior_manager" if name == "compliance" else "compliance"]
        actions.decide(acting(by), line(review, account), verdict="kept", reason="still does this work")


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as raised:
        act()
    return raised.value.words


def test_a_review_keeps_what_it_saw(review: AccessReview, firm: dict[str, Account]) -> None:
    assert len(review.snapshot) == review.lines.count() == 5
    entry = next(entry for entry in review.snapshot if entry["account"] == firm["analyst"].key)
    held = firm["analyst"].held.get()
    assert entry == {
        "account": firm["analyst"].key, "vendor": "", "sign_in": "password", "has_factor": False, "last_sign_in": None,
        "roles": [{"holding": held.pk, "role": "analyst", "given_by": "system:test", "given_at": "2026-10-01T12:00:00+00:00"}],
    }  # fmt: skip
    body = Entry.objects.get(subject_kind="access_review").body
    assert firm["analyst"].key in body
    assert firm["analyst"].email not in body


def test_only_an_administrator_opens_and_one_at_a_time(review: AccessReview, firm: dict[str, Account]) -> None:
    assert refusal(lambda: actions.open_review(acting(firm["compliance"]))) == "An administrator opens the access review."
    assert refusal(lambda: actions.open_review(acting(firm["administrator"]))).startswith("An access review is open already.")


def test_nobody_decides_about_themselves(review: AccessReview, firm: dict[str, Account]) -> None:
    own = line(review, firm["compliance"])
    words = "Nobody reviews their own access. A second reviewer must decide this line."
    assert refusal(lambda: actions.decide(acting(firm["compliance"]), own, verdict="kept", reason="me")) == words
    assert actions.decide(acting(firm["senior_manager"]), own, verdict="kept", reason="needed").decided_by == firm["senior_manager"].key


@pytest.mark.parametrize("role", ["administrator", "analyst", "auditor"])
def test_others_decide_nothing(review: AccessReview, firm: dict[str, Account], role: str) -> None:
    assert refusal(lambda: actions.decide(acting(firm[role]), line(review, firm["senior_manager"]), verdict="kept", reason="x")).startswith("Compliance or a")


def test_a_decision_says_why(review: AccessReview, firm: dict[str, Account]) -> None:
    by, one = acting(firm["compliance"]), line(review, firm["analyst"])
    assert refusal(lambda: actions.decide(by, one, verdict="kept", reason=" ")) == "Say whether the role is kept or ended, and why."
    assert refusal(lambda: actions.decide(by, one, verdict="", reason="x")) == "Say whether the role is kept or ended, and why."


def test_a_line_that_is_ended_ends_the_role_at_once(review: AccessReview, firm: dict[str, Account]) -> None:
    actions.decide(acting(firm["compliance"]), line(review, firm["analyst"]), verdict="ended", reason="moved to settlements")
    held = firm["analyst"].held.get()
    assert line(review, firm["analyst"]).reason == "moved to settlements"
    assert (held.ended_by, held.ended_at, Account.objects.get(pk=firm["analyst"].pk).roles) == (firm["compliance"].key, clock.now(), frozenset())
    assert refusal(lambda: actions.decide(acting(firm["compliance"]), line(review, firm["analyst"]), verdict="kept", reason="x")).startswith(
        "This role was ended"
    )


def test_the_last_administrator_is_not_reviewed_away(review: AccessReview, firm: dict[str, Account]) -> None:
    one = line(review, firm["administrator"])
    assert refusal(lambda: actions.decide(acting(firm["compliance"]), one, verdict="ended", reason="x")).startswith("The last administrator stays")
    assert line(review, firm["administrator"]).verdict == ""


def test_a_review_is_signed_by_compliance_when_every_line_is_decided(review: AccessReview, firm: dict[str, Account]) -> None:
    signer = acting(firm["compliance"])
    assert refusal(lambda: record.move(signer, review, "sign")) == "Sign the review: every line must be kept or ended first."
    decide_all(review, firm)
    assert refusal(lambda: record.move(acting(firm["administrator"]), review, "sign")) == "Sign the review: only compliance may do this."
    signed = record.move(signer, review, "sign")
    assert (signed.state, signed.signed_by, signed.signed_at) == ("signed", signer.key, clock.now())
    assert "signed" in refusal(lambda: actions.decide(signer, line(review, firm["analyst"]), verdict="ended", reason="late"))


def test_who_opened_it_does_not_sign_it(firm: dict[str, Account], review: AccessReview) -> None:
    decide_all(review, firm)
    both = Actor(firm["administrator"].key, frozenset({"compliance"}))
    assert "nobody approves their own work" in refusal(lambda: record.move(both, review, "sign"))


def test_a_review_is_due_each_quarter(review: AccessReview, firm: dict[str, Account], morning: datetime) -> None:
    assert queries.review_due_at() == morning + timedelta(days=92)
    assert not queries.is_review_overdue()
    decide_all(review, firm)
    with clock.stated(morning + timedelta(days=93)):
        assert queries.is_review_overdue()
        record.move(acting(firm["compliance"]), review, "sign")
        assert not queries.is_review_overdue()
        assert queries.review_due_at() == morning + timedelta(days=185)


def test_the_pages_show_the_review_and_its_forms(review: AccessReview, firm: dict[str, Account], client: Client) -> None:
    client.force_login(firm["compliance"])
    page = client.get(f"/people/reviews/{review.pk}/").content.decode()
    assert "5 lines left to decide" in page
    assert page.count("<button>Decide</button>") == 4
    assert "Your own role: a second reviewer decides." in page
    one = line(review, firm["analyst"])
    answer = client.post(f"/people/reviews/lines/{one.pk}/", {"verdict": "kept", "reason": "does this work"})
    assert answer["Location"] == f"/people/reviews/{review.pk}/#line-{one.pk}"
    assert client.post(f"/people/reviews/lines/{line(review, firm['compliance']).pk}/", {"verdict": "kept", "reason": "me"}).status_code == 403
    assert "does this work" in client.get(f"/people/reviews/{review.pk}/").content.decode()
    client.force_login(firm["administrator"])
    assert "<button>Decide</button>" not in client.get(f"/people/reviews/{review.pk}/").content.decode()
    assert client.get(f"/people/reviews/{review.pk}/?format=csv").content.decode().count("\n") == 6


def test_a_review_page_costs_the_same_for_one_and_for_thirty(
    firm: dict[str, Account], person: Person, client: Client, django_assert_num_queries: object
) -> None:
    client.force_login(firm["compliance"])
    first = actions.open_review(acting(firm["administrator"]))
    client.get(f"/people/reviews/{first.pk}/")
    with django_assert_num_queries(8) as few:  # type: ignore[operator]  # pytest-django's
        client.get(f"/people/reviews/{first.pk}/")
    decide_all(first, firm)
    record.move(acting(firm["compliance"]), first, "sign")
    for number in range(30):
        person("analyst", name=f"p{number}")
    second = actions.open_review(acting(firm["administrator"]))
    with django_assert_num_queries(len(few)):  # type: ignore[operator]  # pytest-django's
        client.get(f"/people/reviews/{second.pk}/")
