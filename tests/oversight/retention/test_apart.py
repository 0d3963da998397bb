"""What counsel keeps apart is in no list of retention, and nobody disposes of it here."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.oversight.requests.conftest import Firm, firm
from tests.oversight.requests.test_counsels_space import kept

from oversight import clock
from oversight.evidence import actions as evidence
from oversight.evidence import store
from oversight.requests.models import Paper
from oversight.retention import items, schedule

__all__ = ("firm", "kept")


def test_counsels_bytes_are_not_listed_even_where_the_same_were_filed_too(firm: Firm, kept: Paper) -> None:
    assert kept.sha256 not in {item.id for item in items.every()}
    content = store.read(kept.sha256)
    evidence.file(firm.supervisor, "the-same.txt", content)
    assert kept.sha256 not in {item.id for item in items.every()}
    with clock.stated(datetime(2040, 1, 2, 16, tzinfo=UTC)):
        due = schedule.due(["requests", "evidence"])
    assert due
    assert kept.sha256 not in {one.item.id for one in due}
