"""The sample firm's conflicts of interest: what pays whom, one of them registered late, and two months of payments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.conflicts import actions, queries, reading
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.record.actions import move
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

PAYER, RATE = "KNCM", Decimal("0.0016")
"""The venue that pays vendor_b, and dollars a share."""
SENT = {
    7: (("market", 17_662), ("marketable_limit", 10_465), ("other", 93)),
    8: (("market", 64_390), ("marketable_limit", 37_403), ("other", 1_931)),
}  # fmt: skip
"""Shares that vendor_b sent to the payer, by month and order class."""
INVOICED: Mapping[int, tuple[tuple[str, str, int, str, int], ...]] = {
    7: (
        ("ARCX", "-555.61", 195_679, "135.53", 64_537), ("XNAS", "-480.45", 208_390, "178.76", 89_381), ("XNYS", "-368.77", 174_932, "99.50", 55_278),
        ("EDGX", "-337.89", 118_480, "72.12", 36_062), ("BATS", "-276.22", 93_159, "100.30", 50_152), ("MEMX", "-152.76", 53_648, "51.38", 23_353),
        ("UBSA", "-150.86", 125_715, "0", 0), ("INCR", "-142.45", 158_274, "0", 0), ("EPRL", "-82.88", 29_190, "16.22", 7_372),
        ("XASE", "-71.58", 33_733, "11.20", 5_602), ("LEVL", "-67.22", 67_223, "0", 0), ("IEXG", "-51.09", 64_473, "0", 0),
        ("CGXS", "-42.83", 53_538, "0", 0), ("BATY", "-33.78", 18_764, "4.55", 22_753), ("XBOS", "-15.40", 7_701, "9.23", 18_467),
    ),
    8: (
        ("XNAS", "-560.01", 223_380, "148.37", 74_187), ("ARCX", "-503.12", 178_549, "102.52", 48_820), ("XNYS", "-390.74", 162_915, "81.93", 45_515),
        ("BATS", "-278.95", 94_487, "130.73", 65_366), ("EDGX", "-259.28", 88_085, "87.52", 43_762), ("MEMX", "-251.61", 87_631, "67.52", 30_690),
        ("UBSA", "-116.87", 97_390, "0", 0), ("LEVL", "-113.43", 113_425, "0", 0), ("INCR", "-97.55", 108_389, "0", 0),
        ("CGXS", "-90.48", 113_097, "0", 0), ("XASE", "-84.57", 41_587, "9.78", 4_891), ("IEXG", "-63.33", 87_661, "0", 0),
        ("EPRL", "-61.79", 21_499, "19.82", 9_010), ("XBOS", "-15.74", 7_871, "5.07", 10_144), ("BATY", "-13.46", 7_478, "1.96", 9_806),
    ),
}  # fmt: skip
"""(venue, fees, shares charged, rebates, shares credited) by month, as the venues' invoices of the quarter of `bestexec demo` have them; whole shares."""
LETTER = b"""To our client

You asked on 14 September 2026 whether any venue pays us for your orders. One does: since 1 July 2026 KNCM pays 0.0016 US dollars a share
for orders that execute there. A fifth of it is shared with you. We did not tell you before, because no question of yours asked for it.
"""


def before_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """14 to 18 September: the register is filled, two months of payments come in, and one payer turns out to be on no register."""
    keeper, compliance = people[VENDOR_MANAGER], people[COMPLIANCE]
    with at(15, 10):
        rebates = actions.propose(
            keeper, kind="rebate", description="Exchanges give rebates for resting orders. The firm keeps them; customers pay a flat commission.",
            since_on=date(2025, 1, 2), owner=people[SUPERVISOR].key,
            mitigation="Where a limit order waits is compared every quarter by fill likelihood and reversion, without fees and rebates in the figures.",
            disclosure="We receive rebates from exchanges for orders that add liquidity. They may be more than the fees that we pay.",
            disclosed_in="Rule 606 report, material aspects; customer agreement, section 9",
        )  # fmt: skip
        stake = actions.propose(
            keeper, kind="equity_stake", vendor=vendors["vendor_a"], since_on=date(2024, 5, 1), owner=keeper.key,
            description="A fund of the owner of one wholesaler holds 4 % of the vendor's parent. The vendor told us unasked, with its audited accounts.",
            mitigation="No seat on the board; the wholesaler's share of flow is set beside its quality every quarter.",
            disclosure="A part of our router's maker belongs to investors in a firm that executes orders.", disclosed_in="Rule 606 report, material aspects",
        )  # fmt: skip
    _upload(people, 7, is_whole=True, on=15)
    with at(16, 9, 30):
        move(compliance, rebates, "accept_mitigated", why="Read with the invoices of July.")
        move(compliance, stake, "accept_mitigated", why="Small, disclosed, and looked at.")
    _upload(people, 8, is_whole=False, on=16)
    with at(16, 15):
        _register_late(people, vendors["vendor_b"])
    with at(17, 11):
        actions.propose(
            people[ANALYST], kind="own_first", vendor=vendors["clearing_router"], since_on=date(2023, 1, 3), owner=keeper.key,
            description="The clearing firm's router shows each order to the clearing firm's own desk for up to 200 milliseconds before it goes on.",
        )  # fmt: skip


def after_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """21 to 25 September: a corrected August takes the place of the first one, and last year's look at rebates is confirmed."""
    _upload(people, 8, is_whole=True, on=21)
    rebates = queries.conflicts(kind="rebate").get()
    with at(22, 11):
        result = actions.note_result(
            people[ANALYST], rebates, year=2025, looked_at="Resting limit orders of 2025 by venue: share, fill likelihood, reversion, net fee.",
            figures="n 11,204 resting orders; likelihood of a fill 61 % at the venue with the highest rebate and 63 % elsewhere; reversion alike.",
            conclusion="Flow did not follow the rebate beyond chance. The comparison stays quarterly.",
        )  # fmt: skip
    with at(23, 15):
        move(people[SUPERVISOR], result, "confirm", why="Figures re-computed for two months; the same.")


def at(day: int, hour: int, minute: int = 0) -> Any:
    """That minute of September 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def _register_late(people: People, vendor: Vendor) -> None:
    """The ledger shows who pays; nobody had put it on the register."""
    row = actions.propose(
        people[ANALYST], kind="pfof", vendor=vendor, venue=PAYER, since_on=date(2026, 7, 1), owner=people[VENDOR_MANAGER].key,
        description="KNCM pays the vendor $0.0016 a share; a fifth of it comes to the firm. Found in the July statement, not in the vendor's answers.",
        disclosed_in="to come: Rule 606 report of the third quarter",
    )  # fmt: skip
    actions.propose(
        people[ANALYST], kind="profit_share", vendor=vendor, venue=PAYER, since_on=date(2026, 7, 1), owner=people[VENDOR_MANAGER].key,
        description="A fifth of KNCM's payment comes back to the firm, so that the firm itself gains where the flow goes there.",
    )  # fmt: skip
    evidence.file(
        people[VENDOR_MANAGER], "answer-on-payments-2026-09-15.txt", LETTER, title="The vendor's answer on payments", shows="Who pays, how much, since when.",
        effective_on=date(2026, 9, 15), subject=row.subject, what="The vendor's own words",
    )  # fmt: skip
    with at(17, 10):
        move(people[COMPLIANCE], row, "accept", why="It stands open until the vendor shows what keeps payment out of the router's choice.")


def _upload(people: People, month: int, *, is_whole: bool, on: int) -> None:
    """A month's file with its control total, approved by compliance an hour later. The first file of August lacked the profit share."""
    rows = list(_lines(month, is_whole=is_whole))
    text = "\n".join([",".join(column.key for column in reading.COLUMNS), *(",".join(row) for row in rows)]) + "\n"
    total = sum((Decimal(row[7]) for row in rows), Decimal(0))
    with at(on, 10, 15):
        made = actions.upload(people[VENDOR_MANAGER], f"payments-2026-{month:02d}{'' if is_whole else '-first'}.csv", text.encode(), total)
    with at(on, 11, 20):
        actions.approve(people[COMPLIANCE], made.batch, why="The control total is that of the statements.")


def _lines(month: int, *, is_whole: bool) -> Iterator[tuple[str, ...]]:
    of = f"2026-{month:02d}"
    for order_class, shares in SENT[month]:
        yield of, PAYER, "vendor_b", "received", "pfof", "other_stocks", order_class, f"{shares * RATE:f}", str(shares), "USD", "router statement"
    if is_whole:
        part = sum(shares for _, shares in SENT[month]) * RATE / 5
        yield of, PAYER, "vendor_b", "received", "profit_share", "other_stocks", "", f"{part:f}", "", "USD", "router statement"
    for venue, fee, charged, rebate, credited in INVOICED[month]:
        yield of, venue, "", "paid", "fee", "", "", fee, str(charged), "USD", "venue invoices"
        if credited:
            yield of, venue, "", "received", "rebate", "", "", rebate, str(credited), "USD", "venue invoices"
