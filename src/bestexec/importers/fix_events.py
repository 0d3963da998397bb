"""FIX messages of one block as canonical events, with what was refused, passed over and found wrong."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from bestexec.errors import Problem
from bestexec.importers import fix_codes as codes
from bestexec.importers import fix_prefix, fix_tags
from bestexec.importers.base import Reject
from bestexec.importers.fix_scan import Messages
from bestexec.importers.fix_values import WRITTEN, Values, custom, hashes, instants, numbers, prefix_clocks, texts, values_of, wrong_sums
from bestexec.market.sessions import CALENDAR_FIRST, CALENDAR_LAST, trading_date
from bestexec.policy.fix_aliases import Alias
from bestexec.units import NS_PER_SECOND, PX_SCALE, QTY_SCALE

NO_TIME = "no time: tags 52 and 60 are missing or unreadable, and the log shows none"
ONCE = (11, 17, 31, 32, 37, 38, 54)
"""Tags that an order or a report on one order has once."""
_KEPT = (
    "source", "reporter", "event_key", "content", "action", "sequence", "kind", "raw_kind", "direction", "event_at", "event_source", "event_resolution_ns",
    "sent_at", "transacted_at", "logged_at", "symbol", "order_id", "alternate_id", "prior_order_id", "fill_id", "prior_fill_id", "sender", "receiver", "stream",
    "side", "qty", "canceled_qty", "leaves_qty", "cumulative_qty", "px", "average_px", "limit_px", "stop_px", "min_qty", "order_type", "tif", "expires_at",
    "handling", "is_held", "is_manual", "is_iso", "is_short", "is_short_exempt", "is_rejected", "is_copy", "reason", "venue", "venue_raw", "contra", "capacity",
    "liquidity", "liquidity_raw", "fee_code", "customer_class", "account_key", "customer_cost_usd", "currency", "custom", "ordered_qty",
    "related", "faults", "line", "day",
)  # fmt: skip


@dataclass(frozen=True)
class Log:
    """What is known of a log beside its messages."""

    name: str
    firm: str
    secret: bytes
    own: str | None
    zone: str | None
    stated: date | None
    aliases: tuple[Alias, ...] = ()
    offset: int | None = None
    """How far the log's clock runs from UTC (ns), as measured against tag 52."""


@dataclass(frozen=True)
class Told:
    """The events of a block, and what became of the other messages."""

    events: pl.DataFrame
    rejects: tuple[Reject, ...]
    skipped: Counter[str]
    seen: Counter[str]
    """Facts to be added up over the file for its notes."""
    messages: int
    records: int
    """Messages, and lines that hold none."""


def offset_of(messages: Messages) -> int | None:
    """The offset of the log's clock, measured over these messages; None where it shows none or no whole quarter of an hour."""
    return fix_prefix.learn_offset(_log_clocks(messages, texts(messages.bytes, messages.prefix_from, messages.start)), instants(values_of(messages), 52)[0])


def events_of(messages: Messages, log: Log) -> Told:
    """The events of `messages`. Raises Problem if they hold accounts and there is no secret."""
    count, lines = len(messages.start), messages.blank_lines + messages.other_lines
    skipped = +Counter({"blank line": messages.blank_lines, "line without a FIX message": messages.other_lines})
    if not count:
        return Told(pl.DataFrame(), (), skipped, Counter(), 0, lines)
    values = values_of(messages)
    rows = _timed(_fields(values, log), log)
    concerns, refused = _wanted(rows, messages)
    bad = rows.select("line", "35").filter(refused.is_not_null())
    rejects = tuple(
        Reject(line, why, "" if kind is None else f"35={kind[:8]}") for (line, kind), why in zip(bad.iter_rows(), refused.drop_nulls(), strict=True)
    )
    good = rows if concerns.all() and not rejects else rows.filter(concerns & refused.is_null())
    if good.height + len(rejects) < count:
        for kind, times in rows["35"].filter(~concerns & refused.is_null()).value_counts().iter_rows():
            skipped[_passed_over(kind)] += times
    made, resolved = _words(good, log)
    return Told(made.select(*_KEPT, firm=pl.lit(log.firm)), rejects, skipped, _seen(made, resolved), count, count + lines)


def _wanted(rows: pl.DataFrame, messages: Messages) -> tuple[pl.Series, pl.Series]:
    """(which messages say something of an order, why each that cannot be read is refused)."""
    concerns = pl.col("35").is_in(fix_tags.ORDER_MESSAGES).fill_null(value=False)
    untyped = pl.when(pl.Series(messages.truncated)).then(pl.lit("cut off before its type (35)")).otherwise(pl.lit("no message type (35)"))
    why = (
        pl.when(pl.col("35").is_null()).then(untyped).when(concerns & pl.col("event_at").is_null()).then(pl.lit(NO_TIME))
        .when(concerns & pl.col("day").is_null()).then(pl.lit("its time is on no trading calendar"))
    )  # fmt: skip
    found = rows.select(concerns=concerns, why=why)
    return found["concerns"], found["why"]


def _passed_over(kind: str) -> str:
    named = fix_tags.SESSION_MESSAGES.get(kind)
    return f"session message: {named}" if named else f"message that says nothing of an order (35={kind[:3]})"


def _fields(values: Values, log: Log) -> pl.DataFrame:
    """Every field that is read, by its tag or column, and what is wrong with the message."""
    messages = values.messages
    columns = {str(tag): values.text(tag) for tag in WRITTEN}
    quantities, bad_quantity = numbers(values, fix_tags.QUANTITIES, QTY_SCALE)
    prices, bad_price = numbers(values, fix_tags.PRICES, PX_SCALE)
    sent, sent_step, bad_sent = instants(values, 52)
    transacted, transacted_step, bad_transacted = instants(values, 60)
    length, checksum = wrong_sums(values)
    repeated = np.zeros(values.count, np.bool_)
    repeated[np.concatenate([values.repeated[tag] for tag in ONCE])] = True
    prefix = texts(messages.bytes, messages.prefix_from, messages.start)
    shown = _log_clocks(messages, prefix)
    return pl.DataFrame({
        **columns, **quantities, **prices, "sent_at": sent, "sent_step": sent_step, "transacted_at": transacted, "transacted_step": transacted_step,
        "expires_at": instants(values, 126)[0], "content": hashes(messages), "custom": custom(messages), "line": messages.line,
        "logged_at": fix_prefix.logged_at(shown, log.zone, log.offset), "logged_step": shown["step"],
        "direction": fix_prefix.directions(prefix, columns["49"], columns["56"], log.own),
        "truncated": messages.truncated, "body_length": length, "checksum": checksum, "number": bad_quantity | bad_price, "time": bad_sent | bad_transacted,
        "repeated_tag": repeated,
    })  # fmt: skip


def _log_clocks(messages: Messages, prefix: pl.Series) -> pl.DataFrame:
    plain = prefix_clocks(messages)
    return fix_prefix.clocks(prefix) if plain is None else plain


def _timed(rows: pl.DataFrame, log: Log) -> pl.DataFrame:
    """When each happened, by the rule of its kind, from which clock, and its trading date.

    A report: tag 60 if it shows parts of a second, else 52, else the log. An order or request: the log if it was written on receipt, else 52, else 60.
    """
    fine = pl.col("transacted_step") < NS_PER_SECOND
    asks, arrives = pl.col("35").is_in(["D", "G", "F"]), pl.col("direction") == "in"
    clocks = (
        ("log", "logged", asks & arrives), ("tag 60", "transacted", ~asks & fine), ("tag 52", "sent", pl.lit(True)),
        ("log", "logged", ~asks), ("tag 60", "transacted", pl.lit(True)), ("log", "logged", pl.lit(True)),
    )  # fmt: skip
    usable = [(name, column, fits & pl.col(f"{column}_at").is_not_null()) for name, column, fits in clocks]
    rows = rows.with_columns(
        event_at=pl.coalesce(*(pl.when(fits).then(pl.col(f"{column}_at")) for _, column, fits in usable)),
        event_source=pl.coalesce(*(pl.when(fits).then(pl.lit(name)) for name, _, fits in usable)),
        event_resolution_ns=pl.coalesce(*(pl.when(fits).then(pl.col(f"{column}_step")) for _, column, fits in usable)),
        reporter=pl.format("{}>{}", pl.col("49").fill_null("?"), pl.col("56").fill_null("?")),
    )
    if log.stated:
        return rows.with_columns(day=pl.lit(log.stated))
    on = pl.col("event_at").cast(pl.Datetime("ns")).dt.date()
    known = rows.select(pl.when((on > CALENDAR_FIRST) & (on < CALENDAR_LAST.replace(day=1))).then("event_at")).to_series()
    return rows.with_columns(day=trading_date(known))


def _words(rows: pl.DataFrame, log: Log) -> tuple[pl.DataFrame, tuple[codes.Resolved, codes.Resolved]]:
    """The rows with every canonical column of an event, and what their codes for markets and liquidity mean."""
    rows = rows.with_columns(kind=codes.kind(), account_key=_account_keys(rows["1"], log))
    several = pl.col("35").is_in(fix_tags.SEVERAL_SIDES)
    executed = pl.col("kind").is_in(["fill", "fill_busted", "fill_corrected"])
    inst, known = pl.col("18").fill_null(""), pl.col("54").is_not_null()
    sequence = pl.when(pl.col("34").str.contains("^[0-9]{1,18}$")).then("34").cast(pl.Int64, strict=False)
    faults = ("truncated", "body_length", "checksum", "number", "time", "repeated_tag", "no_id")
    rows = rows.with_columns(
        source=pl.lit("fix"), action=pl.lit("new"), sequence=sequence, event_key=pl.coalesce("34", pl.format("line {}", "line")),
        raw_kind=pl.when(pl.col("150").is_null() & pl.col("20").is_null()).then("35")
        .otherwise(pl.concat_str("35", pl.format("150={}", "150"), pl.format("20={}", "20"), separator=" ", ignore_nulls=True)),
        order_id=pl.coalesce("11", pl.when(pl.col("35") == "j").then("379")), prior_order_id=pl.col("41"), fill_id=pl.col("17"), prior_fill_id=pl.col("19"),
        alternate_id=pl.when(~pl.col("37").is_in(["NONE", "0"])).then("37"),
        symbol=codes.symbol(), sender=pl.col("49"), receiver=pl.col("56"), side=pl.when(~several).then(codes.side()),
        stream=pl.concat_str(pl.format("50={}", "50"), pl.format("57={}", "57"), separator=" ", ignore_nulls=True),
        qty=pl.when(several).then(None).when(executed).then("qty_executed").otherwise("qty_ordered"),
        px=pl.when(executed & (pl.col("px") > 0)).then("px"),
        limit_px=pl.when(pl.col("limit_px") > 0).then("limit_px"), stop_px=pl.when(pl.col("stop_px") > 0).then("stop_px"),
        average_px=pl.when(pl.col("average_px") > 0).then("average_px"),
        order_type=codes.order_type(), tif=codes.tif(), handling=pl.col("18"), is_held=codes.is_held(),
        is_manual=pl.when(pl.col("21").is_not_null()).then(pl.col("21") == "3"),
        is_iso=pl.when(inst.str.contains(fix_tags.SWEEP, literal=True)).then(True),
        is_short=pl.when(known & ~several).then(pl.col("54").is_in(fix_tags.SHORT)),
        is_short_exempt=pl.when(known & ~several).then(pl.col("54") == fix_tags.SHORT_EXEMPT),
        is_rejected=pl.when(pl.col("kind") == "rejected").then(True), is_copy=pl.when((pl.col("43") == "Y") | (pl.col("97") == "Y")).then(True),
        reason=codes.reason(), contra=pl.col("375"), capacity=codes.capacity(), fee_code=pl.col("9882"),
        currency=pl.col("15"),
        customer_class=pl.when((pl.col("47") == fix_tags.INDIVIDUAL) | (pl.col("528") == fix_tags.INDIVIDUAL)).then(pl.lit("retail")),
        customer_cost_usd=pl.when((pl.col("13") == "3") & (pl.col("15").fill_null("USD") == "USD")).then("commission"),
        related=pl.when(pl.col("35") == "3").then(pl.format("refused sequence {}", "45")),
        no_id=pl.col("35").is_in(["D", "G", "F"]) & pl.col("11").is_null(),
        repeated_tag=pl.col("repeated_tag") & ~several,
        ordered_qty=pl.col("qty_ordered"),
    )  # fmt: skip
    market, liquidity = codes.markets(rows, log.aliases), codes.liquidity(rows, log.aliases)
    wrong = pl.concat_str([pl.when(pl.col(fault)).then(pl.lit(fault)) for fault in faults], separator="|", ignore_nulls=True)
    rows = rows.with_columns(
        stream=pl.when(pl.col("stream") != "").then("stream"),
        faults=pl.when(wrong != "").then(wrong),
        venue=market.means,
        venue_raw=pl.coalesce(market.raw, "100"),
        liquidity=liquidity.means,
        liquidity_raw=liquidity.raw,
    )
    return _without_accounts(rows), (market, liquidity)


def _account_keys(accounts: pl.Series, log: Log) -> pl.Series:
    """The keyed hash of each account (tag 1)."""
    named = accounts.unique().drop_nulls().to_list()
    if named and not log.secret:
        what = "the file holds accounts and there is no secret to hide them with"
        raise Problem(what, where=log.name, do="set BESTEXEC_ACCOUNT_SECRET, then import it again")
    keys = [hmac.new(log.secret, account.encode(), "sha256").hexdigest() for account in named]
    return accounts.replace_strict(named, keys, default=None, return_dtype=pl.String)


def _without_accounts(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with no account left in free words or custom tags."""
    for column in ("reason", "custom"):
        told = (rows[column].is_not_null() & rows["1"].is_not_null()).arg_true()
        told = told.filter(rows[told].select(pl.col(column).str.contains(pl.col("1"), literal=True)).to_series()) if told.len() else told
        if told.len():
            cleaned = [str(text).replace(account, "…") for text, account in rows[told].select(column, "1").iter_rows()]
            rows = rows.with_columns(rows[column].scatter(told, cleaned))
    return rows


def _seen(made: pl.DataFrame, resolved: Sequence[codes.Resolved]) -> Counter[str]:
    seen = Counter({f"fault {fault}": count for fault, count in made["faults"].drop_nulls().str.split("|").explode().value_counts().iter_rows()})
    seen.update({f"clock {source}": count for source, count in made["event_source"].value_counts().iter_rows()})
    for each in resolved:
        seen["own alias"] += int(each.is_own.sum())
        for name, unknown in each.unknown.items():
            seen.update({f"{name}={code} of {session}": count for code, session, count in unknown.group_by("code", "reporter").len().iter_rows()})
    seen["several"] = int(made["35"].is_in(fix_tags.SEVERAL_SIDES).sum())
    return seen
