"""Chapters of figures: coverage, the two tables, the eight factors, single orders, venues, other markets, verdicts, routers."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bestexec import Block, Callout, Heading, Items, Table, TableColumn, Text
from bestexec import Cell as BlockCell
from oversight.analysis import grid, judgements, lane, queries, routers, tables
from oversight.analysis.factors import CIRCUMSTANCES, FACTORS
from oversight.analysis.models import KINDS, ORDERS
from oversight.conflicts import ledger_sheets
from oversight.conflicts.queries import payments
from oversight.conflicts.seen import payee_sheet, payees
from oversight.desk import coverage as desk_coverage
from oversight.desk import scorecard
from oversight.desk import venues as desk_venues
from oversight.liquidity import overview
from oversight.liquidity.queries import coverages
from oversight.packs.drawn import blocks
from oversight.packs.telling import Told

PAYMENT_KEYS = ("month", "venue", "venue_name", "received_usd", "paid_usd", "net_usd", "shares", "cents", "measured_shares", "share", "eq")
BY_SECURITY = tuple(factor.name for factor in FACTORS if factor.key)
"""The factors that a security has figures of."""
MOST_ORDERS = 40
"""Single orders drawn; all of them are on the desk."""


def nothing(told: Told) -> Callout:
    """Stands for the figures that there are not."""
    return Callout("attention", "No evidence collected.", told.why_not)


def coverage(told: Told) -> Iterator[Block]:
    """Every order accounted for, or said not to be."""
    if told.sources is None or told.ledger is None:
        yield nothing(told)
        return
    held = told.ledger
    page = reverse("desk:coverage") + told.scope.query()
    if held.uncovered or not held.total:
        said = f"{held.uncovered:,} orders stand on days or in flows for which nobody gave a control total: completeness unknown."
        yield Callout("attention", "Completeness.", said)
    even = "Every line adds up" if held.is_even else "Some lines do not add up"
    yield Text(
        f"{even}: control total {held.total:,} = measured {held.measured:,} + left out {held.excluded:,} + missing {held.missing:,} "
        f"− more than the total {held.surplus:,}, over the days and flows that have one."
    )
    yield from blocks(held.by_flow, page, summed=("total", "measured", "excluded", "missing", "surplus"))
    yield from blocks(held.others, page)
    yield from blocks(held.reasons, page, summed=("orders",))
    yield Heading("Days that do not add up, or have no total", 2)
    yield from blocks(desk_coverage.ledger(told.sources, told.scope, only_gaps=True).by_day, page)


def two_tables(told: Told) -> Iterator[Block]:
    """The quarterly framework and the transaction-cost table, over the usual flow; the other flows by name."""
    if told.sources is None:
        yield nothing(told)
        return
    page = reverse("desk:scorecard") + told.scope.query()
    yield Heading("Quarterly review framework", 2)
    yield from blocks(scorecard.framework(told.sources, told.scope), page)
    yield Heading("Transaction costs", 2)
    yield from blocks(scorecard.costs(told.sources, told.scope), page, keys=("metric", "market", "market_n", "limit", "limit_n", "benchmark", "analysis"))
    yield Heading("Every kind of flow, kept apart", 2)
    yield from blocks(scorecard.flows(told.sources, told.scope), page, summed=("orders", "left_out"))


def factors(told: Told) -> Iterator[Block]:
    """Eight factors by kind of order; no cell is blank: a figure with its n, or the reason why there is none."""
    if told.sources is None:
        yield nothing(told)
        return
    columns = (TableColumn("Factor"), TableColumn("Measured by"), TableColumn("Answers 5310(a)(1)"))
    measured = {factor.name: BlockCell(factor.key.replace("_", " ") if factor.key else f"see {factor.elsewhere[1]}") for factor in FACTORS}
    rows = tuple((BlockCell(factor.title), measured[factor.name], BlockCell(", ".join(f"({one})" for one in factor.answers))) for factor in FACTORS)
    yield Table(
        "The eight factors, and which circumstance each answers", columns, rows,
        "; ".join(f"({key}) {words}" for key, words in CIRCUMSTANCES.items()) + ". FINRA Rule 5310(a)(1).",
    )  # fmt: skip
    runs = queries.runs_of(told.sources)
    looked = {key: look for (key, run), look in queries.looked_at(told.quarter, KINDS).items() if run == runs}
    yield Heading("By kind of order", 2)
    yield from blocks(tables.grid(told.kinds, looked, told.quarter, told.sources.ids), reverse("analysis:of", args=[told.quarter]))


def securities(told: Told) -> Iterator[Block]:
    """The same factors security by security, for each kind of order."""
    if told.sources is None:
        yield nothing(told)
        return
    yield Heading("By kind of order, the most frequent first", 2)
    elsewhere = "; ".join(f"{factor.title.lower()}: {factor.elsewhere[1]}" for factor in FACTORS if not factor.key)
    yield Text(f"What no figure of one security answers is answered for all of them together: {elsewhere}.")
    for kind in told.kinds:
        yield Heading(f"{kind.order_type}, {kind.flow}", 3)
        page = f"{reverse('analysis:securities', args=[told.quarter])}?kind={kind.key}"
        sheet = tables.securities(grid.by_symbol(told.sources, told.quarter, kind.key), told.quarter, told.sources.ids)
        yield from blocks(sheet, page, keys=("symbol", "orders", *BY_SECURITY), summed=("orders",))


def single_orders(told: Told) -> Iterator[Block]:
    """Orders that no average can judge."""
    if told.sources is None:
        yield nothing(told)
        return
    found, looked = lane.orders(told.sources, told.quarter), queries.looked_at(told.quarter, ORDERS)
    left = sum((one.key, one.run) not in looked for one in found)
    yield Text(f"{len(found):,} orders of the quarter are judged one by one; nobody has looked at {left:,} of them yet. {lane.NOT_TOLD}")
    page = reverse("analysis:lane", args=[told.quarter])
    yield from blocks(tables.lane(found, looked, told.quarter, told.sources.ids), page, most=MOST_ORDERS)


def venues(told: Told) -> Iterator[Block]:
    """Where the flow went, what it was like there, who pays, and what was not reached."""
    if told.sources is None:
        yield nothing(told)
        return
    sheet, facts = desk_venues.of_scope(told.sources, told.scope)
    if facts:
        yield Items(facts)
    yield from blocks(sheet, reverse("desk:venues") + told.scope.query(), summed=("fills", "shares"))
    yield Heading("Payments and fees, beside the quality and outside the score", 2)
    months = payments(told.review.first_on, told.review.last_on)
    yield from blocks(ledger_sheets.by_venue(months), reverse("conflicts:ledger"), keys=PAYMENT_KEYS)
    yield from blocks(payee_sheet(payees()), reverse("conflicts:register"))
    yield Heading("Liquidity that the routers reach", 2)
    reach, found = reverse("liquidity:reach"), coverages(told.review.first_on, told.review.last_on)
    yield from blocks(overview.coverages(found), reach)
    yield from blocks(overview.missing(found), reach)
    yield from blocks(overview.through_only(found), reach)


def competing(told: Told) -> Iterator[Block]:
    """Markets that the firm uses and those that it does not, by their published reports over the firm's own mix."""
    page = f"{reverse('analysis:verdicts', args=[told.quarter])}#competing"
    yield from blocks(judgements.competing(told.judged, told.quarter), page)


def verdicts(told: Told) -> Iterator[Block]:
    """Whether a difference is real, and large enough to decide on."""
    made = told.judged
    if made is not None:
        yield Text(f"{made.to_decide} of {made.comparisons} comparisons ask for a decision; run {made.run.id[:16]}, {made.days} of {made.of} measured days.")
        if made.again:
            yield Callout("attention", "A second quarter running.", " ".join(made.again))
        if made.first:
            yield Items(tuple(made.first), is_numbered=True)
    keys = ("subject", "measure", "verdict", "effect", "low", "high", "materiality", "smallest_visible", "n", "dollars")
    yield from blocks(judgements.verdicts(made, told.quarter), reverse("analysis:verdicts", args=[told.quarter]), keys=keys)


def behavior(told: Told) -> Iterator[Block]:
    """What moved, what follows payment, which stated rules broke."""
    page = reverse("analysis:routers", args=[told.quarter])
    said = routers.sentences(told.judged)
    if said:
        yield Items(tuple(said))
    yield from blocks(routers.moved(told.judged, told.quarter), page)
    yield from blocks(routers.stated(told.judged, told.quarter), page)
    for sheet in routers.routed(told.judged, told.quarter):
        yield from blocks(sheet, page, most=MOST_ORDERS)


def data_grade(told: Told) -> Iterator[Block]:
    """What the feeds can and cannot support, and which checks could not be asked."""
    if told.sources is None:
        yield nothing(told)
        return
    page = reverse("desk:coverage") + told.scope.query()
    yield from blocks(desk_coverage.grade(told.sources, told.scope), page)
    yield from blocks(desk_coverage.feeds(told.sources, told.scope), page)
    yield from blocks(desk_coverage.clocks(told.sources, told.scope), page, most=MOST_ORDERS)
    yield from blocks(desk_coverage.unasked(told.sources, told.scope), page)
