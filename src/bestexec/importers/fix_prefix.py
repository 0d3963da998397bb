"""What a log writes in front of a message: when it wrote it, and which way the message went."""

from __future__ import annotations

import re

import polars as pl

from bestexec.units import NS_PER_SECOND

_CLOCK = (
    r"([0-9]{4})[-/]?([0-9]{2})[-/]?([0-9]{2})[-T ]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:[.,]([0-9]{1,9})(?:_([0-9]{3}))?)?(?: ?(Z|[+-][0-9]{2}:?[0-9]{2}))?(?:[^0-9]|$)"
)
_EPOCH = r"(?:^|[^0-9.])([0-9]{10})(?:\.?([0-9]{1,9}))?(?:[^0-9.]|$)"
_IN = r"(?i)incoming|inbound|receiv|recv|fromapp|fromadmin|<-|<<|\bin\b|\brx\b"
_OUT = r"(?i)outgoing|outbound|sending|\bsent\b|\bsend\b|toapp|toadmin|->|>>|\bout\b|\btx\b"
_OWN_NAME = re.compile(r"FIXT?\.[0-9]\.[0-9](?:SP[0-9])?-(?P<own>[^-]+)-[^-]+?(?:-[^-]*)?\.(?:messages|log|event)")
QUARTER_NS = 15 * 60 * NS_PER_SECOND
"""Time zones lie whole quarters of an hour apart."""
NEAR_NS = 60 * NS_PER_SECOND
"""How far a log's clock may be from tag 52, beside its zone, for the zone to be believed."""


def own_name(file_name: str) -> str | None:
    """The firm's own side of a session, from a file named as QuickFIX names them: FIX.4.2-SENDER-TARGET.messages.current.log."""
    found = _OWN_NAME.search(file_name)
    return found["own"] if found else None


def directions(prefix: pl.Series, sender: pl.Series, receiver: pl.Series, own: str | None) -> pl.Series:
    """`in` or `out` by the prefix's word, else by the session's own side; null where neither says."""
    rows = pl.DataFrame({"prefix": prefix, "sender": sender, "receiver": receiver})
    mine = pl.lit(own, pl.String)
    by_name = pl.when(pl.col("receiver") == mine).then(pl.lit("in")).when(pl.col("sender") == mine).then(pl.lit("out"))
    if prefix.null_count() == prefix.len():
        return rows.select(by_name).to_series()
    comes, goes = pl.col("prefix").str.contains(_IN), pl.col("prefix").str.contains(_OUT)
    said = pl.when(comes & ~goes).then(pl.lit("in")).when(goes & ~comes).then(pl.lit("out"))
    return rows.select(pl.coalesce(said, by_name)).to_series()


def clocks(prefix: pl.Series) -> pl.DataFrame:
    """(`shown` ns from 1970 to what the log's clock showed, `offset` stated from UTC or null, `step` ns) of each prefix; null where it shows none."""
    empty = pl.Series("shown", [None], dtype=pl.Int64).new_from_index(0, prefix.len())
    if prefix.null_count() == prefix.len():
        return pl.DataFrame({"shown": empty, "offset": empty, "step": empty})
    parts = prefix.str.extract_groups(_CLOCK).struct.unnest()
    parts.columns = ["y", "m", "d", "hour", "minute", "second", "fraction", "micro", "zone"]
    on = pl.concat_str("y", "m", "d").str.to_date("%Y%m%d", strict=False)
    hour, minute, second = (pl.col(part).cast(pl.Int64) for part in ("hour", "minute", "second"))
    legal = on.dt.year().is_between(1970, 2261) & (hour < 24) & (minute < 60) & (second < 60)
    seconds = on.cast(pl.Int32).cast(pl.Int64) * 86_400 + hour * 3_600 + minute * 60 + second
    digits = pl.concat_str(pl.col("fraction").fill_null(""), pl.col("micro").fill_null("")).str.slice(0, 9)
    shown = pl.when(legal).then(seconds * NS_PER_SECOND + digits.str.pad_end(9, "0").cast(pl.Int64, strict=False).fill_null(0))
    zone = pl.col("zone")
    away = zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + zone.str.slice(-2).cast(pl.Int64, strict=False)
    offset = pl.when(zone == "Z").then(0).otherwise(pl.when(zone.str.starts_with("-")).then(-away).otherwise(away)) * 60 * NS_PER_SECOND
    step = pl.when(legal).then(pl.lit(10, pl.Int64).pow(9 - digits.str.len_bytes().cast(pl.Int64)))
    read = parts.select(shown=shown, offset=offset, step=step.cast(pl.Int64))
    if read["shown"].null_count() == 0:
        return read
    epoch = prefix.str.extract_groups(_EPOCH).struct.unnest()
    epoch.columns = ["whole", "part"]
    more = pl.col("part").fill_null("")
    at = pl.col("whole").cast(pl.Int64) * NS_PER_SECOND + more.str.pad_end(9, "0").cast(pl.Int64, strict=False).fill_null(0)
    counted = epoch.select(at=at, fine=pl.lit(10, pl.Int64).pow(9 - more.str.len_bytes().cast(pl.Int64)).cast(pl.Int64))
    is_epoch = pl.col("shown").is_null() & pl.col("at").is_not_null()
    return pl.concat([read, counted], how="horizontal").select(
        shown=pl.coalesce("shown", "at"), offset=pl.when(is_epoch).then(0).otherwise("offset"), step=pl.when(is_epoch).then("fine").otherwise("step")
    )


def logged_at(shown: pl.DataFrame, zone: str | None, learned: int | None) -> pl.Series:
    """Epoch ns at which the log was written: by the offset stated, by `zone`, or by the offset `learned` (ns); null where none of them is known."""
    local = pl.col("shown").cast(pl.Datetime("ns"))
    by_zone = local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.epoch("ns")
    there = by_zone if zone else pl.col("shown") - pl.lit(learned, pl.Int64)
    return shown.select(pl.when(pl.col("offset").is_not_null()).then(pl.col("shown") - pl.col("offset")).otherwise(there)).to_series()


def learn_offset(shown: pl.DataFrame, sent_at: pl.Series) -> int | None:
    """How far from UTC the log's clock runs (ns), measured against tag 52: the middle difference, if it is a whole number of quarters of an hour."""
    apart = (shown.filter(shown["offset"].is_null())["shown"] - sent_at.filter(shown["offset"].is_null())).drop_nulls().sort()
    if not apart.len():
        return None
    middle = int(apart[apart.len() // 2])
    quarters = round(middle / QUARTER_NS) * QUARTER_NS
    return quarters if abs(middle - quarters) <= NEAR_NS else None
