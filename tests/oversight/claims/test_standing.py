"""How a claim stands: a pure answer of its terms, its last tests and a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from oversight.claims.standing import KINDS, standing

TODAY = date(2026, 10, 1)


@dataclass(frozen=True)
class Said:
    figure: Any = "figure"
    valid_until: date | None = None


@dataclass(frozen=True)
class Tried:
    outcome: str
    last: date = date(2026, 9, 30)
    first: date = date(2026, 7, 1)
    n: int = 12_345
    why: str = ""


def words(claim: Said, *tests: Tried, today: date = TODAY) -> str:
    return standing(claim, tests, today).words


@pytest.mark.parametrize(
    ("claim", "tests", "said"),
    [
        (Said(), [Tried("met")], "supported, n 12,345, 2026-07-01 to 2026-09-30"),
        (Said(), [Tried("missed")], "contradicted, n 12,345, 2026-07-01 to 2026-09-30"),
        (Said(), [Tried("cannot_tell", n=5, why="n is 5")], "untested, n 5, 2026-07-01 to 2026-09-30: n is 5"),
        (Said(), [], "untested: never measured: no run was held against it yet"),
        (Said(figure=None), [], "attested only"),
        (Said(figure=None, valid_until=date(2026, 9, 30)), [], "stale: valid until 2026-09-30; ask for it again"),
        (Said(valid_until=date(2026, 9, 30)), [Tried("missed")], "stale: valid until 2026-09-30; ask for it again"),
        (Said(valid_until=TODAY), [Tried("met")], "supported, n 12,345, 2026-07-01 to 2026-09-30"),
    ],
)  # fmt: skip
def test_a_claim_stands_as_its_last_test_says(claim: Said, tests: list[Tried], said: str) -> None:
    assert words(claim, *tests) == said


def test_what_the_data_said_a_hundred_days_ago_still_counts_and_a_day_later_is_stale() -> None:
    assert words(Said(), Tried("met", last=TODAY - timedelta(days=100))).startswith("supported")
    assert words(Said(), Tried("missed", last=date(2026, 6, 22))) == "stale, n 12,345, 2026-07-01 to 2026-06-22: the data last spoke of it on 2026-06-22"


def test_a_quarter_that_cannot_tell_yet_leaves_the_word_to_the_one_before() -> None:
    young = Tried("cannot_tell", first=date(2026, 10, 1), last=date(2026, 10, 2), n=5, why="n is 5, fewer than the 100 that it takes")
    since = "2026-10-01 to 2026-10-02 cannot tell yet: n is 5, fewer than the 100 that it takes"
    assert words(Said(), young, Tried("missed"), today=date(2026, 10, 3)) == f"contradicted, n 12,345, 2026-07-01 to 2026-09-30: {since}"


def test_the_word_of_the_quarter_before_ends_when_it_is_old() -> None:
    old = Tried("cannot_tell", first=date(2026, 10, 1), last=date(2027, 1, 8), n=5, why="n is 5")
    assert words(Said(), old, Tried("met"), today=date(2027, 1, 8)).startswith("supported"), "2026-09-30 is 100 days ago"
    assert words(Said(), old, Tried("met"), today=date(2027, 1, 9)) == "untested, n 5, 2026-10-01 to 2027-01-08: n is 5"


def test_every_standing_has_a_meaning() -> None:
    assert [kind.key for kind in KINDS] == ["contradicted", "stale", "untested", "attested", "supported"]
    assert all(kind.meaning.endswith(".") for kind in KINDS)
