"""The handling log: noted, corrected, returned, reviewed by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.handling import actions, queries
from oversight.handling.models import Happening
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy, Notice
from oversight.record import actions as record
from oversight.record.models import Entry

Act = Callable[..., Actor]
Browser = Callable[..., Client]
Person = Callable[..., Account]
BEGAN = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
WRITERS = ("analyst", "supervisor", "compliance")


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def noted(by: Actor, **facts: Any) -> Happening:
    return actions.note(by, **{"kind": "override", "what": "sent by hand", "from_at": BEGAN, "to_at": BEGAN + timedelta(minutes=5), **facts})


def test_a_happening_is_noted_with_its_words_outside_the_chain(actor: Act) -> None:
    by = actor("analyst")
    row = noted(by, vendor="Router A", cause="the line was down")
    entry = Entry.objects.get(verb="note")
    assert (entry.actor, entry.subject_kind, entry.subject_id) == (by.key, "happening", str(row.pk))
    assert sorted(word.name for word in entry.words.all()) == ["cause", "what"]
    assert (row.state, row.noted_by, row.is_over) == ("noted", by.key, True)


@pytest.mark.parametrize(
    ("kind", "severity"),
    [("vendor_outage", "high"), ("failover", "high"), ("venue_outage", "medium"), ("error_account", "medium"), ("override", None), ("manual", None)],
)
def test_supervisors_are_told_of_what_cannot_wait(actor: Act, person: Person, kind: str, severity: str | None) -> None:
    supervisor = person("supervisor")
    row = noted(actor("analyst"), kind=kind, vendor="Router A", to_at=None)
    told = [(copy.to, copy.notice.severity, copy.notice.url) for copy in Copy.objects.select_related("notice")]
    assert told == ([(supervisor.key, severity, f"/handling/{row.pk}/")] if severity else [])


def test_a_notice_says_what_and_where_and_nothing_of_the_free_words(actor: Act, person: Person) -> None:
    person("supervisor")
    noted(actor("analyst"), kind="vendor_outage", vendor="Router A", to_at=None, what="customer Somebody lost money")
    assert Notice.objects.get().what == "Vendor outage noted: Router A, still going on"


def test_a_second_person_must_review(actor: Act) -> None:
    by, other = actor("supervisor", name="one"), actor("compliance", name="two")
    row = noted(by)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(by, row, "review")
    record.move(other, row, "review")
    assert (row.state, row.reviewed_by) == ("reviewed", other.key)


def test_who_corrected_it_does_not_review_it(actor: Act) -> None:
    row, corrector = noted(actor("analyst")), actor("supervisor")
    actions.correct(corrector, row, venue="XNYS", why="it was the other venue")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(corrector, row, "review")
    assert list(queries.to_review(corrector.key)) == []
    assert list(queries.to_review()) == [row]


@pytest.mark.parametrize("role", ["analyst", "committee", "auditor", "vendor_manager", "senior_manager", "administrator", "vendor"])
def test_only_supervisors_and_compliance_review(actor: Act, role: str) -> None:
    row = noted(actor("analyst", name="noter"))
    with pytest.raises(Refusal) as refusal:
        record.move(actor(role, name="reviewer"), row, "review")
    assert refusal.value.is_forbidden


def test_what_still_goes_on_is_not_reviewed(actor: Act) -> None:
    row = noted(actor("analyst"), to_at=None)
    reviewer = actor("compliance")
    with pytest.raises(Refusal, match="still going on"):
        record.move(reviewer, row, "review")
    actions.correct(actor("analyst", name="closer"), row, to_at=BEGAN + timedelta(hours=1))
    record.move(reviewer, row, "review")
    assert row.state == "reviewed"


def test_a_return_needs_a_reason_and_goes_back_with_an_answer(actor: Act) -> None:
    by, reviewer = actor("analyst"), actor("supervisor")
    row = noted(by)
    with pytest.raises(Refusal, match="why is missing"):
        record.move(reviewer, row, "send_back")
    record.move(reviewer, row, "send_back", why="which orders?")
    with pytest.raises(Refusal, match="is “returned for more”; this is done while it is “noted”"):
        record.move(reviewer, row, "review")
    actions.correct(by, row, orders="A-1\nA-2")
    record.move(by, row, "answer", why="named them")
    record.move(reviewer, row, "review")
    verbs = list(Entry.objects.filter(subject_kind="happening").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["note", "send_back", "correct", "answer", "review"]


def test_what_the_reviewer_asked_for_stands_on_the_page_until_it_is_answered(actor: Act, browser: Browser) -> None:
    by = actor("analyst", name="noter")
    row = noted(by)
    record.move(actor("supervisor"), row, "send_back", why="which orders?")
    client = browser("analyst", name="reader")
    assert "Returned for more: which orders?" in client.get(f"/handling/{row.pk}/").content.decode()
    record.move(by, row, "answer", why="named them")
    assert "which orders?" not in client.get(f"/handling/{row.pk}/").content.decode()


def test_a_correction_is_recorded_from_what_to_what(actor: Act) -> None:
    row = noted(actor("analyst"), amount_usd=Decimal("10.00"))
    actions.correct(actor("supervisor"), row, amount_usd=Decimal("12.50"), why="the fee was left out")
    entry = Entry.objects.get(verb="correct")
    assert '"amount_usd":["10.00","12.50"]' in entry.body
    assert [word.text for word in entry.words.all()] == ["the fee was left out"]


def test_nothing_in_a_reviewed_happening_changes(actor: Act) -> None:
    by = actor("analyst")
    row = noted(by)
    stale = Happening.objects.get(pk=row.pk)
    record.move(actor("compliance"), row, "review")
    with pytest.raises(Refusal, match="nothing in it changes any more"):
        actions.correct(by, row, venue="XNYS")
    with pytest.raises(Refusal, match="moved this meanwhile"):
        actions.correct(by, stale, venue="XNYS")
    assert Happening.objects.get().venue == ""


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"to_at": BEGAN - timedelta(minutes=1)}, "ended before it began"),
        ({"from_at": BEGAN + timedelta(days=1), "to_at": None}, "begin in the future"),
        ({"what": ""}, "What happened is missing"),
    ],
)
def test_facts_that_cannot_be_are_refused(actor: Act, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        noted(actor("analyst"), **facts)


def test_the_log_of_a_day_holds_what_touched_it_in_new_york(actor: Act) -> None:
    by = actor("analyst")
    midnight = datetime(2026, 9, 30, 4, 0, tzinfo=UTC)
    """00:00 in New York on 2026-09-30, which is four hours behind UTC then."""
    before = noted(by, what="ended before", from_at=midnight - timedelta(hours=2), to_at=midnight - timedelta(seconds=1))
    across = noted(by, what="across midnight", from_at=midnight - timedelta(hours=1), to_at=midnight)
    going = noted(by, what="still going", from_at=midnight - timedelta(days=9), to_at=None)
    last = noted(by, what="last second", from_at=midnight + timedelta(days=1, seconds=-1), to_at=midnight + timedelta(days=1))
    after = noted(by, what="the day after", from_at=midnight + timedelta(days=1), to_at=midnight + timedelta(days=1, minutes=1))
    assert [row.what for row in queries.of_day(date(2026, 9, 30))] == [going.what, across.what, last.what]
    assert [row.what for row in queries.of_day(date(2026, 10, 1))] == [going.what, last.what, after.what]
    assert [row.what for row in queries.still_going()] == [going.what]
    assert before not in queries.of_day(date(2026, 9, 30))


def test_an_order_finds_what_touched_it_and_nothing_whose_id_merely_holds_it(actor: Act) -> None:
    by = actor("analyst")
    hits = [noted(by, orders=orders) for orders in ("A-1", "A-1\nB", "B\nA-1", "B\nA-1\nC")]
    noted(by, orders="A-12\nXA-1")
    assert sorted(row.pk for row in queries.of_order("A-1")) == [row.pk for row in hits]


@pytest.mark.parametrize("role", READERS)
def test_staff_read_the_log(browser: Browser, actor: Act, role: str) -> None:
    row = noted(actor("analyst", name="noter"))
    client = browser(role)
    assert [client.get(url).status_code for url in ("/handling/", f"/handling/{row.pk}/")] == [200, 200]
    expected = 200 if role in WRITERS else 403
    assert [client.get(url).status_code for url in ("/handling/new/", f"/handling/{row.pk}/correct/")] == [expected, expected]


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_nothing_of_it(browser: Browser, actor: Act, role: str) -> None:
    row = noted(actor("analyst", name="noter"), what="words that could leak")
    client = browser(role, vendor="Router A" if role == "vendor" else "")
    for url in ("/handling/", "/handling/?format=csv", f"/handling/{row.pk}/", "/handling/new/", f"/handling/{row.pk}/correct/"):
        page = client.get(url)
        assert page.status_code == 403
        assert b"could leak" not in page.content
    assert client.get(f"/move/happening/{row.pk}/review/").status_code == 404


@pytest.mark.parametrize("role", ["committee", "vendor_manager", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_may_not_write_changes_nothing_by_posting(browser: Browser, actor: Act, role: str) -> None:
    row = noted(actor("analyst", name="noter"))
    client, entries = browser(role), Entry.objects.count()
    sent = {"kind": "manual", "what": "x", "from_at": "2026-10-01T06:00"}
    assert [client.post(url, sent).status_code for url in ("/handling/new/", f"/handling/{row.pk}/correct/")] == [403, 403]
    assert client.post(f"/move/happening/{row.pk}/review/").status_code in (403, 404)
    assert (Happening.objects.count(), Entry.objects.count()) == (1, entries)


def test_three_fields_suffice_to_note_something(browser: Browser, db: None) -> None:
    page = browser("analyst").post("/handling/new/", {"kind": "vendor_outage", "what": "router silent", "from_at": "2026-10-01T06:30"})
    row = Happening.objects.get()
    assert (page.status_code, page["Location"]) == (302, f"/handling/{row.pk}/")
    assert (row.from_at, row.to_at) == (datetime(2026, 10, 1, 10, 30, tzinfo=UTC), None), "06:30 in New York"


def test_the_form_is_filled_in_from_an_order_and_its_ids_are_tidied(browser: Browser, db: None) -> None:
    client = browser("analyst")
    page = client.get("/handling/new/?order=A-1&symbol=ABC").content.decode()
    assert 'value="ABC"' in page
    assert ">\nA-1</textarea>" in page
    sent = {"kind": "override", "what": "x", "from_at": "2026-10-01T06:00", "to_at": "2026-10-01T06:01", "orders": "A-1, A-2\n A-1;B"}
    client.post("/handling/new/", sent)
    row = Happening.objects.get()
    assert (row.order_ids, row.orders_touched) == (["A-1", "A-2", "B"], 3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to_at": "2026-10-01T05:00"}, "It would have ended before it began."),
        ({"from_at": "2026-10-01T09:00"}, "It would begin in the future."),
        ({"orders": "<script>"}, "This does not look like an order id: &lt;script&gt;"),
        ({"kind": "nap"}, "nap is not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(browser: Browser, wrong: dict[str, str], said: str) -> None:
    page = browser("analyst").post("/handling/new/", {"kind": "manual", "what": "x", "from_at": "2026-10-01T06:00", **wrong})
    assert page.status_code == 400
    assert said in page.content.decode()
    assert Happening.objects.count() == 0


def test_a_correction_through_the_page_keeps_what_stood_there(browser: Browser, actor: Act) -> None:
    row = noted(actor("analyst", name="noter"), to_at=None)
    sent = {"kind": "override", "what": "sent by hand", "from_at": "2026-10-01T06:00:00", "to_at": "2026-10-01T06:10:00", "reason": "it ended"}
    assert browser("analyst").post(f"/handling/{row.pk}/correct/", sent)["Location"] == f"/handling/{row.pk}/"
    row.refresh_from_db()
    assert row.to_at == BEGAN + timedelta(minutes=10)
    assert sorted(name for name in ("to_at", "from_at") if f'"{name}"' in Entry.objects.get(verb="correct").body) == ["to_at"]


def test_a_reviewer_reviews_in_the_browser(browser: Browser, actor: Act) -> None:
    row = noted(actor("analyst", name="noter"))
    client = browser("supervisor")
    assert f"/move/happening/{row.pk}/review/" in client.get(f"/handling/{row.pk}/").content.decode()
    client.post(f"/move/happening/{row.pk}/review/", {"next": "/handling/"})
    row.refresh_from_db()
    assert row.state == "reviewed"


def test_words_are_shown_as_words_and_cannot_act_as_a_formula(browser: Browser, actor: Act) -> None:
    noted(actor("analyst", name="noter"), what="=1+1", cause="<b>{{ x }}</b>", vendor="@sum")
    client = browser("auditor")
    page = client.get("/handling/").content.decode()
    assert "&lt;b&gt;{{ x }}&lt;/b&gt;" in page
    line = client.get("/handling/?format=csv").content.decode().splitlines()[1]
    assert (",'@sum," in line, ",'=1+1," in line) == (True, True)


def test_the_list_is_filtered(browser: Browser, actor: Act) -> None:
    by = actor("analyst", name="noter")
    manual, outage = noted(by, kind="manual", orders="A-1"), noted(by, kind="vendor_outage", to_at=None)
    record.move(actor("compliance", name="reviewer"), manual, "review")
    client = browser("auditor")
    found = {query: [int(row.key) for row in client.get(f"/handling/?{query}").context["sheet"].rows] for query in (
        "kind=manual", "state=open", "state=going", "state=reviewed", "order=A-1", "on=2026-09-30", "on=nonsense",
    )}  # fmt: skip
    assert found == {
        "kind=manual": [manual.pk], "state=open": [outage.pk], "state=going": [outage.pk], "state=reviewed": [manual.pk], "order=A-1": [manual.pk],
        "on=2026-09-30": [], "on=nonsense": [outage.pk, manual.pk],
    }  # fmt: skip


def test_thirty_happenings_cost_as_many_queries_as_one(browser: Browser, actor: Act, person: Person) -> None:
    client = browser("supervisor", name="reader")
    counts = []
    for many in (1, 29):
        for number in range(many):
            by = Actor(person("analyst", name=f"a {many} {number}").key, frozenset({"analyst"}))
            row = noted(by, orders="\n".join(f"A-{many}-{order}" for order in range(many)))
            for letter in range(min(many, 2)):
                evidence.file(by, f"{letter}.txt", b"x", subject=row.subject)
        urls = ["/handling/", f"/handling/{row.pk}/", "/handling/new/"]
        client.get("/handling/")
        counts.append([asked(client, url) for url in urls])
    assert counts[0] == counts[1]


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)
