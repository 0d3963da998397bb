"""The address says which rows a page is about, and nothing else does."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from oversight.lifecycle import Refusal
from oversight.measured.scope import Scope, parse, period_of

QUARTER = (date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    "query",
    [
        "first=2026-07-01&last=2026-09-30",
        "first=2026-09-01&last=2026-09-30&vendor=vendor_a%2Cvendor_b&symbol=BRK.B",
        "first=2026-09-01&last=2026-09-30&held=no&customer_class=institutional&hour=9%2C10&side=sell&pool=session",
        "first=2026-09-01&last=2026-09-30&excluded=quote+locked+at+t0&day=2026-09-02",
        "first=2026-09-01&last=2026-09-30&venue=unknown&pool=asset_class%2Ccurrency%2Csession",
    ],
)
def test_an_address_read_and_written_is_the_same(query: str) -> None:
    scope = parse(QueryDict(query).dict(), QUARTER)
    assert parse(QueryDict(scope.query()[1:]).dict(), QUARTER) == scope
    assert dict(QueryDict(scope.query()[1:]).items()) == dict(QueryDict(query).items())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("session=night", "“night” is no value of session. Choose among pre, regular, post, overnight, continuous, unknown."),
        ("first=yesterday", "“yesterday” is not a day for first. Write it as 2026-09-30."),
        ("first=2026-09-30&last=2026-09-01", "The period begins on 2026-09-30, after it ends on 2026-09-01. Choose a first day that is not after the last."),
        ("pool=vendor", "“vendor” cannot be pooled. What is kept apart: held, directed, customer_class, session, asset_class, currency."),
        ("vendor=<b>", "“<b>” cannot be a value of vendor."),
        ("day=Monday", "“Monday” is not a day for day. Write it as 2026-09-30."),
    ],
)
def test_what_an_address_cannot_mean_is_refused_in_words(query: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(QueryDict(query).dict(), QUARTER)
    assert refused.value.words == words


def test_unless_the_address_says_otherwise_one_flow_is_shown() -> None:
    assert Scope(*QUARTER).flow == "held, not directed, retail, regular session, equities, USD"
    assert parse({"held": "no", "pool": "session"}, QUARTER).flow == "not held, not directed, retail, every session pooled, equities, USD"


def test_the_period_before_has_the_same_length() -> None:
    before = Scope(date(2026, 9, 28), date(2026, 9, 30)).before
    assert (before.first, before.last) == (date(2026, 9, 25), date(2026, 9, 27))


@pytest.mark.parametrize(
    ("kind", "first"), [("day", "2026-09-30"), ("month", "2026-09-01"), ("quarter", "2026-07-01"), ("year", "2025-10-01"), ("all", "2025-06-02")]
)
def test_periods_end_on_the_last_trading_day(kind: str, first: str) -> None:
    days = [date(2025, 6, 2), date(2026, 9, 29), date(2026, 9, 30)]
    assert period_of(days, kind) == (date.fromisoformat(first), date(2026, 9, 30))
