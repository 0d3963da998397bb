"""What the sample firm's people answer to each check: the cause they found, whether customers were hurt, and their words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """An answer to the findings of one check. `how` is explain, dismiss or escalate."""

    how: str
    cause_code: str
    customer_impact: str
    why: str


OTHERWISE = Answer(
    "explain", "other", "cannot_tell", "Looked at the order and the quotes around it; nothing points to the router. Kept for the quarter's count."
)

ANSWERS = {
    "EXE-101": Answer("explain", "router_logic", "yes", "The quote moved away while the child order was on its way; the router did not re-price. Put to the vendor."),
    "EXE-102": Answer("explain", "market_moved", "cannot_tell", "The better quote appeared within two milliseconds of the fill: faster than the router's own clock can act on."),
    "EXE-103": Answer("explain", "vendor_outage", "yes", "Falls within the minutes in which the vendor's gateway queued orders; the handling log has the times."),
    "EXE-105": Answer("explain", "market_moved", "no", "The whole market moved with the order: the tape shows the same slope in the minute before receipt."),
    "EXE-109": Answer("explain", "market_data", "no", "The quote feed of this symbol stood still; the fill agrees with the trades of the same second."),
    "EXE-111": Answer("explain", "market_moved", "no", "The national quote was crossed for some milliseconds; measured against neither side."),
    "EXE-112": Answer("dismiss", "limit_too_tight", "", "The better odd lot was smaller than the order. The router is not asked to sweep odd lots today; on the list for the vendor."),
    "EXE-114": Answer("explain", "venue_fault", "yes", "Larger than the displayed size, filled by one wholesaler below the quote. Joined to the vendor's question of this week."),
    "COM-101": Answer("explain", "feed_gap", "cannot_tell", "The quote file of this symbol begins late; the supplier was asked for the missing part."),
    "COM-102": Answer("explain", "feed_gap", "cannot_tell", "The route is in the vendor's own log and missing from its daily file; asked for a corrected file."),
    "COM-104": Answer("explain", "clock", "no", "The gateway's clock ran ahead; the order of events is right once the offset is taken off."),
    "COM-106": Answer("dismiss", "feed_gap", "", "The drop copy repeated itself after a reconnect; one copy was measured."),
    "COM-109": Answer("explain", "feed_gap", "cannot_tell", "The child order is acknowledged and never ends in the vendor's file. Asked the vendor."),
    "COM-111": Answer("explain", "feed_gap", "cannot_tell", "Filled and canceled shares do not add up to the order; the missing message was asked for."),
    "COM-112": Answer("explain", "feed_gap", "cannot_tell", "Orders of the order system that the vendor's file does not hold. The list went to the vendor, who owes a corrected file."),
    "COM-114": Answer("explain", "feed_gap", "no", "The vendor reports this destination without a market code; mapping asked for."),
    "COM-116": Answer("explain", "feed_gap", "cannot_tell", "The fill names a route that the vendor's route file does not hold. Asked the vendor."),
    "COM-117": Answer("explain", "clock", "no", "Two clocks disagree by less than their stated accuracy."),
    "ROU-101": Answer("explain", "router_logic", "cannot_tell", "The venue is new to the router and not on our list. The vendor was told to switch it off for our flow until it is approved."),
    "ROU-102": Answer("explain", "router_logic", "no", "Routed there and canceled without a fill; the same new venue."),
    "ROU-103": Answer("explain", "router_logic", "cannot_tell", "One venue took more than its usual share that day; watched since."),
    "ROU-104": Answer("dismiss", "limit_too_tight", "", "Few orders that day; the index moves with the count."),
    "ROU-106": Answer("explain", "vendor_outage", "yes", "The order hung at the gateway until the desk canceled it by hand; see the handling log."),
    "ROU-108": Answer("explain", "router_logic", "cannot_tell", "The share moved after the vendor's release; asked for the release notes."),
    "CON-101": Answer("explain", "router_logic", "cannot_tell", "More flow than usual to a venue that pays; set beside quality in the quarter's review."),
    "CON-104": Answer("escalate", "router_logic", "cannot_tell", "Flow moved to the venue that pays without better executions there. Compliance should see this before the next review."),
    "SPD-103": Answer("explain", "venue_fault", "cannot_tell", "Slow acknowledgements from one venue; the vendor confirmed."),
}  # fmt: skip
"""By check id. These are the sample firm's words about made-up orders; a real answer is about the order in front of its writer."""
