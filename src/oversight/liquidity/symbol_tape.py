"""The tape of the firm's own symbols, read off the sealed runs in force: by symbol, venue, session, asset class and day, beside what the firm executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec import session_of_trades
from oversight.measured import figures, frames
from oversight.measured.dimensions import UNKNOWN
from oversight.measured.sources import Sources

TABLE = "tape_symbols"
BY = {"venue": "venue", "symbol": "symbol", "session": "session", "asset_class": "asset class", "day": "day"}
"""By what the tape of the firm's symbols can be cut, each in words."""
SUMS = ("trades", "shares", "notional", "filtered_trades", "filtered_shares")
TYPES: dict[str, pl.DataType] = {
    **dict.fromkeys(BY, pl.String()), "day": pl.Date(), **dict.fromkeys(("trades", "filtered_trades"), pl.Int64()),
    **dict.fromkeys(("shares", "filtered_shares"), pl.Decimal(38, 6)), "notional": pl.Decimal(38, 14),
}  # fmt: skip
OWN = ("day", "symbol", "filled_at", "kind", "fill_qty", "fill_px", "asset_class", "currency")


@dataclass(frozen=True)
class Cut:
    """What a period's runs hold of the tape of the firm's symbols: `rows` by symbol, venue, session and asset class; `own`, what the firm executed
    by symbol, session and asset class on the same days, in US dollars.

    `days` are those with a trade of the firm's symbols, `silent` those without one, `lacking` those of runs that were sealed before runs held this.
    """

    rows: pl.DataFrame
    own: pl.DataFrame
    days: tuple[date, ...]
    silent: tuple[date, ...]
    lacking: tuple[date, ...]

    @property
    def is_held(self) -> bool:
        """Whether any run of the period holds it."""
        return bool(self.days or self.silent)

    @property
    def filtered(self) -> tuple[int, object]:
        """(trades, shares) that a source's filter leaves out of the volume."""
        return int(self.rows["filtered_trades"].sum()), self.rows["filtered_shares"].sum()


def cut(sources: Sources) -> Cut:
    """The tape of the firm's symbols in the runs and days of `sources`; read once, then kept."""
    return figures.once(("tape of symbols",), sources, lambda: _cut(sources))


def grouped(sources: Sources, by: Sequence[str], chosen: Mapping[str, str]) -> pl.DataFrame:
    """Its sums by any of BY, of the rows with the values chosen; a run is scanned, so that no more of it is held than the groups."""
    parts = [_scan(sources, place).filter(_chosen(chosen)).group_by(by).agg(pl.col(SUMS).sum()).collect() for place in _holding(sources)]
    if not parts:
        return pl.DataFrame(schema={name: TYPES[name] for name in (*by, *SUMS)})
    return pl.concat(parts).group_by(by).agg(pl.col(SUMS).sum()).sort("shares", *by, descending=[True, *(False for _ in by)], nulls_last=True)


def _cut(sources: Sources) -> Cut:
    of_cut = ("symbol", "venue", "session", "asset_class")
    rows, classes = grouped(sources, of_cut, {}), grouped(sources, ("day", "symbol", "asset_class"), {})
    held = {day for place in _holding(sources) for day in sources.in_force[place][1]}
    days = set(classes["day"])
    lacking = sorted(set(sources.days) - held)
    return Cut(rows, _own(sources, held, classes), tuple(sorted(days)), tuple(sorted(held - days)), tuple(lacking))


def _own(sources: Sources, held: set[date], classes: pl.DataFrame) -> pl.DataFrame:
    """What the firm executed in US dollars on the days held, by symbol, session of the execution, and asset class as the tape has it."""
    by = ("symbol", "session", "asset_class")
    parts = [frames.columns(run, "fills", OWN).filter(pl.col("day").is_in([day for day in days if day in held])) for run, days in sources.in_force]
    fills = pl.concat(parts, how="diagonal").filter(pl.col("currency").fill_null("USD") == "USD")
    if fills.is_empty() or classes.is_empty():
        named = fills.with_columns(is_on_tape=pl.lit(value=False), told=pl.lit(None, pl.String))
    else:
        told = classes.select("day", "symbol", told="asset_class", is_on_tape=pl.lit(value=True))
        named = fills.join(told, on=["day", "symbol"], how="left").with_columns(pl.col("is_on_tape").fill_null(value=False))
    return (
        named.with_columns(
            session=session_of_trades(named, "filled_at"),
            asset_class=pl.when("is_on_tape").then("told").otherwise("asset_class"),
            value=pl.sql_expr("fill_qty * fill_px"),
        )
        .group_by(by)
        .agg(pl.col("value").sum(), shares=pl.col("fill_qty").cast(pl.Decimal(38, 6)).sum(), fills=pl.len())
        .sort(by, nulls_last=True)
    )


def _holding(sources: Sources) -> list[int]:
    """Places of the runs that hold the table."""
    return [place for place, (run, _) in enumerate(sources.in_force) if f"{TABLE}.parquet" in run.manifest["outputs"]]


def _scan(sources: Sources, place: int) -> pl.LazyFrame:
    run, days = sources.in_force[place]
    return pl.scan_parquet(run.folder / f"{TABLE}.parquet").filter(pl.col("day").is_in(days))


def _chosen(chosen: Mapping[str, str]) -> pl.Expr:
    kept = pl.lit(value=True)
    for name, value in chosen.items():
        column = pl.col(name)
        kept &= column.is_null() if value == UNKNOWN else column == (date.fromisoformat(value) if name == "day" else pl.lit(value))
    return kept
