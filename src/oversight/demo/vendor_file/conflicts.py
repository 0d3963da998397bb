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
    7: (("market", 17_729), ("marketable_limit", 10_465), ("other", 93)),
    8: (("market", 64_390), ("marketable_limit", 37_403), ("other", 1_931)),
}  # fmt: skip
"""Shares that vendor_b sent to the payer, by month and order class."""
INVOICED: Mapping[int, tuple[tuple[str, str, int, str, int], ...]] = {
    7: (
        ("XNAS", "-407.13", 135_710, "162.36", 81_180), ("XNYS", "-320.09", 106_697, "85.53", 47_517), ("ARCX", "-458.67", 152_890, "124.65", 59_357),
        ("BATS", "-241.71", 80_570, "85.62", 42_810), ("EDGX", "-302.86", 100_953, "52.80", 26_400), ("MEMX", "-129.12", 44_524, "42.73", 19_423),
        ("INCR", "-121.00", 134_444, "0", 0), ("LEVL", "-53.33", 53_330, "0", 0), ("UBSA", "-143.97", 119_975, "0", 0),
    ),
    8: (
        ("XNAS", "-490.56", 163_520, "130.97", 65_485), ("XNYS", "-347.42", 115_807, "70.80", 39_333), ("ARCX", "-435.42", 145_140, "92.53", 44_062),
        ("BATS", "-255.57", 85_190, "122.30", 61_150), ("EDGX", "-218.25", 72_750, "63.50", 31_750), ("MEMX", "-223.17", 76_955, "60.17", 27_350),
        ("INCR", "-86.90", 96_556, "0", 0), ("LEVL", "-106.40", 106_400, "0", 0), ("UBSA", "-106.04", 88_367, "0", 0),
    ),
}  # fmt: skip
"""(venue, fees, shares charged, rebates, shares credited) by month, as the venues' invoices have them."""
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
