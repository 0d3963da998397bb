"""Whose orders they were: the keyed hash of the account, read from the import that made each order, for no sealed run holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from bestexec.linking.identity import ORDER_KEY
from bestexec.lookback.unseen import ACCOUNT, Unseen, ordered
from bestexec.runs import Run
from bestexec.workspace import Workspace

NEEDED = [*ORDER_KEY, "qty", "received_at", "line", "account_key"]
UNKNOWN_ACCOUNT = "customer unknown"
NOT_FED, DISAGREES, GONE, TWO = (
    "no feed names the account of the order",
    "the imported row is not the one that was sealed, so its account is not believed",
    "the import that made the order is gone",
    "two feeds name two accounts for the order",
)


def accounts_of(orders: pl.DataFrame, runs: Iterable[Run], workspace: Workspace) -> tuple[pl.DataFrame, tuple[Unseen, ...]]:
    """(`orders` with `account_key`, and `why_unknown` where it is null; the same as gaps). `orders` have the order's key, `day` and `run_id`.

    The row that made the sealed order is looked up by import and line and held against it. Where it has no account, another feed's row of the same order may
    have one, if all that do agree.
    """
    by_id = {run.id: run for run in runs}
    parts = [_of_run(part, by_id[str(run_id)], workspace) for (run_id,), part in orders.partition_by("run_id", as_dict=True).items()]
    known = (
        pl.concat(parts).sort("day", "firm", "symbol", "order_id")
        if parts
        else orders.with_columns(pl.lit(None, pl.String).alias(n) for n in ("account_key", "why_unknown"))
    )
    unknown = known.filter(pl.col("account_key").is_null()).group_by("why_unknown").agg(rows=pl.len(), days=pl.col("day").unique()).sort("why_unknown")
    return known, ordered(Unseen(ACCOUNT, why, tuple(sorted(days)), rows, known.height) for why, rows, days in unknown.iter_rows())


def _of_run(orders: pl.DataFrame, run: Run, workspace: Workspace) -> pl.DataFrame:
    sealed = run.table("orders", {*ORDER_KEY, "order_qty", "received_at", "order_line", "order_import"})
    for name, dtype in (("order_qty", pl.Decimal(18, 6)), ("received_at", pl.Int64()), ("order_line", pl.Int64()), ("order_import", pl.String())):
        sealed = sealed.with_columns((pl.col(name) if name in sealed.columns else pl.lit(None)).cast(dtype).alias(name))
    wanted = orders.join(sealed, on=ORDER_KEY, how="left", maintain_order="left")
    fed = _fed(run.manifest["inputs"], sorted(set(wanted["key_on"])), workspace).join(wanted.select(ORDER_KEY).unique(), on=ORDER_KEY, how="semi")
    own = fed.select(*ORDER_KEY, order_import="import_id", order_line="line", fed_qty="qty", fed_at="received_at", own_key="account_key", was_fed=pl.lit(True))
    others = fed.drop_nulls("account_key").group_by(ORDER_KEY).agg(keys=pl.col("account_key").n_unique(), other_key=pl.col("account_key").first())
    joined = wanted.join(own, on=[*ORDER_KEY, "order_import", "order_line"], how="left", maintain_order="left").join(
        others, on=ORDER_KEY, how="left", maintain_order="left"
    )
    agrees = (pl.col("fed_qty") == pl.col("order_qty")) & (pl.col("fed_at") == pl.col("received_at"))
    why = (
        pl.when(pl.col("was_fed").is_null()).then(pl.lit(GONE)).when(~agrees.fill_null(False)).then(pl.lit(DISAGREES))
        .when(pl.col("own_key").is_null() & (pl.col("keys") > 1)).then(pl.lit(TWO)).when(pl.coalesce("own_key", "other_key").is_null()).then(pl.lit(NOT_FED))
    )  # fmt: skip
    told = joined.with_columns(why_unknown=why).with_columns(account_key=pl.when(pl.col("why_unknown").is_null()).then(pl.coalesce("own_key", "other_key")))
    return told.select(*orders.columns, "account_key", "why_unknown")


def _fed(inputs: Mapping[str, Any], days: Iterable[date], workspace: Workspace) -> pl.DataFrame:
    """The orders of the run's imports on those days, as they were read in; an import that is gone or unreadable gives none."""
    parts = [pl.DataFrame(schema={**_TYPES, "import_id": pl.String})]
    for import_id, said in sorted(inputs.items()):
        for day in days:
            if day.isoformat() in said.get("rows", {}).get("orders", {}):
                parts.append(_read(workspace, import_id, day))
    return pl.concat(parts)


def _read(workspace: Workspace, import_id: str, day: date) -> pl.DataFrame:
    path = workspace.imports / import_id / "orders" / f"{day.isoformat()}.parquet"
    try:
        rows = pl.read_parquet(path, columns=NEEDED)
    except (OSError, pl.exceptions.PolarsError):
        return pl.DataFrame(schema={**_TYPES, "import_id": pl.String})
    return rows.cast(_TYPES).select(NEEDED).with_columns(import_id=pl.lit(import_id))  # type: ignore[arg-type]  # a mapping of types


_TYPES: dict[str, pl.DataType] = {
    "firm": pl.String(), "key_on": pl.Date(), "symbol": pl.String(), "order_id": pl.String(), "qty": pl.Decimal(18, 6), "received_at": pl.Int64(),
    "line": pl.Int64(), "account_key": pl.String(),
}  # fmt: skip


__all__ = ["UNKNOWN_ACCOUNT", "accounts_of"]
