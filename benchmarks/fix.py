"""Times the reading of one made-up FIX log, against simplefix: messages a second to the finished events, and to parsed messages."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.run import MB, Run, run, say, warm

LOG = "messages.log"
SYMBOLS = ("IBM", "MSFT", "AAPL", "KO", "BRK", "F", "GE", "T")


def ours(folder: Path) -> list[tuple[float, ...]]:
    """The importer, from the file to the frames of events: [(messages, executed shares)]."""
    import polars as pl

    from bestexec.importers import fix
    from bestexec.importers.base import Kept

    path, count, shares = folder / LOG, 0, 0.0
    for batch in fix.read((Kept(path.name, path, "", path.stat().st_size, {"firm": "FIRM"}),)):
        for events in batch.tables.values():
            count += events.height
            shares += float(events.filter(pl.col("kind") == "fill")["qty"].sum() or 0)
    return [(count, shares)]


def simplefix(folder: Path) -> list[tuple[float, ...]]:
    """simplefix in its fastest form known to us: the prefix cut off for it, one message at a time; the same sums."""
    import simplefix as peer

    parser, count, shares = peer.FixParser(), 0, 0.0
    with (folder / LOG).open("rb") as log:
        for line in log:
            parser.append_buffer(line[line.index(b"8=FIX") : -1])
            message = parser.get_message()
            count += 1
            if message.get(150) == b"F":
                shares += float(message.get(32))
    return [(count, shares)]


def make(folder: Path, messages: int) -> None:
    """A log of `messages` (orders, acknowledgements, executions in turn) as QuickFIX/n writes it, with right lengths and checksums."""
    if (folder / LOG).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "part").open("wb") as log:
        log.writelines(_lines(messages // 3))
    (folder / "part").rename(folder / LOG)


def _lines(orders: int) -> Iterator[bytes]:
    dice = random.Random(1)
    for number in range(orders):
        at = f"20260810-{13 + number // 600_000 % 7:02}:{30 + number // 60_000 % 10:02}:{number // 1000 % 60:02}.{number % 1000:03}"
        symbol, side, qty, px = dice.choice(SYMBOLS), dice.choice("12"), dice.randrange(1, 50) * 100, f"{dice.uniform(5, 500):.4f}"
        head, named = ["49=SOR", "56=FIRM"], [f"37=V{number}", f"11=ORD{number}", f"55={symbol}", f"54={side}", f"38={qty}"]
        asked = ["35=D", "49=FIRM", "56=SOR", f"34={number}", f"52={at}", f"11=ORD{number}", "21=1", f"55={symbol}", f"54={side}", f"38={qty}"]
        yield _line(at, [*asked, "40=2", f"44={px}", "59=0", f"60={at}", "528=A", "18=1"])
        yield _line(at, ["35=8", *head, f"34={2 * number}", f"52={at}", *named, f"17=A{number}", "150=0", "39=0", f"151={qty}", "14=0", "6=0", f"60={at}"])
        done = [f"32={qty}", f"31={px}", "151=0", f"14={qty}", f"6={px}", "30=XNAS", "29=1", "851=2", f"60={at}", "9882=PP"]
        yield _line(at, ["35=8", *head, f"34={2 * number + 1}", f"52={at}", *named, f"17=E{number}", "150=F", "39=2", *done])


def _line(at: str, fields: Sequence[str]) -> bytes:
    body = b"".join(field.encode() + b"\x01" for field in fields)
    message = f"8=FIX.4.4\x019={len(body)}\x01".encode() + body
    return f"{at} : ".encode() + message + f"10={sum(message) % 256:03}\x01\n".encode()


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _arguments(arguments)
    folder = asked.dir / f"fix-{asked.messages}"
    say(f"making {asked.messages:,} messages in {folder}")
    make(folder, asked.messages)
    names = ["ours", *(["simplefix"] if find_spec("simplefix") else [])]
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for turn in range(asked.runs):
        for name in names:
            warm(folder)
            runs[name].append(run(f"fix:{name}", folder))
            say(f"run {turn + 1}: {name} {runs[name][-1].seconds:.2f} s")
    for line in report(runs, folder):
        print(line)
    answers = {tuple(runs[name][0].rows) for name in names}
    return 0 if len(answers) == 1 else 1


def report(runs: dict[str, list[Run]], folder: Path) -> Iterator[str]:
    """The table and the ratio, as Markdown."""
    count = int(runs["ours"][0].rows[0][0])
    yield f"{count:,} messages, {(folder / LOG).stat().st_size / MB:,.0f} MB, medians of {len(runs['ours'])} interleaved runs, each in a fresh process.\n"
    yield "| reader | to | seconds | messages a second | CPU seconds | anonymous MB |\n|---|---|---:|---:|---:|---:|"
    for name, made in runs.items():
        seconds, cpu = median(each.seconds for each in made), median(each.cpu for each in made)
        what = "events, 60 columns" if name == "ours" else "tag and value pairs"
        yield f"| {name} | {what} | {seconds:.2f} | {count / seconds:,.0f} | {cpu:.2f} | {max(each.anonymous for each in made) / MB:,.0f} |"
    if "simplefix" not in runs:
        yield "\nnot run: simplefix (not installed)"
        return
    ratios = [theirs.seconds / mine.seconds for mine, theirs in zip(runs["ours"], runs["simplefix"], strict=True)]
    yield f"\n- ours against simplefix: **{median(ratios):.1f} ×** (lowest {min(ratios):.1f}, highest {max(ratios):.1f})"


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fix", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench", help="where the made-up log is kept")
    parser.add_argument("--messages", type=lambda text: int(float(text)), default=600_000)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
