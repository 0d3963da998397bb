"""The roles: what each comes for, and the groups that views are shown to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE = "analyst", "supervisor", "committee", "compliance"
VENDOR_MANAGER, SENIOR_MANAGER, AUDITOR, VENDOR, ADMINISTRATOR = "vendor_manager", "senior_manager", "auditor", "vendor", "administrator"


@dataclass(frozen=True)
class Role:
    """One role. `sees` says in a sentence what it is for: the sign-in list and the access review print it."""

    key: str
    title: str
    sees: str


ROLES = (
    Role(ANALYST, "analyst", "Answers the morning's exceptions and looks into the numbers behind a number."),
    Role(SUPERVISOR, "supervisor", "Reads what analysts answered, reopens, escalates, signs the day."),
    Role(COMMITTEE, "committee", "Sits on the best-execution committee; reads the desk, decides in reviews."),
    Role(COMPLIANCE, "compliance", "Sees what is done, open and lapsed; second reader; approves policy and access reviews."),
    Role(VENDOR_MANAGER, "vendor manager", "Keeps the vendor file; reads what concerns the routers."),
    Role(SENIOR_MANAGER, "senior manager", "Reads summaries and signs what senior managers must."),
    Role(AUDITOR, "auditor", "Reads everything, the record included; changes nothing."),
    Role(VENDOR, "vendor", "An outside account of one router vendor; sees what is addressed to that vendor alone."),
    Role(ADMINISTRATOR, "administrator", "Opens and closes accounts and roles; sees no execution figures."),
)
EVERY_ROLE = tuple(role.key for role in ROLES)
STAFF = (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER, AUDITOR)
"""Who reads the desk: everyone of the firm but the administrator."""
WORKING = (ANALYST, SUPERVISOR, COMPLIANCE)
"""Who works the queue."""
BY_KEY = {role.key: role for role in ROLES}


@dataclass(frozen=True)
class Apart:
    """Two sides that one account may not hold together, and why: separation of duties as data."""

    role: str
    others: tuple[str, ...]
    why: str


APART = (
    Apart(
        ADMINISTRATOR,
        (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER),
        "who opens accounts does no work on the desk and approves none of it",
    ),
    Apart(AUDITOR, (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER, ADMINISTRATOR), "an auditor does not audit their own work"),
    Apart(VENDOR, tuple(role.key for role in ROLES if role.key != VENDOR), "an outside account of a vendor holds no role of the firm"),
)


def why_apart(roles: Collection[str]) -> str:
    """Why one account may not hold all of `roles`, in words for a person; empty where it may."""
    for apart in APART:
        against = [other for other in apart.others if other in roles]
        if apart.role in roles and against:
            return f"{BY_KEY[apart.role].title} and {BY_KEY[against[0]].title} may not be held together: {apart.why}"
    return ""
