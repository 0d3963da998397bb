"""Every write of a quarter's analysis: somebody looked."""

from __future__ import annotations

from collections.abc import Sequence

from oversight import clock
from oversight.actor import Actor
from oversight.analysis import grid, lane, queries
from oversight.analysis.lifecycle import LOOKERS
from oversight.analysis.models import KINDS, Look
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.vendors.quarters import Quarter

MOST = 500
"""Rows of one look: more than a page is not looked at, it is waved through."""


def look(by: Actor, quarter: Quarter, scope: str, keys: Sequence[str], *, shows: str, asks: str = "") -> Look:
    """Write down what some rows of the quarter show, and perhaps what is asked of them.

    Raises Refusal for rows that the quarter does not have, none, or too many at once.
    """
    if not by.roles & set(LOOKERS):
        raise Refusal("Looking at a quarter is for analysts, supervisors and compliance.", is_forbidden=True)
    sources = queries.sources_of(quarter)
    if sources is None:
        raise Refusal(f"No run of {quarter} was received, so there is nothing to look at.")
    if not shows.strip():
        raise Refusal("Say in words what these rows show.")
    runs = queries.runs_of(sources)
    there = {kind.key: runs for kind in grid.kinds(sources, quarter)} if scope == KINDS else {one.key: one.run for one in lane.orders(sources, quarter)}
    chosen = list(dict.fromkeys(keys))
    if not chosen or len(chosen) > MOST:
        raise Refusal(f"Choose from one row to {MOST}: what was not looked at is not signed.")
    if unknown := [key for key in chosen if key not in there]:
        raise Refusal(f"{quarter} has no row “{unknown[0][:80]}”.")
    row = Look(
        first_on=quarter.first, last_on=quarter.last, scope=scope, rows=[[key, there[key]] for key in chosen], shows=shows.strip(), looked_by=by.key,
        looked_at=clock.now(), state=Look.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        actions.create(by, row, verb="look")
        if asks.strip():
            actions.move(by, row, "question", asks=asks.strip())
    return row
