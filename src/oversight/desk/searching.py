"""Finds what a person types: an order, a fill, a symbol, an exception, a check, a file, a run."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.urls import reverse

from bestexec import CHECKS
from oversight.desk import listing, queries
from oversight.measured import frames
from oversight.measured.sources import Sources

MOST, LONGEST = 20, 120


@dataclass(frozen=True)
class Found:
    """One thing found: what it is called, what is said of it, where it is."""

    name: str
    said: str
    address: str


@dataclass(frozen=True)
class Group:
    """Things of one kind; `more` are not shown."""

    title: str
    found: tuple[Found, ...]
    more: int = 0


def search(sources: Sources | None, text: str) -> tuple[str, tuple[Group, ...]]:
    """(where to go at once: the order or fill of exactly that id; else empty, what was found by kind)."""
    asked = text.strip()[:LONGEST]
    if not asked:
        return "", ()
    orders = _ids(sources, "orders", "order_id", asked) if sources else pl.DataFrame()
    fills = _ids(sources, "fills", "fill_id", asked) if sources else pl.DataFrame()
    exact = [*_exactly(orders, "order_id", asked), *_exactly(fills, "fill_id", asked)]
    if len({listing.order_address(row) for row in exact}) == 1:
        return listing.order_address(exact[0]), ()
    groups = (_orders(orders), _fills(fills), _symbols(sources, asked), _exceptions(asked), _checks(asked), _files(asked), _runs(asked))
    return "", tuple(group for group in groups if group.found)


def _ids(sources: Sources, table: str, column: str, asked: str) -> pl.DataFrame:
    """Rows whose id holds the text, whatever the case; those that begin with it first."""
    parts = []
    for run, days in sources.in_force:
        ids = frames.columns(run, table, [column])[column]
        hits = ids.str.to_lowercase().str.contains(asked.lower(), literal=True).fill_null(False).arg_true()
        rows = frames.columns(run, table, ["day", "key_on", "symbol", "order_id", column])[hits]
        parts.append(rows.filter(pl.col("day").is_in(days)))
    found = pl.concat(parts, how="vertical")
    return found.sort(~pl.col(column).str.to_lowercase().str.starts_with(asked.lower()), column)


def _exactly(rows: pl.DataFrame, column: str, asked: str) -> list[dict[str, object]]:
    return [] if rows.is_empty() else rows.filter(pl.col(column) == asked).to_dicts()


def _orders(rows: pl.DataFrame) -> Group:
    shown = tuple(Found(row["order_id"], f"{row['symbol']}, {row['day']}", listing.order_address(row)) for row in rows.head(MOST).iter_rows(named=True))
    return Group("Orders", shown, max(rows.height - MOST, 0))


def _fills(rows: pl.DataFrame) -> Group:
    shown = tuple(
        Found(row["fill_id"], f"order {row['order_id']}, {row['symbol']}, {row['day']}", listing.order_address(row))
        for row in rows.head(MOST).iter_rows(named=True)
    )
    return Group("Fills", shown, max(rows.height - MOST, 0))


def _symbols(sources: Sources | None, asked: str) -> Group:
    wanted = asked.upper()
    held = sources is not None and any((frames.columns(run, "orders", ["symbol"])["symbol"] == wanted).any() for run, _ in sources.in_force)
    number = queries.exceptions_in(wanted)
    if not held and not number:
        return Group("Symbols", ())
    pages = (("orders", "desk:orders"), ("figures", "desk:scorecard")) if held else ()
    found = [Found(f"{wanted}: its {words}", "in the last quarter", f"{reverse(page)}?symbol={wanted}") for words, page in pages]
    if number:
        found.append(Found(f"{wanted}: {number:,} exceptions", "of any state", f"{reverse('findings:queue')}?symbol={wanted}&state=all"))
    return Group("Symbols", tuple(found))


def _exceptions(asked: str) -> Group:
    rows = list(queries.exceptions_named(asked, MOST + 1))
    return Group(
        "Exceptions",
        tuple(Found(f"{row.title}, {row.on}", row.subject_text, row.get_absolute_url()) for row in rows[:MOST]),
        len(rows) - MOST if len(rows) > MOST else 0,
    )


def _checks(asked: str) -> Group:
    low = asked.lower()
    found = [check for check in CHECKS if low in check.id.lower() or low in check.title.lower()][:MOST]
    return Group("Checks", tuple(Found(check.id, check.title, f"{reverse('findings:queue')}?check={check.id}&state=all") for check in found))


def _files(asked: str) -> Group:
    return Group("Evidence", tuple(Found(row.title or row.name, row.name, reverse("evidence:file", args=[row.pk])) for row in queries.files_named(asked, MOST)))


def _runs(asked: str) -> Group:
    is_start = len(asked) >= 4 and set(asked.lower()) <= set("0123456789abcdef")
    return Group(
        "Runs",
        tuple(Found(row.pk[:12], f"{row.first_on} to {row.last_on}", row.get_absolute_url()) for row in queries.runs_named(asked, MOST)) if is_start else (),
    )
