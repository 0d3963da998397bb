"""A closing test of like against like: the vendor's fills beside the other vendors' in the same kind of order, one-sided, by a margin registered beforehand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.oversight.cases.conftest import EQ, FRIDAY, MONDAY, Bench, Firm, on

from bestexec import trading_days
from bestexec.units import NS_PER_SECOND
from oversight.cases import actions
from oversight.cases.models import Case, Evaluation, Registration
from oversight.lifecycle import Refusal
from oversight.measured.reading import CHECK, METRIC, Figure

SPREAD = Figure(METRIC, "effective_spread")
WEEK = trading_days(MONDAY, FRIDAY)
KNOWN = {"hour": 11, "lot_class": "round", "order_class": "market"}
MATCHED: dict[str, Any] = {
    "figure": SPREAD, "compared": "matched", "bound": None, "margin": Decimal("0.01"), "confidence": Decimal("0.95"), "min_n": 5, "first_on": MONDAY,
    "last_on": FRIDAY,
}  # fmt: skip
NEAR, MIDDLE, FAR = "10.000", "10.005", "10.010"
"""Buys against a midpoint of 10.00: effective spreads of 0, 1 and 2 cents."""


def received(bench: Bench, days: list[tuple[date, str, str]], *, number: int = 2) -> None:
    """A run of those days with so many fills a day and vendor: (day, price of Beta Router's, price of Alpha Router's)."""
    bench.orders, bench.fills, bench.totals = [], [], []
    for day, mine, theirs in days:
        for vendor, px in (("vendor_b", mine), ("vendor_a", theirs)):
            for place in range(number):
                bench.order(f"{vendor}-{day}-{place}", vendor=vendor, on=day)
                bench.fill(f"{vendor}-{day}-{place}", px, vendor=vendor, on=day, t0_at=place * NS_PER_SECOND, **KNOWN)
    with on(date.fromordinal(days[-1][0].toordinal() + 1), 8):
        bench.receive()


def agreed(firm: Firm, case: Case, **said: Any) -> Registration:
    return actions.agree(firm.supervisor, firm.registered(case, **{**MATCHED, **said}))


def test_a_vendor_no_worse_than_the_others_meets_it(firm: Firm, case: Case, bench: Bench) -> None:
    row = agreed(firm, case)
    # Beta less Alpha by day: 0, +1, 0, −1, 0 cents of effective spread; on average nothing.
    received(bench, list(zip(WEEK, (NEAR, MIDDLE, MIDDLE, NEAR, NEAR), (NEAR, NEAR, MIDDLE, MIDDLE, NEAR), strict=True)))
    one = Evaluation.objects.get()
    assert (one.outcome, one.is_complete, one.n, one.bound, row.is_passed) == ("met", True, 10, Decimal("0.01"), True)
    assert one.value == pytest.approx(Decimal(0), abs=Decimal("1e-12"))
    assert one.at_most is not None and 0 < one.at_most < Decimal("0.01")
    assert one.why.startswith("It is supported on fills after 2026-10-04 that vendor vendor_b is less than 1.0 ¢ a share worse by effective spread")


def test_a_vendor_worse_by_two_cents_misses_a_margin_of_one(firm: Firm, case: Case, bench: Bench) -> None:
    row = agreed(firm, case)
    # +2, +2, +1, +2, +2 cents: 1.8 on average, and no day within the margin but one.
    received(bench, list(zip(WEEK, (FAR, FAR, MIDDLE, FAR, FAR), [NEAR] * 5, strict=True)))
    one = Evaluation.objects.get()
    assert (one.outcome, one.value, row.is_passed) == ("missed", Decimal("0.018"), False)
    assert "not shown" in one.why


def test_a_difference_around_the_margin_cannot_be_told(firm: Firm, case: Case, bench: Bench) -> None:
    agreed(firm, case)
    # +2, 0, +2, 0, +1 cents: one cent on average, the margin itself.
    received(bench, list(zip(WEEK, (FAR, NEAR, FAR, NEAR, MIDDLE), [NEAR] * 5, strict=True)))
    one = Evaluation.objects.get()
    assert (one.outcome, one.value) == ("cannot_tell", Decimal("0.01"))
    assert "is not shown" in one.why or "not excluded" in one.why


def test_fills_with_nobody_beside_them_tell_nothing(firm: Firm, case: Case, bench: Bench) -> None:
    row = agreed(firm, case, min_n=20)
    received(bench, list(zip(WEEK, [NEAR] * 5, [NEAR] * 5, strict=True)))
    one = Evaluation.objects.get()
    assert (one.outcome, one.value, one.at_most) == ("cannot_tell", None, None)
    assert "the minimum, set beforehand, is 20" in one.why
    assert row.is_without_power, "the window ended with too few rows, so that a vote may close the case"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"figure": EQ}, "not held like against like"), ({"figure": Figure(CHECK, "EXE-101")}, "not held like against like"),
        ({"figure": Figure(METRIC, "effective_spread", {"venue": ("XNAS",)})}, "not held like against like"), ({"margin": Decimal(0)}, "Name the margin"),
        *(({"confidence": said}, "Name the confidence") for said in (None, Decimal(1), Decimal("0.5"))),
    ],
)  # fmt: skip
def test_terms_that_make_no_such_test_are_refused(firm: Firm, case: Case, said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        firm.registered(case, **{**MATCHED, **said})


def test_what_it_could_have_seen_before_is_computed_and_locked(firm: Firm, case: Case, bench: Bench) -> None:
    before = trading_days(date(2026, 9, 24), date(2026, 9, 30))
    received(bench, list(zip(before, (NEAR, FAR, NEAR, FAR, MIDDLE), (FAR, NEAR, MIDDLE, NEAR, NEAR), strict=True)))
    row = firm.registered(case, **{**MATCHED, "margin": Decimal("0.001")})
    assert row.smallest_visible is not None and row.smallest_visible > Decimal("0.001")
    assert row.is_too_coarse and row.is_intact
    assert row.smallest_why.startswith("Over 5 measured days from 2026-09-24 to 2026-09-30, 10 of its fills stood beside others")
    row.confidence = Decimal("0.9")
    assert not row.is_intact, "the confidence is locked, too"


def test_it_is_registered_and_read_on_the_desk_in_the_units_that_people_read(
    firm: Firm, case: Case, bench: Bench, browser: Callable[..., Client]
) -> None:  # fmt: skip
    client, at = browser("analyst"), f"/cases/{case.pk}/test/"
    sent = {"figure": "metric:effective_spread", "side": "at_most", "compared": "matched", "margin": "0.01", "confidence": "95", "standard_errors": "2",
            "min_n": 5, "first_on": "2026-10-05", "last_on": "2026-10-09", "if_inconclusive": "Another week."}  # fmt: skip
    for missing in ("margin", "confidence"):
        answer = client.post(at, {**sent, missing: ""})
        assert (answer.status_code, "This comparison needs it." in answer.content.decode()) == (400, True)
    assert client.post(at, sent).status_code == 302
    row = Registration.objects.get()
    assert (row.margin, row.confidence, row.errors) == (Decimal("0.01"), Decimal("0.95"), 0)
    actions.agree(firm.supervisor, row)
    received(bench, list(zip(WEEK, (FAR, FAR, MIDDLE, FAR, FAR), [NEAR] * 5, strict=True)))
    page = browser("committee").get(f"/cases/tests/{row.pk}/").content.decode()
    said = (
        "worse than the other vendors, like for like, by less than 0.01 $/share, at 95 % confidence, n ≥ 5",
        "Worse by",
        "At most",
        "Each fill of the vendor stands",
    )
    assert [words for words in said if words not in page] == []
