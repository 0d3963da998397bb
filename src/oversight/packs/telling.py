"""What a pack is told of: a review, its quarter, and the figures in force for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bestexec import Problem
from oversight.agenda import Item
from oversight.analysis import grid, judgements
from oversight.analysis.grid import Kind
from oversight.analysis.judgements import Judged
from oversight.analysis.queries import sources_of
from oversight.desk import coverage
from oversight.desk.coverage import Ledger
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources
from oversight.reviews import sources as agenda
from oversight.reviews.models import AgendaItem, Review
from oversight.vendors.quarters import Quarter, quarter_of


@dataclass(frozen=True)
class Point:
    """One thing that the review takes up: from its agenda, or, before there is one, from what the desk holds now."""

    source: str
    title: str
    why: str
    severity: str
    address: str
    state: str
    is_ended: bool


@dataclass(frozen=True)
class Told:
    """What every chapter is told. What several ask for is read once."""

    review: Review

    @cached_property
    def quarter(self) -> Quarter:
        return quarter_of(self.review.first_on)

    @cached_property
    def scope(self) -> Scope:
        """The quarter over the firm's usual flow; what is kept apart is shown apart."""
        return Scope(self.review.first_on, self.review.last_on)

    @cached_property
    def _found(self) -> tuple[Sources | None, str]:
        try:
            found = sources_of(self.quarter)
        except (Problem, OSError) as problem:
            return None, f"The sealed runs of the quarter cannot be read: {problem}."
        return found, "" if found else "No sealed run of the quarter is in force: nothing was measured."

    @property
    def sources(self) -> Sources | None:
        """The runs in force of the quarter; None where nothing was measured or it cannot be read, and `why_not` says which."""
        return self._found[0]

    @property
    def why_not(self) -> str:
        """Why there is no figure; empty where there are runs."""
        return self._found[1]

    @cached_property
    def kinds(self) -> list[Kind]:
        return grid.kinds(self.sources, self.quarter) if self.sources else []

    @cached_property
    def judged(self) -> Judged | None:
        return judgements.judged(self.quarter) if self.sources else None

    @cached_property
    def ledger(self) -> Ledger | None:
        return coverage.ledger(self.sources, self.scope) if self.sources else None

    @cached_property
    def points(self) -> list[Point]:
        """In the order in which a meeting takes them."""
        held = list(self.review.items.order_by("number"))
        found = [_of_agenda(one) for one in held] if held else [_of_source(key, item) for key, item in agenda.collect(self.review)]
        return sorted(found, key=lambda one: agenda.place(one.source))


def _of_agenda(row: AgendaItem) -> Point:
    return Point(row.source, row.title, row.why, row.severity, row.address, row.state_title, row.is_ended)


def _of_source(source: str, item: Item) -> Point:
    return Point(source, item.title, item.why, item.severity, item.address, "not on an agenda yet", False)
