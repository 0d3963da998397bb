"""CAT files with damage in them, of a fixed seed: nothing crashes, nothing is lost, and both ways of reading a record agree."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.bestexec.cat_files import KEY, batches, changed_order, events, lines, new_order, new_route, on_order, record
from tests.examples import examples

from bestexec.importers.cat_layouts import LAYOUTS
from bestexec.rebuilding import rebuild

Write = Callable[[str, str | bytes], Path]
SIGNS = '{}[]",:|@=\\.0129-eEtrufalsNMOA \t\x00é€"\n\r'
VALUES: tuple[Any, ...] = (None, "", 0, -1, 1e300, "x" * 70, True, [], {}, [{}], [[1]], {"a": {"b": 1}}, "20260811T250000", 10**30, "B", "|", "NaN", 12.5)


def whole(number: int, rng: random.Random) -> dict[str, Any]:
    """An undamaged record of one of the common kinds."""
    order, at = f"O-{rng.randrange(200)}", f"{rng.randrange(9, 17):02}{rng.randrange(60):02}{rng.randrange(60):02}.{rng.randrange(1000):03}"
    makers = (
        lambda: new_order(number, at, order), lambda: new_route(number, at, order, f"R-{number}"), lambda: changed_order(number, at, order, "O-1"),
        lambda: on_order("MEOC", number, at, order, cancelQty=0, leavesQty=0, initiator="C"),
        lambda: record("MEOT", number, at, tradeID=str(number), symbol="AAA", quantity=1, price=1, buyDetails=[{"orderID": order, "orderKeyDate": KEY}]),
    )  # fmt: skip
    return rng.choice(makers)()


def as_row(fields: dict[str, Any]) -> str:
    """The same by position."""
    texts = {name: json.dumps(value) if isinstance(value, dict | list) else "" if value is None else str(value) for name, value in fields.items()}
    return ",".join(texts.get(name, "").replace(",", "|") for name in LAYOUTS[fields["type"]])


def damaged(number: int, rng: random.Random) -> str:
    """A record as a line of either encoding, most of them changed: a value, a name, a sign, or cut off."""
    fields = whole(number, rng)
    for _ in range(rng.choice((0, 1, 1, 3))):
        name = rng.choice(list(fields))
        fields[name if name != "type" else "quantity"] = rng.choice(VALUES)
    text = as_row(fields) if rng.random() < 0.4 else lines([fields]).rstrip("\n")
    if rng.random() < 0.4:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(SIGNS) * rng.randrange(3) + text[at + rng.randrange(3) :]
    return text[: rng.randrange(len(text))] if rng.random() < 0.05 else text


def check(write: Write, count: int, seed: int) -> None:
    rng = random.Random(seed)
    text = lines([new_order(0, "100000.0", "O-1")] * 20) + "\n".join(damaged(number, rng) for number in range(count))
    path = write("990001_EXMP_20260811_Fuzz_OrderEvents_000001.json", text.encode())
    read = batches(path)
    told = [reject.line for batch in read for reject in batch.rejects]
    rows = pl.concat([batch.tables["events"].select("line") for batch in read if "events" in batch.tables])["line"]
    skipped = sum(sum(batch.skipped.values()) for batch in read)
    assert sum(batch.records for batch in read) == len(text.split("\n")) == rows.len() + len(told) + skipped
    assert rows.n_unique() == rows.len()
    assert set(rows).isdisjoint(told)
    found = events(path)
    assert found.height > count // 2
    made = rebuild(found)
    again = rebuild(found.sample(fraction=1, shuffle=True, seed=seed))
    for table in ("orders", "routes", "fills", "breaks", "facts"):
        assert_frame_equal(getattr(made, table), getattr(again, table))


@pytest.mark.parametrize("seed", [605, 606])
def test_three_thousand_damaged_records_are_read_or_refused_one_by_one(write: Write, seed: int) -> None:
    check(write, 3000, seed)


@pytest.mark.proof
def test_a_hundred_thousand_damaged_records_are_read_or_refused_one_by_one(write: Write) -> None:
    for seed in range(10):
        check(write, 10_000, seed)


def test_a_record_read_alone_is_as_one_read_among_others(write: Write) -> None:
    rng = random.Random(613)
    texts = [damaged(number, rng) for number in range(examples(50, 1_000))]
    texts = [text for text in texts if "\n" not in text and "\r" not in text]
    name = "990001_EXMP_20260811_Fuzz_OrderEvents_000001.json"
    lead = lines([new_order(0, "100000.0", "O-1")] * 2)
    together = events(write(name, lead + "\n".join(texts))).filter(pl.col("line") > 2).drop("line")
    alone = [events(write(name, lead + text)).filter(pl.col("line") > 2).drop("line") for text in texts]
    assert_frame_equal(together, pl.concat(alone))
