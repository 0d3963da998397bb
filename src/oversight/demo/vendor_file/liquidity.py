"""The sample firm's venues: what each router says that it reaches, and two memos."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from oversight.demo.people import People
from oversight.demo.vendor_file.conflicts import at
from oversight.liquidity import actions, queries
from oversight.record.actions import move_many
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

HEAD = "venue,kind,how,through,ats_n_on,since_on,until_on"
SINCE = "2025-03-03"
EXCHANGES = ("XNAS", "XNYS", "ARCX", "BATS", "EDGX", "MEMX", "IEXG", "EPRL", "BATY", "XBOS", "XASE")
WHOLESALERS = ("CDED", "VALX", "JSJX", "G1XX", "KNCM")
POOLS = (("LEVL", "2026-03-02"), ("UBSA", "2026-02-11"), ("INCR", "2026-04-20"), ("CGXS", "2026-05-06"))
BROKER = "NLAX"
UNSAID, BY_BROKER = ("MEMX", "XBOS"), ("XASE", "EPRL")
"""Exchanges that vendor_b's list leaves out though its orders trade there, and those that it reaches through a broker."""
REPORT = b"N|XNAS|202608|ABC|MXXNN|ROUND|0|120|118\nN|XNAS|202608|DEF|MXXNN|ROUND|0|64|64\n"


def before_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """14 to 18 September: three lists of venues come in, one is confirmed against the filings; the desk's first report is filed."""
    keeper = people[VENDOR_MANAGER]
    with at(14, 11):
        for name, lines in (("vendor_a", _of_a()), ("vendor_b", _of_b()), ("clearing_router", _of_clearing())):
            actions.state_all(keeper, vendors[name], f"{name}-venues.csv", "\n".join((HEAD, *lines)).encode())
    with at(15, 15):
        move_many(
            people[ANALYST], list(queries.reach_on(date(2026, 9, 15), vendors["vendor_a"])), "confirm", why="Held against its list, filings and fills of July."
        )
    with at(16, 11):
        actions.publish(keeper, "xnas-605-202608.txt", REPORT, kind="rule_605", venue="XNAS", first_on=date(2026, 8, 1), last_on=date(2026, 8, 31))


def after_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """21 to 25 September: one memo ends in a trial, the other is declined with a day to look again."""
    with at(21, 14):
        peg = actions.draft(
            people[ANALYST], about="order_type", title="Midpoint pegs at INCR for resting limit orders", venue="INCR", vendor=vendors["vendor_a"],
            asked="Whether limit orders that would rest at an exchange may first rest at the midpoint in INCR for one second.",
            reasons="For: half the spread saved where a contra comes. Against: the second is lost where none does, and an order seen may be traded ahead of.",
            scope="Non-marketable limit orders of retail customers in the regular session, 100 to 2,000 shares.", cap="2 % of these orders, at most 50 a day",
            success="No worse reversion than orders that rest at exchanges, and E/Q there at most half of the quoted spread.",
            success_metric="effective_over_quoted", success_side="at_most", success_bound=Decimal(50),
        )  # fmt: skip
        actions.propose(people[ANALYST], peg)
        texas = actions.draft(
            people[VENDOR_MANAGER], about="venue", title="Texas Stock Exchange", venue="TXSE", vendor=vendors["vendor_a"],
            asked="Whether the router should connect to TXSE.",
            reasons="For: its listings may trade there first. Against: none of the firm's symbols has volume there on the tape; a monthly fee.",
        )  # fmt: skip
        actions.propose(people[VENDOR_MANAGER], texas)
    with at(23, 10):
        actions.try_it(people[SUPERVISOR], peg, ends_on=date(2026, 10, 30), relook_on=date(2026, 11, 16), why="Small, capped, and measured.")
        actions.decline(
            people[COMPLIANCE], texas, relook_on=date(2026, 12, 15), why="No volume in the firm's symbols; look again when it lists or trades them."
        )


def _line(venue: str, kind: str, through: str = "", ats_n_on: str = "") -> str:
    return f"{venue},{kind},{'through' if through else 'direct'},{through},{ats_n_on},{SINCE},"


def _of_a() -> list[str]:
    """Everything directly, each ATS with its filing; the overnight system through a broker."""
    pools = [_line(mic, "ats", ats_n_on=filed) for mic, filed in POOLS]
    direct = [*(_line(mic, "exchange") for mic in EXCHANGES), *(_line(mic, "wholesaler") for mic in WHOLESALERS)]
    return [*direct, *pools, _line(BROKER, "broker"), _line("OCEA", "ats", through=BROKER, ats_n_on="2026-01-15")]


def _of_b() -> list[str]:
    """Two exchanges through a broker, two not said, and no filing looked at."""
    exchanges = [_line(mic, "exchange", through=BROKER if mic in BY_BROKER else "") for mic in EXCHANGES if mic not in UNSAID]
    return [*exchanges, *(_line(mic, "wholesaler") for mic in WHOLESALERS), *(_line(mic, "ats") for mic, _ in POOLS), _line(BROKER, "broker")]


def _of_clearing() -> list[str]:
    """A few, as the clearing firm's brochure names them."""
    return [*(_line(mic, "exchange") for mic in ("XNAS", "XNYS", "ARCX", "BATS", "EDGX")), *(_line(mic, "wholesaler") for mic in ("CDED", "VALX"))]
