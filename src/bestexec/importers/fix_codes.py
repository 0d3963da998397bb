"""FIX codes in canonical words: what a message means, and the names that sessions give to markets and liquidity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from bestexec.importers import fix_tags as tags
from bestexec.importers.fix_tags import Alias
from bestexec.market.venues import mic_from_name


def kind() -> pl.Expr:
    """What happened, of schema.EVENT_KINDS, from 35, 20, 150, 39 and the executed quantity.

    An execution is a report of type 1, 2 or F with a quantity; where 150 is absent, 39 says it. A report that repeats the last execution
    without one of these types is no execution.
    """
    message, transaction = pl.col("35"), pl.col("20")
    state = pl.coalesce("150", "39")
    report = _word(state, tags.KIND_OF_REPORT).fill_null("other")
    report = pl.when((report == "fill") & ~(pl.col("qty_executed") > 0).fill_null(False)).then(pl.lit("status")).otherwise(report)
    said = pl.coalesce(_word(transaction, tags.KIND_OF_TRANSACTION), report)
    return pl.when(message == "8").then(said).otherwise(_word(message, tags.KIND_OF_MESSAGE).fill_null("other"))


def order_type() -> pl.Expr:
    base, exec_inst, tif = _word(pl.col("40"), tags.ORDER_TYPES), pl.col("18").fill_null(""), pl.col("59")
    pegged = (
        pl.when(exec_inst.str.contains(tags.MIDPOINT, literal=True)).then(pl.lit("midpoint_peg"))
        .when(exec_inst.str.contains(tags.TRAILING, literal=True)).then(pl.lit("trailing_stop")).otherwise(base)
    )  # fmt: skip
    opens, closes = (_word(base, table) for table in (tags.AT_THE_OPEN, tags.AT_THE_CLOSE))
    auction = pl.when(tif == "2").then(pl.coalesce(opens, base)).when(tif == "7").then(pl.coalesce(closes, base)).otherwise(base)
    known = pl.when(base == "pegged").then(pegged).otherwise(auction)
    return pl.when(pl.col("40").is_not_null()).then(known.fill_null("other"))


def tif() -> pl.Expr:
    """Time in force; FIX says that an order without 59 is a day order."""
    asks = pl.col("35").is_in(["D", "G"])
    return pl.when(asks & pl.col("59").is_null()).then(pl.lit("day")).otherwise(_word(pl.col("59"), tags.TIFS))


def is_held() -> pl.Expr:
    given = pl.col("18")
    return pl.when(given.str.contains(tags.NOT_HELD, literal=True)).then(False).when(given.str.contains(tags.HELD, literal=True)).then(True)


def capacity() -> pl.Expr:
    ordered = pl.coalesce(_word(pl.col("528"), tags.ORDER_CAPACITIES), _word(pl.col("47"), tags.RULE_80A))
    return pl.coalesce(_word(pl.col("29"), tags.LAST_CAPACITIES), ordered)


def reason() -> pl.Expr:
    """The text, else the code with its tag."""
    codes = [pl.when(pl.col(tag).is_not_null()).then(pl.format(tag + "={}", tag)) for tag in ("103", "102", "378")]
    return pl.coalesce("58", *codes)


def symbol() -> pl.Expr:
    """55, with a suffix of 65 behind a point, upper case."""
    return pl.when(pl.col("65").is_null()).then("55").otherwise(pl.format("{}.{}", "55", "65")).str.to_uppercase()


def side() -> pl.Expr:
    return pl.col("54").replace_strict(tags.SIDES, default=None, return_dtype=pl.Int8)


def markets(rows: pl.DataFrame) -> pl.Series:
    """MIC of each LastMkt (30) by (reporter, day); null where no table knows it."""
    return _looked_up(rows, "30", lambda code, session, on: alias(tags.LAST_MARKETS, code, session, on) or mic_from_name(code))


def liquidity(rows: pl.DataFrame) -> pl.Series:
    """Added, removed … by 851, else by 9730."""
    standard = _looked_up(rows, "851", lambda code, session, on: alias(tags.LIQUIDITY_851, code, session, on))
    custom = _looked_up(rows, "9730", lambda code, session, on: alias(tags.LIQUIDITY_9730, code, session, on))
    return pl.select(pl.coalesce(standard, custom)).to_series()


def alias(table: Sequence[Alias], code: str, session: str, on: date | None) -> str | None:
    """What a code means in a session on a day: the session's own entry before the general one."""
    found = [entry for entry in table if entry.code == code and entry.session in ("", session) and _in_force(entry, on)]
    return max(found, key=lambda entry: entry.session).means if found else None


def _in_force(entry: Alias, on: date | None) -> bool:
    return (entry.from_on is None or (on is not None and on >= entry.from_on)) and (entry.to_on is None or (on is not None and on < entry.to_on))


def _looked_up(rows: pl.DataFrame, tag: str, meaning: Callable[[str, str, date | None], str | None]) -> pl.Series:
    """`meaning` of each (code, reporter, day), asked once for each that occurs."""
    if rows[tag].null_count() == rows.height:
        return pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    key = [tag, "reporter", "day"]
    asked = rows.select(key).drop_nulls(tag).unique()
    means = pl.Series("means", [meaning(code, session or "", on) for code, session, on in asked.iter_rows()], dtype=pl.String)
    return rows.select(key).join(asked.with_columns(means), on=key, how="left", nulls_equal=True, maintain_order="left")["means"]


def _word(given: pl.Expr, table: dict[str, str]) -> pl.Expr:
    return given.replace_strict(table, default=None, return_dtype=pl.String)
