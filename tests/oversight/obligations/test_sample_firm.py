"""The sample firm's first two weeks of duties, as the demonstration tells them."""

from __future__ import annotations

from datetime import date

from oversight.actor import automated
from oversight.demo.people import open_accounts
from oversight.demo.vendor_file import obligations as story
from oversight.obligations import actions, assessment, profile, queries, standing
from oversight.obligations.bank import PROFILE
from oversight.obligations.models import Duty, Occurrence
from oversight.vendors.actions import register

from .conftest import at


def test_the_firm_says_what_it_owes_names_who_does_it_and_does_it(db: None) -> None:
    with at(9, 14, 6):
        people = open_accounts("vendor_a")
        install = automated("install")
        vendors = {key: register(install, key=key, name=key) for key in ("vendor_a", "vendor_b", "clearing_router", "own_build")}
    story.before_selection(people, vendors)
    with at(9, 18):
        assert (len(profile.in_force()), profile.waiting().count(), assessment.unplanned()) == (len(PROFILE), 0, None)
        assert list(queries.without_owner()) == []
        assert Occurrence.objects.filter(state__in=("missed", "waiver_asked")).count() == 0
    story.after_selection(people, vendors)
    lane = Occurrence.objects.get(duty__key="order_by_order", period="2026-W38")
    assert (lane.state, lane.is_late, list(lane.escalations.values_list("role", flat=True))) == ("done", True, ["supervisor"])
    assert Occurrence.objects.get(duty__key="gap_pull").state == "done"
    assert Occurrence.objects.get(duty__key="gap_deputies").state == "awaiting"
    assert Occurrence.objects.get(duty__key="profile_yearly", period="year to 2026-09").state == "waived"
    assert Duty.objects.get(key="complete_file").vendor == vendors["vendor_b"]
    then = standing.summed(standing.as_of(date(2026, 9, 23)))
    assert (then["overdue"], standing.summed(standing.as_of(date(2026, 9, 25)))["overdue"]) == (1, 0)
    with at(10, 1, 6):
        actions.daily()
        overdue = sorted(queries.overdue().values_list("duty__key", "period"))
    assert overdue == [("bcp_yearly", "year to 2026-09"), ("order_by_order", "2026-W39")]
