"""When a thing's time ends: the class, the event it counts from, the firm's own reading from its day on; doubt keeps it longer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from oversight import clock
from oversight.citations import BY_KEY as CITED
from oversight.lifecycle import Refusal
from oversight.moving import make
from oversight.retention import actions, items, schedule
from oversight.retention.classes import CLASSES, OF_APPS, OF_KINDS, SURE, of_tables, spoken
from oversight.retention.models import Period

from .conftest import NEW, OLD, Place


def kept(firm: Place) -> dict[str, schedule.Kept]:
    return {one.item.kind + one.item.id[:6]: one for one in schedule.kept(items.every())}


@pytest.mark.parametrize(
    ("on", "months", "later"),
    [
        (date(2019, 3, 4), 72, date(2025, 3, 4)), (date(2024, 2, 29), 12, date(2025, 2, 28)), (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)), (date(2026, 12, 31), 36, date(2029, 12, 31)),
    ],
)  # fmt: skip
def test_months_later_is_the_same_day_or_the_months_last(on: date, months: int, later: date) -> None:
    assert schedule.months_later(on, months) == later


def test_every_class_cites_what_there_is_and_says_how_sure() -> None:
    assert [one.key for one in CLASSES if one.cite not in CITED or one.sure not in SURE] == []
    assert [one.key for one in CLASSES if one.months is not None and one.months < one.least] == []
    assert [one.key for one in CLASSES if one.months is None and not one.stays] == []


def test_every_app_and_kind_leads_to_a_class() -> None:
    assert {*OF_APPS.values(), *OF_KINDS.values()} <= {one.key for one in CLASSES}
    assert [of_tables(tables) for tables in (("orders", "fills"), ("quotes",), ("quotes", "fills"), ())] == ["trading", "market", "trading", "trading"]
    assert [spoken(months) for months in (72, 12, 1, 18, 0, None)] == ["6 years", "1 year", "1 month", "18 months", "0 months", "for good"]


def test_six_years_count_from_the_last_trading_day_or_the_receipt(firm: Place) -> None:
    old, new = firm.imported(OLD), firm.imported(NEW)
    found = kept(firm)
    assert found["raw" + old[:6]].ends_on == date(2025, 3, 4)
    assert found["import" + old[:6]].ends_on == date(2025, 3, 4)
    assert found["raw" + new[:6]].ends_on == date(2032, 9, 28)
    assert [key[:-6] for key, one in found.items() if one.is_due] == ["import", "raw"]


def test_the_day_that_ends_it_still_belongs_to_it(firm: Place) -> None:
    old = firm.imported(OLD)
    for day, is_over in ((4, False), (5, True)):
        with clock.stated(datetime(2025, 3, day, 16, tzinfo=UTC)):
            assert kept(firm)["raw" + old[:6]].is_over is is_over


def test_a_raw_file_that_nobody_read_is_never_due(firm: Place) -> None:
    (firm.workspace / "raw" / ("a" * 64)).write_bytes(b"who knows")
    [one] = kept(firm).values()
    assert (one.record_class.key, one.ends_on, one.is_over) == ("trading", None, False)


def test_a_file_beside_several_things_is_kept_as_long_as_the_longest_asks(firm: Place) -> None:
    """Beside nothing six years from 2019: over. The same bytes filed again in September 2026: kept until 2032."""
    firm.filed("the same words", OLD)
    [one] = kept(firm).values()
    assert one.ends_on == date(2025, 3, 4)
    firm.filed("the same words", NEW)
    [one] = kept(firm).values()
    assert one.ends_on == date(2032, 9, 28)


def test_an_expiry_that_lies_later_counts(firm: Place) -> None:
    firm.filed("a certificate", OLD, expires_on=date(2021, 6, 30))
    [one] = kept(firm).values()
    assert one.ends_on == date(2027, 6, 30)


def test_procedures_are_never_due_by_themselves(firm: Place) -> None:
    assert next(one for one in CLASSES if one.key == "procedures").stays
    with pytest.raises(Refusal, match="never disposes"):
        actions.state_period(firm.compliance, record_class="procedures", months=36, from_on=NEW, reason="x")


def stated(firm: Place, months: int, from_on: date) -> Period:
    return actions.state_period(firm.compliance, record_class="trading", months=months, from_on=from_on, reason="Counsel reads 17a-4 so.")


def test_the_firms_reading_holds_from_its_day_once_a_second_person_agrees(firm: Place) -> None:
    old = firm.imported(OLD)
    row = stated(firm, 120, date(2026, 11, 1))
    with pytest.raises(Refusal, match="nobody approves their own work"):
        make(firm.compliance, row, "approve", {})
    make(firm.senior, row, "approve", {})
    assert kept(firm)["raw" + old[:6]].ends_on == date(2025, 3, 4)
    with clock.stated(datetime(2026, 11, 1, 16, tzinfo=UTC)):
        assert kept(firm)["raw" + old[:6]].ends_on == date(2029, 3, 4)


def test_a_later_statement_takes_the_place_of_one_from_the_same_day_on(firm: Place) -> None:
    first = make(firm.senior, stated(firm, 120, date(2026, 11, 1)), "approve", {})
    make(firm.senior, stated(firm, 84, date(2026, 11, 1)), "approve", {})
    first.refresh_from_db()
    assert first.state == "superseded"  # type: ignore[attr-defined]  # it has a lifecycle
    assert {key: row.months for key, row in schedule.stated(date(2027, 1, 1)).items()} == {"trading": 84}


@pytest.mark.parametrize(("months", "from_on", "words"), [(35, date(2026, 11, 1), "at least 3 years"), (72, date(2026, 9, 30), "from today on")])
def test_too_short_a_period_and_a_day_that_has_passed_are_refused(firm: Place, months: int, from_on: date, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        stated(firm, months, from_on)


def test_the_page_of_the_schedule_counts_each_class(firm: Place) -> None:
    firm.imported(OLD)
    firm.imported(NEW, "quotes")
    firm.held(first_on=NEW, last_on=NEW)
    found = {one.record_class.key: one for one in schedule.standings()}
    assert (found["trading"].count, found["trading"].oldest_on, found["trading"].due, found["trading"].held) == (2, OLD, 2, 0)
    assert (found["market"].count, found["market"].next_on, found["market"].due, found["market"].held) == (2, date(2032, 9, 29), 0, 2)
