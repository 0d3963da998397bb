"""What a question of due diligence is, and the claim that an answer to it makes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from oversight.measured.reading import Figure

YES_NO, NUMBER, CHOICE, TEXT, DATE = "yes_no", "number", "choice", "text", "date"
KINDS = {YES_NO: "yes or no", NUMBER: "a number", CHOICE: "one of a list", TEXT: "in words", DATE: "a date"}


@dataclass(frozen=True)
class Stated:
    """The claim that an answer makes where data can speak: a figure, and the bound that the answer puts on it.

    `words` say it with `{bound}` where the bound stands. `bound` is in the figure's stored unit; None where the answer is a number and is itself the bound
    (times the question's `scale`). The claim is made when the answer is `by_answer` (a yes or a choice), and by any number.
    """

    words: str
    figure: Figure
    side: str
    bound: Decimal | None
    tolerance: Decimal = Decimal(0)
    min_n: int = 100
    by_answer: str = "yes"


@dataclass(frozen=True)
class Question:
    """One question. `guidance` tells who answers what is meant, `why` the firm why it is asked; `cites` are keys of citations, `evidence` what should be filed with it.

    `good` names answers that score fully without more (of a yes or no, or a choice); `weight` is 1 to 3; a `gate` that is not passed ends the diligence, whatever the score.
    A number is asked in `unit`; times `scale` it is in the stored unit of the claim's figure.
    """

    id: str
    area: str
    text: str
    guidance: str
    why: str
    cites: tuple[str, ...]
    evidence: str
    kind: str = TEXT
    choices: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    unit: str = ""
    scale: Decimal = Decimal(1)
    weight: int = 1
    is_gate: bool = False
    claim: Stated | None = None
    version: int = 1
