"""Mutated logs: whatever a byte becomes, every record is accepted, refused or passed over, and nothing breaks."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bestexec.importers import fix
from bestexec.importers.base import Kept
from bestexec.schema import EVENTS, conform

from .fix_logs import SOH, message, order

IN_THE_SUITE, IN_A_FILE = 4_000, 200
IN_THE_PROOF = int(os.environ.get("FIX_FUZZ_RECORDS", "100000"))
_FILL = message("35=8", "49=SOR", "56=FIRM", "34=9", "52=20260810-13:30:00.4", "37=S", "11=A1", "17=E", "150=F", "55=IBM", "32=4", "31=1.5", "354=3", "355=a|b")
_PIECES = (
    SOH,
    b"|",
    b"=",
    b"10=",
    b"8=FIX.4.2",
    b"\n",
    b"\r\n",
    b"\x00",
    b"\xff",
    "é".encode(),
    b"9=",
    b"35=8",
    b"95=999999999",
    b"99999999999999999999",
    b"^A",
    b"\\u0001",
    b"-",
)


def mutated(line: bytes, dice: random.Random) -> bytes:
    """One to four small harms to a record."""
    made = bytearray(line)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(made) + 1)
        what = dice.randrange(6)
        if what == 0 and at < len(made):
            made[at] = dice.randrange(256)
        elif what == 1:
            del made[at : at + dice.randint(1, 12)]
        elif what == 2:
            made[at:at] = dice.choice(_PIECES)
        elif what == 3:
            made = made[:at]
        elif what == 4:
            made[at:at] = made[max(0, at - dice.randint(1, 60)) : at]
        else:
            made = made.replace(SOH, dice.choice((b"|", b";", b"<SOH>", b"\x02")), dice.choice((1, -1)))
    return bytes(made)


def logs(records: int, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    for _ in range(records // IN_A_FILE):
        lines = [b"20260810-13:30:00.251 : " + mutated(dice.choice((order(), _FILL)), dice) for _ in range(IN_A_FILE)]
        yield dice.choice((b"\n", b"\n", b"")).join(lines)


def hold(records: int, seed: int, folder: Path) -> None:
    path, seen = folder / "mutated.log", 0
    for log in logs(records, seed):
        path.write_bytes(log)
        batches = list(fix.read((Kept(path.name, path, "", 0, {"firm": "FIRM"}, b"key"),)))
        total = sum(batch.records for batch in batches)
        assert total == sum(batch.accepted + len(batch.rejects) + sum(batch.skipped.values()) for batch in batches)
        assert total >= (log.count(b"\n") + 1) / 4  # a record may be joined to the one before when its start or its line end is harmed
        for batch in batches:
            for frame in batch.tables.values():
                events = conform(frame, EVENTS)
                assert events.height == batch.accepted
                assert {name: events[name].null_count() for name in EVENTS.required} == dict.fromkeys(EVENTS.required, 0)
        seen += total
    assert seen > records / 2


def test_a_slice_of_mutated_logs_loses_nothing(tmp_path: Path) -> None:
    hold(IN_THE_SUITE, 1, tmp_path)


@pytest.mark.proof
def test_a_hundred_thousand_mutated_records_lose_nothing(tmp_path: Path) -> None:
    hold(IN_THE_PROOF, 2, tmp_path)
