"""What FIX messages say, in canonical words; what is passed over, refused or only noted."""

from __future__ import annotations

import gzip
import hmac
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.importers import fix, fix_codes
from bestexec.importers.base import Kept
from bestexec.policy.fix_aliases import Alias, hash_of

from .fix_logs import HALF_PAST_NINE, MS, message, order

HEAD = ("49=SOR", "56=FIRM", "34=9", "52=20260810-13:30:00.400")


def report(*fields: str, version: str = "FIX.4.2") -> bytes:
    return message("35=8", *HEAD, "37=S1", "11=A1", "17=E1", "55=IBM", "54=1", "38=1000", *fields, version=version)


KINDS = [
    (("20=0", "150=0", "39=0"), "acknowledged"), (("20=0", "150=1", "39=1", "32=400", "31=100"), "fill"),
    (("20=0", "150=2", "39=2", "32=400", "31=100"), "fill"),
    (("150=F", "39=1", "32=400", "31=100"), "fill"), (("20=0", "39=1", "32=400", "31=100"), "fill"), (("20=0", "150=2", "39=2", "32=0", "31=0"), "status"),
    (("20=1", "150=1", "39=1", "32=400", "31=100", "19=E0"), "fill_busted"), (("150=H", "39=1", "32=400", "19=E0"), "fill_busted"),
    (("20=1", "150=H", "32=400", "19=E0"), "fill_busted"), (("20=2", "150=1", "32=300", "31=100", "19=E0"), "fill_corrected"),
    (("150=G", "32=300", "31=100", "19=E0"), "fill_corrected"), (("20=3", "150=1", "39=1", "32=400", "31=100"), "status"),
    (("150=I", "39=1", "32=400", "31=100"), "status"), (("20=0", "150=3", "39=3"), "done"), (("20=0", "150=4", "39=4"), "order_canceled"),
    (("20=0", "150=5", "39=0", "32=400", "31=100"), "order_replaced"), (("20=0", "150=6", "39=6"), "status"), (("20=0", "150=8", "39=8"), "rejected"),
    (("20=0", "150=A", "39=A"), "status"), (("20=0", "150=C", "39=C"), "expired"), (("20=0", "150=D", "39=0"), "order_restated"),
    (("20=0", "150=E", "39=E"), "status"), (("20=0", "150=7", "39=7"), "other"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "kind"), KINDS)
def test_each_report_is_what_its_types_say(fields: tuple[str, ...], kind: str, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    assert read_whole(write("reports.log", report(*fields) + b"\n"), firm="FIRM").tables["events"]["kind"].to_list() == [kind]


def test_a_fill_says_all_it_says(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    fields = ("150=F", "39=1", "32=400", "31=100.2450", "14=400", "151=600", "6=100.245", "30=xnas", "29=1", "851=1", "9882=PP", "375=MMKR", "12=1.5", "13=3",
              "60=20260810-13:30:00.123456", "15=USD", "8011=P1", "526=Q1")  # fmt: skip
    event = read_whole(write("fill.log", report(*fields, version="FIX.4.4") + b"\n"), firm="FIRM").tables["events"].row(0, named=True)
    expected = {
        "reporter": "SOR>FIRM", "event_key": "9", "sequence": 9, "kind": "fill", "raw_kind": "8 150=F", "event_at": HALF_PAST_NINE + 123_456_000,
        "event_source": "tag 60", "event_resolution_ns": 1000, "sent_at": HALF_PAST_NINE + 400 * MS, "fill_id": "E1", "order_id": "A1", "alternate_id": "S1",
        "qty": Decimal(400), "px": Decimal("100.245"), "cumulative_qty": Decimal(400), "leaves_qty": Decimal(600), "average_px": Decimal("100.245"),
        "ordered_qty": Decimal(1000), "venue": "XNAS", "venue_raw": "xnas", "capacity": "agency", "liquidity": "added", "liquidity_raw": "1", "fee_code": "PP",
        "contra": "MMKR", "customer_cost_usd": Decimal("1.5"), "custom": "9882=PP|8011=P1|526=Q1", "faults": None,
    }  # fmt: skip
    assert {name: event[name] for name in expected} == expected


def test_a_report_in_whole_seconds_goes_by_tag_52(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    events = read_whole(write("fill.log", report("150=F", "32=1", "31=1", "60=20260810-13:29:58") + b"\n"), firm="FIRM").tables["events"]
    assert events.select("event_at", "event_source", "event_resolution_ns").rows() == [(HALF_PAST_NINE + 400 * MS, "tag 52", MS)]


def test_the_side_that_kept_the_log_is_told_by_the_files_name(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    path = write("FIX.4.2-FIRM-CLIENT.messages.current.log", b"20260810-13:30:00.251000000 : " + order() + b"\n")
    assert read_whole(path, firm="FIRM").tables["events"].select("direction", "event_source").rows() == [("in", "log")]


def test_a_zone_may_be_stated_for_the_logs_clock(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    path = write("bridge.log", b"2026-08-10 08:30:00.251 Receiving : " + order() + b"\n")
    assert read_whole(path, firm="FIRM", zone="America/Chicago").tables["events"]["logged_at"].to_list() == [HALF_PAST_NINE + 251 * MS]


def test_a_log_clock_at_no_zones_distance_is_not_believed(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    path = write("bridge.log", b"2026-08-10 13:37:00.251 Receiving : " + order() + b"\n")
    assert read_whole(path, firm="FIRM").tables["events"].select("logged_at", "event_source").rows() == [(None, "tag 52")]


def test_session_messages_and_others_are_skipped_by_name(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = [message(f"35={kind}", *HEAD) for kind in ("A", "0", "0", "5", "W", "V", "W")]
    whole = read_whole(write("session.log", b"\n".join([*lines, order(), b""])), firm="FIRM")
    assert (whole.records, whole.accepted) == (8, 1)
    assert whole.skipped == {
        "session message: logon": 1, "session message: heartbeat": 2, "session message: logout": 1,
        "message that says nothing of an order (35=W)": 2, "message that says nothing of an order (35=V)": 1,
    }  # fmt: skip


def test_wrong_sums_unreadable_values_and_doubled_tags_are_counted_and_refuse_nothing(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = [
        order().replace(b"38=1000", b"38=2000"), order().replace(b"9=1", b"9=2", 1), order(1, "A1", "99=1e3", "110=1.0000001"), order(1, "A1", "11=A2"),
        order().replace(b"60=20260810-13:30:00", b"60=20260810-13:61:00"),
    ]  # fmt: skip
    whole = read_whole(write("faults.log", b"\n".join(lines)), firm="FIRM")
    assert whole.accepted == 5
    assert whole.tables["events"]["faults"].to_list() == ["checksum", "body_length|checksum", "number", "repeated_tag", "checksum|time"]
    assert whole.tables["events"]["order_id"].to_list() == ["A1"] * 5
    assert "3 messages with another checksum than tag 10 says" in whole.notes


def test_a_message_without_any_time_is_a_reject(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("times.log", message("35=D", "49=A", "56=B", "11=A1") + b"\n"), firm="FIRM")
    assert whole.reasons == [(1, "no time: tags 52 and 60 are missing or unreadable, and the log shows none", "35=D")]


def test_an_archive_that_breaks_off_gives_what_stands_before_the_break(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = b"".join(order(number, f"A{number}") + b"\n" for number in range(2000))
    packed = gzip.compress(lines, 0)  # stored, so that what stands before the break is told by its size
    whole = read_whole(write("log.gz", packed[: len(packed) // 2]), firm="FIRM")
    assert whole.reasons[-1][1] == "the gzip archive breaks off before its end"
    assert whole.records == whole.accepted + len(whole.rejects) <= whole.accepted + 2  # the break, and the message that was cut by it
    assert 900 <= whole.accepted <= lines[: len(packed) // 2].count(b"\n") + 1


def test_a_log_needs_its_firm(write) -> None:  # type: ignore[no-untyped-def]
    path = write("a.log", order())
    with pytest.raises(Problem, match="no firm is named"):
        next(iter(fix.read((Kept(path.name, path, "", 0),))))


def test_accounts_need_a_secret_and_leave_only_their_keyed_hash(write) -> None:  # type: ignore[no-untyped-def]
    path = write("a.log", order(1, "A1", "1=ACC-77", "58=for ACC-77", "9001=ACC-77") + b"\n" + order(2, "A2") + b"\n")
    with pytest.raises(Problem, match="there is no secret to hide them with"):
        list(fix.read((Kept(path.name, path, "", 0, {"firm": "FIRM"}),)))
    batches = list(fix.read((Kept(path.name, path, "", 0, {"firm": "FIRM"}, b"key"),)))
    events = batches[0].tables["events"]
    assert events["account_key"].to_list() == [hmac.new(b"key", b"ACC-77", "sha256").hexdigest(), None]
    assert [column for column in events.get_columns() if column.dtype == pl.String and column.str.contains("ACC-77").any()] == []


def test_a_market_or_liquidity_that_no_table_knows_is_kept_and_counted(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = [
        report("150=F", "32=1", "31=1", "30=O", "9730=Q"),
        report("150=F", "32=2", "31=1", "30=O", "9730=R"),
        report("150=F", "32=3", "31=1", "30=ARCA", "9730=A"),
    ]
    whole = read_whole(write("codes.log", b"\n".join(lines)), firm="FIRM")
    assert whole.tables["events"].select("venue", "venue_raw", "liquidity", "liquidity_raw").rows() == [
        (None, "O", None, "Q"), (None, "O", "removed", "R"), ("ARCX", "ARCA", "added", "A"),
    ]  # fmt: skip
    assert [note for note in whole.notes if "in no table" in note] == [
        "30=O of SOR>FIRM is in no table of codes: 2 reports, their meaning is null",
        "9730=Q of SOR>FIRM is in no table of codes: 1 reports, their meaning is null",
    ]  # fmt: skip


def test_a_sessions_own_alias_goes_before_the_general_one_within_its_dates() -> None:
    table = (Alias("O", "XNAS"), Alias("O", "XPSX", "SOR>FIRM", from_on=date(2026, 1, 1), to_on=date(2026, 7, 1)))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 7, 1), None)
    assert [fix_codes.alias(table, "O", "SOR>FIRM", on) for on in days] == ["XNAS", "XPSX", "XNAS", "XNAS"]
    assert [fix_codes.alias(table, code, "A>B", days[1]) for code in ("O", "Q")] == ["XNAS", None]


OWN = (
    Alias("O", "XNAS", "SOR>FIRM", tag=30), Alias("2", "added", "SOR>FIRM", tag=851), Alias("Q", "midpoint", "SOR>FIRM", tag=9730),
    Alias("M1", "CDED", "SOR>FIRM", tag=9001), Alias("X", "auction", "SOR>FIRM", tag=9002), Alias("ARCA", "XNYS", "OTHER>FIRM", tag=30),
    Alias("Z", "removed", "SOR>FIRM", to_on=date(2026, 8, 10), tag=9730), Alias("Z", "routed", "SOR>FIRM", from_on=date(2026, 8, 10), tag=9730),
)  # fmt: skip


def test_the_firms_aliases_of_a_session_go_before_every_shipped_table_and_what_they_leave_out_is_counted(write) -> None:  # type: ignore[no-untyped-def]
    fields = (
        ("30=O", "9730=Q"),  # both the firm's
        ("30=ARCA", "851=2"),  # ARCA is another session's alias; 2 means removed in the standard, added by the firm
        ("30=ARCA", "9001=M1"), ("30=O", "9001=M2"),  # a tag of the vendor's own names the market, or says nothing
        ("9002=X", "851=1"), ("9730=Z",), ("9730=Z",), ("9730=W",),  # Z means routed from this day on
    )  # fmt: skip
    lines = [report("150=F", f"32={n}", "31=1", *more) for n, more in enumerate(fields, start=1)]
    path = write("codes.log", b"\n".join(lines))
    batches = list(fix.read((Kept(path.name, path, "", 0, {"firm": "FIRM"}, aliases=OWN),)))
    assert batches[0].tables["events"].select("venue", "venue_raw", "liquidity", "liquidity_raw").rows() == [
        ("XNAS", "O", "midpoint", "Q"), ("ARCX", "ARCA", "added", "2"), ("CDED", "M1", None, None), ("XNAS", "O", None, None),
        (None, None, "auction", "X"), (None, None, "routed", "Z"), (None, None, "routed", "Z"), (None, None, None, "W"),
    ]  # fmt: skip
    notes = [note for batch in batches for note in batch.notes if "codes" in note or "alias" in note]
    assert notes == [
        f"fix_aliases.toml as of {hash_of(OWN)[:16]} gave the meaning of 8 codes",  # O, Q, 2, M1, O, X, Z, Z
        "9001=M2 of SOR>FIRM is not among the aliases of its session: 1 reports, the code says nothing",
        "9730=W of SOR>FIRM is in no table of codes: 1 reports, their meaning is null",
    ]


TYPES = [
    (("40=1",), "market", "day"), (("40=1", "59=2"), "market_on_open", "opg"), (("40=2", "44=1", "59=7"), "limit_on_close", "cls"),
    (("40=P", "18=M"), "midpoint_peg", "day"),
    (("40=P", "18=R"), "pegged", "day"), (("40=3", "99=1", "59=1"), "stop", "gtc"), (("40=5",), "market_on_close", "day"), (("40=Z", "59=3"), "other", "ioc"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "order_type", "tif"), TYPES)
def test_an_orders_type_follows_from_40_18_and_59(fields: tuple[str, ...], order_type: str, tif: str, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    line = message("35=D", *HEAD, "11=A1", "55=IBM", "54=1", "38=1", *fields)
    assert read_whole(write("types.log", line + b"\n"), firm="FIRM").tables["events"].select("order_type", "tif").rows() == [(order_type, tif)]


def test_exec_inst_says_whether_an_order_is_held_and_sweeps(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = [message("35=D", *HEAD, "11=A1", "55=IBM", "54=1", "38=1", "40=1", *more) for more in (("18=1 f",), ("18=5",), ())]
    events = read_whole(write("held.log", b"\n".join(lines)), firm="FIRM").tables["events"]
    assert events.select("is_held", "is_iso").rows() == [(False, True), (True, None), (None, None)]


def test_the_recorded_logs_are_read_whole(data, write) -> None:  # type: ignore[no-untyped-def]
    found = {}
    for path in sorted((data / "fix").iterdir()):
        batches = list(fix.read((Kept(path.name, path, "", 0, {"firm": "FIRM"}, b"key"),)))
        events = pl.concat(batch.tables["events"] for batch in batches if batch.tables)
        found[path.name] = (sum(batch.records for batch in batches), sorted(events["raw_kind"].str.head(1).value_counts().rows()))
    assert found == {"100FIX42.dat": (100, [("8", 25), ("D", 75)]), "42_order_single.txt": (1, [("D", 1)]), "44_new_order_cross.txt": (4, [("s", 4)])}
