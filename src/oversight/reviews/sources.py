"""Where an agenda comes from: every part of the desk that has something for a review, in the order in which a meeting takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bestexec import Problem
from oversight.agenda import Item
from oversight.agreements import agenda as agreements
from oversight.analysis import agenda as analysis
from oversight.cases import agenda as cases
from oversight.claims import agenda as claims
from oversight.configuration import agenda as configuration
from oversight.conflicts import agenda as conflicts
from oversight.differences import agenda as differences
from oversight.findings import agenda as findings
from oversight.harm import agenda as harm
from oversight.lifecycle import Refusal
from oversight.liquidity import agenda as liquidity
from oversight.obligations import agenda as obligations
from oversight.plans import agenda as plans
from oversight.procedures import agenda as procedures
from oversight.refreshes import agenda as refreshes
from oversight.reviews import agenda as earlier
from oversight.reviews.models import Review
from oversight.rooms import agenda as rooms
from oversight.vendors import agenda as vendors

HAND, REVIEWS, DESK = "hand", "reviews", "desk"


@dataclass(frozen=True)
class Source:
    """One part of the desk: its key, what its items are called together, and what gives them for a period."""

    key: str
    title: str
    items: Callable[[date, date], list[Item]]


SOURCES = (
    Source("differences", "Material differences", differences.items), Source("findings", "Exceptions", findings.items),
    Source("claims", "Claims", claims.items), Source("agreements", "Agreements", agreements.items), Source("analysis", "Analysis", analysis.items),
    Source("cases", "Cases", cases.items), Source("rooms", "Joint investigations", rooms.items), Source("plans", "Corrective plans", plans.items),
    Source("harm", "Customer harm", harm.items), Source("liquidity", "Liquidity", liquidity.items), Source("conflicts", "Conflicts", conflicts.items),
    Source("configuration", "Configuration", configuration.items), Source("procedures", "Procedures", procedures.items),
    Source("obligations", "Duties", obligations.items), Source("refreshes", "Annual refresh", refreshes.items), Source("vendors", "Providers", vendors.items),
)  # fmt: skip
"""The votes on providers come last, when everything else was heard."""
TITLES = {REVIEWS: "Earlier reviews", **{source.key: source.title for source in SOURCES}, HAND: "Added by a seat", DESK: "The desk"}


ORDER = (REVIEWS, DESK, *(source.key for source in SOURCES if source.key != "vendors"), HAND, "vendors")
"""In which order a meeting takes the items, whenever each came onto the agenda."""


def place(source: str) -> int:
    """The place of a source in that order; one that is no longer there comes before the votes."""
    return ORDER.index(source) if source in ORDER else len(ORDER) - 2


def collect(review: Review) -> list[tuple[str, Item]]:
    """(source, item) of everything that the review must take up now. A source that cannot be read is an item of its own: said, and not left out."""
    found = [(REVIEWS, item) for item in earlier.items(review)]
    for source in SOURCES:
        try:
            found += [(source.key, item) for item in source.items(review.first_on, review.last_on)]
        except (Problem, Refusal, OSError) as problem:
            found.append((DESK, _unread(source, str(problem))))
    return found


def _unread(source: Source, why: str) -> Item:
    return Item(("source", source.key), f"{source.title} could not be read for the agenda", f"{why}. What it holds is not on this agenda.", "", "high")
