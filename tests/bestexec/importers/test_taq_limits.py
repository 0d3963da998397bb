"""Limit states of limit-up limit-down off TAQ's national indicators: spans by hand, and orders that a policy leaves out for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import bestexec
from bestexec.importers.taq_limits import LimitSpans
from bestexec.linking.spans import within
from bestexec.schema import STATUSES

SECOND = 10**9
OPEN = 1_782_912_600 * SECOND  # 2026-07-01T13:30Z, 09:30 in New York at −04:00
NBBO_HEADER = (
    "Time|Symbol|Sequence_Number|Quote_Cancel_Correction|Best_Bid_Exchange|Best_Bid_Price|Best_Bid_Size|"
    "Best_Offer_Exchange|Best_Offer_Price|Best_Offer_Size|LULD_NBBO_Indicator"
)
QUOTE_HEADER = (
    "Time|Exchange|Symbol|Bid_Price|Bid_Size|Offer_Price|Offer_Size|Quote_Condition|Sequence_Number|National_BBO_Ind|Quote_Cancel_Correction|Source_Of_Quote|"
    "National_BBO_LULD_Indicator"
)


def nbbo(second: int, letter: str, symbol: str = "IBM") -> str:
    """A row of the national best at that second after 09:30."""
    return f"0930{second:02}000000000|{symbol}|{second}||N|100.00|100|N|100.10|100|{letter}"


def quote(second: int, letter: str) -> str:
    return f"0930{second:02}000000000|N|IBM|100.00|100|100.10|100|R|{second}|0||C|{letter}"


def taq(header: str, *lines: str) -> str:
    return "\n".join([header, *lines, f"END|20260701|{len(lines)}" + "|" * (header.count("|") - 2)]) + "\n"


def spans(frame: pl.DataFrame) -> list[tuple[str, int, int | None, str]]:
    """(symbol, start and end in seconds after 09:30, letter)."""
    rows = frame.select("symbol", "from_at", "to_at", "reason").rows()
    return [(symbol, (start - OPEN) // SECOND, None if end is None else (end - OPEN) // SECOND, letter) for symbol, start, end, letter in rows]


def test_a_state_begins_with_its_letter_and_ends_with_another_or_where_the_plan_does_not_apply(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = (
        nbbo(1, "A"), nbbo(2, "E"), nbbo(3, "E"), nbbo(4, "G"), nbbo(5, "A"),  # at the upper band from 2, the offer above it from 4, over at 5
        nbbo(6, "I"), nbbo(7, "B"), nbbo(8, "F"), nbbo(9, " "),  # crossed at both and outside are no states; blank ends one
        nbbo(10, "H", "KO"),  # another symbol's, of which no end is told
    )  # fmt: skip
    whole = read_whole(write("EQY_US_ALL_NBBO_20260701", taq(NBBO_HEADER, *lines)))
    assert spans(whole.tables["statuses"]) == [("IBM", 2, 4, "E"), ("IBM", 4, 5, "G"), ("IBM", 8, 9, "F"), ("KO", 10, None, "H")]
    assert whole.tables["statuses"]["kind"].unique().to_list() == ["luld_limit"]
    assert "4 limit states of limit-up limit-down, by the tape's national indicator" in whole.notes


def test_in_a_quotes_file_a_blank_says_nothing_of_the_national_best(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = (quote(1, "F"), quote(2, " "), quote(3, ""), quote(4, "A"))
    whole = read_whole(write("SPLITS_US_ALL_BBO_I_20260701", taq(QUOTE_HEADER, *lines)))
    assert spans(whole.tables["statuses"]) == [("IBM", 1, 4, "F")]


def test_files_without_the_indicator_tell_no_states(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    header = NBBO_HEADER.removesuffix("|LULD_NBBO_Indicator")
    whole = read_whole(write("EQY_US_ALL_NBBO_20260701", taq(header, nbbo(1, "").removesuffix("|"))))
    assert (whole.accepted, "statuses" in whole.tables) == (1, False)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_where_the_file_is_cut_into_batches_changes_nothing(cut: int) -> None:
    rows = pl.DataFrame({"day": None, "symbol": "IBM", "quoted_at": range(5), "line": range(5), "luld": ["A", "E", "E", "A", "F"]}).cast({"day": pl.Date})
    found = LimitSpans()
    for part in (rows[:cut], rows[cut:]):
        found.read(part, blank_ends=True)
    assert found.spans().select("from_at", "to_at", "reason").rows() == [(1, 3, "E"), (4, None, "F")]


def test_an_instant_is_within_a_span_from_its_start_and_before_its_end() -> None:
    day = pl.Series([OPEN]).cast(pl.Datetime("ns")).dt.date()[0]
    told = pl.DataFrame([{"day": day, "symbol": "IBM", "kind": "luld_limit", "from_at": OPEN, "to_at": OPEN + 2, "line": 1}], schema=STATUSES.schema)
    rows = pl.DataFrame({"symbol": ["IBM", "IBM", "IBM", "IBM", "KO"], "at": [OPEN - 1, OPEN, OPEN + 1, OPEN + 2, OPEN]})
    assert within(rows, "at", told).to_list() == [False, True, True, False, False]
    lasting = told.with_columns(to_at=pl.lit(None, pl.Int64))
    assert within(rows, "at", lasting).to_list() == [False, True, True, True, False]


@pytest.fixture
def measured(tmp_path: Path) -> Callable[[str], dict[str, str | None]]:
    """Two orders, one received in a limit state, measured under a reading of the policy: why each is left out."""
    workspace = bestexec.open_workspace(tmp_path / "w")
    orders = "firm,order_id,symbol,side,qty,order_type,tif,received_at\n" + "".join(
        f"F,{name},IBM,B,100,market,day,2026-07-01T09:30:0{second}.5-04:00\n" for name, second in (("in", 2), ("after", 4))
    )
    for name, text in (("orders.csv", orders), ("EQY_US_ALL_NBBO_20260701", taq(NBBO_HEADER, nbbo(1, "A"), nbbo(2, "E"), nbbo(4, "A")))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert bestexec.import_files(workspace, [tmp_path / name])["status"].to_list() == ["imported"]

    def run(reading: str) -> dict[str, str | None]:
        path = workspace.policy / "policy.toml"
        text = path.read_text(encoding="utf-8")
        before = '[settings.luld_limit_state_quotes]\nvalue = "'
        start = text.index(before) + len(before)
        path.write_text(text[:start] + reading + text[text.index('"', start) :], encoding="utf-8")
        return dict(bestexec.measure(workspace).table("orders").select("order_id", "excluded").rows())

    return run


def test_the_policy_decides_whether_quotes_of_a_limit_state_measure(measured: Callable[[str], dict[str, str | None]]) -> None:
    assert measured("include") == {"in": None, "after": None}
    assert measured("exclude") == {"in": "quote of a limit state at t0", "after": None}
