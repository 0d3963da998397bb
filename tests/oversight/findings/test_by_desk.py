"""Exceptions that the desk itself makes: they live among those of the runs, and no run takes them back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from oversight import clock
from oversight.actor import Actor, automated
from oversight.findings import actions, by_desk, listing, publishing, queries
from oversight.findings.counting import counts_of
from oversight.findings.models import Day, Finding, Run, Suppression
from oversight.lifecycle import Refusal
from oversight.record.models import Entry

MONDAY, TUESDAY = date(2026, 9, 28), date(2026, 9, 29)
BY = automated("claims")
Open = Callable[..., Finding]


@pytest.fixture
def opened(bench: Any) -> Open:
    """Receives a run of Monday unless there is one, and opens an exception of the desk about it."""

    def open_one(**said: Any) -> Finding:
        if not Run.objects.exists():
            bench.receive([bench.found("a")], orders=[bench.order("calm")])
        run = Run.objects.order_by("received_at", "pk").first()
        facts = {"check_id": "CLM-101", "subject_key": ("run", run.pk), "title": "Claim contradicted by the data", "severity": "medium", "on": MONDAY,
                 "run": run, "subject_text": "Alpha Router: no order slips.", "vendor": "vendor_a", "ask": "Why does order a slip?",
                 "numbers": {"measured": "1", "promised": "0", "n": 7}, "authority": "FINRA RN 21-29"}  # fmt: skip
        return actions.open_by_desk(BY, **(facts | said))

    return open_one


def test_it_is_opened_once_with_a_name_made_as_the_librarys_are(opened: Open) -> None:
    row = opened()
    key = f'["CLM-101", {{"run": "{row.run_id}"}}, "2026-09-28"]'
    assert row.finding_id == hashlib.sha256(key.encode()).hexdigest()
    assert (row.state, row.rank, row.matters, row.is_late, row.is_by_desk, row.due_at - row.opened_at) == (
        "open", 1, True, False, True, timedelta(hours=24))  # fmt: skip
    before = Entry.objects.count()
    assert opened() == row
    assert (Finding.objects.filter(check_id="CLM-101").count(), Entry.objects.count()) == (1, before), "with the same numbers nothing is written"


def test_other_numbers_are_set_and_what_was_answered_stays(opened: Open, actor: Callable[..., Actor]) -> None:
    row = opened()
    actions.explain(actor("analyst"), row, cause_code="other", customer_impact="no", answer="Asked them.")
    again = opened(numbers={"measured": "2"}, severity="high")
    assert (again.state, again.answer, again.numbers, again.due_at - again.opened_at) == (
        "awaiting_reader", "Asked them.", '{"measured": "2"}', timedelta(hours=4))  # fmt: skip


def test_it_vanishes_with_a_reason_and_is_back_with_a_new_clock(opened: Open) -> None:
    row = opened()
    actions.vanish_by_desk(BY, row, why="It is no longer so.")
    assert actions.vanish_by_desk(BY, row, why="Again.").state == "vanished"
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        back = opened()
    assert (back.pk, back.state, back.is_late, back.opened_at) == (row.pk, "open", True, datetime(2026, 10, 2, 12, tzinfo=UTC))
    assert Entry.objects.filter(subject_kind="finding", subject_id=str(row.pk)).count() == 4, "open, vanish, recur, begin again"


def test_no_run_of_its_day_takes_it_back(opened: Open, bench: Any) -> None:
    row = opened()
    receipt = bench.receive([], policy="p-2")
    row.refresh_from_db()
    assert (receipt.vanished, row.state, bench.finding("a").state) == (1, "open", "vanished")


def test_nobody_makes_one_by_hand(opened: Open, actor: Callable[..., Actor]) -> None:
    row, person = opened(), actor("compliance")
    with pytest.raises(Refusal, match="not by hand"):
        by_desk.vanish_by_desk(person, row, why="I do not like it.")
    with pytest.raises(Refusal, match="not by hand"):
        by_desk.open_by_desk(
            person, check_id="CLM-101", subject_key=("run", "1"), title="x", severity="low", on=MONDAY, run=row.run, subject_text="x", numbers={}, ask="x",
            authority="x",
        )  # fmt: skip


def test_its_day_waits_for_it_and_a_signed_day_says_that_it_came_later(opened: Open, bench: Any, actor: Callable[..., Actor]) -> None:
    supervisor = actor("supervisor")
    bench.receive([])
    actions.sign(supervisor, Day.objects.get(on=MONDAY), statement="Nothing was found.")
    row = opened(run=Run.objects.get())
    day = Day.objects.get(on=MONDAY)
    assert (row.is_late, day.state, day.is_answered) == (True, "late", False)
    with pytest.raises(Refusal, match="still open"):
        actions.sign(supervisor, day, statement="Fine.")
    actions.explain(actor("analyst"), row, cause_code="other", customer_impact="no", answer="Asked them.")
    actions.moved_all(supervisor, [row], "agree")
    actions.sign(supervisor, Day.objects.get(on=MONDAY), statement="Read.")
    counts = counts_of(MONDAY)
    assert (counts["exceptions"], counts["by_severity"]["medium"]) == (1, {"closed": 1})
    actions.vanish_by_desk(BY, Finding.objects.get(pk=row.pk), why="It is no longer so.")
    assert Day.objects.get(on=MONDAY).state == "late"


def test_the_queue_its_filters_and_its_group_hold_it(opened: Open, browser: Callable[..., Client]) -> None:
    row = opened()
    assert [group.title for group in listing.groups(Finding.objects.filter(check_id="CLM-101"))] == ["Claim contradicted by the data · vendor_a"]
    client = browser("analyst")
    for asked, is_listed in (("check=CLM-101", True), ("vendor=vendor_a", True), ("check=EXE-105", False), ("state=standing", True), ("q=slips", True)):
        assert (asked, row.subject_text in client.get(f"/exceptions/?{asked}").content.decode()) == (asked, is_listed)
    assert "CLM-101" in client.get("/exceptions/?format=csv").content.decode()
    actions.vanish_by_desk(BY, row, why="It is no longer so.")
    assert [listing.listed(listing.Asked(state=state, check="CLM-101")).count() for state in ("standing", "all", "vanished")] == [0, 1, 1]


def test_its_page_leads_to_what_it_is_about_and_offers_no_suppression(opened: Open, browser: Callable[..., Client]) -> None:
    row = opened()
    page = browser("analyst").get(row.get_absolute_url()).content.decode()
    about = queries.origin(row)
    assert about is not None
    assert f'<dt>What was promised</dt><dd><a href="{about.url}">{about.title}</a></dd>' in page
    assert ("Propose a suppression" in page, "Read when run" in page, "Exact as sealed" in page) == (False, True, False)
    assert page.index("measured") < page.index(">promised<")
    day = browser("auditor").get("/exceptions/days/2026-09-28/")
    assert "Claim contradicted by the data" in day.content.decode()


def test_it_is_not_suppressed_nor_published(opened: Open, actor: Callable[..., Actor]) -> None:
    opened()
    row = Suppression(check_id="CLM-101", reason="Known.", from_on=MONDAY, expires_on=date(2026, 10, 20))
    with pytest.raises(Refusal, match="Only exceptions of the runs' checks are suppressed"):
        actions.propose(actor("analyst"), row)
    assert publishing.text() == ""


def test_the_order_it_speaks_of_may_still_be_sampled_and_drawn_again(opened: Open, bench: Any) -> None:
    opened()
    draw = Run.objects.get().draws.get()
    assert (queries.redraw(draw), [item.order_id for item in draw.items.all()]) == ((True, 1), ["calm"])
