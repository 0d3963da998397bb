"""What the value of each CAT field may be: closed lists, digits, lengths.

`(10, 8)` digits are up to 10 before the point and up to 8 behind it. Source: CAT reporting technical specifications for industry
members 4.2.0, data types and data dictionary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from bestexec.importers.cat_clock import is_date, is_timestamp
from bestexec.market.venues import CAT_DESTINATION_MICS

CHOICES: Mapping[str, tuple[str, ...]] = {
    "accountHolderType": ("A", "E", "F", "I", "O", "V", "P", "X"),
    "actionType": ("NEW", "COR", "RPR", "DEL"),
    "allocationType": ("CUS", "DVP", "CUSF", "DVPF", "CMTA", "FLP", "FRM", "STO", "OTH"),
    "atsDisplayInd": ("S", "A", "Y", "N"),
    "capacity": ("A", "P", "R"),
    "deptType": ("A", "ATS", "DMA", "SA", "T", "O"),
    "destinationType": ("F", "E", "N", "O", "D"),
    "fulfillmentLinkType": ("FOR", "Y", "YE", "YP", "YS", "O", "OS", "OML", "OE", "OME"),
    "initiator": ("C", "F"),
    "isoInd": ("ISOD", "ISOI", "NA"),
    "marketCenterID": (
        "D", "DC", "DN", "L", "O", "A", "B", "BF", "C", "F", "G", "H", "I", "J", "K", "LT", "M", "N", "P", "Q", "TXSE", "U", "V", "W", "X", "Y", "Z",
        "ARCAOP", "AMEROP", "BOX", "BZXOP", "C2", "CBOE", "EDGXOP", "EMLD", "GEMX", "IEXOP", "ISE", "MEMXOP", "MIAMI", "MRX", "MX2OP", "NOBO", "NOM",
        "PEARL", "PHLX", "SPHR",
    ),
    "mpStatusCode": ("O", "C"),
    "nbboSource": ("D", "S", "H", "NA"),
    "openCloseIndicator": ("Open", "Close"),
    "orderType": ("CAB", "LMT", "MKT"),
    "priceType": ("PU", "TC", "TS"),
    "quoteWantedInd": ("A", "B"),
    "receivingDeskType": ("A", "AR", "B", "C", "CR", "D", "EC", "FB", "IN", "IS", "O", "PF", "PR", "PT", "S", "SW", "T", "TR"),
    "reportingExceptionCode": ("C", "F", "N", "P"),
    "representativeInd": ("Y", "YE", "YP", "YS", "N", "O", "OS", "OML", "OMS", "OE", "OME"),
    "representativeQuoteInd": ("A", "B", "C", "N", "S"),
    "senderType": ("F", "E", "O"),
    "sideDetailsInd": ("BUY", "SELL", "NA"),
    "tradingSession": ("FOR", "PRE", "PREREG", "REG", "REGPOST", "POST", "PREPOST", "ALL"),
    "unsolicitedInd": ("U", "A", "B", "N"),
}  # fmt: skip
OPTION_EXCHANGES = (
    "AMEROP", "ARCAOP", "BOX", "BSTX", "BZXOP", "C2", "CBOE", "EDGXOP", "EMLD", "GEMX", "IEXOP", "ISE", "MEMXOP", "MIAMI", "MRX", "MX2OP", "NOBO", "NOM",
    "PEARL", "PHLX", "SPHR",
)  # fmt: skip
"""Exchange ids beside those that `market.venues` knows."""
EXCHANGES = (*CAT_DESTINATION_MICS, *OPTION_EXCHANGES)
EQUITY_SIDES, OPTION_SIDES = ("B", "SL", "SS", "SX"), ("B", "S")

FLAGS = (
    "manualFlag", "electronicDupFlag", "solicitationFlag", "custDspIntrFlag", "affiliateFlag", "negotiatedTradeFlag", "BFMMFlag", "routeRejectedFlag",
    "dupROIDCond", "multiLegInd", "cancelFlag", "institutionFlag", "onlyOneQuoteFlag", "quoteRejectedFlag", "unpricedInd",
)  # fmt: skip
PRICES = ("price", "displayPrice", "workingPrice", "nbbPrice", "nboPrice", "netPrice", "triggerPrice", "bidPrice", "askPrice")
QUANTITIES = ("quantity", "leavesQty", "cancelQty")
WHOLE = ("minQty", "displayQty", "nbbQty", "nboQty", "bidQty", "askQty", "numberOfLegs")
NUMBERS = (*PRICES, *QUANTITIES, *WHOLE)
TIMESTAMPS = (
    "orderKeyDate", "eventTimestamp", "electronicTimestamp", "manualOrderKeyDate", "parentOrderKeyDate", "priorOrderKeyDate", "requestTimestamp",
    "nbboTimestamp", "tradeKeyDate", "fillKeyDate", "priorFillKeyDate", "cancelTimestamp", "allocationKeyDate", "allocationInstructionTime", "quoteKeyDate",
    "priorAllocationKeyDate", "priorQuoteKeyDate",
)  # fmt: skip
DATES = ("tradeDate", "settlementDate")
UNSIGNED = {"errorROEID": 20, "clearingFirm": 20, "correspondentCRD": 20}
LENGTHS = {
    "firmROEID": 64, "CATReporterIMID": 7, "originatingIMID": 7, "orderID": 64, "manualOrderID": 64, "parentOrderID": 64, "priorOrderID": 64,
    "routedOrderID": 64, "priorRoutedOrderID": 64, "tradeID": 64, "fulfillmentID": 64, "priorFulfillmentID": 64, "allocationID": 64, "quoteID": 64,
    "RFQID": 64, "pairedOrderID": 64, "deskOrderID": 64, "priorDeskOrderID": 64, "symbol": 22, "underlying": 22, "optionID": 22, "firmDesignatedID": 40,
    "newOrderFDID": 40, "DVPCustodianID": 40, "tapeTradeID": 40, "session": 40, "seqNum": 40, "infoBarrierID": 20, "senderIMID": 16, "destination": 16,
    "receiverIMID": 16, "counterparty": 16, "exchOriginCode": 4,
}  # fmt: skip
PRIVATE = frozenset({"firmDesignatedID", "newOrderFDID"})
"""Fields whose value is never repeated, even where it is at fault."""

PRICE_FORM = r"^[0-9]{1,10}(\.[0-9]{0,8}0*)?$"
QUANTITY_FORM = r"^[0-9]{1,12}(\.[0-9]{0,6}0*)?$"
_WHOLE_FORM = r"^[0-9]{1,12}(\.0*)?$"
_ROEID_FORM = r"^[0-9]{8}_."
_MULTI_LEG = pl.col("type").str.starts_with("ML")

Valid = Callable[[pl.Expr], pl.Expr]


def _one_of(values: tuple[str, ...]) -> Valid:
    return lambda text: text.is_in(values)


def _matches(form: str) -> Valid:
    return lambda text: text.str.contains(form)


def _at_most(length: int) -> Valid:
    return lambda text: text.str.len_chars() <= length


def _net_price(text: pl.Expr) -> pl.Expr:
    """A price that a package may have below zero."""
    return text.str.strip_prefix("-").str.contains(PRICE_FORM)


def _price(text: pl.Expr) -> pl.Expr:
    return text.str.contains(PRICE_FORM) | (_MULTI_LEG & _net_price(text))


def _side(text: pl.Expr) -> pl.Expr:
    option = pl.col("type").str.starts_with("MO")
    return pl.when(option).then(text.is_in(OPTION_SIDES)).otherwise(text.is_in(EQUITY_SIDES))


def _exchange_of(kind: str, name: str) -> Valid:
    """An exchange's id where the kind says that it is an exchange; else the id of a member."""
    return lambda text: pl.when(pl.col(kind) == "E").then(text.is_in(EXCHANGES)).otherwise(text.str.len_chars() <= LENGTHS[name])


RULES: Mapping[str, Valid] = {
    **{name: _one_of(values) for name, values in CHOICES.items()},
    **{name: lambda text: text.str.to_lowercase().is_in(["true", "false"]) for name in FLAGS},
    **dict.fromkeys(PRICES, _matches(PRICE_FORM)),
    **dict.fromkeys(QUANTITIES, _matches(QUANTITY_FORM)),
    **dict.fromkeys(WHOLE, _matches(_WHOLE_FORM)),
    **dict.fromkeys(TIMESTAMPS, is_timestamp),
    **dict.fromkeys(DATES, is_date),
    **{name: _matches(rf"^[0-9]{{1,{digits}}}$") for name, digits in UNSIGNED.items()},
    **{name: _at_most(length) for name, length in LENGTHS.items()},
    "firmROEID": lambda text: text.str.contains(_ROEID_FORM) & (text.str.len_chars() <= LENGTHS["firmROEID"]),
    "price": _price,
    "netPrice": _net_price,
    "side": _side,
    "destination": _exchange_of("destinationType", "destination"),
    "senderIMID": _exchange_of("senderType", "senderIMID"),
}
"""By field, whether its text is a value that it may have. Fields that are not here have forms of their own (`cat_compound`)."""
