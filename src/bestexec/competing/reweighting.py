"""From published lines to figures over the firm's own mix: each center's average of a cell, weighted by what the firm had in it.

A center's own mix makes its plain average: it may send easy symbols at quiet hours. Here symbol, month, order type and size weigh as
the firm's do, and the firm's own figure stands beside it over the same cells and no others. What stays unlike is said in CAVEATS.
Nothing is filled in: a cell that a center has no line for counts against its coverage, and a center without any is a row that says so.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bestexec.competing.figures import FIGURES, WEIGHT, Figure
from bestexec.competing.mixing import KEY, in_cells, in_scope
from bestexec.market.venues import NAME_MICS
from bestexec.schema import Column, Table
from bestexec.schema.words import FILED_LAYOUTS
from bestexec.units import COUNT, FLAG, TEXT
from bestexec.verdicts.base import STATISTIC, rounded

EVERY_CENTER = "every center"
"""All market centers whose reports are here, together: each cell's average over their executed shares."""
CAVEATS = (
    "A published figure is a month's average: minutes, customers and spreads within a cell may differ from the firm's.",
    "A center reports what it chose to execute; what it turned away stands in nobody's figures.",
    "Reversion, orders not held, options and flow outside regular hours are in no report of Rule 605.",
)
GROUPS: dict[str, tuple[str, ...]] = {
    "market": ("MXXNN", "legacy_market"),
    "limit": ("LYNNN", "LYNYN", "LNYNN", "LNYYN", "LNNNN", "LNNYN", "legacy_marketable_limit"),
}
"""Order types of the transaction-cost table."""
NO_LINE, NOT_STATED = "no line of theirs is of the firm's kinds of orders", "their lines in these cells do not state it"
COMPETING = Table(
    "competing", "One figure of one market center over the firm's mix of orders, beside the firm's own over the same cells.",
    ("layout", "order_group", "center", "metric"), "",
    (
        Column("layout", TEXT, "", "Layout of the report; the two measure different order types and are never mixed.", True, FILED_LAYOUTS),
        Column("order_group", TEXT, "", "Market orders, or limit orders.", True, tuple(GROUPS)),
        Column("center", TEXT, "", f"Code of the market center as filed, or `{EVERY_CENTER}`.", required=True),
        Column("venue", TEXT, "MIC", "The venue that the code names; null when it is not known."),
        Column("is_used", FLAG, "", "Whether the firm's orders were executed there; null when the venue is not known."),
        Column("metric", TEXT, "", "Key of the metric.", required=True),
        Column("better", TEXT, "", "Which way is good for the customer.", True, ("lower", "higher", "neither")),
        Column("ours", STATISTIC, "the metric's", "The firm's figure over the matched cells."),
        Column("theirs", STATISTIC, "the metric's", "The center's figure over them, weighted as the firm's."),
        Column("difference", STATISTIC, "the metric's", "Ours less theirs."),
        Column("coverage", STATISTIC, "fraction", "Part of the firm's shares of the group whose cell the center states.", required=True),
        Column("matched_shares", STATISTIC, "shares", "Those shares.", required=True),
        Column("cells", COUNT, "cells", "Cells matched.", required=True),
        Column("months", COUNT, "months", "Months of them.", required=True),
        Column("their_shares", STATISTIC, "shares", "The center's own shares (orders, in a rate of orders) behind its figure."),
        Column("broken_lines", COUNT, "lines", "Lines of theirs in the firm's cells that break a rule of the report: no benchmark, left out.", required=True),
        Column("why", TEXT, "", "Why there is no figure."),
    ),
)  # fmt: skip


def reweighted(published: pl.DataFrame, fills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """COMPETING rows of `published` (published_605) against measured `fills` and `orders`: by layout, order group, center and metric.

    Every center that has a line in a month of the firm's gets a row for every metric, with the reason where there is no figure.
    """
    own = {"fills": in_scope(fills), "orders": in_scope(orders)}
    used = fills["venue"].drop_nulls().unique().to_list()
    parts = [_of_layout(published.filter(pl.col("layout") == layout), layout, own) for layout in FILED_LAYOUTS]
    made = pl.concat([part for part in parts if part is not None] or [pl.DataFrame(schema=COMPETING.schema).drop("venue", "is_used")])
    venue = pl.col("center").replace_strict(NAME_MICS, default=None, return_dtype=pl.String)
    named = made.with_columns(venue=venue, is_used=pl.when(venue.is_not_null()).then(venue.is_in(used)))
    return named.select(COMPETING.schema.names()).cast(COMPETING.schema).sort("layout", "order_group", pl.col("center") != EVERY_CENTER, "center", "metric")


def _of_layout(lines: pl.DataFrame, layout: str, own: dict[str, pl.DataFrame]) -> pl.DataFrame | None:
    celled = {on: in_cells(rows, layout) for on, rows in own.items()}
    months = pl.concat(rows.select("month_on") for rows in celled.values()).unique()
    lines = lines.join(months, on="month_on", how="semi").filter(~pl.lit(layout == "amended") | pl.col("lot_class").is_not_null())
    if lines.is_empty():
        return None
    every = lines.select("market_center").unique().sort("market_center")
    cells = pl.concat(rows.select(KEY[layout]) for rows in celled.values()).unique()
    near = lines.join(cells, on=KEY[layout], how="semi").sort("market_center", *KEY[layout])
    broken = near.filter(pl.col("broken_rules").is_not_null()).group_by("market_center").agg(broken_lines=pl.len().cast(COUNT))
    sound = near.filter(pl.col("broken_rules").is_null())
    rows = [row for figure in FIGURES if layout in figure.layouts for row in _of_figure(figure, sound, celled[figure.on], layout, every)]
    together = pl.concat(rows).join(broken.rename({"market_center": "center"}), on="center", how="left", maintain_order="left")
    total = pl.when(pl.col("center") == EVERY_CENTER).then(pl.lit(broken["broken_lines"].sum(), COUNT))
    return together.with_columns(layout=pl.lit(layout), broken_lines=pl.coalesce(total, "broken_lines", pl.lit(0, COUNT)))


def _of_figure(figure: Figure, lines: pl.DataFrame, own: pl.DataFrame, layout: str, every: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One frame an order group in which the figure is stated: a row a center, and one for all together."""
    key = KEY[layout]
    weight = pl.col(WEIGHT[figure.on]).cast(pl.Float64)
    over, ours_over = (expr if expr is not None else pl.lit(1.0) for expr in (figure.over, figure.ours_over))
    stated = lines.select("market_center", *key, a=figure.theirs, b=over, n=figure.rests_on).filter(
        pl.all_horizontal(pl.col("a", "b").is_not_null()) & (pl.col("n") > 0) & pl.col("order_class").is_in(figure.classes)
    )
    known = own.select("own_class", *key, w=weight, x=figure.ours, y=ours_over).filter(pl.all_horizontal(pl.col("w", "x", "y").is_not_null()))
    measured = known.filter(pl.col("own_class").is_in(figure.classes))
    mean = [(pl.col("n") * pl.col(name)).sum() / pl.col("n").sum() for name in ("a", "b")]
    pooled = stated.group_by(key, maintain_order=True).agg(a=mean[0], b=mean[1], n=pl.col("n").sum())
    both = pl.concat([stated.rename({"market_center": "center"}), pooled.select(pl.lit(EVERY_CENTER).alias("center"), *key, "a", "b", "n")])
    for group, classes in GROUPS.items():
        of_group = measured.filter(pl.col("own_class").is_in(classes)).sort(*key, "w", "x")
        if not of_group.is_empty():
            there = lines.join(of_group, on=key, how="semi")["market_center"].unique()
            yield _weighed(figure, group, both, of_group.drop("own_class"), every, there)


def _weighed(figure: Figure, group: str, stated: pl.DataFrame, own: pl.DataFrame, every: pl.DataFrame, there: pl.Series) -> pl.DataFrame:
    key = [name for name in own.columns if name not in ("w", "x", "y")]
    cells = own.group_by(key, maintain_order=True).agg(pl.col("w").sum(), *((pl.col("w") * pl.col(name)).sum().alias(name) for name in ("x", "y")))
    matched = stated.join(cells, on=key, how="inner").sort("center", *key)
    figures = matched.group_by("center", maintain_order=True).agg(
        ours=pl.col("x").sum() / pl.when(pl.col("y").sum() != 0).then(pl.col("y").sum()),
        theirs=(pl.col("w") * pl.col("a")).sum() / pl.when((pl.col("w") * pl.col("b")).sum() != 0).then((pl.col("w") * pl.col("b")).sum()),
        matched_shares=pl.col("w").sum(), cells=pl.len().cast(COUNT), months=pl.col("month_on").n_unique().cast(COUNT), their_shares=pl.col("n").sum(),
    )  # fmt: skip
    centers = pl.concat([every.rename({"market_center": "center"}), pl.DataFrame({"center": [EVERY_CENTER]})])
    rows = centers.join(figures, on="center", how="left", maintain_order="left")
    whole = float(own["w"].sum())
    zeros = [pl.col(name).fill_null(0) for name in ("matched_shares", "cells", "months")]
    figures = rows.with_columns(*zeros, difference=pl.col("ours") - pl.col("theirs"), coverage=(pl.col("matched_shares").fill_null(0) / whole))
    has_lines = pl.col("center").is_in(there.implode()) | ((pl.col("center") == EVERY_CENTER) & pl.lit(there.len() > 0))
    why = pl.when(pl.col("theirs").is_null()).then(pl.when(has_lines).then(pl.lit(NOT_STATED)).otherwise(pl.lit(NO_LINE)))
    named = rounded(figures).with_columns(order_group=pl.lit(group), metric=pl.lit(figure.metric), better=pl.lit(figure.better), why=why)
    return named.select(name for name in COMPETING.schema.names() if name in named.columns)
