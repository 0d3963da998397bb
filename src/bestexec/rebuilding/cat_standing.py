"""Which CAT records stand once corrections, repairs and deletions are applied, whatever the order in which files came.

The order of statements on one firmROEID is that of the firm's own files: the date and number in the file's name, then the line
(docs/decisions/053-corrections-in-cat.md). Where a name says none, a correction or repair comes after a new record and a deletion last.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

RECORD = ["firm", "reporter", "target"]
_RANK = {"new": 0, "correction": 1, "repair": 1, "deletion": 2}

TWICE = "a firmROEID was reported as new twice, with different content"
UNORDERED = "corrections whose order no file name says"
NOTHING_TO_DELETE = "a deletion of a record that is not here"


def standing(events: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame], dict[str, pl.DataFrame]]:
    """(the records that stand, each once; rows that do not fit, with `reason` and `detail`; by fact, the rows it counts)."""
    told = _targeted(events).sort(pl.col("sequence").fill_null(-1), "line", "import_id")
    single = _single(told)
    returned = told.filter(pl.col("reason").str.starts_with("CAT error").fill_null(value=False)).unique(subset=RECORD, maintain_order=True)
    alone = pl.len().over(RECORD) == 1
    single = single.with_columns(alone=alone)
    lone = single.filter("alone").drop("alone")
    stands, breaks = _decided(single.filter(~pl.col("alone")).drop("alone"))
    deleted = lone.filter(pl.col("action") == "deletion").with_columns(reason=pl.lit(NOTHING_TO_DELETE), detail=pl.col("event_key"))
    rows = pl.concat([lone.filter(pl.col("action") != "deletion"), stands]).drop("target")
    other = rows.filter((pl.col("kind") == "other") & (pl.col("action") != "deletion"))
    begins = pl.col("raw_kind").str.slice(0, 2)
    facts = {
        "records read": told, "copies of a record, counted once": told.join(single, on=["import_id", "line"], how="anti"),
        "records that CAT returned with an error, used all the same": returned,
        "corrections, repairs and deletions": single.filter(pl.col("action") != "new"),
        "records with a value that is not allowed": rows.filter(pl.col("faults").is_not_null()),
        "records of options: read, not measured": other.filter(begins == "MO"),
        "records of multi-leg packages: read, not measured": other.filter(begins == "ML"),
        "records of quotes and the like, of which nothing is put together": other.filter(~begins.is_in(["MO", "ML"])),
    }  # fmt: skip
    return rows, [*breaks, deleted], facts


def _single(told: pl.DataFrame) -> pl.DataFrame:
    """`told` with copies left out: the same bytes, or the same said in another encoding. What is said again counts where it is said last."""
    exact = told.unique(subset=[*RECORD, "content"], keep="last", maintain_order=True)
    said = [name for name in told.columns if name not in ("content", "sequence", "reason", "alternate_id", "faults", "line", "import_id")]
    alone = pl.len().over(RECORD) == 1
    several = exact.filter(~alone)
    return pl.concat([exact.filter(alone), several.unique(subset=said, keep="last", maintain_order=True)]) if several.height else exact


def _targeted(events: pl.DataFrame) -> pl.DataFrame:
    """`events` with `target`, the firmROEID that each is on: its own, or that of the record whose errorROEID a repair names."""
    returned = events.filter(pl.col("alternate_id").is_not_null()).select("firm", "reporter", corrects="alternate_id", named="event_key")
    known = returned.group_by("firm", "reporter", "corrects").agg(pl.col("named").min())
    joined = events.join(known, on=["firm", "reporter", "corrects"], how="left", maintain_order="left")
    return joined.with_columns(target=pl.when(pl.col("action") == "repair").then(pl.coalesce("named", "event_key")).otherwise("event_key")).drop("named")


def _decided(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The one row of each record that several statements leave standing, and what does not fit."""
    numbered = rows.with_row_index("row")
    stays, reasons = list[int](), list[tuple[int, str]]()
    for part in numbered.partition_by(RECORD, maintain_order=True):
        said = part.select("row", "action", "sequence", "line", "content").rows()
        ordered, is_clear = _ordered(said)
        if not is_clear:
            reasons.append((ordered[-1][0], UNORDERED))
        last, twice = _walk(ordered)
        stays += [] if last is None else [last]
        reasons += [(row, TWICE) for row in twice]
    told = pl.DataFrame(reasons, schema={"row": pl.UInt32, "why": pl.String}, orient="row")
    broken = numbered.join(told, on="row", how="inner").with_columns(reason=pl.col("why"), detail=pl.col("event_key")).drop("row", "why")
    return rows[sorted(stays)] if stays else rows.clear(), [broken]


def _ordered(said: Iterable[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], bool]:
    """Statements (row, action, sequence, line, content) in the order in which the firm made them, and whether that is certain."""
    rows = list(said)
    if all(sequence is not None for _, _, sequence, _, _ in rows):
        ordered = sorted(rows, key=lambda row: (row[2], row[3], row[4]))
        return ordered, len({row[2:4] for row in rows}) == len(rows)
    ordered = sorted(rows, key=lambda row: (_RANK[row[1]], row[4]))
    restated = [row for row in rows if row[1] in ("correction", "repair")]
    return ordered, len(restated) <= 1


def _walk(ordered: Iterable[tuple[Any, ...]]) -> tuple[int | None, list[int]]:
    """The row that stands at the end, None if it was deleted; and the rows that report as new what stands already."""
    stands: int | None = None
    twice = list[int]()
    for row, action, *_ in ordered:
        if action == "deletion":
            stands = None
        elif action != "new" or stands is None:
            stands = row
        else:
            twice.append(row)
    return stands, twice
