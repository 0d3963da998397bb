"""Lines of payments: each read exactly, or refused with its reason."""

from __future__ import annotations

import codecs
from decimal import Decimal

import pytest

from bestexec import Problem
from oversight.conflicts import reading

from .conftest import HEAD, ONE, line


def read(*lines: str) -> tuple[list[reading.Read], list[tuple[int, str]]]:
    made, rejects = reading.payments("\n".join((HEAD, *lines)).encode())
    return made, [(reject.number, reject.reason) for reject in rejects]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("24.00", "24.00"), ("1,234,567.890123", "1234567.890123"), ("0", "0"), ("999999999.999999", "999999999.999999"), ("0.000001", "0.000001"),
    ],
)  # fmt: skip
def test_an_amount_keeps_every_digit(text: str, amount: str) -> None:
    made, rejects = read(line(amount_usd=text))
    assert ([each.amount_usd for each in made], rejects) == ([Decimal(amount)], [])


def test_a_negative_zero_is_zero() -> None:
    made, _ = read(line(amount_usd="-0.00", direction="paid", kind="fee"))
    assert (str(made[0].amount_usd), made[0].amount_usd.is_signed()) == ("0", False)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"amount_usd": "NA"}, "amount_usd is missing"), ({"amount_usd": ""}, "amount_usd is missing"), ({"amount_usd": "NaN"}, "amount_usd is missing"),
        ({"amount_usd": "12,34.5"}, "amount_usd is “12,34.5”, which is no amount such as 1234.50 or -1,234.50"),
        ({"amount_usd": "1.234,50"}, "amount_usd is “1.234,50”, which is no amount such as 1234.50 or -1,234.50"),
        ({"amount_usd": "1e3"}, "amount_usd is “1e3”, which is no amount such as 1234.50 or -1,234.50"),
        ({"amount_usd": "$5"}, "amount_usd is “$5”, which is no amount such as 1234.50 or -1,234.50"),
        ({"amount_usd": "Infinity"}, "amount_usd is “Infinity”, which is no amount such as 1234.50 or -1,234.50"),
        ({"amount_usd": "1.0000001"}, "amount_usd is “1.0000001”, which is no amount such as 1234.50 or -1,234.50"),
        ({"amount_usd": "(5.00)"}, "amount_usd is in brackets, which some read as paid and others as received: write it with its sign"),
        ({"amount_usd": "1,000,000,000"}, "amount_usd is 1,000,000,000: a billion and more is not taken on one line"),
        ({"amount_usd": "-24.00"}, "amount_usd is -24.00 and direction is received: received is positive, paid is negative"),
        ({"direction": "paid"}, "amount_usd is 24.00 and direction is paid: received is positive, paid is negative"),
        ({"shares": "-1"}, "shares are negative"), ({"shares": "many"}, "shares is “many”, which is no amount such as 1234.50 or -1,234.50"),
        ({"month": "2026-13"}, "month is “2026-13”, which is no month such as 2026-08"),
        ({"month": "2026-00"}, "month is “2026-00”, which is no month such as 2026-08"),
        ({"month": "August"}, "month is “August”, which is no month such as 2026-08"), ({"month": "2026-11"}, "month is 2026-11, which has not begun"),
        ({"kind": "gift"}, "kind is “gift”; it can be pfof, rebate, fee, tier, profit_share"),
        ({"section": "bonds"}, "section is “bonds”; it can be sp500, other_stocks, options"),
        ({"currency": "EUR"}, "currency is “EUR”; it can be usd"), ({"venue": "n/a"}, "venue is missing"), ({"source": "  "}, "source is missing"),
        ({"venue": "=HYPERLINK(1)"}, "venue begins like a formula of a spreadsheet program"),
        ({"source": "@cmd"}, "source begins like a formula of a spreadsheet program"),
        ({"vendor": "-2+3"}, "vendor begins like a formula of a spreadsheet program"),
        ({"venue": "<b>"}, "venue is “<b>”, which is no name: letters, digits and plain signs, at most 60"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused_with_its_reason(said: dict[str, str], reason: str) -> None:
    assert read(line(**said)) == ([], [(2, reason)])


def test_shares_that_nobody_states_are_unknown_and_no_zero() -> None:
    made, _ = read(line(shares="NA"), line(shares="0", amount_usd="1.00"))
    assert [each.shares for each in made] == [None, Decimal(0)]


def test_an_unknown_venue_is_kept_as_text_and_flagged_and_an_alias_becomes_its_mic() -> None:
    made, _ = read(line(venue="ZZZZ"), line(venue="Knig"))
    assert [(each.venue, each.venue_raw, each.is_known_venue) for each in made] == [("ZZZZ", "ZZZZ", False), ("KNCM", "Knig", True)]


def test_the_same_line_again_is_refused_and_the_same_by_an_alias_too() -> None:
    made, rejects = read(line(), line(venue="KNIG"), line(amount_usd="25.00"))
    assert (len(made), rejects) == (2, [(3, "it says the same as line 2; if both are meant, add their amounts up on one line")])


def test_every_line_is_accepted_or_rejected_with_its_number_in_the_file() -> None:
    broken = line().replace("router statement", "a\nb")
    text = "\n".join((HEAD, line(), "", broken, line(month="2026-13"), "2026-08,KNCM", line(amount_usd="3.00"), '"open'))
    made, rejects = reading.payments(text.encode())
    assert [each.line for each in made] == [2, 8]
    assert [(reject.number, reject.reason.partition(",")[0]) for reject in rejects] == [
        (5, "source is “a\nb”"), (6, "month is “2026-13”"), (7, "it has 2 cells"), (9, "not CSV: unexpected end of data"),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_byte_order_mark_makes_no_difference(mark: bytes) -> None:
    assert len(reading.payments(mark + ONE.encode())[0]) == 1
    assert len(reading.payments(ONE.encode("utf-16"))[0]) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the columns are not those of this table"), (HEAD.encode(), "a heading and no line under it"), (b"a;b\n1;2\n", "it lacks “month”"),
        (f"{HEAD},note\n".encode(), "it also has “note”"), (f"{HEAD},month\n".encode(), "it has twice “month”"), (b"\xe9\xe8,\n", "not UTF-8 text"),
        (b"PK\x00\x00", "holds zero bytes"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_table_is_said_whole(content: bytes, said: str) -> None:
    with pytest.raises(Problem, match=said):
        reading.payments(content)
