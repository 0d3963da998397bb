"""Task T in other engines, each in its fastest form known to us: once from the Parquet files, once with its head start.

A head start is what an engine's user would keep on disk to ask again: `prepare_*` makes it and is not timed against anyone.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.task import HORIZONS_NS, Row

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

INSTANTS_SQL = ", ".join(["rt", *(f"et + {horizon}" for horizon in HORIZONS_NS)])


def polars(folder: Path) -> list[Row]:
    import polars as pl

    quotes = pl.scan_parquet(folder / "quotes.parquet").select(pl.col("symbol").cast(pl.Categorical), "ts", mid=(pl.col("bid") + pl.col("ask")) / 2)
    return _polars(quotes.collect(), pl.read_parquet(folder / "fills.parquet"))


def prepare_polars(folder: Path) -> None:
    import polars as pl

    quotes = pl.scan_parquet(folder / "quotes.parquet").select("symbol", "ts", mid=(pl.col("bid") + pl.col("ask")) / 2).collect()
    quotes.with_columns(pl.col("symbol").cast(pl.Categorical)).write_ipc(folder / "polars.arrow", compression="uncompressed")


def polars_ahead(folder: Path) -> list[Row]:
    import polars as pl

    return _polars(pl.read_ipc(folder / "polars.arrow"), pl.read_parquet(folder / "fills.parquet"))


def _polars(quotes: pl.DataFrame, fills: pl.DataFrame) -> list[Row]:
    """All seven instants of all fills in one as-of join."""
    import polars as pl

    fills = fills.with_columns(pl.col("symbol").cast(quotes.schema["symbol"])).with_row_index("id")
    instants = [pl.col("rt"), *(pl.col("et") + horizon for horizon in HORIZONS_NS)]
    asked = pl.concat([fills.select("id", "symbol", k=pl.lit(k, pl.Int8), t=instant) for k, instant in enumerate(instants)]).sort("symbol", "t")
    marks = asked.join_asof(quotes, left_on="t", right_on="ts", by="symbol", check_sortedness=False)
    cost = (pl.col("qty") * 2 * pl.col("side") * (pl.col("px") - pl.col("mid"))).sum() / pl.col("qty").filter(pl.col("mid").is_not_null()).sum()
    joined = marks.join(fills.select("id", "venue", "side", "px", "qty"), on="id")
    cells = joined.group_by("venue", "side", "k").agg(fills=pl.len(), shares=pl.col("qty").sum(), cost=cost)
    return cells.pivot("k", index=["venue", "side", "fills", "shares"], values="cost", sort_columns=True).sort("venue", "side").rows()


def duckdb(folder: Path) -> list[Row]:
    import duckdb as db

    return _duckdb(db.connect(), folder, f"'{folder}/quotes.parquet'", "symbol")


def prepare_duckdb(folder: Path) -> None:
    import duckdb as db

    (folder / "duck.db").unlink(missing_ok=True)
    with db.connect(str(folder / "duck.db")) as base:
        base.execute(f"create type name as enum (select distinct symbol from '{folder}/quotes.parquet' order by 1)")
        base.execute(f"create table q as select symbol::name as symbol, ts, bid, ask from '{folder}/quotes.parquet'")


def duckdb_ahead(folder: Path) -> list[Row]:
    import duckdb as db

    return _duckdb(db.connect(str(folder / "duck.db"), read_only=True), folder, "q", "try_cast(symbol as name)")


def _duckdb(base: Any, folder: Path, quotes: str, symbol: str) -> list[Row]:
    pairs = ", ".join(f"({k + 1}, {horizon})" for k, horizon in enumerate(HORIZONS_NS))
    base.execute(f"create temp table f as select row_number() over () as id, * replace ({symbol} as symbol) from '{folder}/fills.parquet'")
    base.execute(f"create temp table w as select id, symbol, 0 as k, rt as t from f union all select id, symbol, k, et + h from f, (values {pairs}) v(k, h)")
    base.execute(f"create temp table m as select w.id, w.k, (bid + ask) / 2 as mid from w asof left join {quotes} q on w.symbol = q.symbol and w.t >= q.ts")
    cells = base.execute("""
        select venue, side, count(*), sum(qty), sum(qty * 2 * side * (px - mid)) / sum(qty) filter (mid is not null)
        from f join m using (id) group by venue, side, k order by venue, side, k
    """).fetchall()
    return _wide(cells)


def clickhouse(folder: Path) -> list[Row]:
    from chdb import session

    base = session.Session()
    base.query(f"create table q engine = Memory as select symbol, ts, bid, ask from {_plain_quotes(folder)}")
    return _clickhouse(base, folder, "q")


def prepare_clickhouse(folder: Path) -> None:
    from chdb import session

    shutil.rmtree(folder / "house", ignore_errors=True)
    base = session.Session(str(folder / "house"))
    base.query("create database day engine = Atomic")
    base.query(f"create table day.q engine = MergeTree order by (symbol, ts) as select symbol, ts, bid, ask from {_plain_quotes(folder)}")


def clickhouse_ahead(folder: Path) -> list[Row]:
    from chdb import session

    return _clickhouse(session.Session(str(folder / "house")), folder, "day.q")


def _plain_quotes(folder: Path) -> str:
    """Columns that cannot be null, which is a quarter faster than what it would infer."""
    return f"file('{folder.resolve()}/quotes.parquet', Parquet, 'symbol String, ts Int64, bid Float64, ask Float64')"


def _clickhouse(base: Any, folder: Path, quotes: str) -> list[Row]:
    fills = "symbol String, rt Int64, et Int64, side Int8, px Float64, qty Float64, venue Int16"
    text = base.query(
        f"""select venue, side, count(), sum(qty), sumIf(qty * 2 * side * (px - (bid + ask) / 2), q.ts > 0) / sumIf(qty, q.ts > 0)
        from (select *, arrayJoin(arrayZip(range(7), [{INSTANTS_SQL}])) as kt, kt.1 as k, kt.2 as t
            from file('{folder.resolve()}/fills.parquet', Parquet, '{fills}')) w
        asof left join {quotes} q on w.symbol = q.symbol and w.t >= q.ts group by venue, side, k order by venue, side, k""",
        "CSV",
    )
    return _wide([tuple(float(cell) for cell in line.split(",")) for line in str(text).strip().splitlines()])


def pandas(folder: Path) -> list[Row]:
    import pandas as pd

    quotes = pd.read_parquet(folder / "quotes.parquet", columns=["symbol", "ts", "bid", "ask"])
    quotes["mid"] = (quotes.bid + quotes.ask) / 2
    return _pandas(quotes[["symbol", "ts", "mid"]].sort_values("ts"), folder)


def prepare_pandas(folder: Path) -> None:
    import pandas as pd

    quotes = pd.read_parquet(folder / "quotes.parquet", columns=["symbol", "ts", "bid", "ask"])
    quotes["mid"] = (quotes.bid + quotes.ask) / 2
    quotes["symbol"] = quotes.symbol.astype("category")
    quotes[["symbol", "ts", "mid"]].sort_values("ts", ignore_index=True).to_feather(folder / "pandas.arrow", compression="uncompressed")


def pandas_ahead(folder: Path) -> list[Row]:
    import pandas as pd

    return _pandas(pd.read_feather(folder / "pandas.arrow"), folder)


def _pandas(quotes: pd.DataFrame, folder: Path) -> list[Row]:
    import pandas as pd

    fills = pd.read_parquet(folder / "fills.parquet")
    fills["symbol"] = fills.symbol.astype(quotes.symbol.dtype)
    groups = fills.groupby(["venue", "side"])
    parts = [groups.size(), groups.qty.sum()]
    for instant in (fills.rt, *(fills.et + horizon for horizon in HORIZONS_NS)):
        marks = pd.merge_asof(fills.assign(t=instant).sort_values("t"), quotes, left_on="t", right_on="ts", by="symbol")
        marks["cost"] = marks.qty * 2 * marks.side * (marks.px - marks.mid)
        sums = marks[marks.mid.notna()].groupby(["venue", "side"])[["cost", "qty"]].sum()
        parts.append(sums.cost / sums.qty)
    return [tuple(map(float, row)) for row in pd.concat(parts, axis=1).reset_index().to_numpy()]


def _wide(cells: list[tuple[float, ...]]) -> list[Row]:
    """Seven rows a venue and side, each with its instant's cost, as one row."""
    size = len(HORIZONS_NS) + 1
    return [(*cells[i][:4], *(cell[4] for cell in cells[i : i + size])) for i in range(0, len(cells), size)]
