"""What answers are worth: points, weights and their exact sums, with the arithmetic to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from oversight.diligence.bank.question import CHOICE, YES_NO, Question

if TYPE_CHECKING:
    from oversight.diligence.dossier import Dossier

MOST = 4
"""The points of a full answer."""
PASS = 3
"""So many points, at least, pass a gate."""
RULE = "A question counts weight × points ÷ 4. A score is what was earned of what could be earned; what is not scored yet is in neither."


@dataclass(frozen=True)
class Part:
    """One question's part of a score; `points` is None where it is not scored yet."""

    weight: int
    points: int | None

    @property
    def earned(self) -> Decimal | None:
        """weight × points ÷ 4, exact."""
        return None if self.points is None else Decimal(self.weight * self.points) / MOST

    @property
    def arithmetic(self) -> str:
        """How the part came to be, to be read."""
        return "not scored" if self.earned is None else f"{self.weight} × {self.points} ÷ {MOST} = {trimmed(self.earned)}"


@dataclass(frozen=True)
class Total:
    """A sum of parts. `possible` is the weight of what is scored."""

    title: str
    earned: Decimal
    possible: Decimal
    scored: int
    asked: int

    @property
    def share(self) -> Decimal | None:
        """Earned of possible, between 0 and 1; None where nothing is scored."""
        return self.earned / self.possible if self.possible else None

    @property
    def percent(self) -> str:
        """The share as pages print it, to a tenth of a percent."""
        return "—" if self.share is None else f"{self.share * 100:.1f} %"

    @property
    def arithmetic(self) -> str:
        """How the share came to be, to be read."""
        return f"{trimmed(self.earned)} of {trimmed(self.possible)}" if self.possible else "nothing is scored"

    @property
    def is_whole(self) -> bool:
        """Whether every question asked is scored."""
        return self.scored == self.asked


@dataclass(frozen=True)
class Breakdown:
    """The whole score and that of each area, by the area's key."""

    whole: Total
    areas: dict[str, Total]


def breakdown(of: Dossier) -> Breakdown:
    """The score of an assessment, area by area."""
    areas = {key: total(title, [line.part for line in lines]) for key, title, lines in of.areas}
    return Breakdown(total("all areas", [line.part for line in of.lines]), areas)


def total(title: str, parts: Iterable[Part]) -> Total:
    """The sum of the parts."""
    asked = list(parts)
    scored = [part for part in asked if part.points is not None]
    earned = sum((Decimal(part.weight * (part.points or 0)) / MOST for part in scored), Decimal(0))
    return Total(title, earned, Decimal(sum(part.weight for part in scored)), len(scored), len(asked))


def proposed(question: Question, value: str, *, has_answer: bool) -> tuple[int, str] | None:
    """The points that an answer itself suggests, and why; None where a person must judge."""
    if not has_answer:
        return 0, "There is no answer."
    if question.good and question.kind in (YES_NO, CHOICE):
        if value in question.good:
            return MOST, f"“{value}” scores fully."
        return (0, f"“{value}” is not what is asked for.") if question.kind == YES_NO else None
    return None


def trimmed(number: Decimal) -> str:
    """A decimal without idle zeros."""
    return f"{number.normalize():f}"
