"""How a finding speaks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bestexec.checks.words import exact, spoken, subject_of


def test_numbers_keep_every_digit_and_no_more() -> None:
    row = {"px": Decimal("10.08000000"), "qty": Decimal("0.500000"), "n": 3, "eq": 0.1, "usd": Decimal("1E+3"), "none": Decimal("-0.000"), "gap": None}
    assert exact(row) == '{"px": 10.08, "qty": 0.5, "n": 3, "eq": 0.1, "usd": 1000, "none": 0, "gap": null}'


def test_an_instant_is_iso_text_with_nine_digits() -> None:
    """1 785 765 600 s is 3 August 2026, 14:00 UTC."""
    assert exact({"filled_at": 1_785_765_600_000_000_001, "day": date(2026, 8, 3)}) == '{"filled_at": "2026-08-03T14:00:00.000000001Z", "day": "2026-08-03"}'


def test_each_unit_is_said_as_people_say_it() -> None:
    row = {
        "t_ns": 37_250_000, "max_ms": 50, "x_bps": 25.0142, "v_fraction": 0.0625, "fill_rate": 2 / 3, "a_usd": Decimal("1234.5"), "b_usd": Decimal("-0.00125"),
        "eq": 0.821428571, "px": Decimal("10.12345678"), "venue": None, "n": 7,
    }  # fmt: skip
    sentence = "{t_ns}; {max_ms}; {x_bps}; {v_fraction}; {fill_rate}; {a_usd}; {b_usd}; {eq}; {px}; {venue}; {n}"
    assert spoken(sentence, row) == "37.25 ms; 50 ms; 25.01 bps; 6.25%; 66.67%; $1,234.50; −$0.00125; 0.8214; 10.12345678; unknown; 7"


def test_a_subject_names_the_kind_of_orders_it_keeps_apart() -> None:
    row = {"vendor": "one", "is_held": True, "is_directed": False, "session": "pre", "customer_class": None}
    assert subject_of("venues of vendor {vendor}", ("vendor", "is_held", "is_directed", "session", "customer_class"), row) == (
        "venues of vendor one, held, not directed, pre"
    )
