"""The practice venues: how fast they answer, how they price, what they charge and what they pay.

The market identifier codes are true ones, so that code lists can be tried; every figure is made up and says nothing about
a firm that bears a code. The venue that pays the router carries the code of a firm that no longer exists.

The figures are set so that the wholesalers' results, pooled, lie within those of the published Rule 605 reports of nine market centers,
2015–2018, legacy layout (order codes 11 market, 12 marketable limit; share-weighted a center; E/Q = effective ÷
(effective + 2 × improvement), which leaves disimprovement out):
market: effective $0.0096–0.0297, realized $0.0011–0.0231, E/Q 0.27–0.75, improved shares 78–96 %, outside 0.4–3.5 %,
filled 90–100 %, mean time of improved shares 7 ms–1.7 s; marketable limit: effective $0.0130–0.0370, E/Q 0.41–0.96,
improved 33–94 %, outside 0.5–2.3 %, filled 12–99 %.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache

from bestexec.market.fees import access_fee_cap
from bestexec.practice.draws import MICRO


@dataclass(frozen=True)
class Wholesaler:
    """A market maker that takes whole retail orders."""

    mic: str
    ack_ms: float
    fill_ms: float
    improves: float
    """Probability that a market order is improved."""
    depth: float
    """Mean improvement, as a share of half the spread."""
    slips: float
    """Probability that an order is filled outside the quote."""
    pays: int = 0
    """Payment to the router, millionths of a dollar a share."""


@dataclass(frozen=True)
class Exchange:
    """A lit market: a taker's fee and a maker's rebate in millionths of a dollar a share (negative: a rebate)."""

    mic: str
    ack_ms: float
    taker: int
    maker: int
    share: float
    """Weight in an honest router's choice."""


@dataclass(frozen=True)
class Pool:
    """An alternative trading system that crosses at the midpoint."""

    mic: str
    ack_ms: float
    fee: int
    meets: float
    """Probability that an immediate order meets a contra."""


WHOLESALERS = (
    Wholesaler("CDED", 0.9, 9.0, 0.94, 0.62, 0.008),
    Wholesaler("VALX", 1.2, 12.0, 0.92, 0.57, 0.011),
    Wholesaler("JSJX", 0.8, 7.0, 0.95, 0.60, 0.009),
    Wholesaler("G1XX", 1.6, 25.0, 0.93, 0.52, 0.012),
    Wholesaler("KNCM", 2.4, 60.0, 0.85, 0.35, 0.028, pays=1_600),
)
PAYER = WHOLESALERS[-1]
FAIR_SHARES = (0.30, 0.25, 0.20, 0.15, 0.10)
"""How an honest router divides retail orders among the wholesalers."""

EXCHANGES = (
    Exchange("XNAS", 0.18, 3_000, -2_000, 0.26), Exchange("XNYS", 0.22, 3_000, -1_800, 0.17), Exchange("ARCX", 0.21, 3_000, -2_100, 0.15),
    Exchange("BATS", 0.19, 3_000, -2_000, 0.13), Exchange("EDGX", 0.20, 3_000, -2_000, 0.12), Exchange("MEMX", 0.20, 2_900, -2_200, 0.08),
    Exchange("IEXG", 0.75, 1_000, 400, 0.06), Exchange("EPRL", 0.21, 2_900, -2_200, 0.03), Exchange("BATY", 0.20, -200, 1_800, 0.02),
    Exchange("XBOS", 0.19, -500, 2_000, 0.02), Exchange("XASE", 0.23, 3_000, -2_000, 0.02),
)  # fmt: skip
POOLS = (Pool("LEVL", 0.5, 1_000, 0.34), Pool("UBSA", 0.6, 1_200, 0.38), Pool("INCR", 0.7, 900, 0.42), Pool("CGXS", 1.0, 800, 0.30))
BROKER, NIGHT_POOL, INTERNAL = "NLAX", "OCEA", "OFFX"
"""Block desk, overnight system, and the firm's own book for fractions of a share."""
AUCTION_FEE = 1_000
UNAPPROVED = "MSPL"
"""A venue that the firm never approved; only the planted fault trades there."""
OPTIONS_EXCHANGE = "XCBO"
APPROVED = (*(venue.mic for venue in (*WHOLESALERS, *EXCHANGES, *POOLS)), BROKER, NIGHT_POOL, INTERNAL)

AFFILIATE, SMALL_CAPS, FIRST_LOOK, LEAKY = EXCHANGES[5], WHOLESALERS[3], POOLS[3], POOLS[1]
"""Where faults are planted: vendor_a's affiliate, the wholesaler that is bad in thin issues, the pool that answers late, the pool that leaks."""
GOOD_ELSEWHERE = replace(SMALL_CAPS, improves=0.98, depth=0.75, slips=0.002)
"""The wholesaler that is bad in thin issues, in all others."""
FEE_CHANGES = "ARCX"
"""The exchange whose rebate falls."""
ALIASED, ALIAS = "XNAS", "NSDQ"
"""One exchange and another name that it goes by."""

BY_MIC = {venue.mic: venue for venue in (*WHOLESALERS, *EXCHANGES, *POOLS)}


def rebate_change(mic: str, liquidity: str, px: int, size: float) -> int:
    """How much less FEE_CHANGES gives back for adding, in millionths of a dollar a share, where its rebate fell by `size` dollars."""
    return round(size * MICRO) if mic == FEE_CHANGES and liquidity == "added" and px >= MICRO else 0


def fee_per_share(mic: str, liquidity: str, px: int, on: date) -> int:
    """Fee (+) or rebate (−) in millionths of a dollar a share; takers' fees never above the access-fee cap of the day."""
    venue = BY_MIC.get(mic)
    if isinstance(venue, Pool):
        return venue.fee
    if not isinstance(venue, Exchange):
        return 0
    if liquidity == "auction":
        return AUCTION_FEE
    if px < MICRO:
        return px * 3 // 1_000 if liquidity == "removed" and venue.taker > 0 else 0
    if liquidity == "removed":
        return min(venue.taker, _cap(on))
    return venue.maker


@cache
def _cap(on: date) -> int:
    """The access-fee cap of the day in millionths of a dollar a share, at a dollar and above."""
    return int(access_fee_cap(Decimal(1), on) * MICRO)
