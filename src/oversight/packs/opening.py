"""Page one: what must be decided, what it costs, what is not known; who stops here decides the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from textwrap import shorten

import polars as pl
from django.db.models import Sum

from bestexec import Block, Callout, Cell, Heading, Items, KeyFigure, KeyFigures, Table, TableColumn, trading_days
from oversight.agreements.queries import breaches
from oversight.claims import queries as claims
from oversight.desk import coverage
from oversight.differences import queries as differences
from oversight.differences.lifecycle import UNDECIDED
from oversight.findings.listing import WORK
from oversight.findings.models import Finding
from oversight.harm import queries as harm
from oversight.measured import figures
from oversight.packs.drawn import address
from oversight.packs.telling import Point, Told
from oversight.procedures import queries as procedures
from oversight.reviews.models import Motion
from oversight.reviews.sources import TITLES, place

SEVERITIES = ("high", "medium", "low", "info")
USD = figures.unit_of("net_improvement_usd")
MOST_VOTES = 12
LONGEST = 105
"""Characters of a title on page one; the agenda has it whole."""
NO_EVIDENCE = "no evidence collected"


def first_page(told: Told) -> Iterator[Block]:
    """Blocks that fit one page."""
    yield Heading("What must be decided")
    waiting = [one for one in told.points if not one.is_ended]
    yield KeyFigures((_to_decide(told, waiting), _stake(told), _unknown(told)))
    yield from _decisions(told, waiting)
    yield Heading("What is not known", 2)
    yield Items(tuple(unknowns(told)))


def _to_decide(told: Told, waiting: list[Point]) -> KeyFigure:
    high = sum(one.severity == "high" for one in waiting)
    ended = len(told.points) - len(waiting)
    said = f"{high} of high severity; {ended} ended already" if ended else f"{high} of high severity"
    return KeyFigure("Things that the review must take up", Cell(len(waiting)), Cell(len(told.points)), f"{said}.")


def _stake(told: Told) -> KeyFigure:
    """The estimated cost to customers of exceptions that nobody closed."""
    rows = Finding.objects.filter(on__range=told.review.days, state__in=WORK)
    known, of = rows.exclude(harm_usd=None).count(), rows.count()
    total = rows.aggregate(total=Sum("harm_usd"))["total"]
    return KeyFigure(
        "Estimated cost to customers of exceptions not closed", Cell(total, USD) if known else Cell(None), Cell(of),
        f"Told of {known} of {of}; of the others the data cannot tell it.",
    )  # fmt: skip


def _unknown(told: Told) -> KeyFigure:
    ledger = told.ledger
    if ledger is None:
        return KeyFigure("Orders of which nobody can tell that they are all here", Cell(None), Cell(0), told.why_not)
    of = ledger.measured + ledger.excluded + ledger.uncovered + ledger.missing
    said = f"{ledger.uncovered:,} of days or flows without a control total, {ledger.missing:,} missing against one."
    return KeyFigure("Orders of which nobody can tell that they are all here", Cell(ledger.uncovered + ledger.missing), Cell(of), said)


def _decisions(told: Told, waiting: list[Point]) -> Iterator[Block]:
    if not waiting:
        yield from _decided(told)
        return
    money = _money(told)
    rows: list[tuple[Cell, ...]] = []
    strong: list[int] = []
    for source, group in groupby(sorted(waiting, key=lambda one: place(one.source)), key=lambda one: one.source):
        points = sorted(group, key=lambda one: SEVERITIES.index(one.severity) if one.severity in SEVERITIES else len(SEVERITIES))
        high = sum(one.severity == "high" for one in points)
        named = shorten(points[0].title, LONGEST, placeholder="…")
        more = f" And {len(points) - 1} more." if len(points) > 1 else ""
        strong += [len(rows)] if high else []
        rows.append((Cell(TITLES.get(source, source)), Cell(len(points)), Cell(high), Cell(money[source], USD) if money.get(source) is not None else Cell(None),
                     Cell(f"{named}{more}")))  # fmt: skip
    columns = (
        TableColumn("From"), TableColumn("Items", align="right"), TableColumn("High", align="right"), TableColumn("Dollars at stake", USD, "right"),
        TableColumn("The most severe"),
    )  # fmt: skip
    source = "Dollars are not added up: one order can stand in several rows. Bold: has an item of high severity."
    page = address(told.review.get_absolute_url())
    yield Table("By the part of the desk that it comes from", columns, tuple(rows), source, tuple(strong) if len(strong) < len(rows) else (), (1, 2), page)


def _decided(told: Told) -> Iterator[Block]:
    """How it ended: each vote by name, the other items by how they ended."""
    if not told.points:
        yield Callout("note", "Nothing waits.", "The desk holds nothing that this review must take up.")
        return
    counts = ", ".join(f"{len(list(group))} {state}" for state, group in groupby(sorted(one.state for one in told.points)))
    yield Callout("note", "Nothing waits.", f"Every item of the agenda has ended: {counts}. Each stands in the chapter “The agenda”.")
    carried = list(Motion.objects.filter(item__review=told.review, state="carried").select_related("item").order_by("item__number"))
    if not carried:
        return
    rows = tuple(
        (Cell(shorten(one.item.title, LONGEST, placeholder="…")), Cell(one.get_kind_display()), Cell(shorten(one.text, LONGEST, placeholder="…")),
         Cell(one.count))
        for one in carried[:MOST_VOTES]
    )  # fmt: skip
    columns = (TableColumn("Item"), TableColumn("Decided"), TableColumn("In words"), TableColumn("The count"))
    left = f" The first {MOST_VOTES} of {len(carried)}." if len(carried) > MOST_VOTES else ""
    yield Table(
        "What the review decided", columns, rows, f"Motions that carried, in the order of the agenda.{left}", address=address(told.review.get_absolute_url())
    )


def _money(told: Told) -> dict[str, Decimal | None]:
    """Dollars at stake by source, where the desk can tell them."""
    first, last = told.review.days
    found: dict[str, Decimal | None] = {
        "differences": differences.of_period(first, last).filter(state__in=UNDECIDED).aggregate(total=Sum("usd"))["total"],
        "findings": Finding.objects.filter(on__range=(first, last), state__in=WORK).aggregate(total=Sum("harm_usd"))["total"],
        "agreements": sum(
            (row.latest.credit_usd for row in breaches(state="open") if row.latest.credit_usd is not None), start=Decimal(0)
        ) or None,
        "harm": sum((row.last_count.credit_usd for row in harm.open_harms() if row.last_count is not None), start=Decimal(0)) or None,
    }  # fmt: skip
    if told.judged is not None:
        asked = told.judged.verdicts.filter(pl.col("needs_decision") & (pl.col("dollars") > 0))
        found["analysis"] = Decimal(str(round(float(asked["dollars"].cast(pl.Float64).sum()), 2))) if asked.height else None
    return found


def unknowns(told: Told) -> Iterator[str]:
    """What a decision must do without, each with its number."""
    if told.sources is None or told.ledger is None:
        yield f"{told.why_not} No figure of this pack speaks of the quarter."
        return
    days, of = set(told.sources.days), trading_days(*told.review.days)
    missing = sum(day not in days for day in of)
    yield f"{len(days)} of {len(of)} trading days of the quarter were measured{f'; nothing is known of {missing}' if missing else ''}."
    if told.ledger.uncovered:
        yield f"Completeness of {counted(told.ledger.uncovered, 'order')} is unknown: no control total stands beside them."
    if told.ledger.missing:
        yield f"{counted(told.ledger.missing, 'order')} missing against the control total: what became of them is not measured."
    cells = [cell for kind in told.kinds for cell in kind.cells if cell.key]
    blank = sum(cell.why == NO_EVIDENCE for cell in cells)
    few = sum(cell.why.startswith("n is") for cell in cells)
    if blank or few:
        yield f"Of {len(cells)} figures by kind of order and factor, {blank} have no evidence and {few} rest on too few observations to be printed."
    lacking = [row.cells[0] for row in coverage.grade(told.sources, told.scope).rows if row.tone]
    if lacking:
        yield f"The feeds do not support: {shorten('; '.join(lacking), 220, placeholder='…')}."
    if told.judged is None:
        yield "No run of the quarter holds verdicts: whether any difference is real was not judged."
    else:
        table = told.judged.verdicts
        open_ones = table.filter((pl.col("verdict") == "inconclusive") & pl.col("effect").is_not_null()).height
        yield (
            f"Of {table.height} comparisons {open_ones} are inconclusive and {told.judged.silent} had too little to stand on; "
            f"verdicts speak of {told.judged.days} of {told.judged.of} measured days."
        )
    standing = claims.counted(claims.ledger(on=told.review.last_on))
    untold = {name: number for name, number in standing.items() if name not in ("supported", "contradicted") and number}
    if untold:
        words = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in untold.items())
        yield f"Claims of vendors that no data supports or contradicts: {words}."
    unclaimed = len(procedures.unclaimed(told.review.last_on))
    if unclaimed:
        yield f"{counted(unclaimed, 'check')} that no written procedure in force at the quarter's end claims."


def counted(number: int, what: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
