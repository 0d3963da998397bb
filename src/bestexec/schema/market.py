"""What the market showed: quotes, trades, halts and other states."""

from __future__ import annotations

from bestexec.schema.shape import LINE, SYMBOL, Column, Table
from bestexec.schema.words import QUOTE_KINDS, STATUS_KINDS, TRADE_KINDS
from bestexec.units import COUNT, DAY, DURATION, FLAG, INSTANT, PX, QTY, SIDE, TEXT

QUOTES = Table(
    "quotes", "The state of a quote from an instant on.", ("day", "symbol", "source", "kind", "venue", "quoted_at", "sequence"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        SYMBOL,
        Column("quoted_at", INSTANT, "ns since 1970, UTC", "From when on it stood.", required=True),
        Column("sequence", COUNT, "", "Order within the source, for instants that tie.", required=True),
        Column("bid_px", PX, "currency/share", "Best bid; null when there is none."),
        Column("ask_px", PX, "currency/share", "Best offer; null when there is none."),
        Column("bid_qty", QTY, "shares", "Size at the bid, in shares whatever the source's unit."),
        Column("ask_qty", QTY, "shares", "Size at the offer, in shares."),
        Column("bid_venue", TEXT, "MIC", "Venue of the bid, where known."),
        Column("ask_venue", TEXT, "MIC", "Venue of the offer, where known."),
        Column("kind", TEXT, "", "National best, one venue's best, odd-lot best, or depth.", required=True, values=QUOTE_KINDS),
        Column("venue", TEXT, "MIC", "Venue whose quote it is; null for a consolidated one."),
        Column("source", TEXT, "", "Feed it came from.", required=True),
        Column("resolution_ns", DURATION, "ns", "Finest step quoted_at can show."),
        LINE,
    ),
)  # fmt: skip

TRADES = Table(
    "trades", "One trade on the tape, whoever made it.", ("day", "symbol", "source", "sequence"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        SYMBOL,
        Column("traded_at", INSTANT, "ns since 1970, UTC", "When it traded.", required=True),
        Column("sequence", COUNT, "", "Order within the source; comparable with a quote's of the same source.", required=True),
        Column("px", PX, "currency/share", "Price.", required=True),
        Column("qty", QTY, "shares", "Quantity.", required=True),
        Column("venue", TEXT, "MIC", "Where it traded; OFFX when off exchange and the facility is unknown."),
        Column("venue_raw", TEXT, "", "Where it traded, as the source spelled it."),
        Column("aggressor", SIDE, "+1 buyer, −1 seller", "Who took liquidity, where the source says so."),
        Column("conditions", TEXT, "", "Sale conditions in the source's own notation."),
        Column("is_regular", FLAG, "", "Counts as a regular-way trade under the source's stated default filter.", required=True),
        Column("filtered_reason", TEXT, "", "Why it does not count, when it does not."),
        Column("kind", TEXT, "", "Regular trading or an auction.", values=TRADE_KINDS),
        Column("source", TEXT, "", "Feed it came from.", required=True),
        Column("resolution_ns", DURATION, "ns", "Finest step traded_at can show."),
        LINE,
    ),
)  # fmt: skip


STATUSES = Table(
    "statuses", "A span of time in which a symbol's trading was not ordinary.", ("day", "symbol", "kind", "from_at"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        SYMBOL,
        Column("kind", TEXT, "", "Halt, limit-up limit-down pause or limit state, short-sale restriction.", required=True, values=STATUS_KINDS),
        Column("from_at", INSTANT, "ns since 1970, UTC", "Start.", required=True),
        Column("to_at", INSTANT, "ns since 1970, UTC", "End, exclusive; null while it lasts."),
        Column("reason", TEXT, "", "Reason code of the market."),
        LINE,
    ),
)  # fmt: skip
