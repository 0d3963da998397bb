"""By which rule a motion carries: arithmetic on votes, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oversight.reviews.lifecycle import ABSTAIN, AGAINST, FOR, OF_PRESENT, OF_VOTES, TWO_THIRDS, UNANIMOUS


@dataclass(frozen=True)
class Count:
    """The votes on a motion, and how many seats there were to vote: those present and not recused, and those that voted and left."""

    pro: int
    contra: int
    abstained: int
    seats: int

    @property
    def cast(self) -> int:
        """Votes of any kind, abstentions among them."""
        return self.pro + self.contra + self.abstained

    @property
    def words(self) -> str:
        """`2 for, 1 against, 0 abstaining, of 3 seats`."""
        return f"{self.pro} for, {self.contra} against, {self.abstained} abstaining, of {self.seats} seat{'' if self.seats == 1 else 's'}"


def counted(choices: Iterable[str], seats: int) -> Count:
    """The count of these votes."""
    cast = list(choices)
    return Count(cast.count(FOR), cast.count(AGAINST), cast.count(ABSTAIN), seats)


def carries(rule: str, count: Count) -> bool:
    """Whether a motion with that count carries. A tie never does: nobody has a second vote."""
    if rule == OF_VOTES:
        return count.pro > count.contra
    if rule == OF_PRESENT:
        return 2 * count.pro > count.seats
    if rule == TWO_THIRDS:
        return count.pro > 0 and 3 * count.pro >= 2 * (count.pro + count.contra)
    assert rule == UNANIMOUS, f"no such rule: {rule}"
    return count.pro > 0 and count.contra == 0
