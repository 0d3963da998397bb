"""logic.toml: what is read, and what is said where it is wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bestexec.errors import Problem
from bestexec.logic import FILE, Rule, read

WHOLE = """\
# Routing guide, version 4
[[rule]]
key = "midpoint-first"
vendor = "vendor_a"
kind = "midpoint_first"
venues = ["LEVL", "IEXG"]
order_types = ["limit"]
sessions = ["regular"]
customer_classes = ["retail"]
order_qty_from = 100
order_qty_below = 10000.5
from = 2026-07-01
to = 2026-10-01
source = "p. 12: “midpoint venues are tried first”"

[[rule]]
key = "gap"
vendor = "vendor_a"
kind = "least_gap"
gap_ms = 0.5
source = "p. 13"
"""


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_rules_are_read_as_they_are_written(tmp_path: Path) -> None:
    assert read(written(tmp_path, WHOLE)) == (
        Rule(
            key="midpoint-first", vendor="vendor_a", kind="midpoint_first", source="p. 12: “midpoint venues are tried first”",
            terms={"venues": ("LEVL", "IEXG")},
            order_types=("limit",), sessions=("regular",), customer_classes=("retail",), order_qty_from=Decimal(100), order_qty_below=Decimal("10000.5"),
            from_on=date(2026, 7, 1), to_on=date(2026, 10, 1),
        ),
        Rule(key="gap", vendor="vendor_a", kind="least_gap", source="p. 13", terms={"gap_ms": Decimal("0.5")}),
    )  # fmt: skip


def test_no_file_is_no_rule(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gap_ms = 0.5", "gap_mss = 0.5", "`gap_mss` is not known · logic.toml, line 20, rule 2, gap_mss · did you mean `gap_ms`?"),
        ("gap_ms = 0.5", "", "`gap_ms` is missing · logic.toml, line 16, rule 2"),
        ("gap_ms = 0.5", "gap_ms = -1", "-1 is not allowed · logic.toml, line 20, rule 2, gap_ms · allowed: a number from 0 up"),
        ("gap_ms = 0.5", "gap_ms = nan", "NaN is not allowed"),
        ("gap_ms = 0.5", "gap_ms = true", "True is not allowed"),
        ('kind = "least_gap"', 'kind = "least_gaps"', "'least_gaps' is not a kind of rule · logic.toml, line 19, rule 2, kind · allowed: first_attempt"),
        ('kind = "least_gap"', "", "`kind` is missing · logic.toml, line 16, rule 2 · add it; allowed: first_attempt_among, "),
        ('kind = "least_gap"\ngap_ms = 0.5', 'kind = "most_attempts"\nattempts = 1.5', "1.5 is not a whole number · logic.toml, line 20, rule 2, attempts"),
        ('kind = "least_gap"\ngap_ms = 0.5', 'kind = "never_by_size"\nvenues = ["LEVL"]', "`never_by_size` says no size"),
        ('kind = "least_gap"\ngap_ms = 0.5', 'kind = "never_by_size"\nvenues = ["LEVL"]\nqty_from = 9\nqty_below = 9', "no size is barred"),
        ('kind = "least_gap"\ngap_ms = 0.5', 'kind = "never_by_size"\nvenues = ["LEVL"]\nqty_from = 0', "0 shares are not allowed"),
        ('kind = "least_gap"\ngap_ms = 0.5', 'kind = "venues_in_order"\nvenues = ["LEVL"]\nmay_skip = "yes"', "'yes' is not allowed"),
        ('"LEVL", "IEXG"', '"LEVL", "iex"', "'iex' is not a MIC · logic.toml, line 6, rule 1, venues"),
        ('"LEVL", "IEXG"', '"LEVL", "LEVL"', "`LEVL` is there twice"),
        ('"LEVL", "IEXG"', "", "[] is not a list"),
        ('["limit"]', '["limits"]', "'limits' is not allowed · logic.toml, line 7, rule 1, order_types · allowed: market, limit, "),
        ('["regular"]', '"regular"', "'regular' is not a list · logic.toml, line 8, rule 1, sessions"),
        ("order_qty_below = 10000.5", "order_qty_below = 100", "no size is concerned"),
        ("from = 2026-07-01", 'from = "2026-07-01"', "'2026-07-01' is not a date · logic.toml, line 12, rule 1, from"),
        ("to = 2026-10-01", "to = 2026-07-01", "it ends on 2026-07-01 and begins on 2026-07-01 · logic.toml, line 13, rule 1, to"),
        ('source = "p. 13"', 'source = " "', "' ' is not a text · logic.toml, line 21, rule 2, source"),
        ('key = "gap"', 'key = "The gap"', "'The gap' is not a key"),
        ('key = "gap"', 'key = "midpoint-first"', "two rules are called `midpoint-first` · logic.toml, line 17, rule 2, key"),
        ("# Routing guide, version 4", "version = 4", "`version` is not known · logic.toml · allowed: rule"),
        ("# Routing guide, version 4", "version 4", "not a TOML file"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(Problem) as caught:
        read(written(tmp_path, WHOLE.replace(old, new)))
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["rule = 1", 'rule = ["a"]', "[rule]"])
def test_rules_are_a_list_of_tables(tmp_path: Path, text: str) -> None:
    with pytest.raises(Problem, match="rule is not a list"):
        read(written(tmp_path, text))


def test_rules_of_one_line_are_read_without_line_numbers(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"`vendor` is missing · logic\.toml, rule 1 ·"):
        read(written(tmp_path, 'rule = [{key = "a", kind = "no_rebates", source = "p. 1"}]'))
