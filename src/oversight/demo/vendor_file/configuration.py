"""The sample firm's router configuration: statements and profiles first, how both routers are set, and a change that waits for its figures."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from oversight import clock
from oversight.configuration import actions
from oversight.configuration.models import Version
from oversight.configuration.terms import HANDLING, STRATEGY, THRESHOLD, VENUE, Setting
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

STATEMENT = """Retail market orders: the best price first, improvement before speed; filled at once or routed on within a second.
Limit orders that can trade: as market orders, never beyond the limit. Limits that rest: where they are likeliest to fill, fees not looked at.
Stops: held until elected by a trade in the regular session, then as market orders.
Institutional orders: little footprint before speed; midpoint first.
What never happens: payment as a reason for a route; an order sent to a venue that is not on the list."""
PROFILE = """Retail: about two hundred orders a day for each router, nine in ten held, market and limit, most below $5,000, 09:30 to 16:00.
Institutional: a dozen parents a day, not held, of 5,000 to 50,000 shares.
Odd lots are common; extended hours rare; no options, no short sales for retail customers."""
WHOLESALERS = ("CDED", "VALX", "JSJX", "G1XX", "KNCM")
EXCHANGES = ("XNAS", "XNYS", "ARCX", "BATS", "EDGX", "MEMX", "IEXG", "EPRL", "BATY", "XBOS", "XASE")
POOLS = ("LEVL", "UBSA", "INCR", "CGXS")
SET_SINCE = datetime(2026, 7, 1, tzinfo=clock.MARKET_ZONE).astimezone(UTC)
NOTE = b"Release 5.1, 12 August 2026\n\nPerformance improvements and minor changes to routing preferences.\n"


def before_selection(people: People, vendors: dict[str, Vendor]) -> None:
    """Both documents for both routers, signed by two; then how each router has been set since July, approved as it stands."""
    for day, vendor in ((14, vendors["vendor_a"]), (15, vendors["vendor_b"])):
        for kind, text in (("statement", STATEMENT), ("profile", PROFILE)):
            with _at(day, 14):
                row = actions.propose_document(people[SUPERVISOR], actions.draft_document(people[SUPERVISOR], vendor, kind, text=text))
            with _at(day, 16):
                actions.approve_document(people[COMPLIANCE], row)
        with _at(day + 1, 9, 30):
            said = "How the router has been set since 1 July, written down from the vendor's own file; nothing changes."
            version = actions.draft(people[VENDOR_MANAGER], vendor, settings=_settings(), effective_from=SET_SINCE, summary=said)
            actions.propose(people[VENDOR_MANAGER], version)
        with _at(day + 1, 11):
            actions.approve(people[COMPLIANCE], version)
        with _at(day + 1, 11, 20):
            actions.put_in_force(people[VENDOR_MANAGER], version, in_force_from=SET_SINCE)


def after_selection(people: People, vendors: dict[str, Vendor]) -> None:
    """A change of the second router is drafted: the venue that pays out of retail orders. Its figures are read when the first run is received."""
    vendor = vendors["vendor_b"]
    kept = [setting for setting in _settings() if setting.key != "KNCM"]
    said = "Takes KNCM out of retail marketable orders. The vendor's note of August names no such change of preference; the flow does."
    with _at(24, 11):
        note = evidence.file(
            people[VENDOR_MANAGER],
            "release-5.1.txt",
            NOTE,
            title="Release note 5.1",
            shows="What the vendor said of its release of August.",
            effective_on=date(2026, 8, 12),
        )
        begins = datetime(2026, 10, 5, 8, tzinfo=clock.MARKET_ZONE).astimezone(UTC)
        actions.draft(people[ANALYST], vendor, settings=kept, effective_from=begins, summary=said, release="5.1", release_note=note)


def with_figures(people: People, vendors: dict[str, Vendor]) -> None:
    """Once the quarter's runs are received: the figures before the change are read, and the change is proposed. A second person has not decided yet."""
    version = Version.objects.filter(vendor=vendors["vendor_b"], state="draft").select_related("vendor").latest("number")
    metrics = ("effective_over_quoted", "net_price_improvement", "median_time_to_first_fill", "fill_rate_orders")
    hoped = "Improvement per share back to what it was before 12 August; fills a few milliseconds later at most."
    actions.analyze(people[ANALYST], version, metrics=metrics, first=date(2026, 8, 12), last=date(2026, 9, 28), expected=hoped)
    actions.propose(people[ANALYST], version)


def _settings() -> list[Setting]:
    table = "Fixed shares by last quarter's improvement: 30, 25, 20, 15 and 10 %, KNCM at most 10 %."
    return [
        Setting(STRATEGY, "retail market orders", "fair table of wholesalers", "", table),
        Setting(STRATEGY, "institutional orders", "midpoint, then sweep", "", "Rests at midpoints for up to 400 ms, then takes displayed prices."),
        Setting(THRESHOLD, "least improvement to wait for", "0.0005", "USD per share", "Waits at the midpoint only where this much can be gained."),
        Setting(THRESHOLD, "longest wait at the midpoint", "400", "ms", "After that the order goes on."),
        Setting(HANDLING, "stop", "held until elected", "", "Elected by a trade of the regular session."),
        Setting(HANDLING, "odd lot", "as round lots", "", "Odd lots inside the quote are looked at first."),
        Setting(HANDLING, "market on open", "primary listing market", "", "Sent before its cut-off."),
        *(Setting(VENUE, mic, "retail orders", "", "Wholesaler.") for mic in WHOLESALERS),
        *(Setting(VENUE, mic, "all orders", "", "Exchange.") for mic in EXCHANGES),
        *(Setting(VENUE, mic, "midpoint", "", "Alternative trading system.") for mic in POOLS),
        Setting(VENUE, "NLAX", "blocks", "", "Block desk."),
        Setting(VENUE, "OCEA", "overnight session", "", "Overnight system."),
    ]


def _at(day: int, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    """That minute of September 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))
