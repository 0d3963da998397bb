"""TAQ files written for the tests: headers as the client specification spells them, a few lines by hand."""

from __future__ import annotations

QUOTE_HEADER = (
    "Time|Exchange|Symbol|Bid_Price|Bid_Size|Offer_Price|Offer_Size|Quote_Condition|Sequence_Number|National_BBO_Ind|FINRA_BBO_Indicator|FINRA_ADF_MPID_Indicator|"
    "Quote_Cancel_Correction|Source_Of_Quote|Retail_Interest_Indicator|Short_Sale_Restriction_Indicator|LULD_BBO_Indicator|SIP_Generated_Message_Identifier|"
    "National_BBO_LULD_Indicator|Participant_Timestamp|FINRA_ADF_Timestamp|FINRA_ADF_Market_Participant_Quote_Indicator|Security_Status_Indicator"
)
NBBO_HEADER = (
    "Time|Exchange|Symbol|Bid_Price|Bid_Size|Offer_Price|Offer_Size|Quote_Condition|Sequence_Number|National_BBO_Ind|FINRA_BBO_Indicator|FINRA_ADF_MPID_Indicator|"
    "Quote_Cancel_Correction|Source_Of_Quote|Best_Bid_Quote_Condition|Best_Bid_Exchange|Best_Bid_Price|Best_Bid_Size|Best_Bid_FINRA_Market_Maker_ID|"
    "Best_Offer_Quote_Condition|Best_Offer_Exchange|Best_Offer_Price|Best_Offer_Size|Best_Offer_FINRA_Market_Maker_ID|LULD_Indicator|LULD_NBBO_Indicator|"
    "SIP_Generated_Message_Identifier|Participant_Timestamp|FINRA_ADF_Timestamp|Security_Status_Indicator"
)
TRADE_HEADER = (
    "Time|Exchange|Symbol|Sale Condition|Trade Volume|Trade Price|Trade Stop Stock Indicator|Trade Correction Indicator|"
    "Sequence Number|Trade Id|Source of Trade|"
    "Trade Reporting Facility|Participant Timestamp|Trade Reporting Facility TRF Timestamp|Trade Through Exempt Indicator"
)
MASTER_HEADER = (
    "Symbol|Security_Description|CUSIP|Security_Type|SIP_Symbol|Old_Symbol|Test_Symbol_Flag|Listed_Exchange|Tape|Unit_Of_Trade|Round_Lot|NYSE_Industry_Code|"
    "Shares_Outstanding|Halt_Delay_Reason|Effective_Date"
)


def quote(
    time: str,
    exchange: str,
    symbol: str,
    bid: str,
    ask: str,
    *,
    condition: str = "R",
    sequence: int = 1,
    national: str = "0",
    canceled: str = "",
    source: str = "C",
) -> str:
    """One line of a quotes file; `bid` and `ask` are `price x size`."""
    (bid_px, bid_size), (ask_px, ask_size) = bid.split(" x "), ask.split(" x ")
    sides = f"{bid_px}|{bid_size}|{ask_px}|{ask_size}"
    return f"{time}|{exchange}|{symbol}|{sides}|{condition}|{sequence}|{national}|||{canceled}|{source}||||||{time[:-1]}7||| "


def nbbo(time: str, symbol: str, bid: str, ask: str, *, sequence: int = 1, canceled: str = "") -> str:
    """One line of an NBBO file; `bid` and `ask` are `letter price x size`."""
    (bid_venue, bid_px, _, bid_size), (ask_venue, ask_px, _, ask_size) = bid.split(" "), ask.split(" ")
    first = f"{time}|N|{symbol}|0|0|0|0|R|{sequence}|2|||{canceled}|C"
    return f"{first}|R|{bid_venue}|{bid_px}|{bid_size}||R|{ask_venue}|{ask_px}|{ask_size}|||||{time}||"


def trade(
    time: str,
    exchange: str,
    symbol: str,
    price: str,
    volume: str,
    *,
    sale: str = "@",
    correction: str = "00",
    sequence: int = 1,
    source: str = "C",
    facility: str = "",
) -> str:
    return f"{time}|{exchange}|{symbol}|{sale}|{volume}|{price}||{correction}|{sequence}|{sequence}|{source}|{facility}|{time}||0"


def whole(header: str, *lines: str, day: str = "20240116", count: int | None = None) -> str:
    """A file with its END line, filled to the header's fields as the real ones are."""
    end = f"END|{day}|{len(lines) if count is None else count}"
    return "\n".join([header, *lines, end + "|" * (header.count("|") - end.count("|"))]) + "\n"
