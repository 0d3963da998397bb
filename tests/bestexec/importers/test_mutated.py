"""Files with bytes changed at random: every record is accounted for, and nothing but a clear Problem is raised."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bestexec.errors import Problem
from bestexec.importers import crypto, itch, massive, taq
from bestexec.importers.base import Importer, Kept
from bestexec.schema import BY_NAME, conform

from .itch_files import add, cross, deleted, directory, executed, executed_at, hidden, reduced, replaced, restriction, state, system
from .taq_files import MASTER_HEADER, NBBO_HEADER, QUOTE_HEADER, TRADE_HEADER, nbbo, quote, trade

AT = 1_705_415_400 * 10**9
NAME = "EQY_US_ALL_20240116"


def _taq_quotes(rng: random.Random) -> str:
    sides = [f"{rng.choice(('0', '10.01', '9.5', '365.0001'))} x {rng.randint(0, 9)}" for _ in range(2)]
    return quote(
        f"0930{rng.randint(0, 59):02d}{rng.randrange(10**9):09d}",
        rng.choice("NPQZD"),
        rng.choice(("IBM", "BRK B")),
        *sides,
        condition=rng.choice("RRRNY"),
        sequence=rng.randrange(10**6),
        national=rng.choice("0124"),
        source=rng.choice("CN"),
    )


def _taq_nbbo(rng: random.Random) -> str:
    bid, ask = (f"{rng.choice('NPQ')} {rng.randint(900, 1100) / 100} x {rng.randint(0, 9)}" for _ in range(2))
    return nbbo(
        f"1030{rng.randint(0, 59):02d}{rng.randrange(10**9):09d}",
        rng.choice(("IBM", "BAC PRL")),
        bid,
        ask,
        sequence=rng.randrange(10**6),
        canceled=rng.choice(("", "", "B")),
    )


def _taq_trades(rng: random.Random) -> str:
    return trade(
        f"1030{rng.randint(0, 59):02d}{rng.randrange(10**9):09d}",
        rng.choice("NPQD"),
        "IBM",
        f"{rng.randint(900, 1100) / 100}",
        str(rng.randint(1, 900)),
        sale=rng.choice(("@", "@F I", "@ T", "@6 X", "@4 W")),
        correction=rng.choice(("00", "01", "08")),
        sequence=rng.randrange(10**6),
    )


def _massive_quotes(rng: random.Random) -> str:
    return f"IBM,11,{rng.randint(900, 1100) / 100},3,10,{rng.choice((0, 9.5))},2,1,,{AT},{rng.randrange(10**6)},{AT + rng.randrange(10**12)},1,0"


def _massive_trades(rng: random.Random) -> str:
    codes = rng.choice(('"14,37"', "12", "", '"2,41"'))
    return f"IBM,{codes},0,{rng.choice((4, 10))},{rng.randrange(99)},{AT},10.5,{rng.randrange(10**6)},{AT + rng.randrange(10**12)},7,1,{rng.choice((0, 201))},0"


def _tardis(rng: random.Random) -> str:
    return f"deribit,BTC-PERPETUAL,{AT // 1000 + rng.randrange(10**6)},{AT // 1000},{rng.randint(0, 9)},42000.5,{rng.choice((0, 42000))},20"


def _recorded(rng: random.Random) -> str:
    data = f'"u":{rng.randrange(10**6)},"s":"BTCUSDT","b":"61837.6","B":"{rng.randint(0, 9)}","a":"61837.7","A":"1"'
    return f'{AT + rng.randrange(10**9)} {{"stream":"btcusdt@bookTicker","data":{{{data}}}}}'


MASSIVE_QUOTES = (
    "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,indicators,"
    "participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp"
)
MASSIVE_TRADES = "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp"
TARDIS = "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount"
TEXTS: dict[str, tuple[Importer, str, Callable[[random.Random], str]]] = {
    "taq quotes": (taq, QUOTE_HEADER, _taq_quotes),
    "taq nbbo": (taq, NBBO_HEADER, _taq_nbbo),
    "taq trades": (taq, TRADE_HEADER, _taq_trades),
    "taq master": (taq, MASTER_HEADER, lambda rng: f"S{rng.randrange(99)}|Name|037833100|C|S||{rng.choice('NY')}|Q|C|100|{rng.randint(0, 100)}||||20240116"),
    "massive quotes": (massive, MASSIVE_QUOTES, _massive_quotes),
    "massive trades": (massive, MASSIVE_TRADES, _massive_trades),
    "tardis": (crypto, TARDIS, _tardis),
    "recorded": (crypto, "", _recorded),
}
SIGNS = b"0123456789.,|-+eE\"' \t\r\x00\xff\xc3ANZ:{}@"


def mutated(line: bytes, rng: random.Random) -> bytes:
    """One to three bytes changed, lost, doubled or put in; a third of the lines stay as they are."""
    for _ in range(rng.choice((0, 1, 3))):
        at = rng.randrange(len(line) + 1)
        line = line[:at] + rng.choice((b"", bytes([rng.choice(SIGNS)]), line[at : at + 2] * 2)) + line[at + rng.randint(0, 2) :]
    return line.replace(b"\n", b"")


def accounted(importer: Importer, path: Path) -> tuple[int, int, int]:
    """(records, accepted, rows); a batch whose counts do not add up raises by itself, and required columns must be filled."""
    records = accepted = rows = 0
    for batch in importer.read((Kept(path.name, path, "", path.stat().st_size, {"date": "2024-01-16"}),)):
        records, accepted = records + batch.records, accepted + batch.accepted
        for name, frame in batch.tables.items():
            table = conform(frame, BY_NAME[name])
            assert [column for column in BY_NAME[name].required if table[column].null_count()] == []
            rows += table.height
    return records, accepted, rows


def text_file(kind: str, count: int, seed: int) -> bytes:
    rng = random.Random(seed)
    _, header, line = TEXTS[kind]
    lines = [mutated(line(rng).encode(), rng) if n > 5 else line(rng).encode() for n in range(count)]
    return b"\n".join([*([header.encode()] if header else []), *lines]) + b"\n"


def try_text(kind: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(text_file(kind, count, 605))
    records, accepted, _ = accounted(TEXTS[kind][0], path)
    assert records >= count - 1  # a line may come to look like an END line, once in a while
    assert count // 5 < accepted < records


def _messages(rng: random.Random, count: int) -> Iterator[bytes]:
    yield from (system(), directory("AAPL"), directory("BRK.B", locate=2))
    for order in range(1, count):
        old, locate = rng.randint(1, order), rng.choice((1, 2))
        yield rng.choice(
            (
                add(order, rng.choice("BS"), rng.randint(1, 900), rng.randint(900, 1_100) / 100, locate=locate),
                executed(old, rng.randint(1, 900)),
                executed_at(old, 5, 10.0, rng.choice("YN")),
                reduced(old, 3),
                deleted(old),
                replaced(old, order + count, 7, 10.0),
                hidden(5, 10.0),
                cross(rng.choice((0, 9)), 10.0, "O"),
                state("AAPL", rng.choice("HTPQ")),
                restriction("AAPL", rng.choice("012")),
            )
        )


def try_itch(count: int, tmp_path: Path, rng: random.Random) -> None:
    """Bytes changed anywhere but in the lengths leave the stream whole; then bytes changed anywhere, which may end it."""
    for everywhere in (False, True):
        messages = list(_messages(rng, count))
        for at in range(3, len(messages)):
            if rng.random() < (0.3 if not everywhere else 3 / count):
                raw = bytearray(messages[at])
                raw[rng.randrange(0 if everywhere else 2, len(raw))] = rng.randrange(256)
                messages[at] = bytes(raw)
        path = tmp_path / "01162024.NASDAQ_ITCH50"
        path.write_bytes(b"".join(messages))
        records, accepted, rows = accounted(itch, path)
        assert 0 < accepted < records
        assert rows > 0
        if not everywhere:
            assert records == len(messages)


@pytest.mark.parametrize("kind", TEXTS)
def test_some_thousand_mutated_lines_are_accounted_for(kind: str, tmp_path: Path) -> None:
    try_text(kind, 3_000, tmp_path)


def test_some_thousand_mutated_messages_are_accounted_for(tmp_path: Path) -> None:
    try_itch(3_000, tmp_path, random.Random(605))


@pytest.mark.parametrize("kind", TEXTS)
def test_a_mutated_header_is_refused_or_read(kind: str, tmp_path: Path) -> None:
    rng, (importer, _, _) = random.Random(7), TEXTS[kind]
    good = text_file(kind, 20, 7)
    refused = 0
    for n in range(60):
        head, _, rest = good.partition(b"\n")
        content = mutated(head, rng) + b"\n" + rest
        path = tmp_path / f"{n}_20240116"
        path.write_bytes(content)
        try:
            if importer.recognizes(path.name, content[:65_536]):
                accounted(importer, path)
            else:
                refused += 1
        except Problem:
            refused += 1
    assert refused < 60


@pytest.mark.proof
@pytest.mark.parametrize("kind", TEXTS)
def test_a_hundred_thousand_mutated_lines_are_accounted_for(kind: str, tmp_path: Path) -> None:
    try_text(kind, 100_000, tmp_path)


@pytest.mark.proof
def test_a_hundred_thousand_mutated_messages_are_accounted_for(tmp_path: Path) -> None:
    try_itch(100_000, tmp_path, random.Random(606))
