"""How the vendors' routers behaved in a quarter, as the run that judges it saw: what moved, what follows payment, which stated rules broke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.urls import reverse

from bestexec import ROUTED, ShownTable
from oversight.analysis.judgements import PART, Judged
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.quarters import Quarter

MOVED = (
    Column("raised_on", "Raised", kind="day"), Column("vendor", "Vendor"), Column("figure", "What moved"), Column("moved", "Who moved", kind="tag"),
    Column("notice", "Release note", kind="tag"), Column("effect", "Change", PART), Column("low", "From", PART), Column("high", "To", PART),
    Column("unit", "Of what"), Column("began_on", "Began", kind="day"), Column("n", "n", kind="count"),
    Column("release", "Announced"),
)  # fmt: skip
STATED = (
    Column("rule", "Stated rule"), Column("vendor", "Vendor"), Column("kind", "Kind"), Column("standing", "Standing", kind="tag"),
    Column("tested", "Routes tested", kind="count"), Column("kept", "Kept", kind="count"), Column("broken", "Broken", kind="count"),
    Column("cannot_tell", "Cannot tell", kind="count"), Column("first_broken_on", "First broken", kind="day"),
    Column("last_broken_on", "Last broken", kind="day"), Column("why", "Why"),
)  # fmt: skip
NOTICES = {"silent": "none near", None: ""}
"""How a release note is spoken of."""
HOW = "A router that did not move shows, in today's market, what it showed in like markets during the first days of the run. Where it shows else, it moved."
BY_RULE = "Each route held to what its vendor states of its router; the rules are published with the policy."
NO_RULE = "No rule is stated: write what vendors state of their routers into logic.toml of the policy, and every route is held to it."
NO_RUN = "No run of the quarter watched routers."


def moved(made: Judged | None, quarter: Quarter) -> Sheet:
    """One row a figure of a router that moved, or whose market did, the latest first."""
    table = _table(made, "changes")
    rows = tuple(
        Row(
            tuple(_cell(row, column.key) for column in MOVED), {"moved": _queue(row["vendor"], "VER-121")},
            key=f"{row['vendor']}|{row['figure']}|{row['raised_on']}", tone="attention" if row["notice"] == "silent" else "",
        )
        for row in (table.sort("raised_on", "vendor", "figure", descending=[True, False, False]).iter_rows(named=True) if table is not None else ())
    )  # fmt: skip
    return Sheet(f"moved-{quarter}", "What moved", MOVED, rows, _runs(made), HOW, NO_RUN if table is None else "Nothing moved.")


def stated(made: Judged | None, quarter: Quarter) -> Sheet:
    """One row a rule that a vendor states of its router."""
    table = _table(made, "standing")
    rows = tuple(
        Row(
            tuple(row[column.key] for column in STATED), {"broken": _queue(row["vendor"], "VER-131")} if row["broken"] else {}, key=row["rule"],
            tone="attention" if row["broken"] else "",
        )
        for row in (table.sort("vendor", "rule").iter_rows(named=True) if table is not None else ())
    )  # fmt: skip
    return Sheet(f"stated-{quarter}", "What vendors state of their routers", STATED, rows, _runs(made), BY_RULE, NO_RUN if table is None else NO_RULE)


def routed(made: Judged | None, quarter: Quarter) -> tuple[Sheet, ...]:
    """What happened on the routes: who learns of orders, what first looks cost, whose time it was, how long limit orders waited."""
    return tuple(_routed(made, quarter, shown) for shown in ROUTED)


def _routed(made: Judged | None, quarter: Quarter, shown: ShownTable) -> Sheet:
    table = _table(made, shown.name)
    columns = tuple(
        Column(key, heading, unit, kind="text" if unit or not shown.of.schema[key].is_numeric() else "count") for key, heading, unit in shown.columns
    )
    rows = shown.rows(table).with_columns(shown.bold.alias("_bold")) if table is not None else None
    held = tuple(
        Row(tuple(row[column.key] for column in columns), key=str(number), tone="attention" if row["_bold"] else "")
        for number, row in enumerate(rows.iter_rows(named=True) if rows is not None else ())
    )
    return Sheet(f"{shown.name}-{quarter}", shown.title, columns, held, _runs(made), shown.source, NO_RUN if table is None else shown.empty)


def sentences(made: Judged | None) -> list[str]:
    """Whether flow follows payment and whether hops help, in words, what was found first."""
    table = _table(made, "detected")
    if table is None:
        return []
    told = table.filter(pl.col("judgement") != "change").sort(pl.col("verdict") != "found", "judgement", "subject")
    return [str(sentence) for sentence in told["sentence"]]


def _table(made: Judged | None, name: str) -> pl.DataFrame | None:
    return made.run.table(name) if made is not None and f"{name}.parquet" in made.run.manifest["outputs"] else None


def _runs(made: Judged | None) -> tuple[str, ...]:
    return (made.run.id,) if made else ()


def _cell(row: Mapping[str, Any], key: str) -> Any:
    words = {
        "figure": _spoken(row["figure"]), "moved": (row["moved"] or "").removesuffix(" moved"), "notice": NOTICES.get(row["notice"], row["notice"]),
        "unit": row["unit"].removeprefix("fraction of "),
    }  # fmt: skip
    return words.get(key, row[key])


def _spoken(figure: str) -> str:
    """`venue share of KNCM` for `venue_share:KNCM`."""
    name, _, what = figure.partition(":")
    return f"{name.replace('_', ' ')}{f' of {what}' if what else ''}"


def _queue(vendor: str, check: str) -> str:
    return f"{reverse('findings:queue')}?{urlencode({'state': 'all', 'check': check, 'vendor': vendor})}"
