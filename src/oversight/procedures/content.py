"""What a procedure says: what makes its text a whole one, and what of a starter was left untouched."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from oversight.citations import BY_KEY as AUTHORITIES
from oversight.citations import PROPOSED, WITHDRAWN, Citation

FIELDS = (
    "title", "text", "runbook", "citations", "checks", "metrics", "duties", "proofs", "owner", "owner_role", "deputy", "deputy_role", "readers",
    "read_within_days",
)  # fmt: skip
"""What a person writes in a version; approved as one."""
FILED, DUTY, RUN = "filed", "duty", "run"
KINDS = {FILED: "a file beside the section", DUTY: "its duty, done and confirmed", RUN: "a run that evaluated its checks"}
PLACEHOLDER = re.compile(r"\[[^\[\]\n]*\]")
BINDS_NOBODY = (WITHDRAWN, PROPOSED)


@dataclass(frozen=True)
class Proof:
    """Evidence that a section produces: of which kind, how many days it may be old, and what it is in words."""

    kind: str
    days: int
    what: str

    def kept(self) -> dict[str, Any]:
        """As a version stores it."""
        return {"kind": self.kind, "days": self.days, "what": self.what}


def proofs_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Proof, ...]:
    """A version's proofs."""
    return tuple(Proof(str(one["kind"]), int(one["days"]), str(one["what"])) for one in stored)


def cited(keys: Iterable[str]) -> tuple[Citation, ...]:
    """The authorities of those keys, in their order; one that is not known says so and binds nobody."""
    return tuple(AUTHORITIES.get(key) or Citation(key, "Not among the desk's authorities.", WITHDRAWN, next(iter(AUTHORITIES.values())).as_of) for key in keys)


def binds(citation: Citation) -> bool:
    """Whether a section can stand on it: neither withdrawn nor only proposed."""
    return citation.standing not in BINDS_NOBODY


def placeholders(*texts: str) -> dict[str, int]:
    """What stands in square brackets, in the order of the texts, each with how often: what is left to fill in."""
    return dict(Counter(found for text in texts for found in PLACEHOLDER.findall(text)))


def text_hash(text: str) -> str:
    """The hash of the words alone: spaces, line ends and capitals make no other text."""
    return hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()


def content_hash(values: Mapping[str, Any]) -> str:
    """The hash of all that a person writes in a version."""
    return hashlib.sha256(json.dumps({name: values[name] for name in FIELDS}, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def left_untailored(values: Mapping[str, Any], starter_text: str) -> list[str]:
    """What keeps it from counting as tailored, in words; empty where it is."""
    left = placeholders(values["title"], values["text"], values["runbook"], *(proof.what for proof in proofs_of(values["proofs"])))
    named = ", ".join(f"{one} ({times} times)" if times > 1 else one for one, times in left.items())
    said = [f"what stands in brackets is left to fill in: {named}"] if left else []
    if starter_text and text_hash(values["text"]) == text_hash(starter_text):
        said.append("the text is the starter's, word for word; say how your firm does it")
    return said


def missing(values: Mapping[str, Any]) -> list[str]:
    """What a version lacks before it can be approved, in words; empty where it is whole."""
    said = []
    if not values["text"].strip():
        said.append("it has no text")
    if not values["owner"] or not values["deputy"]:
        said.append("an owner and a deputy are needed")
    elif values["owner"] == values["deputy"]:
        said.append("owner and deputy are one person")
    if not values["citations"]:
        said.append("it names no authority")
    elif not any(binds(citation) for citation in cited(values["citations"])):
        said.append("every authority that it names is withdrawn or only proposed; name one that stands")
    proofs = proofs_of(values["proofs"])
    if not proofs:
        said.append("it does not say what evidence shows that it is done, and how old that may be")
    kinds = {proof.kind for proof in proofs}
    if RUN in kinds and not values["checks"]:
        said.append("a run is to prove it, yet it names no check")
    if DUTY in kinds and not values["duties"]:
        said.append("a duty is to prove it, yet it names no duty")
    return said
