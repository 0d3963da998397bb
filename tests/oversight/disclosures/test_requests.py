"""Customers' requests: their clocks, who may see them, and that nothing goes out unchecked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from oversight import clock
from oversight.disclosures import actions, clocks, daily, queries
from oversight.disclosures.models import CustomerRequest
from oversight.lifecycle import Refusal
from oversight.notices.models import Notice
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import ASKED, XML, Desk


@pytest.mark.django_db
def test_a_not_held_report_is_due_on_the_seventh_business_day_and_the_running_month_at_its_end(desk: Desk) -> None:
    """Asked on Thursday 1 October 2026: Friday 2 is the first business day, Monday 12 the seventh. Columbus Day is that Monday; the market is open."""
    row = desk.decided("b3")
    assert (row.due_on, row.rest_due_on) == (date(2026, 10, 12), date(2026, 10, 31))
    assert (row.first_on, row.last_on) == (date(2026, 4, 1), date(2026, 9, 30))


@pytest.mark.django_db
def test_seven_business_days_leave_out_thanksgiving_and_the_weekend(desk: Desk) -> None:
    """Asked on Friday 20 November 2026: 23, 24, 25, 27 (the 26th is Thanksgiving), 30, 1, 2 December."""
    assert clocks.owed("b3", date(2026, 11, 20)).due_on == date(2026, 12, 2)


@pytest.mark.django_db
def test_the_other_report_has_the_firms_own_days_and_no_rest(desk: Desk) -> None:
    row = desk.decided("b1")
    assert (row.due_on, row.rest_due_on) == (date(2026, 10, 31), None)


@pytest.mark.django_db
def test_until_it_is_decided_the_shorter_clock_runs(desk: Desk) -> None:
    assert desk.asked().due_on == date(2026, 10, 12)


@pytest.mark.parametrize(
    ("asked", "first"), [(date(2026, 8, 31), date(2026, 2, 28)), (date(2026, 3, 15), date(2025, 9, 15)), (date(2026, 6, 30), date(2025, 12, 30))]
)
def test_six_months_back_is_the_same_day_or_the_months_last(asked: date, first: date) -> None:
    assert clocks.months_before(asked, 6) == first


@pytest.mark.django_db
def test_who_asks_in_the_future_has_not_asked(desk: Desk) -> None:
    with pytest.raises(Refusal, match="in the future"):
        desk.asked(asked_on=date(2026, 10, 2))


@pytest.mark.django_db
def test_nobody_checks_what_they_made(desk: Desk) -> None:
    row = actions.keep_report(desk.compliance, desk.decided(), [("report.xml", XML)])
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(desk.compliance, row, "check", checked_how="Read.")
    assert move(desk.supervisor, row, "check", checked_how="Read.").state == "checked"


@pytest.mark.django_db
@pytest.mark.parametrize("old, new, said", [(b"<directed>N</directed>", b"<directed>X</directed>", "directed"), (b"<version>1.3</version>", b"", "version")])
def test_a_report_that_breaks_its_schema_is_not_kept(desk: Desk, old: bytes, new: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=f"(?s)breaks its rules.*{said}"):
        actions.keep_report(desk.analyst, desk.decided(), [("report.xml", XML.replace(old, new, 1))])
    assert CustomerRequest.objects.get().state == "decided"
    assert CustomerRequest.objects.get().reports.count() == 0


@pytest.mark.django_db
def test_nothing_is_sent_unchecked_or_without_a_file(desk: Desk) -> None:
    with pytest.raises(Refusal, match="while it is “checked”"):
        actions.send(desk.compliance, desk.made(), sent_how="mail")
    with pytest.raises(Refusal, match="no file of the report is kept"):
        move(desk.analyst, desk.decided(), "make")


@pytest.mark.django_db
def test_the_running_month_follows_on_its_own_clock(desk: Desk) -> None:
    row = move(desk.compliance, desk.made("b3"), "check", checked_how="Read.")
    with pytest.raises(Refusal, match="say that it was sent and the rest follows"):
        actions.send(desk.compliance, row, sent_how="mail")
    row = actions.send_first(desk.compliance, row, sent_how="mail")
    assert (row.state, row.clock_on, row.days_left) == ("rest_owed", date(2026, 10, 31), 30)
    with pytest.raises(Refusal, match="no file of the report is kept since it was last sent"):
        move(desk.analyst, row, "make")
    with clock.stated(datetime(2026, 10, 30, 14, tzinfo=UTC)):
        row = actions.keep_report(desk.analyst, row, [("rest.xml", XML)])
        row = move(desk.supervisor, row, "check", checked_how="Read.")
        assert actions.send(desk.supervisor, row, sent_how="mail").state == "sent"


@pytest.mark.django_db
def test_late_is_said_with_its_reason(desk: Desk) -> None:
    row = move(desk.compliance, desk.made("b1"), "check", checked_how="Read.")
    with clock.stated(datetime(2026, 11, 2, 14, tzinfo=UTC)):
        with pytest.raises(Refusal, match=r"due on 2026-10-31\. Say why it is late"):
            actions.send(desk.compliance, row, sent_how="mail")
        assert actions.send(desk.compliance, row, sent_how="mail", late_reason="The look-through was late.").state == "sent"


@pytest.mark.django_db
def test_only_another_declines_what_one_took_in(desk: Desk) -> None:
    row = actions.take_in(desk.compliance, customer="Customer 1", account_key="k1", asked_on=ASKED)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(desk.compliance, row, "decline", why="A broker asked, and a broker is no customer.")


@pytest.mark.django_db
def test_the_day_tells_once_for_each_step(desk: Desk) -> None:
    """Due on Monday 12 October: reminded from the 9th, late on the 13th, senior managers told from the 14th."""
    row, told = desk.decided("b3"), []
    for day in (8, 9, 9, 10, 12, 13, 13, 14, 15):
        with clock.stated(datetime(2026, 10, day, 14, tzinfo=UTC)):
            told.append(daily.daily().told)
    assert told == [0, 1, 0, 0, 1, 1, 0, 1, 0]
    assert Notice.objects.filter(url=row.get_absolute_url(), what__contains="was due on 2026-10-12").exists()
    with clock.stated(datetime(2026, 10, 12, 14, tzinfo=UTC)):
        assert queries.due_within(0) == [CustomerRequest.objects.get()]


@pytest.mark.django_db
def test_who_the_customer_is_stands_outside_the_chain_and_before_those_who_answer_alone(desk: Desk, browser: Callable[..., Client]) -> None:
    row = desk.made("b3", customer="Customer of Elm Street")
    actions.decide(desk.analyst, desk.asked(), kind="b3", basis="b", not_held_pct=Decimal("6.8"))
    assert not any("Elm Street" in body for body in Entry.objects.values_list("body", flat=True))
    page, file = row.get_absolute_url(), f"/disclosures/reports/{row.reports.get().pk}/"
    for role in ("analyst", "auditor", "senior_manager"):
        assert "Elm Street" in browser(role, name=f"{role}-reads").get(page).content.decode()
        assert browser(role, name=f"{role}-opens").get(file).status_code == 200
    for role in ("committee", "vendor_manager", "administrator", "vendor"):
        client = browser(role, name=f"{role}-tries")
        assert {client.get(page).status_code, client.get(file).status_code, client.get("/disclosures/").status_code} == {403}
