"""One order, route and fill of the practice firm; the fields are the canonical columns, prices and quantities in millionths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class Order:
    """One customer order, and what has become of it so far."""

    firm: str
    key_on: date
    order_id: str
    symbol: str
    side: int
    qty: int
    order_type: str
    received_at: int
    session: str
    tif: str = "day"
    limit_px: int | None = None
    stop_px: int | None = None
    min_qty: int | None = None
    received_source: str = "oms"
    received_resolution_ns: int = 1_000
    triggered_at: int | None = None
    expires_at: int | None = None
    ended_at: int | None = None
    end_reason: str = "open"
    canceled_qty: int = 0
    prior_order_id: str | None = None
    is_held: bool = True
    is_directed: bool = False
    directed_to: str | None = None
    is_unsolicited_instruction: bool = False
    is_manual: bool = False
    is_iso: bool = False
    is_short: bool = False
    is_short_exempt: bool = False
    special_handling: str | None = None
    capacity: str = "agency"
    customer_class: str = "retail"
    account_key: str = ""
    asset_class: str = "equity"
    currency: str = "USD"
    arrangement: str = ""
    vendor: str = ""
    package_id: str | None = None
    leg_ratio: int | None = None
    rfq_id: str | None = None


@dataclass(slots=True)
class Route:
    """One order, or part of one, sent to one destination."""

    firm: str
    key_on: date
    order_id: str
    route_id: str
    routed_on: date
    symbol: str
    side: int
    qty: int
    routed_at: int
    routed_source: str
    venue: str | None
    venue_raw: str
    venue_kind: str
    vendor: str
    order_type: str
    limit_px: int | None
    tif: str
    attempt: int
    routed_resolution_ns: int = 1_000
    acked_at: int | None = None
    ended_at: int | None = None
    end_reason: str = "open"
    reject_reason: str | None = None
    canceled_qty: int = 0
    is_iso: bool = False


@dataclass(slots=True)
class Fill:
    """One execution of an order."""

    firm: str
    key_on: date
    order_id: str
    route_id: str | None
    fill_id: str
    traded_on: date
    symbol: str
    side: int
    qty: int
    px: int
    filled_at: int
    filled_source: str
    filled_resolution_ns: int
    reported_at: int
    venue: str | None
    venue_raw: str
    contra: str | None
    vendor: str
    capacity: str
    liquidity: str
    liquidity_raw: str
    fee_code: str | None
    kind: str
    fee_usd: int | None
    customer_cost_usd: int
    is_busted: bool = False
    corrects_fill_id: str | None = None
    settlement: str = "settled"
    is_fractional_principal: bool = False
    currency: str = "USD"
