"""The chapters of the quarter's pack, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bestexec import Block, Callout, Heading, Problem
from oversight.lifecycle import Refusal
from oversight.packs import governed, measured
from oversight.packs.telling import Told


@dataclass(frozen=True)
class Chapter:
    """One chapter: its title, and what draws it."""

    title: str
    draw: Callable[[Told], Iterator[Block]]


CHAPTERS = (
    Chapter("Coverage: is every order here?", measured.coverage),
    Chapter("The quarter in two tables", measured.two_tables),
    Chapter("Eight factors by kind of order", measured.factors),
    Chapter("Verdicts", measured.verdicts),
    Chapter("Competing markets", measured.competing),
    Chapter("Venues, payments and reach", measured.venues),
    Chapter("How the routers behaved", measured.behavior),
    Chapter("Claims against measurements", governed.claims_held),
    Chapter("Agreements", governed.promises),
    Chapter("Exceptions, and what became of them", governed.exceptions),
    Chapter("Cases and customer harm", governed.remedies),
    Chapter("Conflicts of interest", governed.conflicts_held),
    Chapter("Procedures and configuration", governed.procedures_held),
    Chapter("What was decided before, and whether flow followed", governed.before),
    Chapter("The agenda", governed.decided),
    Chapter("Orders judged one by one", measured.single_orders),
    Chapter("Security by security", measured.securities),
    Chapter("Data grade", measured.data_grade),
    Chapter("Methodology", governed.methodology),
    Chapter("What this rests on", governed.rests_on),
    Chapter("Signatures", governed.signatures),
)


def drawn(chapter: Chapter, told: Told) -> tuple[Block, ...]:
    """The chapter; where it cannot be read, it says so and why, and is not left out."""
    try:
        found = tuple(chapter.draw(told))
    except (Problem, Refusal, OSError) as problem:
        found = (Callout("attention", "This chapter could not be read.", str(problem)),)
    return (Heading(chapter.title), *found)
