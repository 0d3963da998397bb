"""What the command line prints of judgements: what a person must decide on first."""

from __future__ import annotations

import polars as pl

from bestexec import metrics as registry
from bestexec.printed import NOTHING, shown
from bestexec.printed.terminal import drawn, lined
from bestexec.units import FRACTION, USD, USD_PER_SHARE
from bestexec.verdicts.base import worst_first


def verdicts(told: pl.DataFrame, *, every: bool = False) -> str:
    """One line a comparison, those that need a decision first and marked; `every` adds what had too little to stand on, with the reason."""
    known = worst_first(told.filter(pl.col("effect").is_not_null()))
    lines = lined(("", "subject", "measure", "verdict", ">difference", ">95 % from", ">to", ">material from", ">fills", ">matched", ">cost"))
    for row in known.iter_rows(named=True):
        figures = [shown(row[name], USD_PER_SHARE) for name in ("effect", "low", "high", "materiality")]
        lines.add_row(
            "decide" if row["needs_decision"] else "", f"{row['kind'].replace('_', ' ')} {row['subject']}", row["metric"], row["verdict"], *figures,
            f"{row['n']:,}", shown(row["coverage"], FRACTION), shown(row["dollars"], USD),
        )  # fmt: skip
    silent = told.filter(pl.col("effect").is_null())
    due = known["needs_decision"].sum()
    heads = [f"{due} of {told.height} comparisons ask for a decision; {silent.height} had too little to stand on{'' if every else ' (--all says why)'}."]
    whys = [f"  {row['kind'].replace('_', ' ')} {row['subject']} by {row['metric']}: {row['why']}" for row in silent.iter_rows(named=True)] if every else []
    said = [f"  {sentence}" for sentence in known.filter(pl.col("needs_decision"))["sentence"]]
    return drawn(*heads, *([lines] if known.height else []), *said, *whys)


def harmed(told: pl.DataFrame) -> str:
    """One line an order that fared worse than its like, the worst first."""
    if told.is_empty():
        return drawn("No single order cost the customer more, against other orders of its kind, than max_order_harm_usd of the policy.")
    lines = lined(("order", "symbol", "day", ">fills", ">shares", ">worse than its like ($)", ">a share ($)"))
    for row in told.iter_rows(named=True):
        named = (row["order_id"], row["symbol"], str(row["key_on"]), f"{row['n']:,}", f"{row['shares']:,.0f}")
        lines.add_row(*named, shown(row["dollars"], USD), shown(row["per_share"], USD_PER_SHARE))
    return drawn(f"{told.height:,} orders fared worse than their like; bestexec explain --order shows one.", lines)


def competing(told: pl.DataFrame) -> str:
    """One line a figure of a market center, all of one measure together."""
    if told.is_empty():
        return drawn("No published Rule 605 report covers a month of this run. They are public: import them, and every market stands beside the firm's orders.")
    units = {metric.key: metric.unit for metric in registry.METRICS if metric.on != "trades"}
    lines = lined(("measure", "orders", "layout", "center", "used", ">theirs, our mix", ">ours, same cells", ">ours less theirs", ">covered", "why empty"))
    used = {True: "yes", False: "no", None: ""}
    for row in told.sort("metric", "order_group", "layout", pl.col("coverage"), "center", descending=[False, False, False, True, False]).iter_rows(named=True):
        figures = [shown(row[name], units[row["metric"]]) for name in ("theirs", "ours", "difference")]
        names = (row["metric"], row["order_group"], row["layout"], row["center"], used[row["is_used"]])
        lines.add_row(*names, *figures, shown(row["coverage"], FRACTION), row["why"] or NOTHING)
    return drawn(lines)


def claimed(told: pl.DataFrame) -> str:
    """One sentence a figure, contradicted ones first, then what cannot be told; figures that hold are counted."""
    if told.is_empty():
        return drawn("No vendor's own report covers a day of this run. Import it: a header with vendor, metric, value, unit, period_from, period_to.")
    counts = ", ".join(f"{count:,} {word}" for word, count in told["verdict"].value_counts().sort("verdict").iter_rows())
    said = [f"  {sentence}" for word in ("contradicted", "cannot tell") for sentence in told.filter(pl.col("verdict") == word)["sentence"]]
    return drawn(f"{told.height:,} figures: {counts}.", *said)


def routers(told: pl.DataFrame, stated: pl.DataFrame) -> str:
    """What was found, a sentence each; what cannot be told of payments and hops; and how each stated rule stands."""
    found = told.filter(pl.col("verdict") == "found").sort("day", pl.col("effect").abs(), descending=[False, True], nulls_last=True)
    other = told.filter(pl.col("judgement") != "change", pl.col("verdict") != "found")
    quiet = told.filter(pl.col("judgement") == "change", pl.col("verdict") != "found")["verdict"].value_counts().sort("verdict")
    counts = ", ".join(f"{count:,} {word}" for word, count in quiet.iter_rows())
    rules = lined(("rule", "vendor", "kind", "standing", ">tested", ">kept", ">broken", ">cannot tell"))
    for rule, vendor, kind, standing, *numbers in stated.select("rule", "vendor", "kind", "standing", "tested", "kept", "broken", "cannot_tell").iter_rows():
        rules.add_row(rule, vendor, kind, standing, *(f"{number:,}" for number in numbers))
    said = [f"  {sentence}" for sentence in (*found["sentence"], *other["sentence"])]
    without = "No stated routing rule is on file (policy/logic.toml): the vendors' own rules were not tested."
    return drawn(f"{found.height:,} found; figures watched without an alarm: {counts or 'none'}.", *said, rules if stated.height else without)
