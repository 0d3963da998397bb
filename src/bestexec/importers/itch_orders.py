"""Orders of an ITCH stream followed from message to message: what each one leaves at its price, and what was executed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.importers.itch_messages import Block

LIVE = {"order": pl.Int64, "locate": pl.Int64, "side": pl.String, "price": pl.Int64, "left": pl.Int64}
_ROWS = {
    "record": pl.Int64, "clock": pl.Int64, "order": pl.Int64, "locate": pl.Int64, "side": pl.String, "price": pl.Int64, "shares": pl.Int64, "how": pl.Int32,
    "printable": pl.String, "at_price": pl.Int64,
}  # fmt: skip
_OPENING, _ADDED, _TAKEN, _GONE = 0, 1, 2, 3
"""How a row changes an order: it stood before, it begins, it loses some, it ends."""


@dataclass
class Orders:
    """The orders that stand, carried from block to block."""

    live: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LIVE))

    def follow(self, block: Block) -> tuple[pl.DataFrame, pl.DataFrame, int]:
        """(changes, executions, how many messages name an order that was never added), and the orders that stand from then on are kept.

        Changes: record, clock, locate, side, price, change (shares), and part (0, or 1 for the order that replaces another). The first rows are what stood
        before, with a null record. Executions: record, clock, locate, side of the resting order, price (its own), shares, printable.
        """
        added = [_added(frame) for kind in "AF" if (frame := block.frame(kind)) is not None]
        taken = [_taken(frame, kind) for kind in "ECX" if (frame := block.frame(kind)) is not None]
        gone = [_gone(frame) for kind in "DU" if (frame := block.frame(kind)) is not None]
        replaced = block.frame("U")
        opening = self.live.select(
            pl.lit(None, pl.Int64).alias("record"),
            pl.lit(None, pl.Int64).alias("clock"),
            "order",
            "locate",
            "side",
            "price",
            shares="left",
            how=pl.lit(_OPENING),
        )
        news = [_replacing(replaced)] if replaced is not None else []
        rows = pl.concat([pl.DataFrame(schema=_ROWS), opening, *added, *news, *taken, *gone], how="diagonal_relaxed").sort(
            "order", "record", "how", nulls_last=False
        )
        rows = rows.with_columns(
            known=pl.col("how").first().over("order") <= _ADDED, price=pl.col("price").first().over("order"), locate=pl.col("locate").first().over("order"),
            signed=pl.when(pl.col("how") <= _ADDED).then("shares").when(pl.col("how") == _TAKEN).then(-pl.col("shares")).otherwise(0),
        )  # fmt: skip
        rows = _sided(rows, replaced)
        unknown = rows.filter(~pl.col("known") | pl.col("side").is_null())
        rows = rows.filter(pl.col("known") & pl.col("side").is_not_null())
        left = pl.col("signed").cum_sum().over("order")
        rows = rows.with_columns(change=pl.when(pl.col("how") == _GONE).then(-left).otherwise("signed"))
        self.live = (
            rows.group_by("order", maintain_order=True).agg(pl.col("locate", "side", "price").first(), left=pl.col("change").sum()).filter(pl.col("left") > 0)
        ).cast(pl.Schema(LIVE))
        changes = rows.select("record", "clock", "locate", "side", "price", "change", part=(pl.col("how") == _ADDED).cast(pl.Int64))
        elsewhere = pl.col("at_price").is_not_null()
        executed = rows.filter(pl.col("printable").is_not_null()).select(
            "record", "clock", "locate", "side", "shares", "printable",
            price=pl.coalesce("at_price", "price"), kind=pl.when(elsewhere).then(pl.lit("C")).otherwise(pl.lit("E")),
        )  # fmt: skip
        return changes, executed, unknown.filter(pl.col("how") != _ADDED)["record"].n_unique()


def _added(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("record", "clock", "order", "locate", "side", "price", "shares", how=pl.lit(_ADDED))


def _taken(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    printable = {"E": pl.lit("Y"), "C": pl.col("printable") if kind == "C" else None, "X": pl.lit(None, pl.String)}[kind]
    price = pl.col("price") if kind == "C" else pl.lit(None, pl.Int64)
    return frame.select("record", "clock", "order", "shares", how=pl.lit(_TAKEN), printable=printable, at_price=price)


def _gone(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("record", "clock", "order", how=pl.lit(_GONE))


def _replacing(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("record", "clock", "locate", "price", "shares", order="new_order", how=pl.lit(_ADDED))


def _sided(rows: pl.DataFrame, replaced: pl.DataFrame | None) -> pl.DataFrame:
    """With the side of each row's order: its own, or that of the order it goes back to through replacements."""
    own = pl.col("side").first().over("order")
    if replaced is None:
        return rows.with_columns(side=own)
    pairs = replaced.unique("new_order", keep="first").sort("new_order")
    roots = pairs.select(order="new_order", root=pl.Series(_roots(pairs["new_order"].to_numpy(), pairs["order"].to_numpy())))
    firsts = rows.filter(pl.col("side").is_not_null()).unique("order", keep="first").select(root="order", root_side="side")
    sides = roots.join(firsts, on="root", how="left").select("order", "root_side")
    return rows.join(sides, on="order", how="left", maintain_order="left").with_columns(side=pl.coalesce(own, "root_side")).drop("root_side")


def _roots(later: npt.NDArray[np.int64], earlier: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each order of `later` (sorted) the first that it goes back to, by ever longer steps."""
    place = np.searchsorted(later, earlier)
    place = np.where((place < len(later)) & (later[np.minimum(place, len(later) - 1)] == earlier), place, np.arange(len(later)))
    for _ in range(len(later).bit_length()):  # steps double, and a damaged file's circles end too
        place = place[place]
    return earlier[place]
