"""The sample firm's joint investigation: two conclusions that differ, both kept, and nothing of the firm's notes for the vendor."""

from __future__ import annotations

from datetime import UTC, datetime

from pytest_django import Settings

from oversight import clock
from oversight.accounts import actions as accounts
from oversight.actor import Actor, automated
from oversight.demo.people import People, open_accounts
from oversight.demo.quarter_end import rooms
from oversight.roles import VENDOR, VENDOR_MANAGER
from oversight.rooms.models import Note, Room, Statement
from oversight.rooms.seen import seen
from oversight.vendors.actions import register

from .conftest import case_of


def staged(with_account: bool) -> tuple[People, dict[str, object]]:
    people = open_accounts("vendor_a")
    vendors = {key: register(people[VENDOR_MANAGER], key=key, name=key) for key in ("vendor_a", "vendor_b")}
    if with_account:
        account = accounts.open_account(automated("test"), username="vendor_b", name="Vendor B", email="b@firm.example", roles=[VENDOR], vendor="vendor_b")
        people.by_name["vendor_b"] = Actor(account.key, frozenset({VENDOR}))
    case_of(vendors["vendor_b"], 1)
    return people, dict(vendors)


def test_the_sample_firm_investigates_with_its_vendor(db: None, settings: Settings, tmp_path: object) -> None:
    settings.HOME = tmp_path
    with clock.stated(datetime(2026, 11, 5, 14, tzinfo=UTC)):
        people, vendors = staged(with_account=True)
    rooms.after_meeting(people, vendors)  # type: ignore[arg-type]  # the vendors are vendors
    page = seen(Room.objects.get(), is_firm=False)
    assert page.firm_conclusion and page.vendor_conclusion
    assert (page.state, page.is_disputed, page.firm_conclusion.value, page.vendor_conclusion.value) == ("concluded", True, "payment", "setting")
    assert ([day.on for day in page.days], len(page.hypotheses), sum(each.is_disputed for each in page.hypotheses)) == (list(rooms.DAYS), 3, 1)
    assert (Note.objects.count(), page.notes, {remark for each in page.hypotheses for remark in each.notes}) == (2, (), set())
    rooms.after_meeting(people, vendors)  # type: ignore[arg-type]  # the same
    assert Room.objects.count() == 1, "called again it does nothing"


def test_without_an_account_of_the_vendor_the_firm_waits(db: None, settings: Settings, tmp_path: object) -> None:
    settings.HOME = tmp_path
    with clock.stated(datetime(2026, 11, 5, 14, tzinfo=UTC)):
        people, vendors = staged(with_account=False)
    rooms.after_meeting(people, vendors)  # type: ignore[arg-type]  # the vendors are vendors
    assert (Room.objects.get().state, set(Statement.objects.values_list("side", flat=True))) == ("open", {"firm"})
