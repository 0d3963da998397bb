"""A ledger line received later takes the place of the earlier ones of its key; lines received at once add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from bestexec.linking.ledger import lines_in_force
from bestexec.schema import PAYMENTS

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
RECEIVED = {"first": 10, "with_it": 10, "later": 20}


def ledger(*lines: tuple[str, str, date, str, str | None, str]) -> pl.DataFrame:
    """Lines of (import, venue, month, kind, vendor, USD), in the order they came."""
    named = [
        {"import_id": came, "venue": venue, "month_on": month, "kind": kind, "vendor": vendor, "amount_usd": Decimal(usd)}
        for came, venue, month, kind, vendor, usd in lines
    ]
    return pl.DataFrame(named, schema={**PAYMENTS.schema, "import_id": pl.String})


def test_a_later_line_replaces_those_of_its_key_and_leaves_every_other() -> None:
    lines = ledger(
        ("first", "XNAS", AUGUST, "rebate", None, "-5"), ("first", "XNAS", AUGUST, "fee", None, "-9"), ("first", "XNAS", JULY, "rebate", None, "4"),
        ("first", "XNYS", AUGUST, "rebate", None, "3"), ("first", "XNAS", AUGUST, "rebate", "vendor_b", "2"), ("later", "XNAS", AUGUST, "rebate", None, "5"),
    )  # fmt: skip
    stand, replaced = lines_in_force(lines, RECEIVED)
    assert stand["amount_usd"].to_list() == [-9, 4, 3, 2, 5]
    assert (replaced["amount_usd"].to_list(), replaced.columns) == ([-5], lines.columns)


def test_two_bills_that_were_received_at_once_both_stand() -> None:
    bills = [("first", "XNAS", JULY, "fee", None, "-1"), ("first", "XNAS", JULY, "fee", None, "-2"), ("with_it", "XNAS", JULY, "fee", None, "-4")]
    assert lines_in_force(ledger(*bills), RECEIVED)[0]["amount_usd"].to_list() == [-1, -2, -4]
    stand, replaced = lines_in_force(ledger(*bills, ("later", "XNAS", JULY, "fee", None, "-8")), RECEIVED)
    assert (stand["amount_usd"].to_list(), replaced["amount_usd"].to_list()) == ([-8], [-1, -2, -4])


def test_a_ledger_with_nothing_in_it_stays_one() -> None:
    assert [lines.height for lines in lines_in_force(ledger(), {})] == [0, 0]
