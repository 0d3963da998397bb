"""The small tables beside the orders: venues, fees, symbols, statuses, payments and control totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from bestexec.market.fees import ACCESS_FEE_CAPS
from bestexec.market.sessions import next_session
from bestexec.market.venues import VENUES
from bestexec.practice.customers import VENDOR_B
from bestexec.practice.draws import MICRO
from bestexec.practice.issues import Issue
from bestexec.practice.market import clock_at
from bestexec.practice.planted import Day, Planted, first_day
from bestexec.practice.planted_market import HALTED_HOUR, PAUSED_HOUR, lasts_ns
from bestexec.practice.records import Fill, Order
from bestexec.practice.venues import ALIAS, ALIASED, APPROVED, AUCTION_FEE, EXCHANGES, FEE_CHANGES, PAYER, POOLS, UNAPPROVED, fee_per_share, rebate_change
from bestexec.schema import BY_NAME

SYMBOLS_FROM, SYMBOLS_TO = date(2026, 5, 1), date(2026, 11, 2)
"""The span for which round lots were assigned from the closes of March 2026."""


def venues() -> pl.DataFrame:
    """The venues of the practice firm and every name under which its sources may spell them."""
    wanted = {*APPROVED, UNAPPROVED, "FINN", "FINC", "FINY"}
    rows = [(alias, venue.mic, venue.name, venue.kind) for venue in VENUES if venue.mic in wanted for alias in (venue.mic, *venue.aliases)]
    return _frame("venues", rows, "alias", "venue", "name", "kind")


def fees(plan: Mapping[date, Day]) -> pl.DataFrame:
    """The schedule: takers' fees under the cap of their span, makers' rebates, auctions, pools; below a dollar a share of the price."""
    changes_on = first_day(plan, "fee_change")
    one, rows = Decimal(1), list[tuple[object, ...]]()
    starts = [since for since, _ in ACCESS_FEE_CAPS]
    for venue in EXCHANGES:
        for since, until in zip(starts, [*starts[1:], None], strict=True):
            on = since or SYMBOLS_FROM
            rows.append((venue.mic, "removed", one, None, _usd(fee_per_share(venue.mic, "removed", MICRO, on)), None, since, until))
        rows.append((venue.mic, "removed", None, one, None, Decimal(30) if venue.taker > 0 else Decimal(0), None, None))
        changes = changes_on if venue.mic == FEE_CHANGES else None
        rows.append((venue.mic, "added", one, None, _usd(venue.maker), None, None, changes))
        if changes:
            rows.append((venue.mic, "added", one, None, _usd(venue.maker + round(plan[changes]["fee_change"].size * MICRO)), None, changes, None))
        rows.append((venue.mic, "added", None, one, Decimal(0), None, None, None))
        rows.append((venue.mic, "auction", None, None, _usd(AUCTION_FEE), None, None, None))
    rows += [(pool.mic, "midpoint", None, None, _usd(pool.fee), None, None, None) for pool in POOLS]
    return _frame("fees", rows, "venue", "liquidity", "min_px", "max_px", "fee_usd_per_share", "fee_bps", "from_on", "to_on")


def symbols(traded: Sequence[Issue], renames_on: date | None, renamed: Issue | None) -> pl.DataFrame:
    """What is known of each issue; one that changes its symbol has a line under each, the old one until `renames_on`."""
    spans = [(one, SYMBOLS_FROM, renames_on if renamed and one.name == renamed.name and one.px == renamed.px else SYMBOLS_TO) for one in traded]
    if renamed and renames_on:
        spans.append((renamed, renames_on, SYMBOLS_TO))
    rows = [
        (
            one.symbol, one.name, one.listed_at, "equity", "USD", one.round_lot, _usd(one.tick(SYMBOLS_FROM)), one.is_sp500, one.liquidity.name,
            from_on, to_on,
        )
        for one, from_on, to_on in spans
    ]  # fmt: skip
    known = ("listed_at", "asset_class", "currency", "round_lot", "tick_px", "is_sp500", "liquidity_class")
    return _frame("symbols", rows, "symbol", "name", *known, "from_on", "to_on")


def statuses(planned: Mapping[date, Day], traded: Sequence[Issue]) -> pl.DataFrame:
    """Halts, pauses and limit states where the quotes were disturbed, and a short-sale restriction that lasts into the next day."""
    rows = []
    for day, kinds in planned.items():
        if "halt" in kinds:
            at = clock_at(day, HALTED_HOUR)
            rows.append((day, traded[3].symbol, "halt", at, at + lasts_ns(kinds, "halt"), "T1"))
        if "luld_pause" in kinds:
            at = clock_at(day, PAUSED_HOUR)
            rows.append((day, traded[4].symbol, "luld_limit", at - 15_000_000_000, at, "LUDS"))
            rows.append((day, traded[4].symbol, "luld_pause", at, at + lasts_ns(kinds, "luld_pause"), "LUDP"))
        if "short_sale_restriction" in kinds:
            after = next_session(day + timedelta(days=1))
            rows.append((day, traded[5].symbol, "short_sale_restriction", clock_at(day, 11.2), clock_at(day, 20), "D"))
            rows.append((after, traded[5].symbol, "short_sale_restriction", clock_at(after, 4), clock_at(after, 20), "C"))
    return _frame("statuses", rows, "day", "symbol", "kind", "from_at", "to_at", "reason")


def payments(fills: Iterable[Fill], orders: dict[str, Order], flipped: Collection[str | None], plan: Mapping[date, Day]) -> pl.DataFrame:
    """By month: what the payer paid the router and the router shared with the firm, and what venues charged and gave back.

    The firm's own books: venues bill every execution once, by their schedules, also where the vendor's file states no fee, and fills of `flipped`
    have the wrong sign in that file alone.
    """
    sums: dict[tuple[str, date, str, str | None, str | None], int] = defaultdict(int)
    for fill in {(fill.order_id, fill.fill_id): fill for fill in fills}.values():
        if fill.venue is None or fill.is_busted or fill.corrects_fill_id:
            continue
        month, kind = fill.traded_on.replace(day=1), orders[fill.order_id].order_type
        if fill.venue == PAYER.mic and fill.vendor == VENDOR_B:
            group = {"market": "market", "limit": "marketable_limit"}.get(kind, "other")
            sums[fill.venue, month, "pfof", group, fill.vendor] += PAYER.pays * fill.qty // MICRO
            sums[fill.venue, month, "profit_share", None, fill.vendor] += PAYER.pays * fill.qty // MICRO // 5
        elif fee := _billed(fill, plan[fill.traded_on].get("fee_change")) if fill.fee_usd is None else fill.fee_usd:
            fee, venue = -fee if fill.fill_id in flipped else fee, ALIASED if fill.venue == ALIAS else fill.venue
            sums[venue, month, "fee" if fee > 0 else "rebate", None, None] -= fee
    rows = [(*key, _usd(amount)) for key, amount in sorted(sums.items(), key=str)]
    return _frame("payments", rows, "venue", "month_on", "kind", "order_type", "vendor", "amount_usd")


def _billed(fill: Fill, change: Planted | None) -> int:
    """What the venue bills of an execution whose fee the vendor's file does not state, in millionths of a dollar."""
    mic = ALIASED if fill.venue == ALIAS else fill.venue or ""
    less = rebate_change(mic, fill.liquidity, fill.px, change.size) if change else 0
    return (fee_per_share(mic, fill.liquidity, fill.px, fill.traded_on) + less) * fill.qty // MICRO


def control_totals(orders: Iterable[Order], fills: Iterable[Fill]) -> pl.DataFrame:
    """Counts of what truly happened: orders by the OMS, by session and customer class; executions by clearing, busted and replaced ones left out."""
    counts: dict[tuple[date, str, str, str | None, str | None], int] = defaultdict(int)
    for order in orders:
        for measure, amount in (("orders", MICRO), ("order_shares", order.qty)):
            counts[order.key_on, "OMS", measure, order.session, order.customer_class] += amount
    fills = list(fills)
    gone = {fill.corrects_fill_id for fill in fills} | {fill.fill_id for fill in fills if fill.is_busted}
    for fill in {fill.fill_id: fill for fill in fills if fill.fill_id not in gone}.values():
        for measure, amount in (("fills", MICRO), ("fill_shares", fill.qty)):
            counts[fill.traded_on, "clearing", measure, None, None] += amount
    rows = [(*key, _usd(count)) for key, count in sorted(counts.items(), key=str)]
    return _frame("control_totals", rows, "day", "source", "measure", "session", "customer_class", "total")


def _frame(table: str, rows: Sequence[tuple[object, ...]], *names: str) -> pl.DataFrame:
    """Rows as some of a canonical table's columns, in its types."""
    return pl.DataFrame(rows, schema={name: BY_NAME[table].schema[name] for name in names}, orient="row")


def _usd(millionths: int) -> Decimal:
    return Decimal(millionths).scaleb(-6)
