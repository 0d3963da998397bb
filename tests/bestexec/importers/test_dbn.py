"""Databento DBN: recorded files of every schema and version, and made ones for what they do not hold.

Expected values of recorded files are those that Databento's own decoder prints for the record.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import databento_dbn as databento
import pytest

from bestexec.errors import Problem
from bestexec.importers import dbn
from bestexec.importers.dbn_records import Run, read_runs

Write = Callable[[str, str | bytes], Path]
AT = 1_609_165_800_000_000_000  # 2020-12-28T14:30:00Z, 09:30 in New York: day 18,624 × 86,400 s + 52,200 s
PX = 1_000_000_000


def header(schema: databento.Schema | None, *, dataset: str = "XNAS.ITCH") -> bytes:
    """Of version 3; AAPL is instrument 7 on 28 December 2020 and 8 on the 29th."""
    days = [SimpleNamespace(start_date=date(2020, 12, 28 + n), end_date=date(2020, 12, 29 + n), symbol=str(7 + n)) for n in (0, 1)]
    mapping = SimpleNamespace(raw_symbol="AAPL", intervals=days)
    return bytes(
        databento.Metadata(
            dataset=dataset, start=AT, stype_in=databento.SType.RAW_SYMBOL, stype_out=databento.SType.INSTRUMENT_ID, schema=schema,
            symbols=["AAPL"], mappings=[mapping], version=3,
        )
    )  # fmt: skip


def trade(at: int = AT, *, instrument: int = 7, px: int = 10 * PX, size: int = 100) -> bytes:
    return bytes(databento.TradeMsg(2, instrument, at, px, size, databento.Action.TRADE, databento.Side.BID, 0, at))


def quote(at: int = AT, *, bid: int = 10 * PX, ask: int = 11 * PX) -> bytes:
    level = databento.BidAskPair(bid, ask, 100, 200, 1, 1)
    return bytes(databento.MBP1Msg(2, 7, at, 10 * PX, 100, databento.Action.ADD, databento.Side.BID, 0, at, levels=level))


def status(at: int, action: int, reason: int = 0, restricted: str = "~") -> bytes:
    return bytes(
        databento.StatusMsg(
            2, 7, at, at, databento.StatusAction.from_int(action), databento.StatusReason.from_int(reason),
            is_short_sell_restricted=databento.TriState.from_str(restricted),
        )
    )  # fmt: skip


def test_quotes_of_a_venue_feed_are_exact_and_undefined_prices_are_null(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(data / "databento/databento-python/EQUS.MINI/test_data.mbp-1.dbn.zst")
    assert whole.tables["quotes"].select("quoted_at", "sequence", "bid_px", "bid_qty", "ask_px", "ask_qty", "line").rows() == [
        (1_679_995_994_034_064_012, 2, None, None, None, None, 1),
        (1_680_001_200_092_485_270, 4, None, None, Decimal("307.94"), Decimal(600), 2),
        (1_680_001_200_092_505_939, 6, Decimal("307.89"), Decimal(800), Decimal("307.94"), Decimal(600), 3),
        (1_680_001_200_163_426_408, 8, Decimal("307.89"), Decimal(1500), Decimal("307.94"), Decimal(600), 4),
    ]
    assert whole.tables["quotes"].select("day", "symbol", "source", "kind", "venue").unique().rows() == [(date(2023, 3, 28), "QQQ", "EQUS.MINI", "venue", None)]
    assert whole.notes == ("quotes of EQUS.MINI are not the SIP's national best",)


def test_a_tbbo_quote_stands_before_its_trade(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(data / "databento/databento-python/XNAS.ITCH/test_data.tbbo.dbn.zst")
    trades, quotes = whole.tables["trades"], whole.tables["quotes"]
    assert trades.select("traded_at", "sequence", "px", "qty", "venue", "aggressor").rows() == [
        (1_609_146_312_576_690_768, 2, Decimal(521), Decimal(36), "XNAS", 1),
        (1_609_146_324_685_133_161, 4, Decimal(521), Decimal(4), "XNAS", 1),
        (1_609_146_336_216_683_383, 6, Decimal(521), Decimal(1), "XNAS", -1),
        (1_609_146_515_938_352_105, 8, Decimal("521.01"), Decimal(1), "XNAS", None),
    ]
    assert quotes["sequence"].to_list() == [1, 3, 5, 7]
    assert quotes["quoted_at"].to_list() == trades["traded_at"].to_list()
    assert quotes.select("bid_px", "ask_px").rows()[2] == (Decimal(521), Decimal("535.5"))


def test_a_consolidated_sample_is_a_national_best_with_the_venue_of_each_side(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(data / "databento/databento-python/OPRA.PILLAR/test_data.cbbo-1s.dbn.zst")
    quotes = whole.tables["quotes"]
    assert quotes.select("quoted_at", "bid_px", "bid_qty", "bid_venue", "ask_px", "ask_qty", "ask_venue", "kind", "resolution_ns").row(2) == (
        1_740_061_802_000_000_000, Decimal("0.18"), Decimal(5), "MXOP", Decimal("0.21"), Decimal(51), "SPHR", "nbbo", 1_000_000_000,
    )  # fmt: skip
    assert whole.tables["trades"].height == 0


def test_symbols_of_a_live_stream_come_from_its_mapping_records(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    """The stream tells the same two trades as quotes with a trade and as trades; each is one trade."""
    whole = read_whole(data / "databento/databento-python/LIVE/test_data.live.dbn.zst")
    assert whole.tables["trades"].select("symbol", "traded_at", "px", "qty").rows() == [
        ("ESZ4", 1_700_510_417_922_683_019, Decimal(4756), Decimal(2)),
        ("ESZ4", 1_700_510_495_835_989_503, Decimal(4756), Decimal(1)),
    ]
    assert "a stream of several schemas: trades come from its trades records alone" in whole.notes
    assert (whole.records, whole.accepted + sum(whole.skipped.values())) == (46, 46)


RECORDED = {
    "mbp-1": {"quotes"}, "mbp-10": {"quotes"}, "tbbo": {"quotes", "trades"}, "trades": {"trades"}, "bbo-1s": {"quotes"}, "bbo-1m": {"quotes"},
    "cmbp-1": {"quotes"}, "cbbo-1s": {"quotes"}, "cbbo-1m": {"quotes"}, "definition": {"symbols"}, "status": {"statuses"},
    "mbo": set(), "imbalance": set(), "statistics": set(), "ohlcv-1s": set(), "ohlcv-1m": set(), "ohlcv-1h": set(), "ohlcv-1d": set(),
}  # fmt: skip


def test_every_recorded_file_is_read_whole_or_refused_in_words(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    refused, seen = [], set()
    for path in sorted(data.glob("databento/**/*")):
        if not path.is_file() or path.suffix == ".jsonl":
            continue
        try:
            whole = read_whole(path)
        except Problem as problem:
            assert problem.what == "no DBN header: an old DBZ file, or a fragment"
            refused.append(path.name)
            continue
        assert whole.rejects == ()
        assert whole.accepted + sum(whole.skipped.values()) == whole.records
        schema = path.name.split(".")[1]
        if schema != "live" and whole.records:
            seen.add(schema)
            filled = {name for name, frame in whole.tables.items() if frame.height}
            assert filled - {"trades"} == RECORDED[schema] - {"trades"}, path.name
    assert seen == RECORDED.keys()
    assert [name for name in refused if not name.endswith((".dbz", ".frag", ".frag.zst"))] == []


@pytest.mark.parametrize("schema", ["mbp-1", "mbp-10", "trades", "tbbo", "definition"])
def test_all_versions_of_a_schema_read_the_same(schema, data, read_whole) -> None:  # type: ignore[no-untyped-def]
    first, *others = (read_whole(data / f"databento/dbn/test_data.{schema}.v{version}.dbn.zst").tables for version in (1, 2, 3))
    for other in others:
        assert {name: frame.rows() for name, frame in other.items()} == {name: frame.rows() for name, frame in first.items()}


def test_a_definition_tells_listing_lot_and_kind(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    symbols = read_whole(data / "databento/dbn/test_data.definition.v1.dbn.zst").tables["symbols"]
    assert symbols.select("symbol", "listed_at", "asset_class", "round_lot", "tick_px", "from_on").rows() == [
        ("MSFT", "XNAS", "equity", Decimal(100), None, date(2021, 10, 4)),
        ("MSFT", "XNAS", "equity", Decimal(100), None, date(2021, 10, 5)),
    ]


def test_a_symbol_is_that_of_its_date_and_none_is_a_reject(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    day = 86_400_000_000_000
    made = header(databento.Schema.TRADES) + trade() + trade(AT + day, instrument=8) + trade(AT + day, instrument=7)
    whole = read_whole(write("a.dbn", made))
    assert whole.tables["trades"].select("symbol", "day").rows() == [("AAPL", date(2020, 12, 28)), ("AAPL", date(2020, 12, 29))]
    assert whole.reasons == [(3, "no symbol for its instrument on that date", "instrument 7")]


def test_prices_that_cannot_be_kept_exactly_or_cannot_be_are_rejects(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    made = header(databento.Schema.TRADES) + trade(px=10 * PX + 10) + trade(px=10 * PX + 1) + trade(px=-PX) + trade(size=0) + trade(px=2**63 - 1)
    whole = read_whole(write("a.dbn", made))
    assert whole.tables["trades"]["px"].to_list() == [Decimal("10.00000001")]
    assert [(line, why) for line, why, _ in whole.reasons] == [
        (2, "price has more than 8 decimals"),
        (3, "price not above 0"),
        (4, "a trade without price or size"),
        (5, "a trade without price or size"),
    ]


def test_joined_files_are_read_to_the_end_of_the_last(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    one = header(databento.Schema.MBP_1) + quote() + quote(AT + 1)
    two = header(databento.Schema.TRADES, dataset="ARCX.PILLAR") + trade(AT + 2)
    whole = read_whole(write("a.dbn", one + two))
    assert (whole.records, whole.tables["quotes"].height, whole.tables["trades"]["source"].to_list()) == (3, 2, ["ARCX.PILLAR"])
    assert whole.tables["trades"]["line"].to_list() == [3]


def test_a_torn_file_gives_its_records_up_to_the_break_and_one_reject(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    made = header(databento.Schema.TRADES) + trade() * 5
    whole = read_whole(write("a.dbn", made[:-10]))
    assert (whole.accepted, whole.reasons) == (4, [(5, "the file breaks off within a record", "")])
    whole = read_whole(write("b.dbn", made + b"\0" * 100 + trade()))
    assert (whole.accepted, whole.reasons) == (5, [(6, "a record of 0 bytes cannot be", "")])


def test_a_header_alone_is_no_record_and_says_so(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("a.dbn", header(databento.Schema.TRADES)))
    assert (whole.records, whole.notes) == (0, ("the file has a header and no records",))


def test_runs_do_not_depend_on_the_size_of_a_block(write) -> None:  # type: ignore[no-untyped-def]
    path = write("a.dbn", header(None) + (quote() * 3 + trade() * 200 + quote()) * 2)
    for block in (64, 1_000, 1 << 20):
        parts = [part for part in read_runs(path, block) if isinstance(part, Run)]
        assert sum(part.count for part in parts) == 408
        assert [part.first for part in parts] == [1 + sum(part.count for part in parts[:at]) for at in range(len(parts))]
    assert [(part.rtype, part.count) for part in read_runs(path) if isinstance(part, Run)] == [(1, 3), (0, 200), (1, 4), (0, 200), (1, 1)]


def test_halts_pauses_and_restrictions_are_spans(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    """8 halt, 9 pause, 7 trading, 14 short-sale restriction, 12 close; reason 50 is a limit-up limit-down pause, 30 news, 1 schedule."""
    events = [
        (0, 7, 1, "~"),
        (10, 9, 50, "~"),
        (15, 14, 0, "Y"),
        (20, 7, 0, "~"),
        (30, 8, 30, "~"),
        (35, 8, 30, "~"),
        (40, 3, 0, "~"),
        (50, 14, 0, "N"),
        (60, 12, 1, "~"),
    ]
    whole = read_whole(write("a.dbn", header(databento.Schema.STATUS) + b"".join(status(AT + at, *rest) for at, *rest in events)))
    assert whole.tables["statuses"].select("kind", "from_at", "to_at", "reason", "line").rows() == [
        ("session_open", AT, None, "SCHEDULED", 1),
        ("luld_pause", AT + 10, AT + 20, "LULD_PAUSE", 2),
        ("short_sale_restriction", AT + 15, AT + 50, None, 3),
        ("halt", AT + 30, None, "NEWS_PENDING", 5),
        ("session_close", AT + 60, None, "SCHEDULED", 9),
    ]
    assert (whole.records, whole.accepted, whole.skipped) == (9, 8, {"status that begins or ends nothing": 1})


def test_every_kind_of_record_has_one_place() -> None:
    kinds = {int(kind) for kind in databento.RType.variants()}
    placed = [*dbn.SHAPES, dbn.STATUS, dbn.DEFINITION, *dbn.UNREAD]
    assert sorted(placed) == sorted(kinds)
