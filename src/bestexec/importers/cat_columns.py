"""Each column of `schema.EVENTS` out of the fields of CAT records."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.importers.cat_clock import date_of, epoch_ns, in_new_york, key_date, resolution_ns, shown_ns
from bestexec.importers.cat_layouts import KINDS
from bestexec.market.venues import CAT_DESTINATION_MICS, CAT_MARKET_MICS, NAME_MICS, OFF_EXCHANGE
from bestexec.market.venues import KINDS as VENUE_KINDS
from bestexec.units import NS_PER_SECOND, PX, QTY

CLASSES = {"A": "institutional", "I": "retail", "O": "broker_dealer", "P": "broker_dealer", "V": "broker_dealer", "X": "broker_dealer"}
"""Customer class by account holder. An employee's account, and a foreign affiliate's, is of no class for certain."""
SESSIONS = {"PRE": "pre", "REG": "regular", "POST": "post"}
"""Sessions that an order is for alone; several at once are none."""
FORCES = {"DAY": "day", "IOC": "ioc", "GTC": "gtc", "GTD": "gtd", "GTT": "gtd"}
CAPACITIES = {"A": "agency", "P": "principal", "R": "riskless_principal"}
ORDER_TYPES = {"MKT": "market", "LMT": "limit", "CAB": "other"}
ACTIONS = {"NEW": "new", "COR": "correction", "RPR": "repair", "DEL": "deletion"}
SIDES = {"B": 1, "SL": -1, "SS": -1, "SX": -1, "S": -1}
"""`S` is no side of an equity order, and is named as a fault; that it sells is beyond doubt all the same."""
EXECUTIONS = ("MEOT", "MEOTS", "MEOF", "MEFA", "MEPA", "MEAA")
"""Events whose price is that of an execution."""
HANDLED = ("MENO", "MEOA", "MEOM")
"""Events that say how a customer wants an order handled."""
ROUTED = ("MEOR", "MEMR", "MECR", "MEORS", "MEMRS", "MECRS")
MICS = {mic: mic for mic in VENUE_KINDS if mic != OFF_EXCHANGE}
MEMBERS = {name: mic for name, mic in NAME_MICS.items() if VENUE_KINDS[mic] in ("wholesaler", "ats", "broker")}
_DESTINATIONS = {"E": "exchange", "D": "off_exchange", "F": "broker", "O": "broker"}

_event, _field = pl.col("type"), pl.col


def columns() -> dict[str, pl.Expr]:
    """The columns by name, of rows with every field as text (null where it is absent or at fault), their instants as `at:<field>`, what `cat_meaning`
    finds, and under `given:` the text as it stood of `side`, `destination` and `marketCenterID`."""
    of_broker = pl.when((_event == "MEOA") & (_field("senderType") == "F")).then(pl.lit("broker_dealer"))
    return {
        **_names(), **_times(), **_terms(), **_flags(), **_places(),
        "action": word("actionType", ACTIONS), "kind": _kind(), "raw_kind": pl.coalesce("type", "actionType"),
        "corrects": pl.when(_field("actionType") != "NEW").then(pl.coalesce(pl.when(_field("actionType") == "RPR").then("errorROEID"), "firmROEID")),
        "reason": pl.when(_field("initiator").is_not_null()).then(pl.lit("initiator ") + _field("initiator")),
        "customer_class": pl.coalesce(word("accountHolderType", CLASSES), of_broker),
        "account_key": _field("account_key"), "related": _field("related"), "faults": _field("faults"), "handling": _field("handling"),
    }  # fmt: skip


def word(field: str, words: Mapping[str, str]) -> pl.Expr:
    """The word that a code stands for; null for one that stands for none."""
    return replaced(_field(field), words)


def replaced(text: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    return text.replace_strict(words, default=None, return_dtype=pl.String)


def true(field: str) -> pl.Expr:
    """Whether a flag says so; an absent one does not."""
    return (_field(field).str.to_lowercase() == "true").fill_null(value=False)


def after_crd(imid: pl.Expr) -> pl.Expr:
    """An IMID without the CRD number that some put before it."""
    return imid.str.replace("^[0-9]+:", "")


def _kind() -> pl.Expr:
    busted = _event.is_in(["MEOT", "MEOF"]) & true("cancelFlag")
    return pl.when(busted).then(pl.lit("fill_busted")).otherwise(_event.replace_strict(KINDS, default="other", return_dtype=pl.String))


def _names() -> dict[str, pl.Expr]:
    """Ids. An electronic copy of a manual order names that one as its parent."""
    return {
        "event_key": _field("firmROEID"), "symbol": pl.coalesce("symbol", "optionID", "underlying").str.to_uppercase(), "order_id": _field("orderID"),
        "key_on": key_date(pl.coalesce("orderKeyDate", "tradeKeyDate", "fillKeyDate")),
        "prior_on": key_date(_field("priorOrderKeyDate")), "prior_order_id": _field("priorOrderID"),
        "parent_on": key_date(pl.coalesce("parentOrderKeyDate", "manualOrderKeyDate")), "parent_order_id": pl.coalesce("parentOrderID", "manualOrderID"),
        "route_id": _field("routedOrderID"), "prior_route_id": _field("priorRoutedOrderID"),
        "fill_id": pl.coalesce("tradeID", "fulfillmentID", "allocationID"), "prior_fill_id": _field("priorFulfillmentID"),
    }  # fmt: skip


def _times() -> dict[str, pl.Expr]:
    until, day = _field("until"), pl.lit(86_400 * NS_PER_SECOND, pl.Int64)
    midnight = date_of(until).cast(pl.Int32).cast(pl.Int64) * day + day
    ends = pl.coalesce(in_new_york(shown_ns(until), "earliest"), epoch_ns(until))
    at = _field("at:eventTimestamp")
    return {
        "event_at": at, "event_source": pl.when(at.is_not_null()).then(pl.lit("eventTimestamp")),
        "event_resolution_ns": pl.when(at.is_not_null()).then(resolution_ns(_field("eventTimestamp"))),
        "logged_at": _field("at:electronicTimestamp"), "requested_at": _field("at:requestTimestamp"),
        "expires_at": pl.when(_field("force") == "GTT").then(ends).when(_field("force") == "GTD").then(in_new_york(midnight, "earliest")),
    }  # fmt: skip


def _terms() -> dict[str, pl.Expr]:
    price, is_execution = _field("price").cast(PX, strict=False), _event.is_in(EXECUTIONS)
    return {
        "side": pl.coalesce(_field("side"), _field("given:side")).replace_strict(SIDES, default=None, return_dtype=pl.Int8),
        "qty": _quantity("quantity"), "canceled_qty": _quantity("cancelQty"), "leaves_qty": _quantity("leavesQty"), "min_qty": _quantity("minQty"),
        "px": pl.when(is_execution).then(price),
        "limit_px": pl.when(~is_execution & (_field("orderType").fill_null("LMT") != "MKT") & (price > 0)).then(price),
        "stop_px": _field("stop").cast(PX, strict=False), "order_type": _order_type(),
        "tif": pl.when(_field("fill_or_kill")).then(pl.lit("fok")).otherwise(word("force", FORCES)),
        "session": word("tradingSession", SESSIONS), "capacity": word("capacity", CAPACITIES),
    }  # fmt: skip


def _quantity(field: str) -> pl.Expr:
    return _field(field).cast(QTY, strict=False)


def _order_type() -> pl.Expr:
    """The plain type as its instructions change it: auctions first, then stops, pegs, and all or none."""
    plain = word("orderType", ORDER_TYPES)
    is_stop = _field("is_stop").fill_null(value=False)
    return (
        pl.when(_field("auction").is_not_null() & plain.is_in(["market", "limit"])).then(plain + pl.lit("_on_") + _field("auction"))
        .when(plain.is_not_null() & _field("is_trailing")).then(pl.lit("trailing_stop"))
        .when(is_stop & (plain == "limit")).then(pl.lit("stop_limit"))
        .when(is_stop & plain.is_not_null()).then(pl.lit("stop"))
        .when(plain.is_not_null() & _field("peg").is_not_null()).then(_field("peg"))
        .when(plain.is_not_null() & _field("all_or_none")).then(pl.lit("all_or_none"))
        .otherwise(plain)
    )  # fmt: skip


def _flags() -> dict[str, pl.Expr]:
    """Flags. What an order says of its handling is unknown where it points at another's (RAR) or cannot be read."""
    instructed = _event.is_in(HANDLED) & ~_field("as_received").fill_null(value=False) & _field("is_readable").fill_null(value=True)
    side = _field("side")
    return {
        "is_held": pl.when(instructed).then(~_field("not_held").fill_null(value=False)),
        "is_directed": pl.when(instructed).then(_field("directed").fill_null(value=False)),
        "is_manual": pl.when(_event.is_not_null()).then(true("manualFlag")),
        "is_iso": pl.when(_field("isoInd").is_not_null()).then(_field("isoInd") != "NA"),
        "is_short": pl.when(side.is_not_null()).then(side.is_in(["SS", "SX"])),
        "is_short_exempt": pl.when(side.is_not_null()).then(side == "SX"),
        "is_rejected": pl.when(_event.is_in(ROUTED)).then(true("routeRejectedFlag")),
        "is_copy": pl.when(_event.is_in(["MENO", "MEOA", "MEOM", "MEOR"])).then(true("electronicDupFlag")),
        "is_representative": pl.when(_field("representativeInd").is_not_null()).then(_field("representativeInd") != "N"),
    }


def _places() -> dict[str, pl.Expr]:
    """Where it went or traded: by CAT's own codes, else by the MIC that some write in their place."""
    sent, market, to = _field("given:destination"), _field("given:marketCenterID"), _field("destinationType")
    exchange = pl.coalesce(replaced(sent, CAT_DESTINATION_MICS), replaced(sent, MICS))
    member = replaced(after_crd(sent).str.to_uppercase(), MEMBERS)
    routed = pl.when(to.is_in(["E", "D"])).then(exchange).when(to == "F").then(member)
    return {
        "sender": _field("senderIMID"), "receiver": pl.coalesce(sent, _field("receiverIMID")),
        "receiver_kind": pl.coalesce(pl.when(to == "F").then(replaced(member, VENUE_KINDS)), word("destinationType", _DESTINATIONS)),
        "stream": _field("session"), "venue": pl.coalesce(routed, replaced(market, CAT_MARKET_MICS), replaced(market, MICS)),
        "venue_raw": pl.coalesce(sent, market), "contra": _field("counterparty"),
    }  # fmt: skip
