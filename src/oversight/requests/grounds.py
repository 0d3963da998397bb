"""Who asks, under which rule, and the grounds on which a document is kept back."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.citations import BY_KEY, IN_FORCE, STANDINGS, Citation

AUTHORITIES = {"finra": "FINRA", "sec": "SEC", "exchange": "an exchange", "state": "a state's regulator", "other": "another authority"}
RULES = (
    "FINRA 8210",
    "Exchange Act 17(a)",
    "Exchange Act 17(b)",
    "17 CFR 240.17a-4(j)",
    "FINRA 4511",
    "An exchange's rule on requests",
    "A state's securities law",
)
"""The authorities under which a letter may ask, each with its standing in `citations`; a letter may name another in words."""
OTHER_RULE = "another rule, named in words"


@dataclass(frozen=True)
class Ground:
    """Why a document is not given, or not whole. `is_privileged`: it never goes into an exam file either."""

    key: str
    title: str
    meaning: str
    is_privileged: bool = False


GROUNDS = (
    Ground("attorney_client", "attorney-client privilege", "Advice asked of counsel or given by counsel, in confidence.", is_privileged=True),
    Ground("work_product", "work product", "Made by or for counsel because a proceeding was expected.", is_privileged=True),
    Ground("not_responsive", "not responsive", "It answers none of the items."),
    Ground("personal", "personal data", "It identifies customers or staff whom the item does not ask about."),
    Ground("of_another", "another authority's confidential matter", "An authority asked that it be kept from others; ask that authority first."),
    Ground("other", "another ground, named in the log", "Said in the log line."),
)
BY_GROUND = {ground.key: ground for ground in GROUNDS}
PRIVILEGED = tuple(ground.key for ground in GROUNDS if ground.is_privileged)


def citation(rule: str) -> Citation | None:
    """The authority that a letter names, with its standing; None for one in words."""
    return BY_KEY.get(rule)


def doubt(rule: str) -> str:
    """What is doubtful in the authority, or that it binds nobody; empty where nothing is."""
    found = citation(rule)
    if found is None:
        return "Not among the desk's authorities: read the letter, and check its standing."
    standing = "" if found.standing == IN_FORCE else STANDINGS[found.standing]
    return " ".join(filter(None, (standing, found.note)))
