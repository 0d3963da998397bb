"""Conflicts: whether flow follows payment; payments choose the groups here and never enter a measure of quality."""

from __future__ import annotations

from bestexec import cite
from bestexec.checks.base import Check

_ROUTED = "NOT COALESCE(is_directed, FALSE)"
_SOME_PAY = f"COALESCE(paying_venues, 1) > 0 AND {_ROUTED}"
_MARKET_30 = {"paying_venues": 1, "order_class": "MXXNN", "paying_fills": 30, "elsewhere_fills": 30}
_MOVED = {"is_paying": True, "all_fills": 30, "days_before": 5, "venue_fraction": 0.3125, "trailing_fraction": 0.25, "share_move": 0.0625}
_BOTH_ENOUGH = "paying_fills >= {min_n} AND elsewhere_fills >= {min_n}"

CONFLICTS = (
    Check(
        "CON-101", "Much flow at venues that pay", on="vendor_days",
        among=_SOME_PAY, needs=("paying_venues", "paying_fraction"), enough="placed_fills >= {min_n}", where="paying_fraction > {max_paying_fraction}",
        alert=("vendor",), severity="medium", source=cite.FINRA_RN_21_23,
        ask="{paying_fraction} of vendor {vendor}'s shares traded at venues that pay. What shows that these were the best markets?",
        hit={"paying_venues": 1, "placed_fills": 30, "paying_fraction": 0.61}, miss={"paying_venues": 1, "placed_fills": 30, "paying_fraction": 0.6},
        numbers=("placed_fills", "placed_qty", "paying_qty", "paying_fraction", "paying_venues"),
    ),
    Check(
        "CON-102", "Wider spreads at venues that pay", on="paying_cells",
        among=_SOME_PAY, needs=("paying_venues", "paying_eq", "elsewhere_eq"), enough=_BOTH_ENOUGH, where="eq_excess > {max_paying_eq_excess}",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_23,
        ask="{order_class} orders from ${size_bucket} paid {paying_eq} of the quoted spread at venues that pay and {elsewhere_eq} elsewhere. Why does the "
            "flow still go there?",
        hit={**_MARKET_30, "paying_eq": 0.75, "elsewhere_eq": 0.5, "eq_excess": 0.25},
        miss={**_MARKET_30, "paying_eq": 0.53125, "elsewhere_eq": 0.5, "eq_excess": 0.03125},
        numbers=("order_class", "size_bucket", "paying_fills", "elsewhere_fills", "paying_eq", "elsewhere_eq", "eq_excess"),
    ),
    Check(
        "CON-103", "Less improvement at venues that pay", on="paying_cells",
        among=_SOME_PAY + " AND order_class IN ('MXXNN', 'LYNNN', 'LYNYN', 'MXXNY', 'LYNNY')",
        needs=("paying_venues", "paying_improvement_usd", "elsewhere_improvement_usd"), enough=_BOTH_ENOUGH, where="gap_usd > {max_paying_improvement_gap_usd}",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_23,
        ask="{order_class} orders from ${size_bucket} were improved by {paying_improvement_usd} a share at venues that pay and by "
            "{elsewhere_improvement_usd} elsewhere. Does the payment come out of the customer's price?",
        hit={**_MARKET_30, "paying_improvement_usd": 0.001, "elsewhere_improvement_usd": 0.002, "gap_usd": 0.001},
        miss={**_MARKET_30, "paying_improvement_usd": 0.002, "elsewhere_improvement_usd": 0.002, "gap_usd": 0.0},
        numbers=("order_class", "size_bucket", "paying_fills", "elsewhere_fills", "paying_improvement_usd", "elsewhere_improvement_usd", "gap_usd"),
    ),
    Check(
        "CON-104", "Flow moved to a venue that pays", on="venue_days",
        among=f"COALESCE(is_paying, TRUE) AND {_ROUTED}", needs=("is_paying", "trailing_fraction"),
        enough="all_fills >= {min_n} AND days_before >= {min_trailing_days}",
        where="share_move > {max_paying_share_move} AND move_sigmas > {min_move_sigmas}",
        alert=("vendor", "venue"), severity="high", source=cite.FINRA_RN_21_23,
        ask="{venue} pays, and got {venue_fraction} of vendor {vendor}'s shares after {trailing_fraction} over the {days_before} days before. Which "
            "release or setting moved it, and was quality the reason?",
        hit={**_MOVED, "move_sigmas": 4.5},
        miss={**_MOVED, "move_sigmas": -4.5},
        numbers=("fills", "all_fills", "venue_fraction", "trailing_fraction", "days_before", "share_move", "move_sigmas"),
    ),
)  # fmt: skip
