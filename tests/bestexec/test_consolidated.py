"""A firm that has the venues' quotes alone gets a national best that is made here: by hand, from the file to the order's benchmark."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import bestexec
from bestexec.books import Stream, benchmark_streams
from bestexec.lives.quoted import quotes_of
from bestexec.market.sessions import local_to_epoch
from bestexec.policy import default
from bestexec.quotes import consolidating
from bestexec.quotes.consolidating import in_round_lots
from bestexec.recompute import verify
from bestexec.runs import Run
from bestexec.schema import QUOTES, conform
from bestexec.workspace import Workspace

DAY = date(2026, 7, 1)
QUOTE_HEADER = (
    "Time|Exchange|Symbol|Bid_Price|Bid_Size|Offer_Price|Offer_Size|Quote_Condition|Sequence_Number|National_BBO_Ind|Quote_Cancel_Correction|Source_Of_Quote"
)
NBBO_HEADER = (
    "Time|Symbol|Sequence_Number|Quote_Cancel_Correction|Best_Bid_Exchange|Best_Bid_Price|Best_Bid_Size|Best_Offer_Exchange|Best_Offer_Price|Best_Offer_Size"
)
MASTER_HEADER = "Symbol|Security_Description|CUSIP|Test_Symbol_Flag|Listed_Exchange|Tape|Unit_Of_Trade|Round_Lot"
# New York has N, P (Arca) and Z (Cboe BZX). The first row says of itself that it is the national best, which alone would leave gaps.
QUOTED = (
    "093100000000000|N|IBM|100.00|200|100.10|300|R|1|1||C",  # 100.00 N, 100.10 N
    "093101000000000|P|IBM|100.02|100|100.08|100|R|2|0||C",  # 100.02 P, 100.08 P
    "093102000000000|Z|IBM|100.05|50|100.09|100|R|3|0||C",  # a bid of 50 shares is below a round lot: no change
    "093103000000000|P|IBM|0|0|100.08|100|R|4|0||C",  # Arca's bid goes: 100.00 N
    "093104000000000|N|IBM|100.08|100|100.10|300|R|5|0||C",  # locks Arca's offer
    "093105000000000|N|IBM|100.09|100|100.10|300|R|6|0||C",  # crosses it
)
ORDERS = "firm,order_id,symbol,side,qty,order_type,tif,received_at\n" + "".join(
    f"F,{at},IBM,B,100,market,day,2026-07-01T09:31:0{at}-04:00\n" for at in ("1.000000500", "2.000000500", "3.000000500", "4.000000500", "5.000000500")
)


class Firm:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace: Workspace = bestexec.open_workspace(folder / "w")
        self.take("orders.csv", ORDERS)

    def take(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        told = bestexec.import_files(self.workspace, [path])
        assert told["status"].to_list() == ["imported"], told["notes"][0]

    def taq(self, name: str, header: str, *lines: str) -> None:
        self.take(name, "\n".join([header, *lines, f"END|20260701|{len(lines)}" + "|" * (header.count("|") - 2)]) + "\n")

    def measured(self) -> Run:
        return bestexec.measure(self.workspace)


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    made = Firm(tmp_path)
    made.taq("SPLITS_US_ALL_BBO_I_20260701", QUOTE_HEADER, *QUOTED)
    return made


def seen(run: Run) -> list[tuple[str, float | None, float | None]]:
    """The state, bid and offer at the receipt of each order."""
    rows = run.table("orders").sort("received_at").select("quote_state_at_receipt", "bid_at_receipt", "ask_at_receipt").rows()
    return [(state, None if bid is None else float(bid), None if ask is None else float(ask)) for state, bid, ask in rows]


def test_the_benchmark_is_the_best_of_all_venues_in_round_lots_locked_and_crossed_as_they_were(firm: Firm) -> None:
    run = firm.measured()
    assert seen(run) == [
        ("ok", 100.02, 100.08), ("ok", 100.02, 100.08), ("ok", 100.0, 100.08), ("locked", 100.08, 100.08), ("crossed", 100.09, 100.08),
    ]  # fmt: skip
    assert run.manifest["benchmarks"] == ["national best made here of ARCX, BATS, XNYS (taq)"]
    assert run.table("consolidated").rows() == [(DAY, "national best made here of ARCX, BATS, XNYS (taq)", 6, 5, 1, 1, 1)]


def test_a_round_lot_that_a_feed_states_decides_what_takes_part(firm: Firm) -> None:
    firm.taq("EQY_US_ALL_REF_MASTER_20260701", MASTER_HEADER, "IBM|IBM|459200101|N|N|A|40|40")
    run = firm.measured()
    assert seen(run)[1] == ("ok", 100.05, 100.08), "50 shares are more than a round lot of 40"
    assert run.table("consolidated").select("changes", "below_lot", "lots_estimated").rows() == [(5, 0, 0)]


def test_the_tapes_own_national_best_goes_before_ours_unless_the_policy_asks_for_ours(firm: Firm) -> None:
    told = ("093100000000000|IBM|1||N|100.01|100|N|100.11|100",)
    firm.taq("EQY_US_ALL_NBBO_20260701", NBBO_HEADER, *told)
    run = firm.measured()
    assert run.manifest["benchmarks"] == ["taq nbbo"]
    assert run.table("consolidated").height == 0
    path = firm.workspace.policy / "policy.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('source = "any"', 'source = "consolidated"'), encoding="utf-8")
    assert seen(firm.measured())[0] == ("ok", 100.02, 100.08)


def test_the_run_is_made_again_from_nothing_and_the_inspector_finds_the_book(firm: Firm) -> None:
    firm.taq("EQY_US_ALL_REF_MASTER_20260701", MASTER_HEADER, "IBM|IBM|459200101|N|N|A|40|40")
    run = firm.measured()
    at = [int(local_to_epoch(DAY, pl.Series([second * 10**9])).item()) for second in (34_260, 34_266)]  # 09:31:00 and 09:31:06
    shown = quotes_of(firm.workspace, run, default(), DAY, "IBM").steps(*at)
    assert shown is not None
    assert shown.bid.tolist() == [100.0, 100.02, 100.05, 100.08, 100.09]
    shutil.rmtree(firm.workspace.books)
    assert verify(firm.workspace, run).state == "recomputed equal"


def test_a_side_without_a_size_stays_and_a_dear_issue_has_a_smaller_round_lot_on_its_day() -> None:
    def quote(day: date, symbol: str, px: str, qty: str | None) -> dict[str, object]:
        return {
            "day": day, "symbol": symbol, "quoted_at": 1, "sequence": 1, "kind": "venue", "source": "s", "venue": "XNYS", "line": 1,
            "bid_px": Decimal(px), "bid_qty": qty and Decimal(qty), "ask_px": None, "ask_qty": None,
        }  # fmt: skip

    # 600.00 lies between 250.01 and 1,000.00: a round lot is 40 from 2025-11-03, 100 before.
    told = [
        quote(DAY, "A", "600", "40"),
        quote(DAY, "A", "600", "39"),
        quote(date(2025, 10, 31), "A", "600", "40"),
        quote(DAY, "B", "600", "40"),
        quote(DAY, "A", "600", None),
    ]
    types = {name: QUOTES.schema[name] for name in ("bid_px", "bid_qty", "ask_px", "ask_qty")}
    rows = conform(pl.DataFrame(told, schema_overrides=types, infer_schema_length=None), QUOTES)
    lots = pl.DataFrame({"symbol": ["B"], "round_lot": [Decimal(100)]}, schema={"symbol": pl.String, "round_lot": QUOTES.schema["bid_qty"]})
    kept, small = in_round_lots(rows, lots)
    assert kept["bid_px"].is_not_null().to_list() == [True, False, False, False, True]
    assert small == 3


def test_a_day_is_worked_on_in_batches_of_whole_symbols_and_comes_out_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    px = {"bid_px": Decimal(10), "bid_qty": Decimal(100), "ask_px": Decimal(11), "ask_qty": Decimal(100)}
    told = [
        {"day": DAY, "symbol": symbol, "quoted_at": at, "sequence": at, "kind": "venue", "source": "s", "venue": venue, "line": at, **px,
         "bid_px": Decimal(9 + at)}
        for symbol in ("A", "B", "C") for at, venue in enumerate(("XNYS", "ARCX", "XNYS"), start=1)
    ]  # fmt: skip
    types = {name: QUOTES.schema[name] for name in px}
    conform(pl.DataFrame(told, schema_overrides=types), QUOTES).write_parquet(tmp_path / "quotes.parquet")
    lots = pl.DataFrame(schema={"symbol": pl.String, "round_lot": QUOTES.schema["bid_qty"]})
    found = []
    for rows_at_once, files in ((1 << 22, 1), (4, 2), (1, 3)):  # three quotes a symbol: all at once; A and B, then C; each alone
        monkeypatch.setattr(consolidating, "ROWS_AT_ONCE", rows_at_once)
        (tmp_path / str(files)).mkdir()
        written, counted = consolidating.consolidate([tmp_path / "quotes.parquet"], DAY, {"XNYS": "s", "ARCX": "s"}, lots, tmp_path / str(files))
        assert len(written) == files
        assert counted == consolidating.Consolidated(quotes=9, changes=9, below_lot=0, symbols=3, lots_estimated=3)
        found.append(pl.concat(map(pl.read_parquet, written)))
    assert found[0]["bid_px"].to_list() == [Decimal(10), Decimal(11), Decimal(12)] * 3
    assert found[1].equals(found[0]) and found[2].equals(found[0])


VENUES = (Stream("venue", "taq", "XNYS"), Stream("venue", "taq", "XNAS"), Stream("venue", "XNAS.ITCH", "XNAS"), Stream("venue", "tardis", "BINANCE"))


def test_a_venue_that_two_sources_quote_is_taken_from_the_one_with_more_venues_and_what_is_no_exchange_stands_behind() -> None:
    made, *rest = benchmark_streams(VENUES, None)
    assert [(each.source, each.venue) for each in made.made_of] == [("taq", "XNAS"), ("taq", "XNYS")]
    assert rest == [VENUES[3]]


def test_one_venue_is_no_national_best() -> None:
    assert benchmark_streams(VENUES[1:3], None) == VENUES[1:3]


def test_moments_that_a_quotes_file_marks_are_a_national_best_only_where_nothing_else_is() -> None:
    marked = Stream("nbbo", "taq", None)
    assert benchmark_streams((marked, *VENUES[:2]), "taq", frozenset({"taq"}))[0].source == "consolidated"
    assert benchmark_streams((marked, VENUES[0]), "taq", frozenset({"taq"})) == (marked,)
    massive = Stream("nbbo", "massive", None)
    assert benchmark_streams((marked, massive, *VENUES[:2]), None, frozenset({"taq"})) == (massive,)
    assert benchmark_streams((marked, massive, *VENUES[:2]), "taq", frozenset({"taq"}))[0].source == "consolidated"
