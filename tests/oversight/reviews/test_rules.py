"""By which rule a motion carries: counts worked by hand."""

from __future__ import annotations

import pytest

from oversight.reviews.lifecycle import OF_PRESENT, OF_VOTES, RULES, TWO_THIRDS, UNANIMOUS
from oversight.reviews.rules import Count, carries, counted

RULE_KEYS = [key for key, _ in RULES]


@pytest.mark.parametrize(
    ("rule", "pro", "contra", "abstained", "seats", "is_carried"),
    [
        (OF_VOTES, 1, 0, 2, 3, True),  # 1 > 0; abstentions are no votes
        (OF_VOTES, 1, 1, 1, 3, False),  # a tie is lost
        (OF_VOTES, 0, 0, 3, 3, False),  # nobody is for it
        (OF_PRESENT, 2, 0, 1, 3, True),  # 2 of 3 is more than half
        (OF_PRESENT, 2, 0, 2, 4, False),  # 2 of 4 is half, not more
        (OF_PRESENT, 2, 0, 0, 4, False),  # two did not vote: they count as present
        (TWO_THIRDS, 2, 1, 0, 3, True),  # 2 / 3
        (TWO_THIRDS, 3, 2, 0, 5, False),  # 3 / 5 = 0.6
        (TWO_THIRDS, 1, 0, 4, 5, True),  # 1 / 1: abstentions are left out
        (TWO_THIRDS, 0, 0, 3, 3, False),  # nothing of nothing carries nothing
        (UNANIMOUS, 2, 0, 1, 3, True),  # nobody against
        (UNANIMOUS, 2, 1, 0, 3, False),
        (UNANIMOUS, 0, 0, 3, 3, False),  # nobody for it either
    ],
)  # fmt: skip
def test_a_motion_carries_by_the_rule_alone(rule: str, pro: int, contra: int, abstained: int, seats: int, is_carried: bool) -> None:
    assert carries(rule, Count(pro, contra, abstained, seats)) is is_carried


@pytest.mark.parametrize("rule", RULE_KEYS)
def test_one_vote_more_for_it_never_loses_what_was_carried(rule: str) -> None:
    for pro in range(5):
        for contra in range(5):
            for abstained in range(3):
                seats = pro + contra + abstained + 1
                if carries(rule, Count(pro, contra, abstained, seats)):
                    assert carries(rule, Count(pro + 1, contra, abstained, seats))


@pytest.mark.parametrize("rule", RULE_KEYS)
def test_a_tie_is_lost_under_every_rule(rule: str) -> None:
    assert [number for number in range(1, 6) if carries(rule, Count(number, number, 0, 2 * number))] == []


def test_votes_are_counted_and_said() -> None:
    count = counted(["for", "against", "for", "abstain"], 5)
    assert (count, count.cast) == (Count(2, 1, 1, 5), 4)
    assert (count.words, counted([], 1).words) == ("2 for, 1 against, 1 abstaining, of 5 seats", "0 for, 0 against, 0 abstaining, of 1 seat")
