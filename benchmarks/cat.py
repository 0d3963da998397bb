"""Times the CAT importer against a plain reader that makes the same table with the same checks, turn by turn; the tables are compared."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from benchmarks import cat_plain
from bestexec.importers import cat
from bestexec.importers.base import Kept
from bestexec.importers.cat_layouts import LAYOUTS
from bestexec.schema import EVENTS, conform

DAY = "20260811"
GOAL = 5.0
FLAGS: Mapping[str, Any] = {
    "electronicDupFlag": False, "timeInForce": {"DAY": int(DAY)}, "tradingSession": "REG", "affiliateFlag": False, "manualFlag": False,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a file; 1 where the answers differ or the ratio is below the goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cat", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench" / "cat", help="where the made-up files are kept")
    parser.add_argument("--records", type=lambda text: int(float(text)), default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args(arguments)
    paths = make(given.dir, given.records)
    bad, slow = 0, list[str]()
    print(f"{given.records:,} records (orders, children, routes, cancels, trades), medians of {given.runs} interleaved runs in one process,")
    print("per second of processor time, all threads added, which other work on the machine does not lengthen; what is loaded once is not in it.\n")
    print("| file | MB | bestexec, records/s | plain Python, records/s | ratio |\n|---|---:|---:|---:|---:|")
    warm = make(given.dir, 100)[0]
    _events(warm)
    for path in paths:
        ours, plain = list[float](), list[float]()
        for _ in range(given.runs):
            seconds, frame = timed(partial(_events, path))
            ours.append(seconds)
            seconds, rows = timed(partial(cat_plain.read, path))
            plain.append(seconds)
        bad += differences(frame, rows)
        ratio = median(plain) / median(ours)
        slow += [path.suffix[1:].upper()] if ratio < GOAL else []
        speeds = f"{given.records / median(ours):,.0f} | {given.records / median(plain):,.0f}"
        print(f"| {path.suffix[1:].upper()} | {path.stat().st_size / 1e6:,.0f} | {speeds} | **{ratio:.1f}** |", flush=True)
    print(f"\n**{bad:,} records differ.**" if bad else "\nEvery column of every record is the same.")
    if slow:
        print(f"Below the goal of {GOAL:.0f}: {', '.join(slow)}.")
    return 1 if bad or slow else 0


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def _events(path: Path) -> pl.DataFrame:
    kept = Kept(path.name, path, "", path.stat().st_size, {}, cat_plain.SECRET)
    return pl.concat([batch.tables["events"] for batch in cat.read((kept,))])


def differences(ours: pl.DataFrame, plain: pl.DataFrame) -> int:
    """Records of which any column of schema.EVENTS is not the same."""
    left, right = (frame.sort("line").with_columns(_sorted("faults")) for frame in (conform(ours, EVENTS), plain))
    return left.join(right, on=left.columns, how="anti", nulls_equal=True).height + abs(left.height - right.height)


def _sorted(name: str) -> pl.Expr:
    return pl.col(name).str.split("|").list.sort().list.join("|")


def make(folder: Path, count: int) -> tuple[Path, Path]:
    """The same records as JSON and by position; a pair already made of the same size is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    named, placed = (folder / f"990001_EXMP_{DAY}_{count}_OrderEvents_000001.{ending}" for ending in ("json", "csv"))
    if not placed.exists():
        rng = random.Random(605)
        with named.open("w") as as_json, placed.open("w") as as_rows:
            for record in records(count, rng):
                as_json.write(json.dumps(record, separators=(",", ":")) + "\n")
                as_rows.write(",".join(_cell(record.get(name)) for name in LAYOUTS[record["type"]]) + "\n")
    return named, placed


def records(count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Orders, each with a child, a route of it, and a cancel or a trade; one value in fifty records is not allowed."""
    for number in range(count):
        order, step = f"O{number // 4}", number % 4
        at = f"{DAY}T{9 + number * 7 // count:02}{rng.randrange(60):02}{rng.randrange(60):02}.{rng.randrange(10**9):09}"
        price, qty = f"{rng.randrange(1, 400)}.{rng.randrange(100):02}", rng.randrange(1, 50) * 100
        side = "S" if rng.random() < 0.02 else rng.choice(("B", "SL", "SS"))
        symbol = f"S{(number // 4) % 500:03}"
        head = {"actionType": "NEW", "firmROEID": f"{DAY}_{number}", "type": "", "CATReporterIMID": "EXMP", "eventTimestamp": at, "symbol": symbol}
        terms = {"side": side, "price": float(price), "quantity": qty, "orderType": "LMT", **FLAGS}
        yield {**head, **_of_step(step, number, order, at, terms)}


def _of_step(step: int, number: int, order: str, at: str, terms: Mapping[str, Any]) -> dict[str, Any]:
    key = {"orderKeyDate": f"{DAY}T000000", "orderID": order}
    plain = {name: value for name, value in terms.items() if name not in ("electronicDupFlag", "affiliateFlag")}
    if step == 0:
        customer = {
            "deptType": "A", "solicitationFlag": False, "custDspIntrFlag": False, "firmDesignatedID": f"ACC{number % 5000}", "accountHolderType": "I",
            "negotiatedTradeFlag": False, "representativeInd": "N", "handlingInstructions": {"NH": True, "ALG": True},
        }  # fmt: skip
        return {"type": "MENO", **key, **terms, **customer}
    if step == 1:
        parent = {"parentOrderKeyDate": key["orderKeyDate"], "parentOrderID": order}
        return {"type": "MECO", **key, "orderID": f"{order}-1", **parent, **plain, "multiLegInd": False}
    if step == 2:
        sent = {
            "senderIMID": "EXMP", "destination": ("NSDQ", "ARCA", "NYSE")[number % 3], "destinationType": "E", "routedOrderID": f"R{number}", "session": "X1",
            "isoInd": "NA", "routeRejectedFlag": False, "dupROIDCond": False, "multiLegInd": False,
        }  # fmt: skip
        return {"type": "MEOR", **key, "orderID": f"{order}-1", **terms, **sent}
    if number % 8 == 3:
        return {"type": "MEOC", **key, "manualFlag": False, "cancelQty": 0, "leavesQty": 0, "initiator": "C"}
    side = {"orderKeyDate": key["orderKeyDate"], "orderID": order, "side": "B"}
    done = {"tradeKeyDate": key["orderKeyDate"], "tradeID": f"T{number}", "manualFlag": False, "cancelFlag": False, "quantity": 100, "price": 10.25}
    return {"type": "MEOT", **done, "capacity": "P", "marketCenterID": "L", "sideDetailsInd": "NA", "multiLegInd": False, "buyDetails": [side]}


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return "|".join(name if said is True else f"{name}={said}" for name, said in value.items())
    if isinstance(value, list):
        return "|".join("@".join(str(element.get(name, "")) for name in ("orderKeyDate", "orderID", "side")) for element in value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    sys.exit(main())
