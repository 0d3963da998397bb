"""The questions that the desk asks of a claim, as the library's checks are declared: what is found becomes an exception."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DeskCheck:
    """One question. `ask` is what a person must answer; its `{names}` are the claim's. `authority` is a key of the citations. An id is never used again."""

    id: str
    title: str
    severity: str
    ask: str
    authority: str


CONTRADICTED = DeskCheck(
    "CLM-101", "Claim contradicted by the data", "medium",
    "The vendor said: “{words}” The data say {measured} where {promised} was promised ({flow}; n {n}). What explains it, and what do you ask of the vendor?",
    "FINRA RN 21-29",
)  # fmt: skip
CHECKS = (CONTRADICTED,)
