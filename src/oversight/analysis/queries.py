"""Every read of a quarter's analysis: what there is to look at, what was looked at, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from oversight import clock
from oversight.analysis import grid, lane
from oversight.analysis.models import KINDS, ORDERS, Look
from oversight.measured.sources import NothingReceived, Sources, all_in_force
from oversight.vendors.quarters import Quarter, parse, quarter_of


@dataclass(frozen=True)
class Summary:
    """How much of a quarter there is to look at, and how much nobody looked at; `questions` are open."""

    kinds: int
    kinds_left: int
    orders: int
    orders_left: int
    questions: int

    @property
    def left(self) -> int:
        return self.kinds_left + self.orders_left + self.questions


def asked(name: str) -> Quarter:
    """The quarter of that name; without one, the last that is over. Raises Refusal for another text."""
    return parse(name) if name else quarter_of(clock.today()).before


def sources_of(quarter: Quarter) -> Sources | None:
    """The runs in force of the quarter; None where there is none."""
    try:
        found = all_in_force().during(quarter.first, quarter.last)
    except NothingReceived:
        return None
    return found if found.in_force else None


def looks(quarter: Quarter, scope: str = "") -> QuerySet[Look]:
    """What was looked at in the quarter, the latest first."""
    rows = Look.objects.filter(first_on=quarter.first)
    return rows.filter(scope=scope) if scope else rows


def questions(quarter: Quarter | None = None) -> QuerySet[Look]:
    """Looks whose question waits for an answer."""
    rows = Look.objects.filter(state="questioned")
    return rows.filter(first_on=quarter.first) if quarter else rows


def looked_at(quarter: Quarter, scope: str) -> dict[tuple[str, str], Look]:
    """The latest look at each row, by (key, run or runs that were in force): after a restatement a row wants another."""
    return {(key, run): look for look in reversed(list(looks(quarter, scope))) for key, run in look.rows}


def runs_of(sources: Sources) -> str:
    """The runs in force, as a look at a kind of orders names them."""
    return "+".join(run_id[:16] for run_id in sources.ids)


def summary(first: date, last: date) -> Summary:
    """What is left of the quarter that holds `first`."""
    quarter = quarter_of(first)
    sources = sources_of(quarter)
    asked = questions(quarter).count()
    if sources is None:
        return Summary(0, 0, 0, 0, asked)
    kinds, orders, runs = grid.kinds(sources, quarter), lane.orders(sources, quarter), runs_of(sources)
    seen_kinds, seen_orders = looked_at(quarter, KINDS), looked_at(quarter, ORDERS)
    return Summary(
        len(kinds), sum((kind.key, runs) not in seen_kinds for kind in kinds), len(orders), sum((one.key, one.run) not in seen_orders for one in orders), asked
    )


def left(first: date, last: date) -> int:
    """How many kinds and orders of the quarter nobody looked at, and questions nobody answered."""
    return summary(first, last).left
