"""The quote book: what it says is what a slow reading of the same rows says, and it never looks ahead."""

from __future__ import annotations

import resource
import tempfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from bestexec.errors import Problem
from bestexec.linking.asof import AsOf
from bestexec.linking.columns import QUOTE_STATES
from bestexec.quotes import Built, QuoteBook, book, build
from bestexec.schema import QUOTES, STATUSES, conform

DAY = date(2026, 7, 1)


@dataclass(frozen=True)
class Q:
    """One quote, in whole dollars and shares unless a string says otherwise."""

    symbol: str
    at: int
    bid: str | int | None
    ask: str | int | None
    sequence: int = 0
    bid_qty: str | int | None = 100
    ask_qty: str | int | None = 100
    source: str = "sip"
    kind: str = "nbbo"
    venue: str | None = None
    day: date = DAY


def _exact(value: str | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _parquet(path: Path, quotes: list[Q]) -> Path:
    rows = [
        {
            "day": q.day, "symbol": q.symbol, "quoted_at": q.at, "sequence": q.sequence, "bid_px": _exact(q.bid), "ask_px": _exact(q.ask),
            "bid_qty": _exact(q.bid_qty), "ask_qty": _exact(q.ask_qty), "kind": q.kind, "venue": q.venue, "source": q.source, "line": line,
        }
        for line, q in enumerate(quotes, 1)
    ]  # fmt: skip
    given = {name: dtype for name, dtype in QUOTES.schema.items() if not rows or name in rows[0]}
    conform(pl.DataFrame(rows, schema=given), QUOTES).write_parquet(path)
    return path


def _build(folder: Path, *files: list[Q]) -> Built:
    parquets = [_parquet(folder / f"{i}.parquet", quotes) for i, quotes in enumerate(files)]
    return build(parquets, folder / "book", source="sip", kind="nbbo")


def _open(folder: Path, *files: list[Q], **settings_: object) -> QuoteBook:
    _build(folder, *files)
    return QuoteBook.open(folder / "book", **settings_)  # type: ignore[arg-type]


def _at(quotes: QuoteBook, symbol: str | None, instant: int | None, rule: AsOf = AsOf.AT_OR_BEFORE, sequence: int | None = None) -> dict[str, object]:
    answer = quotes.at(pl.Series([symbol], dtype=pl.String), pl.Series([instant], dtype=pl.Int64), rule, pl.Series([sequence], dtype=pl.Int64))
    return answer.row(0, named=True)


def test_the_quote_at_an_instant_carries_every_column_exactly(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q("AAPL", 1_000, "10.01", "10.04", bid_qty="300", ask_qty="12.5")])
    expected = {
        "bid_px": Decimal("10.01"), "ask_px": Decimal("10.04"), "mid_px": Decimal("10.025"), "bid_qty": Decimal(300), "ask_qty": Decimal("12.5"),
        "quoted_at": 1_000, "age_ns": 234, "state": "ok",
    }  # fmt: skip
    assert _at(quotes, "AAPL", 1_234) == expected
    answer = quotes.at(pl.Series(["AAPL"]), pl.Series([1_234]), AsOf.AT_OR_BEFORE)
    px, qty = pl.Decimal(18, 8), pl.Decimal(18, 6)
    assert dict(answer.schema) == {
        "bid_px": px, "ask_px": px, "mid_px": pl.Decimal(18, 9), "bid_qty": qty, "ask_qty": qty, "quoted_at": pl.Int64, "age_ns": pl.Int64, "state": pl.String,
    }  # fmt: skip


def test_the_smallest_price_step_halves_without_rounding(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q("PENNY", 1, "0.00000001", "0.00000002"), Q("BRK", 1, "740000.12345678", "740001.12345679")])
    assert _at(quotes, "PENNY", 1)["mid_px"] == Decimal("0.000000015")
    assert _at(quotes, "BRK", 1)["mid_px"] == Decimal("740000.623456785")  # (740000.12345678 + 740001.12345679) / 2


def test_each_rule_draws_its_line_at_its_own_side_of_the_instant(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q("A", 10, 1, 2), Q("A", 20, 3, 4)])
    assert [_at(quotes, "A", t, AsOf.BEFORE)["bid_px"] for t in (10, 11, 20, 21)] == [None, 1, 1, 3]
    assert [_at(quotes, "A", t, AsOf.AT_OR_BEFORE)["bid_px"] for t in (9, 10, 19, 20)] == [None, 1, 1, 3]


def test_in_one_sequenced_source_the_state_just_before_the_event_counts(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q("A", 10, 1, 9, 1), Q("A", 20, 2, 9, 5), Q("A", 20, 3, 9, 7), Q("A", 20, 4, 9, 9), Q("B", 20, 8, 9, 1)])
    asked = [(20, 5), (20, 6), (20, 7), (20, 8), (20, 100), (19, 100), (21, 0), (10, 1), (20, None)]
    assert [_at(quotes, "A", t, AsOf.SEQUENCE, s)["bid_px"] for t, s in asked] == [1, 2, 2, 3, 4, 1, 4, None, 1]
    assert [_at(quotes, "B", 20, AsOf.SEQUENCE, s)["bid_px"] for s in (1, 2)] == [None, 8]


def test_states_are_told_in_one_order(tmp_path: Path) -> None:
    halts = conform(
        pl.DataFrame(
            {"symbol": ["HALTED", "HALTED", "OK"], "kind": ["halt", "luld_pause", "short_sale_restriction"], "from_at": [30, 35, 0], "to_at": [40, 38, None]}
        ),
        STATUSES,
    )
    rows = [
        Q("OK", 10, 1, 2), Q("ONE", 10, None, 2), Q("ONE", 20, 1, None), Q("NONE", 10, None, None), Q("LOCKED", 10, 2, 2), Q("CROSSED", 10, 3, 2),
        Q("HALTED", 10, 1, 2),
    ]  # fmt: skip
    quotes = _open(tmp_path, rows, open_at=15, close_at=50, halts=halts, stale_after_ns=35)
    asked = [
        ("OK", 14, "out_of_session"), ("OK", 15, "ok"), ("OK", 45, "ok"), ("OK", 46, "stale"), ("OK", 50, "stale"), ("OK", 51, "out_of_session"),
        ("ONE", 15, "one_sided"), ("ONE", 20, "one_sided"), ("NONE", 15, "missing"),
        ("LOCKED", 15, "locked"), ("LOCKED", 46, "stale"), ("CROSSED", 15, "crossed"),
        ("HALTED", 29, "ok"), ("HALTED", 30, "halted"), ("HALTED", 39, "halted"), ("HALTED", 40, "ok"), ("HALTED", 14, "out_of_session"),
        ("unknown", 15, "missing"), (None, 15, "missing"), (None, 51, "out_of_session"),
    ]  # fmt: skip
    assert [(symbol, t, _at(quotes, symbol, t)["state"]) for symbol, t, _ in asked] == asked
    assert [_at(quotes, symbol, t)["mid_px"] for symbol, t, _ in asked] == [Decimal("1.5") if state == "ok" else None for _, _, state in asked]
    assert _at(quotes, "CROSSED", 15)["bid_px"] == 3
    assert sorted(book.STATES) == sorted(QUOTE_STATES)


def test_a_halt_that_has_not_ended_lasts_and_one_without_quotes_is_still_a_halt(tmp_path: Path) -> None:
    halts = conform(
        pl.DataFrame({"symbol": ["A", "Z"], "kind": ["halt", "halt"], "from_at": [5, 5], "to_at": [None, None]}, schema_overrides={"to_at": pl.Int64}), STATUSES
    )
    quotes = _open(tmp_path, [Q("A", 1, 1, 2)], halts=halts)
    assert [_at(quotes, symbol, t)["state"] for symbol, t in (("A", 4), ("A", 10**18), ("Z", 6), ("Z", 4))] == ["ok", "halted", "halted", "missing"]


def test_a_null_instant_has_a_null_answer(tmp_path: Path) -> None:
    assert set(_at(_open(tmp_path, [Q("A", 1, 1, 2)], open_at=0, close_at=9), "A", None).values()) == {None}


def test_symbols_named_like_missing_values_are_symbols(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q(name, 1, bid, 9) for bid, name in enumerate(("NA", "NULL", "NaN", "null", ""), 1)])
    assert [_at(quotes, name, 1)["bid_px"] for name in ("NA", "NULL", "NaN", "null", "", None, "nan")] == [1, 2, 3, 4, 5, None, None]


def test_an_empty_book_misses_everything(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [])
    assert quotes.facts["rows"] == 0
    for rule in AsOf:
        assert _at(quotes, "A", 1, rule, 1)["state"] == "missing"
    one = pl.Series([1])
    assert quotes.first_reach(pl.Series(["A"]), one, one + 5, one, pl.Series(["1"]).str.to_decimal(scale=8)).to_list() == [None]
    assert quotes.time_weighted(pl.Series(["A"]), 0, 9).rows() == [("A", Decimal(0), 0)]
    nothing = pl.Series([], dtype=pl.Int64)
    assert quotes.at(pl.Series([], dtype=pl.String), nothing, AsOf.BEFORE).height == 0


def test_no_parquet_files_make_an_empty_book(tmp_path: Path) -> None:
    assert build([], tmp_path / "book", source="sip", kind="nbbo") == Built("sip", "nbbo", None, None, rows=0, duplicates=0, conflicts=0, others=0)
    assert QuoteBook.open(tmp_path / "book").symbols.to_list() == []


def test_every_row_of_the_files_is_in_the_book_or_counted(tmp_path: Path) -> None:
    first = [
        Q("A", 20, 3, 4),
        Q("A", 10, 1, 2),
        Q("B", 5, 1, 2),
        Q("A", 10, 1, 2, source="other"),
        Q("A", 10, 1, 2, venue="XNAS"),
        Q("A", 10, 1, 2, kind="venue"),
    ]
    second = [Q("A", 10, 1, 2), Q("A", 10, 1, 2, 1), Q("B", 5, 7, 8), Q("B", 5, 1, 2), Q("A", 15, 5, 6)]
    # A: 10/0 twice alike (one duplicate), 10/1, 15, 20. B: 5/0 three times, two alike (one duplicate), the third differs (two in conflict).
    assert _build(tmp_path, first, second) == Built("sip", "nbbo", None, None, rows=6, duplicates=2, conflicts=2, others=3)
    quotes = QuoteBook.open(tmp_path / "book")
    assert [_at(quotes, "A", t)["bid_px"] for t in (10, 14, 15, 20)] == [1, 1, 5, 3]
    assert _at(quotes, "B", 5)["bid_px"] == 7


def test_one_stream_of_one_day_is_picked_out(tmp_path: Path) -> None:
    path = _parquet(
        tmp_path / "q.parquet", [Q("A", 1, 1, 2), Q("A", 1, 3, 4, venue="XNAS"), Q("A", 9, 5, 6, venue="XNAS", day=date(2026, 7, 2)), Q("B", 1, 1, 2)]
    )
    assert build([path], tmp_path / "xnas", source="sip", kind="nbbo", venue="XNAS", day=DAY).others == 3
    quotes = QuoteBook.open(tmp_path / "xnas")
    assert quotes.symbols.to_list() == ["A"]
    assert _at(quotes, "A", 99)["bid_px"] == 3


def test_the_order_of_the_files_changes_no_byte(tmp_path: Path) -> None:
    files = [[Q("B", 5, 1, 2), Q("A", 10, 1, 2)], [Q("A", 5, 3, 4), Q("B", 5, 7, 8)], [Q("A", 10, None, 2), Q("C", 1, "0.00001", 1)]]
    contents = []
    for name, given_files in (("one", files), ("two", files[::-1])):
        (tmp_path / name).mkdir()
        _build(tmp_path / name, *given_files)
        contents.append({path.name: path.read_bytes() for path in (tmp_path / name / "book").iterdir()})
    assert contents[0] == contents[1]
    assert sorted(contents[0]) == ["blocks.arrow", "quotes.arrow", "reach.arrow", "symbols.arrow"]


def test_a_column_widens_when_a_value_is_no_small_multiple_and_loses_nothing(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q("A", 1, "10.01", "10.02"), Q("A", 2, None, "10.03"), Q("A", 3, "10.01005", "10.02", bid_qty="0.000001", ask_qty=5_000_000_000)])
    assert {name: (ints.stored.dtype.name, ints.unit) for name, ints in quotes.quotes.items()} == {
        "quoted_at": ("int64", 1), "sequence": ("int32", 1), "bid_px": ("int64", 1), "ask_px": ("int32", 10_000),
        "bid_qty": ("int64", 1), "ask_qty": ("int64", 1),
    }  # fmt: skip
    assert [_at(quotes, "A", t)["bid_px"] for t in (1, 2, 3)] == [Decimal("10.01"), None, Decimal("10.01005")]
    assert [_at(quotes, "A", t)["ask_px"] for t in (1, 2, 3)] == [Decimal("10.02"), Decimal("10.03"), Decimal("10.02")]
    assert (_at(quotes, "A", 3)["bid_qty"], _at(quotes, "A", 3)["ask_qty"]) == (Decimal("0.000001"), Decimal(5_000_000_000))


def test_a_book_appears_whole_and_is_never_written_over(tmp_path: Path) -> None:
    leftover = tmp_path / ".book.partial" / "raw"
    leftover.mkdir(parents=True)
    (leftover / "bid_px").write_bytes(b"half")
    _build(tmp_path, [Q("A", 1, 1, 2)])
    assert not leftover.parent.exists()
    with pytest.raises(Problem, match="there already"):
        _build(tmp_path, [Q("A", 1, 1, 2)])
    with pytest.raises(Problem, match="no quote book"):
        QuoteBook.open(tmp_path / "elsewhere")


def test_a_quote_without_an_instant_stops_the_build(tmp_path: Path) -> None:
    path = _parquet(tmp_path / "q.parquet", [Q("A", 1, 1, 2)])
    pl.read_parquet(path).with_columns(pl.lit(None, pl.Int64).alias("quoted_at")).write_parquet(path)
    with pytest.raises(Problem, match="without a symbol, an instant or a sequence"):
        build([path], tmp_path / "book", source="sip", kind="nbbo")
    assert not (tmp_path / "book").exists()


def test_a_full_disk_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = _parquet(tmp_path / "q.parquet", [Q("A", at, 1, 2) for at in range(2_000)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))  # the instants alone take 16,000 bytes
    try:
        with pytest.raises(Problem, match="could not be written"):
            build([path], tmp_path / "book", source="sip", kind="nbbo")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["q.parquet"]


def _reach(quotes: QuoteBook, symbol: str, from_at: int | None, to_at: int | None, side: int | None, limit: str | None) -> int | None:
    nanoseconds = (pl.Series([t], dtype=pl.Int64) for t in (from_at, to_at))
    limits = pl.Series([_exact(limit)], dtype=pl.Decimal(18, 8))
    return quotes.first_reach(pl.Series([symbol]), *nanoseconds, pl.Series([side], dtype=pl.Int8), limits).item()


def test_a_buy_becomes_executable_when_the_bid_comes_down_and_a_sell_when_the_offer_comes_up(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q("A", 10, "10.02", "10.05"), Q("A", 20, "10.00", "10.06"), Q("A", 30, None, "10.08"), Q("A", 40, "9.98", None)])
    asked = [
        (10, 99, 1, "10.02", 10),    # reached already at the start
        (15, 99, 1, "10.02", 15),    # the quote in force at the start counts
        (15, 99, 1, "10.01", 20),
        (15, 20, 1, "10.01", None),  # the end is not part of the span
        (15, 21, 1, "10.01", 20),
        (21, 99, 1, "9.99", 40),     # a missing bid reaches nothing
        (5, 99, 1, "10.02", 10),     # nothing stands before the first quote
        (15, 99, -1, "10.06", 20),
        (15, 99, -1, "10.07", 30),
        (35, 99, -1, "10.08", 35),
        (45, 99, -1, "10.00", None),
        (15, 15, 1, "10.02", None),
        (None, 99, 1, "10.02", None), (15, None, 1, "10.02", None), (15, 99, None, "10.02", None), (15, 99, 1, None, None),
    ]  # fmt: skip
    assert [(*question, _reach(quotes, "A", *question)) for *question, _ in asked] == asked


def test_the_spread_is_weighted_by_the_time_it_stood(tmp_path: Path) -> None:
    # [100, 200): 0.03 carried in for 10 ns, 0.05 for 40, then locked for 20, one-sided for 10, 0.02 for the last 20, cut at 200.
    rows = [Q("A", 50, "1.00", "1.03"), Q("A", 110, "1.00", "1.05"), Q("A", 150, 1, 1), Q("A", 170, 1, None), Q("A", 180, "1.00", "1.02"), Q("A", 200, 1, 5)]
    quotes = _open(tmp_path, [*rows, Q("B", 150, 1, 2), Q("C", 200, 1, 2)])
    answer = quotes.time_weighted(pl.Series(["B", "A", "C", "unknown"]), 100, 200)
    assert answer.rows() == [("B", Decimal(50), 50), ("A", Decimal("2.70"), 70), ("C", Decimal(0), 0), ("unknown", Decimal(0), 0)]  # 0.3 + 2.0 + 0.4


def test_a_wide_spread_over_a_whole_day_does_not_overflow(tmp_path: Path) -> None:
    day_ns = 86_400 * 10**9
    answer = _open(tmp_path, [Q("A", 0, 1, 900_000)]).time_weighted(pl.Series(["A"]), 0, day_ns)
    assert answer.rows() == [("A", Decimal(899_999 * day_ns), day_ns)]


SYMBOLS = ("A", "NA", "ZZ")
_quotes = st.lists(
    st.builds(
        Q, st.sampled_from(SYMBOLS), st.integers(0, 60), st.none() | st.integers(1, 9), st.none() | st.integers(1, 9), st.integers(0, 2),
    ),
    max_size=120,
)  # fmt: skip
_events = st.lists(st.tuples(st.sampled_from((*SYMBOLS, "other")), st.integers(-2, 63), st.integers(-1, 3)), min_size=1, max_size=40)
_properties = settings(max_examples=examples(20, 200), deadline=None, suppress_health_check=list(HealthCheck))


def _in_order(quotes: list[Q]) -> list[Q]:
    """As the book keeps them: each once, by symbol, instant, sequence, then content with absent before any."""
    return sorted(set(quotes), key=lambda q: (q.symbol, q.at, q.sequence, -1 if q.bid is None else q.bid, -1 if q.ask is None else q.ask))


def _in_force(quotes: list[Q], symbol: str, instant: int, sequence: int, rule: AsOf) -> Q | None:
    """One quote after the other, and nothing clever."""
    standing = None
    for q in quotes:
        stands = {AsOf.BEFORE: q.at < instant, AsOf.AT_OR_BEFORE: q.at <= instant, AsOf.SEQUENCE: (q.at, q.sequence) < (instant, sequence)}[rule]
        if q.symbol == symbol and stands:
            standing = q
    return standing


@_properties
@given(quotes=_quotes, cut=st.integers(0, 120), events=_events, rule=st.sampled_from(AsOf))
def test_the_book_says_what_a_slow_reading_says(quotes: list[Q], cut: int, events: list[tuple[str, int, int]], rule: AsOf) -> None:
    symbols, instants, sequences = (pl.Series(values) for values in zip(*events, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        lookup = _open(Path(folder), quotes[:cut], quotes[cut:])
        answer = lookup.at(symbols, instants, rule, sequences)
    kept = _in_order(quotes)
    expected = [_in_force(kept, *event, rule) for event in events]
    assert lookup.facts["rows"] == len(kept)
    assert lookup.facts["duplicates"] == len(quotes) - len(kept)
    assert answer.select("quoted_at", "bid_px", "ask_px").rows() == [(None, None, None) if q is None else (q.at, q.bid, q.ask) for q in expected]


@_properties
@given(quotes=_quotes, events=_events, rule=st.sampled_from(AsOf), horizon=st.integers(0, 60))
def test_quotes_still_to_come_change_no_answer(quotes: list[Q], events: list[tuple[str, int, int]], rule: AsOf, horizon: int) -> None:
    known = [event for event in events if event[1] < horizon] or [("A", horizon - 1, 0)]
    symbols, instants, sequences = (pl.Series(values) for values in zip(*known, strict=True))
    answers = []
    for told in (quotes, [q for q in quotes if q.at < horizon]):
        with tempfile.TemporaryDirectory() as folder:
            answers.append(_open(Path(folder), told).at(symbols, instants, rule, sequences))
    assert answers[0].equals(answers[1])


@_properties
@given(quotes=_quotes, events=_events, side=st.sampled_from((1, -1)), limit=st.integers(0, 10), length=st.integers(0, 40))
def test_a_price_is_first_reached_where_a_slow_reading_finds_it(
    quotes: list[Q], events: list[tuple[str, int, int]], side: int, limit: int, length: int
) -> None:
    symbols, starts = pl.Series([event[0] for event in events]), pl.Series([event[1] for event in events])
    sides, limits = pl.repeat(side, len(events), dtype=pl.Int8, eager=True), pl.repeat(limit, len(events), eager=True).cast(pl.Decimal(18, 8))
    with tempfile.TemporaryDirectory() as folder:
        answer = _open(Path(folder), quotes).first_reach(symbols, starts, starts + length, sides, limits)
    kept, expected = _in_order(quotes), []
    for symbol, start, _ in events:
        standing = _in_force(kept, symbol, start, 0, AsOf.AT_OR_BEFORE)
        later = [q for q in kept if q.symbol == symbol and start < q.at < start + length]
        seen = ([standing] if standing and length else []) + later
        near = [(max(q.at, start), q.bid if side > 0 else q.ask) for q in seen]
        expected.append(next((at for at, px in near if px is not None and side * (int(px) - limit) <= 0), None))
    assert answer.to_list() == expected


def test_a_book_of_many_blocks_answers_the_same_on_any_number_of_threads(tmp_path: Path) -> None:
    symbols, per_symbol, asked = 40, 1_500, 50_000
    walk = [(7 * i * i + 13 * i) % 997 for i in range(per_symbol)]
    rows = [Q(f"S{s:02d}", 10 * i, 1_000 + walk[i] + s, 2_100 + walk[i] + s) for s in range(symbols) for i in range(per_symbol)]
    _build(tmp_path, rows[::2], rows[1::2])
    scattered = pl.Series([(i * 7_919) % (10 * per_symbol) for i in range(asked)])
    names = pl.Series([f"S{(i * 31) % symbols:02d}" for i in range(asked)])
    limits = pl.Series([1_000 + i % 40 for i in range(asked)]).cast(pl.Decimal(18, 8))
    answers, reached = [], []
    for threads in (1, 2, 4):
        quotes = QuoteBook.open(tmp_path / "book", threads=threads)
        answers.append(quotes.at(names, scattered, AsOf.AT_OR_BEFORE))
        reached.append(quotes.first_reach(names, scattered, scattered + 3_000, pl.repeat(1, asked, eager=True), limits))
    assert answers[0].equals(answers[1])
    assert answers[0].equals(answers[2])
    assert reached[0].equals(reached[1])
    assert reached[0].equals(reached[2])
    assert answers[0]["bid_px"].to_list() == [1_000 + walk[t // 10] + int(s[1:]) for t, s in zip(scattered, names, strict=True)]
    for i in range(0, asked, 2_003):
        base, start = int(names[i][1:]), scattered[i]
        hits = [max(10 * row, start) for row in range(start // 10, min(per_symbol, -(-(start + 3_000) // 10))) if 1_000 + walk[row] + base <= limits[i]]
        assert reached[0][i] == (hits[0] if hits else None)


def test_the_plain_way_down_says_the_same_as_at(tmp_path: Path) -> None:
    quotes = _open(tmp_path, [Q("A", 10, "10.01", "10.04"), Q("A", 20, None, "10.04"), Q("B", 10, 1, 2)])
    codes = quotes.codes(pl.Series(["B", "A", "A", "A", "other"]))
    rows = quotes.locate(codes, pl.Series([10, 10, 20, 9, 10]).to_numpy(), AsOf.AT_OR_BEFORE)
    assert codes.tolist() == [1, 0, 0, 0, -1]
    assert rows.tolist() == [2, 0, 1, -1, -1]
    none = -(2**63)
    assert quotes.mid2(rows).tolist() == [300_000_000, 2_005_000_000, none, none, none]
    with pytest.raises(ValueError, match="sequences"):
        quotes.locate(codes, codes, AsOf.SEQUENCE)
