"""Later flow shows whether a modification happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.oversight.desk.conftest import MONDAY, TUESDAY, Bench

from oversight import clock
from oversight.actor import automated
from oversight.differences import actions, following
from oversight.differences.models import Decision, Difference, Observation
from oversight.differences.queries import gap
from oversight.findings.models import Run
from oversight.measured.reading import METRIC, Figure, Reading, read

from .conftest import SHARE

Identified = Callable[..., Difference]
Decided = Callable[..., Decision]


def flow(bench: Bench, elsewhere: int) -> None:
    """100 shares at CDED and so many at XNAS."""
    bench.order("O1")
    bench.fill("O1", "10.00", 100, venue="CDED")
    bench.order("O2", order_qty=Decimal(elsewhere), filled_qty=Decimal(elsewhere))
    bench.fill("O2", "10.00", elsewhere)


def test_a_share_is_of_what_went_to_every_venue(bench: Bench) -> None:
    """100 of 400 shares of the vendor: 25 %, and none at a venue that got nothing; the institutional order is another flow."""
    flow(bench, 300)
    bench.order("O3", customer_class="institutional")
    bench.fill("O3", "10.00", 600, customer_class="institutional", venue="CDED")
    bench.receive()
    found = read(SHARE, vendor="vendor_a", first=MONDAY, last=MONDAY)
    assert (found.value, found.n) == (Decimal("0.25"), 2)
    nowhere = read(type(SHARE)(SHARE.kind, SHARE.key, {"venue": ("XNYS",)}), vendor="vendor_a", first=MONDAY, last=MONDAY)
    assert nowhere.value == 0


def test_flow_that_follows_ends_the_difference(bench: Bench, identified: Identified, modified: Decided) -> None:
    """100 of 1,000 shares: 10 %, at most 15 % was decided."""
    row = identified()
    modified(row, since_on=MONDAY)
    flow(bench, 900)
    bench.receive()
    row.refresh_from_db()
    seen = Observation.objects.get()
    assert (row.state, seen.value, seen.outcome, row.decision) == ("modified", Decimal("0.1"), "met", None)
    assert row.decisions.get().state == "ended"


def test_flow_that_does_not_follow_is_seen_and_then_decided_again(bench: Bench, identified: Identified, modified: Decided) -> None:
    """100 of 400: 25 %. By 30 October it must have followed; on the 31st it is to be decided again."""
    row = identified()
    modified(row, since_on=MONDAY)
    flow(bench, 300)
    bench.receive()
    row.refresh_from_db()
    assert (row.state, Observation.objects.get().outcome) == ("modifying", "missed")
    with clock.stated(clock.now() + timedelta(days=29)):
        assert actions.daily() == (0, 0, 0)
    with clock.stated(clock.now() + timedelta(days=30)):
        assert [actions.daily(), actions.daily()] == [(0, 1, 0), (0, 0, 0)]
    row.refresh_from_db()
    assert (row.state, row.rounds) == ("identified", 2)


def test_flow_before_the_change_shows_nothing(bench: Bench, identified: Identified, modified: Decided) -> None:
    modified(identified(), since_on=TUESDAY)
    flow(bench, 900)
    bench.receive()
    assert Observation.objects.count() == 0


def test_too_few_fills_tell_nothing(bench: Bench, identified: Identified, modified: Decided) -> None:
    row = identified()
    modified(row, since_on=MONDAY, min_n=3)
    flow(bench, 900)
    bench.receive()
    row.refresh_from_db()
    seen = Observation.objects.get()
    assert (row.state, seen.outcome, seen.why) == ("modifying", "cannot_tell", "n is 2, fewer than the 3 that it takes")


def test_a_run_is_held_against_it_once(bench: Bench, identified: Identified, modified: Decided) -> None:
    modified(identified(), since_on=MONDAY)
    flow(bench, 300)
    bench.receive()
    assert following.follow(automated("receive"), Run.objects.get()).words == ""
    assert Observation.objects.count() == 1


def test_what_was_seen_cannot_be_changed(bench: Bench, identified: Identified, modified: Decided) -> None:
    modified(identified(), since_on=MONDAY, by_on=date(2026, 10, 30))
    flow(bench, 300)
    bench.receive()
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.update(outcome="met")


def reading(vendor: str, **filters: tuple[str, ...]) -> Reading:
    """E/Q of 0.7, or of 0.4 at vendor_a; standard errors 0.03 and 0.04."""
    value, se = (Decimal("0.4"), Decimal("0.04")) if vendor == "vendor_a" else (Decimal("0.7"), Decimal("0.03"))
    return Reading(Figure(METRIC, "effective_over_quoted", filters), vendor, MONDAY, MONDAY, value, 100, se, ())


def test_two_figures_that_share_no_order_have_an_interval() -> None:
    """0.7 − 0.4 = 0.3; √(0.03² + 0.04²) = 0.05, so two errors are 0.1: 20 % to 40 %."""
    found = gap(reading("vendor_b"), reading("vendor_a"))
    assert (found.value.value, found.low.value if found.low else None, found.high.value if found.high else None) == (
        Decimal("0.3"), Decimal("0.20"), Decimal("0.40")
    )  # fmt: skip


def test_two_figures_that_may_share_orders_have_none() -> None:
    """One venue against every venue of the same vendor: its orders are in both. Against another venue: an order may be filled at both."""
    found = gap(reading("vendor_b", venue=("KNCM",)), reading("vendor_b"))
    assert (found.low, "the two share orders" in found.words) == (None, True)
    assert gap(reading("vendor_b", venue=("KNCM",)), reading("vendor_b", venue=("XNAS",))).low is None
    assert gap(reading("vendor_b", customer_class=("retail",)), reading("vendor_b", customer_class=("institutional",))).low is not None
