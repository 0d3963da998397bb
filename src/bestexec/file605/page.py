"""The page beside the files: what was covered, what was left out and why, how each open point was read, what was held."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from bestexec.file605.month import Month
from bestexec.filings.rule605 import FAULTS, counts
from bestexec.filings.rule605.columns import HORIZONS
from bestexec.report.blocks import Block, Callout, Cell, Column, Facts, Heading, Items, Pack, Table, Text
from bestexec.schema import ORDER_CLASSES
from bestexec.units import ORDERS, SHARES, USD

CLASS_WORDS = {
    "MXXNN": "Market", "LYNNN": "Marketable limit", "LYNYN": "Marketable, immediate or cancel", "LNYNN": "Midpoint-or-better limit",
    "LNYYN": "Midpoint-or-better, immediate or cancel", "LNNNN": "Executable non-marketable limit", "LNNYN": "Executable non-marketable, immediate or cancel",
    "MXXNY": "Executable stop market", "LYNNY": "Executable stop marketable limit", "LNNNY": "Executable stop non-marketable limit",
}  # fmt: skip
NOT_LOOKED_AT = (
    "Whether a broker-dealer's accounts oblige it to report at all: that is the firm's profile.",
    "Whether a security is exempt as rarely traded, unless a list of such securities was given.",
    "Short sales' price test on days for which no feed of statuses was imported: no restriction is then known.",
)


def assemble(month: Month, corrects: str) -> Pack:
    """The page of a month; `corrects` is the hash of the detailed file that this one replaces, empty for a first report."""
    last = max(month.days)
    return Pack(
        title=f"Rule 605 report of {month.readings.month:%Y-%m}", subtitle="What it covers, what it leaves out, how it was read",
        firm=month.firm, first_on=min(month.days), last_on=last, run_id=month.run_id, blocks=(*_covered(month, corrects), *_left_out(month), *_read(month)),
    )  # fmt: skip


def _covered(month: Month, corrects: str) -> tuple[Block, ...]:
    shares = month.fills["fill_qty"].sum()
    facts = [
        ("Reporter", f"{month.named.code}, designated participant {month.named.participant}"),
        ("Covered orders", f"{month.covered.height:,} of {month.covered.height + month.left_out.height:,} of the month"),
        ("Executions", f"{month.fills.height:,}, {shares:,f} shares" if shares is not None else "none"),
        ("Rows of the detailed file", f"{month.detail.height:,}"),
        ("Rows of the summary", "not written" if month.summary is None else f"{month.summary.height:,}"),
        ("Policy", f"{month.policy_version}, {month.policy_hash[:12]}"),
    ]
    blocks: list[Block] = [Heading("What the report covers"), Facts(tuple(facts))]
    if corrects:
        blocks.append(Callout("note", "A corrected report", f"It replaces the detailed file with the SHA-256 {corrects}, which stays as it was filed."))
    blocks += [Callout("attention", title, text) for title, text in attention(month)]
    return (*blocks, _classes(month))


def attention(month: Month) -> list[tuple[str, str]]:
    """What a reader must not overlook: (title, sentence)."""
    told = []
    if month.summary is None:
        few = ", ".join(month.unknown_members[:5])
        says = f"Whether {len(month.unknown_members)} symbols, such as {few}, belonged to the S&P 500 on the first day of the month is not known."
        told.append(("The summary is not written", f"{says} Add a file of its members with --members, or is_sp500 in a symbols file."))
    if month.silent:
        told.append(("Days without an order", f"{', '.join(day.isoformat() for day in month.silent)}: nothing was fed, or nothing came in."))
    faults = counts(month.left_out.filter(pl.col("excluded").is_in(FAULTS)))
    told += [("A fault of the data", f"{orders:,} orders left out: {why}.") for why, orders, _ in faults.iter_rows()]
    told += [("Cells left empty", f"{count:,} {what}.") for what, count in _unknown(month) if count]
    if month.unlinked:
        told.append(("Executions without an order", f"{month.unlinked:,} executions of the month are in no row: no feed shows their order."))
    by_price = month.covered.filter(~pl.col("is_lot_stated"))["symbol"].n_unique()
    if by_price:
        told.append(("Round lots by price", f"No feed states the round lot of {by_price:,} symbols; the price of the day stands in for the assigned one."))
    return told


def _unknown(month: Month) -> list[tuple[str, int]]:
    """What is not known behind cells that stay empty, or behind averages of fewer shares: (words, how many)."""
    quoted, resting = (month.sums.filter(pl.col("order_class").is_in(classes)) for classes in (month.readings.quote_classes, month.readings.limit_classes))
    later = {name: month.fills[f"mid_after_{name}"].null_count() for name in HORIZONS}
    return [
        ("orders without a displayed size at the quote: columns 50 and 51 of their rows", int(quoted["size_unknown"].sum())),
        ("orders over a day without a tape: columns 53 and 54 of their rows", int(resting["opportunity_unknown"].sum())),
        *((f"executions without a midpoint {name} later, which its average leaves out", count) for name, count in later.items()),
    ]  # fmt: skip


def _classes(month: Month) -> Block:
    by_class = month.covered.group_by("order_class").agg(
        orders=pl.len().cast(pl.Int64), shares=pl.col("qty").sum(), filled=pl.col("first_filled_at").is_not_null().sum().cast(pl.Int64),
        executed=pl.col("executed_qty").sum(), usd=pl.col("notional").sum(),
    )  # fmt: skip
    rows = {row["order_class"]: row for row in by_class.to_dicts()}
    lines = tuple(
        (
            Cell(name), Cell(CLASS_WORDS[name]), Cell(rows[name]["orders"], ORDERS), Cell(rows[name]["filled"], ORDERS), Cell(rows[name]["shares"], SHARES),
            Cell(rows[name]["executed"], SHARES), Cell(Decimal(rows[name]["usd"]).scaleb(-15), USD),
        )
        for name in ORDER_CLASSES if name in rows
    )  # fmt: skip
    heads = (
        Column("Code", code=True), Column("Order type"), Column("Orders", ORDERS, "right"), Column("With a fill", ORDERS, "right"),
        Column("Shares", SHARES, "right"), Column("Executed", SHARES, "right"), Column("Value", USD, "right"),
    )  # fmt: skip
    if not lines:
        return Text("No order of the month is covered.")
    return Table("Covered orders by order type", heads, lines, "orders and executions of the sealed run's inputs", summed=(2, 3, 4, 5, 6))


def _left_out(month: Month) -> tuple[Block, ...]:
    told = counts(month.left_out)
    heading = Heading("What it leaves out")
    if told.is_empty():
        return (heading, Text("Every order of the month is covered."))
    heads = (Column("Reason"), Column("Orders", ORDERS, "right"), Column("Shares", SHARES, "right"))
    rows = tuple((Cell(why), Cell(orders, ORDERS), Cell(shares, SHARES)) for why, orders, shares in told.iter_rows())
    words = Text("An order is counted under the first reason that holds. Each is listed with its source line in the file of orders left out.")
    return (heading, words, Table("Orders left out, by reason", heads, rows, "every order that belongs to the month", summed=(1, 2)))


def _read(month: Month) -> tuple[Block, ...]:
    heads = (Column("Setting", code=True), Column("Value", code=True), Column("Meaning"), Column("Doubt"), Column("Source"))
    rows = tuple((Cell(item.name), Cell(item.value), Cell(item.meaning), Cell(item.doubt), Cell(item.source)) for item in month.settings)
    rules = tuple(f"{rule.says} ({rule.key})" for rule in month.invariants)
    return (
        Heading("How open points were read"), Text("As they hold on the first day of the month, by the policy of the run."),
        Table("Settings", heads, rows, "the policy of the run"),
        Heading("What was held before anything was written"),
        Text("Of every row, in whole numbers, within what rounding to six decimals allows. Numbers are columns of the detailed file."), Items(rules),
        Heading("What was not looked at"), Items(NOT_LOOKED_AT),
    )  # fmt: skip
