"""The shipped bank of questions, one file an area."""

from __future__ import annotations

from oversight.diligence.bank.changes import CHANGES
from oversight.diligence.bank.conflicts import CONFLICTS
from oversight.diligence.bank.continuity import CONTINUITY
from oversight.diligence.bank.deliveries import DELIVERIES
from oversight.diligence.bank.feeds import FEEDS
from oversight.diligence.bank.leakage import LEAKAGE
from oversight.diligence.bank.logic import LOGIC
from oversight.diligence.bank.market_access import MARKET_ACCESS
from oversight.diligence.bank.order_types import ORDER_TYPES
from oversight.diligence.bank.quality import QUALITY
from oversight.diligence.bank.question import Question
from oversight.diligence.bank.security import SECURITY
from oversight.diligence.bank.standing import STANDING
from oversight.diligence.bank.sub_vendors import SUB_VENDORS
from oversight.diligence.bank.venues import VENUE_ACCESS

AREAS: dict[str, str] = {
    "MAC": "Market-access control", "VEN": "Venue access", "LOG": "Routing logic and priorities", "ORD": "Order types", "EXQ": "Execution quality",
    "CON": "Conflicts of interest", "LEA": "Information leakage", "FED": "Market-data feeds and clocks", "CHG": "Change control",
    "BCP": "Continuity and outages", "SEC": "Security", "SUB": "Sub-vendors", "DAT": "Data access", "STA": "The vendor as a firm",
}  # fmt: skip
"""Each area's title by its key, in the order of the form."""
QUESTIONS: tuple[Question, ...] = (
    *MARKET_ACCESS, *VENUE_ACCESS, *LOGIC, *ORDER_TYPES, *QUALITY, *CONFLICTS, *LEAKAGE,
    *FEEDS, *CHANGES, *CONTINUITY, *SECURITY, *SUB_VENDORS, *DELIVERIES, *STANDING,
)  # fmt: skip
BY_ID = {question.id: question for question in QUESTIONS}
