"""FIX codes in canonical words: what a message means, and the names that sessions give to markets and liquidity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.importers import fix_tags as tags
from bestexec.market.venues import mic_from_name
from bestexec.policy.fix_aliases import LIQUIDITY_INDICATOR, MARKET, Alias

Meaning = Callable[[str, str, "date | None"], "str | None"]
"""What a code means in a session on a day."""


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


@dataclass(frozen=True)
class Resolved:
    """What codes mean, row by row."""

    means: pl.Series
    raw: pl.Series
    """The firm's code that said it, else the first code that is there."""
    is_own: pl.Series
    """Whether the firm's aliases said it."""
    unknown: Mapping[str, pl.DataFrame]
    """(code, reporter) of the rows with a code that says nothing: `no table 30` where the row stays without a meaning, `no alias 9001` where the firm
    has named other codes of that tag and session."""


def markets(rows: pl.DataFrame, own: Sequence[Alias] = ()) -> Resolved:
    """MIC of each report's market: by the firm's aliases, else by LastMkt (30) and the names of venues; `rows` have reporter, day, custom."""
    shipped: dict[int, Meaning] = {MARKET: lambda code, _, on: alias(tags.LAST_MARKETS, code, "", on) or mic_from_name(code)}
    return _resolved(rows, [each for each in own if each.is_market], shipped)


def liquidity(rows: pl.DataFrame, own: Sequence[Alias] = ()) -> Resolved:
    """Added, removed …: by the firm's aliases, else by 851, else by 9730; `rows` have reporter, day, custom."""
    shipped: dict[int, Meaning] = {
        LIQUIDITY_INDICATOR: lambda code, _, on: alias(tags.LIQUIDITY_851, code, "", on),
        9730: lambda code, _, on: alias(tags.LIQUIDITY_9730, code, "", on),
    }
    return _resolved(rows, [each for each in own if not each.is_market], shipped)


def alias(table: Sequence[Alias], code: str, session: str, on: date | None) -> str | None:
    """What a code means in a session on a day: the session's own entry before the general one."""
    found = [entry for entry in table if entry.code == code and entry.session in ("", session) and entry.holds(on)]
    return max(found, key=lambda entry: entry.session).means if found else None


def _resolved(rows: pl.DataFrame, own: Sequence[Alias], shipped: Mapping[int, Meaning]) -> Resolved:
    """The firm's aliases of any tag go before the shipped tables; among tags the standard ones are asked first, then the others by number."""
    named = {tag: [each for each in own if each.tag == tag] for tag in sorted({each.tag for each in own}, key=lambda tag: (tag not in shipped, tag))}
    asked: list[tuple[str, int, Meaning]] = [("own", tag, _meaning(table)) for tag, table in named.items()]
    asked += [("shipped", tag, meaning) for tag, meaning in shipped.items()]
    codes = rows.select("reporter", "day", *(_said(rows, tag).alias(f"{tag}") for tag in {**shipped, **named}))
    found = codes.with_columns(*(_looked_up(codes, f"{tag}", meaning).alias(f"{kind} {tag}") for kind, tag, meaning in asked))
    names = [f"{kind} {tag}" for kind, tag, _ in asked]
    by_own = pl.any_horizontal(pl.lit(value=False), *(pl.col(f"own {tag}").is_not_null() for tag in named))
    said = [pl.when(pl.col(f"own {tag}").is_not_null()).then(f"{tag}") for tag in named]
    no_word = pl.all_horizontal(pl.col(name).is_null() for name in names)
    silent = {f"no table {tag}": pl.col(f"{tag}").is_not_null() & no_word for tag in shipped}
    for tag, table in named.items():
        if tag not in shipped:
            spoken_of = pl.col("reporter").is_in(sorted({each.session for each in table}))
            silent[f"no alias {tag}"] = spoken_of & pl.col(f"{tag}").is_not_null() & pl.col(f"own {tag}").is_null()
    made = found.select(means=pl.coalesce(names), raw=pl.coalesce(*said, *codes.columns[2:]), is_own=by_own, **silent)
    unknown = {name: codes.filter(made[name]).select(pl.col(name.split()[-1]).alias("code"), "reporter") for name in made.columns[3:]}
    return Resolved(made["means"], made["raw"], made["is_own"], unknown)


def _meaning(table: Sequence[Alias]) -> Meaning:
    return lambda code, session, on: alias(table, code, session, on)


def _said(rows: pl.DataFrame, tag: int) -> pl.Series:
    """What a tag says: a column of its own, or one of the fields in `custom`."""
    return rows[f"{tag}"] if f"{tag}" in rows.columns else rows["custom"].str.extract(rf"(?:^|\|){tag}=([^|]*)")


def _looked_up(rows: pl.DataFrame, tag: str, meaning: Meaning) -> pl.Series:
    """`meaning` of each (code, reporter, day), asked once for each that occurs."""
    if rows[tag].null_count() == rows.height:
        return pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    key = [tag, "reporter", "day"]
    asked = rows.select(key).drop_nulls(tag).unique()
    means = pl.Series("means", [meaning(code, session or "", on) for code, session, on in asked.iter_rows()], dtype=pl.String)
    return rows.select(key).join(asked.with_columns(means), on=key, how="left", nulls_equal=True, maintain_order="left")["means"]


def _word(given: pl.Expr, table: dict[str, str]) -> pl.Expr:
    return given.replace_strict(table, default=None, return_dtype=pl.String)
