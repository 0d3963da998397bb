"""Heightened monitoring: what it narrows, for whom, from when, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec import policy
from bestexec.checks import find
from bestexec.errors import Problem
from bestexec.policy import heightened

from .given import fill, rows

ENTRY = """
[[heightened]]
vendor = "two"
case = "1"
from = 2026-08-04
to = 2026-08-06
every_days = 1
[heightened.limits]
max_venue_fraction = 0.15
min_limit_fill_rate = 0.70
"""


def held(folder: Path, text: str = ENTRY) -> policy.Policy:
    """The shipped policy with a heightened.toml beside it."""
    policy.write_default(folder)
    (folder / heightened.FILE).write_text(text, encoding="utf-8")
    return policy.load(folder)


def refusal(folder: Path, text: str) -> tuple[str, str, str]:
    with pytest.raises(Problem) as caught:
        held(folder, text)
    return caught.value.what, caught.value.where, caught.value.do


def days(*days: int) -> list[date]:
    return [date(2026, 8, day) for day in days]


def test_without_the_file_nobody_is_watched_more_closely() -> None:
    assert policy.default().heightened == ()
    assert policy.default().limits_of("max_hhi") == {None: policy.default().limits["max_hhi"]}


def test_a_limit_is_narrower_for_that_vendor_on_those_days_alone(tmp_path: Path) -> None:
    """The shipped limit is 0.50; `to` is the first day that no longer holds."""
    limits = held(tmp_path)
    assert [limits.limit("max_venue_fraction", day, "two") for day in days(3, 4, 5, 6)] == [Decimal(text) for text in ("0.50", "0.15", "0.15", "0.50")]
    assert [limits.limit("max_venue_fraction", day, "one") for day in days(4, 5)] == [Decimal("0.50"), Decimal("0.50")]
    assert [limits.limit("max_venue_fraction", day) for day in days(4, 5)] == [Decimal("0.50"), Decimal("0.50")]


def test_a_rate_that_must_be_reached_is_narrower_upward(tmp_path: Path) -> None:
    """The shipped least rate of limit orders is 0.60; 0.70 asks for more."""
    assert [held(tmp_path).limit("min_limit_fill_rate", day, "two") for day in days(3, 4)] == [Decimal("0.60"), Decimal("0.70")]


@pytest.mark.parametrize(
    ("given", "kept"), [("max_venue_fraction = 0.15", "max_venue_fraction = 0.75"), ("min_limit_fill_rate = 0.70", "min_limit_fill_rate = 0.10")]
)
def test_nothing_is_ever_widened(tmp_path: Path, given: str, kept: str) -> None:
    """0.75 is wider than 0.50, 0.10 lower than 0.60: the firm's own number holds."""
    limits, name = held(tmp_path, ENTRY.replace(given, kept)), kept.split(" ", maxsplit=1)[0]
    assert limits.limit(name, date(2026, 8, 4), "two") == limits.limit(name, date(2026, 8, 4))


def test_of_two_entries_the_narrower_holds_where_they_overlap(tmp_path: Path) -> None:
    second = '\n[[heightened]]\nvendor = "two"\ncase = "2"\nfrom = 2026-08-05\nevery_days = 5\n[heightened.limits]\nmax_venue_fraction = 0.10\n'
    limits = held(tmp_path, ENTRY + second)
    assert [limits.limit("max_venue_fraction", day, "two") for day in days(4, 5, 6)] == [Decimal(text) for text in ("0.15", "0.10", "0.10")]


def test_a_step_of_the_firms_own_limit_still_holds(tmp_path: Path) -> None:
    """The firm itself goes down to 0.12 on 5 August: below 0.15, so that is what holds."""
    policy.write_default(tmp_path)
    text = (tmp_path / policy.FILE).read_text(encoding="utf-8")
    stepped = text.replace("max_venue_fraction = 0.50", "max_venue_fraction = [{ value = 0.50 }, { from = 2026-08-05, value = 0.12 }]")
    (tmp_path / policy.FILE).write_text(stepped, encoding="utf-8")
    (tmp_path / heightened.FILE).write_text(ENTRY, encoding="utf-8")
    limits = policy.load(tmp_path)
    assert [limits.limit("max_venue_fraction", day, "two") for day in days(4, 5, 6)] == [Decimal(text) for text in ("0.15", "0.12", "0.12")]


def test_the_checks_of_the_next_run_find_more_for_that_vendor_alone(tmp_path: Path) -> None:
    """Each vendor sends 6 of its 30 fills, all of 100 shares, to XNYS on 4 August: 0.20. The firm's 0.50 lets that pass; 0.15 does not. XNAS has 0.80."""
    venues = ["XNAS"] * 24 + ["XNYS"] * 6
    shares = rows(
        "fills", *(fill(f"{vendor}{n}", vendor=vendor, venue=venue, day=date(2026, 8, 4)) for vendor in ("one", "two") for n, venue in enumerate(venues))
    )
    found = find({"fills": shares}, held(tmp_path)).findings.filter(pl.col("check_id") == "ROU-103").sort("vendor", "venue")
    assert found.select("vendor", "venue").rows() == [("one", "XNAS"), ("two", "XNAS"), ("two", "XNYS")]
    assert [json.loads(text, parse_float=str)["max_venue_fraction"] for text in found["numbers"]] == ["0.5", "0.15", "0.15"]


def test_effective_spread_counts_days_over_the_narrower_limit(tmp_path: Path) -> None:
    """Three fills at 10.08 pay 0.06 of a quoted 0.10, E/Q 0.6: over 0.5, the vendor's own limit, and not over 1, the firm's."""
    text = ENTRY.replace("max_venue_fraction = 0.15\nmin_limit_fill_rate = 0.70", "max_eq = 0.5\nmin_n = 3\npersistence_days = 1")
    paid = {"fill_px": "10.08", "day": date(2026, 8, 4)}
    given = rows("fills", *(fill(f"{vendor}{n}", vendor=vendor, order_id=f"{vendor}{n}", **paid) for vendor in ("one", "two") for n in range(3)))
    found = find({"fills": given}, held(tmp_path, text)).findings.filter(pl.col("check_id") == "EXE-115")
    assert found["vendor"].to_list() == ["two"]


def test_it_is_part_of_the_policys_hash(tmp_path: Path) -> None:
    assert held(tmp_path / "with").hash != policy.default().hash


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        (ENTRY.replace("max_venue_fraction", "max_venue_fractoin"), "`max_venue_fractoin` is not known", "heightened.toml, heightened 1.limits"),
        (ENTRY.replace("max_venue_fraction = 0.15", "trailing_days = 5"), "`trailing_days` is not known", "heightened.toml, heightened 1.limits"),
        (ENTRY.replace("max_venue_fraction = 0.15", "materiality_usd = 5"), "`materiality_usd` is not known", "heightened.toml, heightened 1.limits"),
        (ENTRY.replace("0.15", "1.5"), "1.5 is not allowed", "heightened.toml, heightened 1.limits.max_venue_fraction"),
        (ENTRY.replace("to = 2026-08-06", "to = 2026-08-04"), "it ends on 2026-08-04 and begins on 2026-08-04", "heightened.toml, heightened 1"),
        (ENTRY.replace("every_days = 1", "every_days = 0"), "0 is not allowed", "heightened.toml, heightened 1.every_days"),
        (ENTRY.replace("every_days = 1", "every_days = 1.5"), "1.5 is not a whole number", "heightened.toml, heightened 1.every_days"),
        (ENTRY.replace('vendor = "two"', 'vendor = " "'), "' ' is not a text", "heightened.toml, heightened 1.vendor"),
        (ENTRY.replace('case = "1"\n', ""), "`case` is missing", "heightened.toml, heightened 1"),
        ("heightened = 3\n", "heightened is not a list", "heightened.toml, heightened"),
        ("[other]\n", "`other` is not known", "heightened.toml"),
    ],
)  # fmt: skip
def test_what_it_cannot_mean_is_refused_by_name(tmp_path: Path, text: str, what: str, where: str) -> None:
    assert refusal(tmp_path, text)[:2] == (what, where)
