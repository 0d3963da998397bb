"""Until when an approval holds, who is told that it runs out, and what happens on day 366."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.actor import Actor
from oversight.diligence.models import Assessment
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move
from oversight.record.models import Entry
from oversight.refreshes import actions, lapsing, queries
from oversight.refreshes.approval import approval_of
from oversight.refreshes.lapsing import Lapsed, lapse
from oversight.refreshes.models import Extension, Reminder
from oversight.vendors.models import Vendor

from .conftest import Firm

Act = Callable[..., Actor]
LAST = date(2026, 10, 8)
"""The last day of an approval that counts from 2025-10-08: 365 days later."""


def on(year: int, month: int, day: int) -> Any:
    """That day at noon in New York."""
    return clock.stated(datetime(year, month, day, 12, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def test_nothing_is_known_of_a_vendor_that_nobody_assessed(firm: Firm) -> None:
    one = approval_of(firm.vendor())
    assert (one.base_on, one.until_on, one.days_left, one.has_run_out, one.suspends) == (None, None, None, False, False)
    assert lapse() == Lapsed(0, ())


def test_it_holds_365_days_from_the_day_stated(firm: Firm) -> None:
    row = firm.opened()
    one = approval_of(row.vendor)
    assert (one.base_on, one.until_on, one.days_left, one.base_is) == (date(2025, 10, 8), LAST, 7, "due diligence before the desk, as stated")


def test_a_completed_refresh_renews_it_for_a_year(firm: Firm) -> None:
    one = approval_of(firm.completed().vendor)
    assert (one.base_on, one.base_is, one.until_on, one.days_left, one.refresh) == (date(2026, 10, 1), "yearly refresh", date(2027, 10, 1), 365, None)


def test_the_register_counts_a_renewal_to_the_same_day(firm: Firm) -> None:
    """A suspended vendor is lifted by what `Vendor.is_assessed` says, and suspended by what the approval says: 365 days from 2026-10-01 are 2027-10-01."""
    vendor = firm.completed().vendor
    told = []
    for instant in (datetime(2027, 10, 2, 3, 59, tzinfo=UTC), datetime(2027, 10, 2, 4, 0, tzinfo=UTC)):  # 23:59 of 1 October in New York, and midnight
        with clock.stated(instant):
            told.append((vendor.is_assessed, approval_of(vendor).has_run_out))
    assert told == [(True, False), (False, True)]


def test_one_that_recommends_to_leave_renews_nothing(firm: Firm) -> None:
    row = firm.completed(recommendation="leave")
    assert row.state == "completed"
    assert approval_of(row.vendor).until_on == LAST


def test_it_holds_365_days_from_the_due_diligence_that_was_approved_last(firm: Firm) -> None:
    vendor = firm.vendor()
    firm.assessed(vendor, date(2024, 10, 1), state="lapsed", lapsed_at=datetime(2025, 10, 2, 12, tzinfo=UTC))
    firm.assessed(vendor, date(2025, 10, 3))
    one = approval_of(vendor)
    assert (one.base_on, one.base_is, one.until_on, one.days_left) == (date(2025, 10, 3), "due diligence", date(2026, 10, 3), 2)
    assert actions.open_refresh(firm.vm, vendor).first_on == date(2025, 10, 3)


def test_an_approval_for_less_than_a_year_ends_sooner_and_one_for_longer_does_not_end_later(firm: Firm) -> None:
    short, long = firm.vendor("short"), firm.vendor("long")
    firm.assessed(short, date(2026, 4, 2), valid_until=date(2026, 10, 2))
    firm.assessed(long, date(2025, 10, 3), valid_until=date(2027, 10, 3))
    assert [approval_of(vendor).until_on for vendor in (short, long)] == [date(2026, 10, 2), date(2026, 10, 3)]


def test_an_approval_that_was_taken_back_ends_the_day_before(firm: Firm) -> None:
    vendor = firm.vendor()
    firm.assessed(vendor, date(2026, 4, 2), state="lapsed", lapsed_at=datetime(2026, 9, 30, 15, tzinfo=UTC))
    assert approval_of(vendor).until_on == date(2026, 9, 29)
    assert lapse().suspended == ("vendor_a",)


def test_a_due_diligence_that_nobody_approved_counts_for_nothing(firm: Firm) -> None:
    vendor = firm.vendor()
    firm.assessed(vendor, date(2026, 4, 2))
    Assessment.objects.update(state="proposed", approved_at=None)
    assert approval_of(vendor).base_on is None


def test_people_are_told_30_7_and_1_days_before_once_each(firm: Firm) -> None:
    with on(2026, 9, 1):
        vendor = firm.opened().vendor
    told = []
    for day in (date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 9), date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 7), date(2026, 10, 8)):
        with on(day.year, day.month, day.day):
            told.append((day.day, lapse().told, lapse().told))
    assert told == [(7, 0, 0), (8, 1, 0), (9, 0, 0), (1, 1, 0), (2, 0, 0), (7, 1, 0), (8, 0, 0)]
    assert list(Reminder.objects.order_by("pk").values_list("days", "until_on")) == [(30, LAST), (7, LAST), (1, LAST)]
    for by in (firm.vm, firm.compliance):
        assert [copy.notice.what for copy in Copy.objects.filter(to=by.key).select_related("notice").order_by("pk")] == [
            f"Vendor A: the approval holds until 2026-10-08, {left}; its refresh is “opened”" for left in ("30 days left", "7 days left", "1 day left")
        ]
    assert vendor.state == "live"


def test_days_on_which_nobody_looked_are_caught_up_by_the_nearest_reminder_alone(firm: Firm) -> None:
    firm.opened()
    with on(2026, 10, 3):
        assert lapse() == Lapsed(1, ())
    assert list(Reminder.objects.values_list("days", flat=True)) == [7]


def test_on_day_366_the_vendor_is_suspended_by_the_desk_once(firm: Firm) -> None:
    vendor = firm.opened().vendor
    with on(2026, 10, 8):
        assert lapse().suspended == ()
    with on(2026, 10, 9):
        assert (lapse().suspended, lapse().suspended) == (("vendor_a",), ())
    vendor.refresh_from_db()
    entry = Entry.objects.get(verb="suspend")
    assert (vendor.state, entry.actor, entry.subject_id) == ("suspended", "system:refresh", str(vendor.pk))
    assert [word.text for word in entry.words.all()] == [
        (
            "Its approval held until 2026-10-08: no yearly refresh was completed since 2025-10-08 (due diligence before the desk, as stated), "
            "and no extension was signed."
        )
    ]
    assert Copy.objects.filter(to=firm.senior.key, notice__severity="high").count() == 1


@pytest.mark.parametrize("state", ["candidate", "approved", "tested", "suspended", "exiting"])
def test_a_vendor_that_does_not_route_is_neither_suspended_nor_told_of(firm: Firm, state: str) -> None:
    firm.opened(firm.vendor(state=state))
    with on(2026, 12, 1):
        assert lapse() == Lapsed(0, ())


def test_a_completed_refresh_keeps_it_routing(firm: Firm) -> None:
    firm.completed()
    with on(2027, 10, 1):
        assert lapse().suspended == ()
    with on(2027, 10, 2):
        assert lapse().suspended == ("vendor_a",)


def test_a_signed_extension_holds_to_its_last_day_and_not_longer(firm: Firm) -> None:
    vendor = firm.opened().vendor
    row = lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 11, 7), reason="The auditor's report comes on 20 October.")
    assert approval_of(vendor).until_on == LAST
    move(firm.senior, row, "sign")
    assert (approval_of(vendor).until_on, row.signed_by) == (date(2026, 11, 7), firm.senior.key)
    with on(2026, 11, 7):
        assert lapse().suspended == ()
    with on(2026, 11, 8):
        assert lapse().suspended == ("vendor_a",)
    assert "the last day of its signed extension" in Entry.objects.get(verb="suspend").words.get().text


def test_the_last_days_of_an_extension_are_told_too(firm: Firm) -> None:
    vendor = firm.opened().vendor
    move(firm.senior, lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 10, 20), reason="x"), "sign")
    with on(2026, 10, 13):
        assert lapse() == Lapsed(1, ())
    assert list(Reminder.objects.values_list("days", "until_on")) == [(7, date(2026, 10, 20))]


@pytest.mark.parametrize(
    ("today", "until_on", "reason", "said"),
    [
        ((2026, 9, 7), date(2026, 11, 1), "late", "can be proposed from 30 days before"),
        ((2026, 10, 1), date(2026, 11, 8), "late", "on 2026-11-07 at the latest"),
        ((2026, 10, 1), LAST, "late", "An extension ends after 2026-10-08"),
        ((2026, 10, 20), date(2026, 10, 19), "late", "not before today"),
        ((2026, 10, 1), date(2026, 11, 1), "  ", "Say why"),
    ],
)
def test_an_extension_has_its_bounds(firm: Firm, today: tuple[int, int, int], until_on: date, reason: str, said: str) -> None:
    with on(2026, 9, 1):
        vendor = firm.opened().vendor
    with on(*today), pytest.raises(Refusal, match=said):
        lapsing.propose_extension(firm.compliance, vendor, until_on=until_on, reason=reason)
    assert Extension.objects.count() == 0


def test_an_approval_is_extended_at_most_once(firm: Firm) -> None:
    vendor = firm.opened().vendor
    first = lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 10, 15), reason="x")
    with pytest.raises(Refusal, match="at most once"):
        lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 10, 20), reason="x")
    move(firm.senior, first, "sign")
    with pytest.raises(Refusal, match="at most once"):
        lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 10, 20), reason="x")


def test_after_a_refusal_another_can_be_proposed(firm: Firm) -> None:
    vendor = firm.opened().vendor
    row = lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 11, 7), reason="x")
    with pytest.raises(Refusal, match="why is missing"):
        move(firm.senior, row, "refuse")
    move(firm.senior, row, "refuse", why="Two weeks suffice.")
    assert lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 10, 22), reason="x").state == "proposed"


@pytest.mark.parametrize("role", ["vendor_manager", "senior_manager", "supervisor", "analyst", "auditor", "vendor", "administrator"])
def test_only_compliance_proposes_and_only_a_senior_manager_signs(firm: Firm, actor: Act, role: str) -> None:
    vendor, by = firm.opened().vendor, actor(role, name="someone")
    with pytest.raises(Refusal) as refusal:
        lapsing.propose_extension(by, vendor, until_on=date(2026, 10, 20), reason="x")
    assert refusal.value.is_forbidden
    row = lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 10, 20), reason="x")
    if role != "senior_manager":
        with pytest.raises(Refusal) as refusal:
            move(by, row, "sign")
        assert refusal.value.is_forbidden


def test_nobody_signs_the_extension_that_they_proposed(firm: Firm, actor: Act) -> None:
    both = actor("compliance", "senior_manager", name="both")
    row = lapsing.propose_extension(both, firm.opened().vendor, until_on=date(2026, 10, 20), reason="x")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(both, row, "sign")


def test_an_extension_whose_last_day_has_passed_is_not_signed(firm: Firm) -> None:
    row = lapsing.propose_extension(firm.compliance, firm.opened().vendor, until_on=date(2026, 10, 20), reason="x")
    with on(2026, 10, 21), pytest.raises(Refusal, match="its last day has passed"):
        move(firm.senior, row, "sign")


def test_an_extension_is_of_its_year_alone(firm: Firm) -> None:
    vendor = firm.opened().vendor
    row = lapsing.propose_extension(firm.compliance, vendor, until_on=date(2026, 10, 20), reason="x")
    move(firm.senior, row, "sign")
    refresh = approval_of(vendor).refresh
    assert refresh is not None
    move(firm.compliance, refresh, "withdraw", why="Begun anew.")
    firm.completed(vendor)
    assert (approval_of(vendor).until_on, approval_of(vendor).extension) == (date(2027, 10, 1), None)


def test_where_approvals_stand_is_read_in_as_many_queries_for_one_vendor_as_for_thirty(firm: Firm) -> None:
    firm.opened(firm.vendor("v_00"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        queries.standing()
    for number in range(1, 30):
        firm.opened(firm.vendor(f"v_{number:02}"))
    with CaptureQueriesContext(connection) as thirty:
        assert len(queries.standing()) == 30
    assert len(thirty) == len(one)


def test_what_routes_and_runs_out_first_stands_first(firm: Firm) -> None:
    firm.opened(firm.vendor("later"), counted_from=date(2026, 1, 10))
    firm.opened(firm.vendor("sooner"))
    firm.vendor("candidate", state="candidate")
    firm.vendor("unknown")
    assert [one.vendor.key for one in queries.standing()] == ["sooner", "later", "unknown", "candidate"]
    assert Vendor.objects.count() == 4


def test_a_day_counts_in_new_york(firm: Firm) -> None:
    """At 03:59 UTC on 9 October it is still the 8th in New York; a minute later day 366 begins."""
    firm.opened()
    with clock.stated(datetime(2026, 10, 9, 3, 59, tzinfo=UTC)):
        assert lapse().suspended == ()
    with clock.stated(datetime(2026, 10, 9, 3, 59, tzinfo=UTC) + timedelta(minutes=1)):
        assert lapse().suspended == ("vendor_a",)
