"""The sample firm's refreshes, played once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from oversight import clock
from oversight.demo.people import People
from oversight.demo.vendor_file import refreshes
from oversight.evidence import store
from oversight.refreshes.approval import approval_of
from oversight.refreshes.models import Refresh
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, VENDOR_MANAGER

from .conftest import Firm


@pytest.mark.django_db
def test_one_refresh_is_acknowledged_and_the_other_is_due(firm: Firm) -> None:
    people = People({VENDOR_MANAGER: firm.vm, COMPLIANCE: firm.compliance, SENIOR_MANAGER: firm.senior}, "")
    vendors = {key: firm.vendor(key) for key in ("vendor_a", "vendor_b")}
    refreshes.after_selection(people, vendors)
    first, second = (Refresh.objects.select_related("vendor", "signed_report").get(vendor__key=key) for key in vendors)
    assert (first.state, first.completed_on, first.due_on, first.recommendation) == (
        "completed",
        date(2026, 9, 25),
        date(2026, 9, 29),
        "retain_with_conditions",
    )
    assert [(one.state, one.sha256) for one in first.acknowledgements.all()] == [("acknowledged", first.sha256)]
    assert first.signed_report is not None
    assert store.read(first.signed_report.sha256).startswith(b"%PDF-")
    assert (second.state, second.due_on, second.changes.filter(changed="").count()) == ("opened", date(2026, 10, 13), 14)
    with clock.stated(datetime(2026, 10, 1, 12, tzinfo=UTC)):
        assert [approval_of(vendor).until_on for vendor in vendors.values()] == [date(2027, 9, 25), date(2026, 10, 13)]


def test_its_words_are_long_enough_to_be_read_and_name_each_question_once() -> None:
    keys = [key for key, _, _ in refreshes.ANSWERS_A]
    assert keys == list(dict.fromkeys(keys))
    assert [words for _, _, words in (*refreshes.ANSWERS_A, *refreshes.ANSWERS_B) if len(words) < 20] == []
