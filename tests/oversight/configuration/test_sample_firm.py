"""The sample firm's configuration reads like a real one, and is quick."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight import clock
from oversight.configuration import queries
from oversight.configuration.models import Analysis, Document, Version
from oversight.configuration.terms import changes
from oversight.demo.people import open_accounts
from oversight.demo.vendor_file import configuration as story
from oversight.roles import VENDOR_MANAGER
from oversight.vendors import actions


def test_both_routers_are_written_down_and_a_change_waits_for_a_second_person(db: None) -> None:
    with clock.stated(datetime(2026, 9, 14, 13, tzinfo=UTC)):
        people = open_accounts("vendor_a")
        vendors = {key: actions.register(people[VENDOR_MANAGER], key=key, name=key) for key in ("vendor_a", "vendor_b")}
    story.before_selection(people, vendors)
    assert (Document.objects.filter(state="approved").count(), vendors["vendor_a"].has_configuration, vendors["vendor_b"].has_configuration) == (4, True, True)
    assert [version.number for version in queries.in_force_during("vendor_b", date(2026, 7, 1))] == [1]
    story.after_selection(people, vendors)
    change = Version.objects.get(state="draft")
    assert [(each.how, each.of.key) for each in changes(change.base.terms if change.base else (), change.terms)] == [("removed", "KNCM")]
    with clock.stated(datetime(2026, 9, 30, 15, tzinfo=UTC)):
        story.with_figures(people, vendors)
    assert (Version.objects.get(pk=change.pk).state, len(Analysis.objects.get().before)) == ("proposed", 4)
