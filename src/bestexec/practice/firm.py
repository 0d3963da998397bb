"""The practice firm's books: what truly happened each day, what its files say of it, and what was planted in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from bestexec.practice import planted_files, planted_market, reference
from bestexec.practice.customers import orders_of
from bestexec.practice.designs import Design, for_vendors
from bestexec.practice.draws import MS, Draws
from bestexec.practice.issues import Issue
from bestexec.practice.market import DayMarket, Disturbance, Renamed
from bestexec.practice.planted import PLANTED, Day, Planted, by_day, first_day
from bestexec.practice.planted_files import DayFiles
from bestexec.practice.planted_routing import beginnings
from bestexec.practice.records import Fill, Order, Route
from bestexec.practice.routers import work
from bestexec.practice.specials import specials
from bestexec.practice.tape import Print, prints
from bestexec.practice.ticket import Ticket
from bestexec.practice.truth import Fault
from bestexec.practice.write import records

RENAMED = 6
"""The issue that changes its symbol, where that is planted."""
REPLACED_SHARE = 0.3
"""Share of canceled resting orders that the customer replaces by one nearer to the market."""


@dataclass
class Firm:
    """The books over a span of days; `day` is called for each in turn."""

    seed: int
    traded: tuple[Issue, ...]
    days: Sequence[date]
    planted: Sequence[Planted] = PLANTED
    designs: dict[str, Design] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    """As the vendors' files have them."""
    fills: list[Fill] = field(default_factory=list)
    """As the vendors' files have them, and those of orders that the files lack."""
    faults: list[Fault] = field(default_factory=list)
    alive: list[Ticket] = field(default_factory=list)
    """Good-till orders that live on."""
    lost: set[str] = field(default_factory=set)
    late: list[Route] = field(default_factory=list)
    """Routes of lost orders."""
    """Orders that the vendor's files lack."""
    written: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for_vendors(self.designs)
        self.plan: dict[date, Day] = by_day(self.planted, self.days)
        self.renames_on = first_day(self.plan, "symbol_change")
        self.faults += beginnings(self.plan, self.planted)
        if self.renames_on:
            before, after = self.traded[RENAMED].symbol, self.renamed_issue.symbol
            self.faults.append(Fault("symbol_change", self.renames_on, f"from this day on {before} is {after}", after))

    @property
    def renamed_issue(self) -> Issue:
        """The issue that changes its symbol, under its new one."""
        one = self.traded[RENAMED]
        return replace(one, symbol=f"{one.symbol[:-1]}XZ")

    def traded_on(self, day: date) -> tuple[Issue, ...]:
        """The issues under their symbols of the day."""
        if not self.renames_on or day < self.renames_on:
            return self.traded
        return *self.traded[:RENAMED], self.renamed_issue, *self.traded[RENAMED + 1 :]

    def planted_in(self, market: DayMarket) -> DayMarket:
        """The day's market that knows what is planted in it."""
        renamed = None
        if self.renames_on and market.day >= self.renames_on:
            days = sum(self.renames_on <= day < market.day for day in self.days)
            renamed = Renamed(RENAMED, self.traded[RENAMED].symbol, self.renamed_issue.symbol, days)
        return replace(market, planted=self.plan[market.day], renamed=renamed)

    def day(self, market: DayMarket, quotes: pl.DataFrame, count: int) -> list[Print]:
        """Works the day's `count` new orders and those still alive; returns the day's fills as they truly were."""
        tickets, special = self._worked(market, count), specials(market, self.seed)
        orders = [*(ticket.order for ticket in tickets if ticket.order.key_on == market.day), *(one.order for one in special)]
        fills = [*(fill for ticket in tickets for fill in ticket.fills), *(one.fill for one in special)]
        routes = [*(route for ticket in tickets for route in ticket.routes), *(one.route for one in special)]
        truly = prints(fills)
        missing = planted_files.missing_orders(orders, market.planted, self.seed, market.day)
        self.lost |= {fault.order_id for fault in missing if fault.order_id}
        by_id = {ticket.order.order_id: ticket.order for ticket in tickets if ticket.order.order_id not in self.lost}
        told = [route for route in routes if route.order_id not in self.lost], [fill for fill in fills if fill.order_id not in self.lost]
        files = DayFiles(market, by_id, *told, quotes)
        disturbed = [*planted_market.disturbed(market, self.disturbances(market.day, market.hours.open_at)), *planted_market.slowed(market)]
        self.faults += [*disturbed, *market.noted, *missing, *planted_files.spoil(files, market.planted, self.seed)]
        self.orders += sorted(orders, key=lambda order: (order.received_at, order.order_id))
        self.late += [route for route in routes if route.order_id in self.lost]
        self.routes += sorted(files.routes, key=lambda route: (route.routed_at, route.route_id))
        unseen = [fill for fill in fills if fill.order_id in self.lost]
        self.fills += sorted([*files.fills, *unseen], key=lambda fill: (fill.reported_at, fill.fill_id))
        return truly

    def frames(self, wanted: Callable[[date], bool]) -> dict[str, pl.DataFrame]:
        """Orders, routes and fills of some days, as the vendors' files have them."""
        made = {
            "orders": records([order for order in self.orders if order.order_id not in self.lost and wanted(order.key_on)], "orders"),
            "routes": records([route for route in self.routes if wanted(route.routed_on)], "routes"),
            "fills": records([fill for fill in self.fills if fill.order_id not in self.lost and wanted(fill.traded_on)], "fills"),
        }
        self.count(**{table: frame.height for table, frame in made.items()})
        return made

    def late_frames(self) -> dict[str, pl.DataFrame]:
        """What the vendors send once they are asked for the orders that their files lack; nothing where none is missing."""
        if not self.lost:
            return {}
        return {
            "orders": records([order for order in self.orders if order.order_id in self.lost], "orders"),
            "routes": records(sorted(self.late, key=lambda route: (route.routed_at, route.route_id)), "routes"),
            "fills": records([fill for fill in self.fills if fill.order_id in self.lost], "fills"),
        }

    def small_tables(self) -> dict[str, pl.DataFrame]:
        """The tables that cover the whole span."""
        by_id = {order.order_id: order for order in self.orders}
        flipped = {fault.fill_id for fault in self.faults if fault.kind == "rebate_sign"}
        made = {
            "venues": reference.venues(), "fees": reference.fees(self.plan),
            "symbols": reference.symbols(self.traded, self.renames_on, self.renamed_issue if self.renames_on else None),
            "statuses": reference.statuses(self.plan, self.traded), "payments": reference.payments(self.fills, by_id, flipped, self.plan),
            "control_totals": reference.control_totals(self.orders, self.fills),
        }  # fmt: skip
        self.count(**{table: frame.height for table, frame in made.items()})
        return made

    def count(self, **rows: int) -> None:
        """Notes how many rows were written."""
        for table, number in rows.items():
            self.written[table] = self.written.get(table, 0) + number

    def disturbances(self, day: date, open_at: int) -> tuple[Disturbance, ...]:
        """What disturbs the quotes of one day."""
        return planted_market.disturbances(day, self.plan[day], open_at)

    def _cancel_renamed(self, market: DayMarket) -> None:
        """On the day on which an issue changes its symbol, its orders of earlier days are canceled before the open."""
        if market.renamed is None or market.renamed.days:
            return
        for ticket in self.alive:
            if ticket.issue == RENAMED:
                order = ticket.order
                order.ended_at, order.end_reason, order.canceled_qty = market.hours.open_at - 60_000 * MS, "canceled", ticket.left
        self.alive = [ticket for ticket in self.alive if ticket.issue != RENAMED]

    def _worked(self, market: DayMarket, count: int) -> list[Ticket]:
        """The day's tickets: orders alive since earlier days, new ones, and those that replace canceled ones."""
        self._cancel_renamed(market)
        for ticket in self.alive:
            ticket.next_day(market)
        placed = orders_of(market, self.seed, count)
        _into_disturbances(placed, market, self.disturbances(market.day, market.hours.open_at))
        designs = for_vendors(self.designs)
        tickets = [
            *self.alive,
            *(Ticket(order, draws, market.positions[order.symbol], market, order.qty, design=designs[order.vendor]) for order, draws in placed),
        ]
        still = []
        for ticket in tickets:
            if work(ticket):
                still.append(ticket)
            elif (second := _replacement(ticket)) is not None:
                tickets.append(second)
        self.alive = still
        return tickets


def _into_disturbances(placed: list[tuple[Order, Draws]], market: DayMarket, disturbances: Sequence[Disturbance]) -> None:
    """Moves two retail market orders into each planted disturbance, so that somebody trades, or tries to, in it."""
    movable = [order for order, _ in placed if order.order_type == "market" and order.session == "regular" and order.is_held and not order.is_directed]
    for disturbance in disturbances:
        for part in (3, 5):
            if movable:
                order = movable.pop(len(movable) // 2)
                order.symbol = market.issues[disturbance.issue].symbol
                order.received_at = (disturbance.at + disturbance.lasts_ns * part // 10) // 1_000 * 1_000


def _replacement(ticket: Ticket) -> Ticket | None:
    """The order that the customer puts in place of a canceled one: the same, a spread nearer to the market."""
    order, market = ticket.order, ticket.market
    if order.end_reason != "canceled" or order.order_type != "limit" or order.tif != "day" or order.prior_order_id or order.session != "regular":
        return None
    quote, at = ticket.quote(order.ended_at or 0), (order.ended_at or 0) // 1_000 * 1_000
    if not ticket.draws.chance(REPLACED_SHARE) or not quote.is_usable or at > market.hours.close_at - 60_000 * MS:
        return None
    order.end_reason = "replaced"
    ticket.routes[-1].end_reason = "replaced"
    second = replace(
        order, order_id=f"{order.order_id}R", received_at=at, qty=ticket.left, limit_px=quote.near(order.side), prior_order_id=order.order_id,
        ended_at=None, end_reason="open", canceled_qty=0,
    )  # fmt: skip
    return Ticket(second, ticket.draws, ticket.issue, market, second.qty, design=ticket.design)
