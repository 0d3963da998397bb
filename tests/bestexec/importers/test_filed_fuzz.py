"""Spoiled reports, by a seed: whatever stands in a record, it is a row, a skip or a reject, and it harms no other."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlsxwriter

from bestexec.errors import Problem

from .conftest import ReadWhole, Whole
from .filed_samples import RESTING_LINE, header, line
from .reports_606 import HANDLED, HANDLING, PUBLIC, ROUTES, VENUE

SUITE, PROOF = 3_000, 100_000
HOW_MANY = [pytest.param(SUITE, id="suite"), pytest.param(PROOF, id="proof", marks=pytest.mark.proof)]
CLAIM = "ROUTER,E/Q,94.1176,%,2026-07-01,2026-09-30,XVVV,120000"
CLAIM_HEADER = "vendor,metric,value,unit,period_from,period_to,venue,shares"
LINES: dict[str, tuple[list[str], list[str], str]] = {
    "legacy": ([], [line("legacy"), line("legacy", order_type="13")], "|"),
    "detail": ([header("detail")], [line("detail"), line("detail", RESTING_LINE)], "|"),
    "summary": ([header("summary")], [line("summary"), line("summary", OrderType="ML")], ","),
    "claims": ([CLAIM_HEADER], [CLAIM], ","),
}
"""Header, good lines and separator of each text format."""
CELLS = (
    "", " ", "0", "-1", "1e5", "1e-300", "9" * 40, "0.1234567", "0." + "1" * 30, "nan", "NaN", "inf", "+inf", "1,5", "1.5.5", "0x10", "$1", "½", "\x00", "٣",
    "202613", "209912", "000000", "Y", "MXXNN", "21", "199999", "null", "=1+1", '"', '"x', "''", "\t", "a" * 5_000, "\u202e", "𝟙",
)  # fmt: skip
TEXTS = (
    *(cell for cell in CELLS if "\x00" not in cell),
    "100.00",
    "100.001",
    "-0.00",
    "24:00:00",
    "2026-02-30",
    "0000-01-01",
    "9999-12-31",
    "1.3",
    "&amp;",
    "<![CDATA[x]]>",
    "<!-- x -->",
)
BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\r", b"\x1a", b"|", b",", b"||||")


def spoiled_line(good: str, separator: str, rng: random.Random) -> bytes:
    """One line with one to three cells or bytes of it spoiled, and no line end within."""
    cells = good.split(separator)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(cells))
        match rng.randrange(5):
            case 0 | 1:
                cells[at] = rng.choice(CELLS)
            case 2:
                other = rng.randrange(len(cells))
                cells[at], cells[other] = cells[other], cells[at]
            case 3:
                del cells[at]
                cells = cells or [""]
            case _:
                cells[at] += rng.choice(CELLS)[:20]
    spoiled = separator.join(cells).encode()
    if rng.random() < 0.1:
        at = rng.randint(0, len(spoiled))
        spoiled = spoiled[:at] + rng.choice(BYTES) + spoiled[at:]
    return spoiled.replace(b"\n", b" ")


def accounted_for(whole: Whole, lines: int, first: int) -> None:
    """Each line below the header is one record, and stands in a row or a reject, or was skipped."""
    (rows,) = whole.tables.values()
    told = sorted([*rows["line"], *(reject.line for reject in whole.rejects)])
    assert (whole.records, whole.accepted) == (lines, rows.height)
    assert len(told) == len(set(told)) == lines - sum(whole.skipped.values())
    assert set(told) <= set(range(first, first + lines))


@pytest.mark.parametrize("count", HOW_MANY)
@pytest.mark.parametrize("kind", LINES)
def test_every_spoiled_line_is_a_row_or_a_reject(kind: str, count: int, read_whole: ReadWhole, tmp_path: Path) -> None:
    head, good, separator = LINES[kind]
    rng = random.Random(f"{kind} {count}")
    lines = [*(item.encode() for item in good * 12), *(spoiled_line(rng.choice(good), separator, rng) for _ in range(count))]
    path = tmp_path / "x.txt"
    path.write_bytes(b"\n".join([*(item.encode() for item in head), *lines]) + b"\n")
    whole = read_whole(path)
    accounted_for(whole, len(lines), len(head) + 1)
    assert len(whole.rejects) > count // 4
    assert whole.accepted > 1


def spoiled_xml(good: str, rng: random.Random) -> str:
    """A record whose texts, elements or attributes are spoiled; mostly it stays well-formed, so that the next can be read."""
    for _ in range(rng.randint(1, 3)):
        leaves = list(re.finditer(r"<(\w+)>([^<]*)</\1>", good))
        if not leaves:
            return good
        leaf = rng.choice(leaves)
        match rng.randrange(8):
            case 0 | 1 | 2:
                good = good[: leaf.start(2)] + rng.choice(TEXTS) + good[leaf.end(2) :]
            case 3:
                good = good[: leaf.start()] + good[leaf.end() :]
            case 4:
                good = good[: leaf.end()] + leaf[0] + good[leaf.end() :]
            case 5:
                good = good[: leaf.start()] + "<odd><odder/>text</odd>" + good[leaf.start() :]
            case 6:
                good = good[: leaf.start()] + f'<{leaf[1]} xsi="1">' + good[leaf.start(2) :]
            case _:
                good = good[: leaf.start()] + "stray" + good[leaf.start() :]
    return good


ORDER = ROUTES[ROUTES.index("<order>") : ROUTES.index("<order><orderId>A-2")]
DOCUMENTS = {"public": (PUBLIC, VENUE, "XVVV"), "routes": (ROUTES, ORDER, "A-1"), "handling": (HANDLING, HANDLED, "XVVV")}
IN_ONE = 25


def spoiled_documents(kind: str, count: int) -> Iterator[tuple[str, int]]:
    """Documents of spoiled records between two good ones, and how many records each has if it is well-formed."""
    text, record, named = DOCUMENTS[kind]
    rng = random.Random(f"{kind} {count}")
    for _ in range(count // IN_ONE):
        records = [record.replace(named, f"N{n:03}") for n in range(IN_ONE + 2)]
        spoiled = [records[0], *(spoiled_xml(item, rng) for item in records[1:-1]), records[-1]]
        yield text.replace(record, "\n".join(spoiled)), len(re.findall(r"<(?:rOtherStocks|rVenue|order|hMonthly|iVenue)>", text)) + IN_ONE + 1


@pytest.mark.parametrize("count", HOW_MANY)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_spoiled_record_of_a_report_is_a_row_or_a_reject(kind: str, count: int, read_whole: ReadWhole, tmp_path: Path) -> None:
    path, ended_early, rejected = tmp_path / "x.xml", 0, 0
    for document, records in spoiled_documents(kind, count):
        path.write_text(document)
        whole = read_whole(path)
        broken_off = any(reject.reason.startswith("not well-formed") for reject in whole.rejects)
        assert whole.accepted + len(whole.rejects) == whole.records
        assert (whole.records == records) if not broken_off else (whole.records <= records + 1)
        assert whole.accepted >= 1
        ended_early += broken_off
        rejected += len(whole.rejects)
    assert rejected > count // 4
    assert ended_early < count // IN_ONE


@pytest.mark.parametrize("count", [pytest.param(300, id="suite"), pytest.param(10_000, id="proof", marks=pytest.mark.proof)])
@pytest.mark.parametrize("kind", ["xml", "workbook", "unpacked"])
def test_bytes_that_are_spoiled_anywhere_end_in_rows_rejects_or_a_problem(kind: str, count: int, read_whole: ReadWhole, tmp_path: Path) -> None:
    rng, path = random.Random(f"{kind} {count}"), tmp_path / "x"
    spoil: Callable[[random.Random], bytes] = {
        "xml": lambda rng: flipped(PUBLIC.encode(), rng),
        "workbook": lambda rng: flipped(WORKBOOK, rng),
        "unpacked": repacked,
    }[kind]
    told = {"read": 0, "problem": 0}
    for _ in range(count):
        path.write_bytes(spoil(rng))
        try:
            whole = read_whole(path)
            assert whole.accepted + len(whole.rejects) + sum(whole.skipped.values()) == whole.records
            told["read"] += 1
        except Problem:
            told["problem"] += 1
    assert sum(told.values()) == count
    assert told["read"]


def flipped(content: bytes, rng: random.Random) -> bytes:
    """Some bytes anywhere replaced, cut out or doubled."""
    spoiled = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randrange(len(spoiled)), rng.randint(1, 8)
        spoiled[at : at + length] = rng.choice([rng.randbytes(length), b"", bytes(spoiled[at : at + length]) * 2])
    return bytes(spoiled)


def a_workbook() -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet()
    for row, cells in enumerate((CLAIM_HEADER, *[CLAIM] * 5)):
        sheet.write_row(row, 0, cells.split(","))
    book.close()
    return packed.getvalue()


WORKBOOK = a_workbook()


def repacked(rng: random.Random) -> bytes:
    """The workbook with bytes of one of its parts spoiled, under a right checksum."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as whole, zipfile.ZipFile(packed, "w") as archive:
        chosen = rng.choice(whole.namelist())
        for name in whole.namelist():
            archive.writestr(name, flipped(whole.read(name), rng) if name == chosen else whole.read(name))
    return packed.getvalue()
