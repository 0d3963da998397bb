"""A starter: a section that the desk ships, for the firm to make its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from oversight.procedures.content import Proof


@dataclass(frozen=True)
class Starter:
    """One section as shipped. What stands in square brackets is the firm's to fill in; it cannot be approved before.

    `owner` and `deputy` are roles: whoever holds them is offered. `readers` are the roles that attest to it.
    """

    key: str
    chapter: str
    title: str
    text: str
    runbook: str
    citations: tuple[str, ...]
    proofs: tuple[Proof, ...]
    owner: str
    deputy: str
    readers: tuple[str, ...]
    checks: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    duties: tuple[str, ...] = field(default=())
    read_within_days: int = 14

    def content(self, people: dict[str, str]) -> dict[str, Any]:
        """What a first draft says; `people` are keys of accounts by role, where somebody holds it."""
        return {
            "title": self.title, "text": self.text.strip(), "runbook": self.runbook.strip(), "citations": list(self.citations), "checks": list(self.checks),
            "metrics": list(self.metrics), "duties": list(self.duties), "proofs": [proof.kept() for proof in self.proofs],
            "owner": people.get(self.owner, ""), "owner_role": self.owner if self.owner in people else "",
            "deputy": people.get(self.deputy, ""), "deputy_role": self.deputy if self.deputy in people else "",
            "readers": list(self.readers), "read_within_days": self.read_within_days,
        }  # fmt: skip
