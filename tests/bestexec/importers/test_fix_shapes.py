"""Every shape in which logs write FIX messages gives the same event, with what the shape adds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bestexec.importers import fix, fix_scan

from .fix_logs import HALF_PAST_NINE, MS, SOH, message, order

PIPES = order().replace(SOH, b"|")
TICK = HALF_PAST_NINE + 251 * MS
SHAPES = {
    "QuickFIX C++": (b"20260810-13:30:00.251000000 : " + order(), TICK, None),
    "QuickFIX/J without times": (order(), None, None),
    "QuickFIX/J with times": (b"20260810-13:30:00.251: " + order(), TICK, None),
    "QuickFIX/n": (b"20260810-13:30:00.251 : " + order(), TICK, None),
    "QuickFIX/Go": (b"2026/08/10 13:30:00.251000 " + order(), TICK, None),
    "fixcore": (b"20260810-13:30:00.251 : <incoming>  " + order(), TICK, "in"),
    "bridge in local time": (b"2026-08-10 09:30:00.251_300 [12] [CLIENT] (INFO) Receiving : " + PIPES, TICK + 300_000, "in"),
    "epoch": (b"1786368600.251000 : " + PIPES, TICK, None),
    "log4j": (b"2026-08-10 13:30:00,251 INFO engine , Sending fix message : " + PIPES, TICK, "out"),
    "a word alone": (b"outgoing: " + PIPES, None, "out"),
    "JSON": (b'{"time":"2026-08-10T13:30:00.251Z","direction":"in","msg":"' + order().replace(SOH, b"\\u0001") + b'"}', TICK, "in"),
    "caret A": (order().replace(SOH, b"^A"), None, None),
    "SOH spelled out": (order().replace(SOH, b"<SOH>"), None, None),
    "semicolons": (order().replace(SOH, b";"), None, None),
    "tabs": (order().replace(SOH, b"\t"), None, None),
    "Windows line ends": (b"20260810-13:30:00.251 : " + order() + b"\r", TICK, None),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_gives_the_order_it_holds_twice(shape: str, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    line, logged_at, direction = SHAPES[shape]
    whole = read_whole(write("messages.log", line + b"\n\n" + line + b"\n"), firm="FIRM")
    assert (whole.importer, whole.records, whole.accepted, whole.rejects, whole.skipped) == ("fix", 3, 2, (), {"blank line": 1})
    events = whole.tables["events"]
    said = (
        "firm",
        "day",
        "source",
        "reporter",
        "event_key",
        "kind",
        "raw_kind",
        "symbol",
        "order_id",
        "side",
        "qty",
        "limit_px",
        "order_type",
        "tif",
        "faults",
    )
    expected = ("FIRM", date(2026, 8, 10), "fix", "CLIENT>FIRM", "7", "order", "D", "IBM", "A1", 1, Decimal(1000), Decimal("100.25"), "limit", "day", None)
    assert events.select(said).rows() == [expected, expected]
    assert events["line"].to_list() == [1, 3]
    assert events.select("sent_at", "transacted_at", "logged_at", "direction").rows() == [(HALF_PAST_NINE + 250 * MS, HALF_PAST_NINE, logged_at, direction)] * 2
    arrived = logged_at if direction == "in" and logged_at else HALF_PAST_NINE + 250 * MS
    assert events["event_at"].to_list() == [arrived, arrived]
    assert events["content"].n_unique() == 1


def test_the_same_message_has_the_same_content_in_every_shape(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    contents = {read_whole(write("messages.log", line + b"\n"), firm="FIRM").tables["events"]["content"].item() for line, _, _ in SHAPES.values()}
    other = read_whole(write("messages.log", order(7, "A2") + b"\n"), firm="FIRM").tables["events"]["content"].item()
    assert len(contents) == 1
    assert contents != {other}


def test_a_stream_without_lines_is_numbered_by_message(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("stream.bin", order(1, "A1") + order(2, "A2") + order(3, "A3")), firm="FIRM")
    assert whole.tables["events"].select("line", "order_id").rows() == [(1, "A1"), (2, "A2"), (3, "A3")]
    assert whole.notes[0] == "the file has no lines; `line` is the number of the message"


def test_a_log_may_change_its_delimiter_from_line_to_line(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = [order(1, "A|1").replace(SOH, b";"), order(2, "A;2"), order(3, "A3").replace(SOH, b"|"), order(4, "A4").replace(SOH, b"^A")]
    whole = read_whole(write("mixed.log", b"\n".join(lines)), firm="FIRM")
    assert whole.tables["events"]["order_id"].to_list() == ["A|1", "A;2", "A3", "A4"]


def test_a_pipe_in_a_value_separates_nothing_unless_a_tag_follows(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    line = order(1, "A1", "58=left|right|10 lots").replace(SOH, b"|")
    events = read_whole(write("pipes.log", line + b"\n"), firm="FIRM").tables["events"]
    assert events.select("order_id", "reason", "faults").rows() == [("A1", "left|right|10 lots", None)]


def test_data_is_read_by_its_length_whatever_it_holds(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    inner = "x\x0110=123\x0111=NO\n8=FIX.4.2\x019=5\x01"
    line = order(1, "A1", f"354={len(inner)}", f"355={inner}", "15=USD")
    whole = read_whole(write("data.log", line + b"\n" + order(2, "A2") + b"\n"), firm="FIRM")
    assert whole.tables["events"].select("order_id", "currency", "faults").rows() == [("A1", "USD", None), ("A2", None, None)]


def test_a_stated_length_that_does_not_fit_is_not_followed(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("data.log", order(1, "A1", "354=900", "355=abc", "15=USD") + b"\n" + order(2, "A2") + b"\n"), firm="FIRM")
    assert whole.tables["events"].select("order_id", "currency").rows() == [("A1", "USD"), ("A2", None)]


def test_a_line_break_within_a_message_is_part_of_its_value(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("breaks.log", order(1, "A1", "58=first\nsecond", "15=USD") + b"\n" + order(2, "A2") + b"\n"), firm="FIRM")
    assert whole.tables["events"].select("line", "reason", "currency", "faults").rows() == [(1, "first\nsecond", "USD", None), (3, None, None, None)]
    assert (whole.records, whole.skipped) == (2, {})


def test_a_message_cut_off_keeps_all_but_its_last_value_and_says_so(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    cut = PIPES[: PIPES.index(b"|44=") - 1]  # 40=2 lost its value, and so is not believed; 38=1000 is whole
    whole = read_whole(write("cut.log", b"x : " + cut + b"\n" + PIPES + b"\n"), firm="FIRM")
    assert whole.tables["events"].select("order_id", "qty", "order_type", "limit_px", "faults").rows() == [
        ("A1", Decimal(1000), None, None, "truncated"),
        ("A1", Decimal(1000), "limit", Decimal("100.25"), None),
    ]
    assert "1 messages cut off before their end, read as far as they go" in whole.notes


@pytest.mark.parametrize("cut", [b"8=FIX.4.2", b"8=FIX.4.2|9=12", b"8=FIX.4.2|9=120|35=D"])
def test_a_message_cut_off_before_its_type_is_a_reject(cut: bytes, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("cut.log", PIPES + b"\n" + cut + b"\n" + PIPES + b"\n"), firm="FIRM")
    assert whole.reasons == [(2, "cut off before its type (35)", "")]
    assert (whole.records, whole.accepted) == (3, 2)


@pytest.mark.parametrize("size", [1, 64, 300, 1000])
def test_where_blocks_end_changes_nothing(size: int, write, read_whole, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    lines = [b"20260810-13:30:00.251 : " + order(number, f"A{number}", "58=first\nsecond") + b"\n" for number in range(1, 30)]
    path = write("blocks.log", b"started\n\n" + b"".join(lines) + b"stopped\n")
    at_once, blocks = read_whole(path, firm="FIRM"), fix_scan.blocks
    monkeypatch.setattr(fix.fix_scan, "blocks", lambda path: blocks(path, size))
    in_pieces = read_whole(path, firm="FIRM")
    assert at_once.tables["events"].equals(in_pieces.tables["events"])
    assert (at_once.records, at_once.skipped) == (in_pieces.records, in_pieces.skipped) == (32, {"blank line": 1, "line without a FIX message": 2})


def test_each_version_of_fix_is_read(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    fields = ("35=D", "49=CLIENT", "56=FIRM", "34=1", "52=20260810-13:30:00.250123456", "11=A1", "55=BRK", "65=B", "54=5", "38=0.5", "40=1")
    lines = [message(*fields, version=version) + b"\n" for version in ("FIX.4.2", "FIX.4.4", "FIXT.1.1", "FIX.5.0SP2")]
    events = read_whole(write("versions.log", b"".join(lines)), firm="FIRM").tables["events"]
    expected = (HALF_PAST_NINE + 250_123_456, 1, "BRK.B", -1, True, False, Decimal("0.5"), "market", "day", None)
    columns = ("sent_at", "event_resolution_ns", "symbol", "side", "is_short", "is_short_exempt", "qty", "order_type", "tif", "faults")
    assert events.select(columns).rows() == [expected] * 4
