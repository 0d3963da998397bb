"""CAT events: the name of every position of those of equities, and what kind of event each is; options and packages are named in `cat_packages`.

Layout 4.1.0 r15, valid for 4.2.0 too, which retires positions and moves none. `*` is a field that every record must have, `-` a
retired position. Sources: CAT reporting technical specifications for industry members, 4.1.0 r15 and 4.2.0.
"""

from __future__ import annotations

from bestexec.importers.cat_packages import POSITIONS as OF_OPTIONS

HEAD = "actionType* errorROEID firmROEID* type* CATReporterIMID"
"""The first five positions of every event; all that is read of an event whose layout is not here."""

_POSITIONS = OF_OPTIONS | {
    "MENO": (
        "orderKeyDate* orderID* symbol* eventTimestamp* manualFlag* electronicDupFlag* electronicTimestamp manualOrderKeyDate manualOrderID deptType* "
        "solicitationFlag* RFQID side* price quantity* minQty orderType* timeInForce* tradingSession* handlingInstructions custDspIntrFlag* "
        "firmDesignatedID* accountHolderType* affiliateFlag* infoBarrierID aggregatedOrders negotiatedTradeFlag* representativeInd* seqNum "
        "atsDisplayInd displayPrice workingPrice displayQty atsOrderType nbbPrice nbbQty nboPrice nboQty nbboSource nbboTimestamp netPrice BFMMFlag"
    ),
    "MENOS": "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* aggregatedOrders firmDesignatedID",
    "MEOR": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* electronicDupFlag* electronicTimestamp senderIMID destination "
        "destinationType* routedOrderID session side* price quantity* minQty orderType* timeInForce* tradingSession* affiliateFlag* isoInd* "
        "handlingInstructions routeRejectedFlag* dupROIDCond* seqNum multiLegInd* pairedOrderID infoBarrierID netPrice quoteKeyDate quoteID"
    ),
    "MEORS": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* senderIMID destination destinationType* routedOrderID session "
        "routeRejectedFlag*"
    ),
    "MEMR": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* electronicTimestamp senderIMID destination destinationType* "
        "routedOrderID priorRoutedOrderID session side* price quantity* minQty - orderType* timeInForce* tradingSession* affiliateFlag* isoInd* "
        "handlingInstructions routeRejectedFlag* dupROIDCond* seqNum netPrice multiLegInd*"
    ),
    "MEMRS": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* senderIMID destination destinationType* routedOrderID session "
        "routeRejectedFlag* multiLegInd*"
    ),
    "MECR": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* electronicTimestamp cancelQty* - senderIMID destination "
        "destinationType* routedOrderID session routeRejectedFlag* seqNum multiLegInd*"
    ),
    "MECRS": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* senderIMID destination destinationType* routedOrderID session "
        "routeRejectedFlag* multiLegInd*"
    ),
    "MEOA": (
        "orderKeyDate* orderID* symbol* eventTimestamp* manualFlag* electronicDupFlag* electronicTimestamp receiverIMID* senderIMID* senderType* "
        "routedOrderID manualOrderKeyDate manualOrderID affiliateFlag* deptType* side* price quantity* minQty orderType* timeInForce* tradingSession* "
        "isoInd* handlingInstructions custDspIntrFlag* infoBarrierID seqNum atsDisplayInd displayPrice workingPrice displayQty atsOrderType nbbPrice "
        "nbbQty nboPrice nboQty nbboSource nbboTimestamp solicitationFlag* pairedOrderID netPrice"
    ),
    "MEIR": (
        "orderKeyDate* orderID* symbol* parentOrderKeyDate parentOrderID originatingIMID eventTimestamp* manualFlag* electronicTimestamp deptType* "
        "receivingDeskType* infoBarrierID side* price quantity* minQty orderType* handlingInstructions timeInForce* tradingSession* multiLegInd* "
        "netPrice deskOrderID"
    ),
    "MEIM": (
        "orderKeyDate* orderID* symbol* priorOrderKeyDate priorOrderID originatingIMID eventTimestamp* manualFlag* electronicTimestamp deptType* "
        "receivingDeskType* infoBarrierID initiator* side* price quantity* minQty leavesQty* orderType* handlingInstructions timeInForce* "
        "tradingSession* requestTimestamp netPrice deskOrderID priorDeskOrderID"
    ),
    "MEIC": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* electronicTimestamp cancelQty* leavesQty* initiator* "
        "requestTimestamp infoBarrierID deskOrderID"
    ),
    "MECO": (
        "orderKeyDate* orderID* symbol* parentOrderKeyDate* parentOrderID* originatingIMID eventTimestamp* side* price quantity* minQty orderType* "
        "timeInForce* tradingSession* handlingInstructions seqNum atsDisplayInd displayPrice workingPrice displayQty nbbPrice nbbQty nboPrice nboQty "
        "nbboSource nbboTimestamp multiLegInd* infoBarrierID netPrice manualFlag electronicTimestamp"
    ),
    "MECOM": (
        "orderKeyDate* orderID* symbol* priorOrderKeyDate priorOrderID originatingIMID eventTimestamp* side* price quantity* minQty leavesQty* "
        "orderType* timeInForce* tradingSession* handlingInstructions seqNum atsDisplayInd displayPrice workingPrice displayQty nbbPrice nbbQty "
        "nboPrice nboQty nbboSource nbboTimestamp netPrice manualFlag electronicTimestamp"
    ),
    "MECOC": "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* side* cancelQty* leavesQty* - seqNum manualFlag electronicTimestamp",
    "MEOM": (
        "orderKeyDate* orderID* symbol* priorOrderKeyDate priorOrderID originatingIMID eventTimestamp* manualFlag* manualOrderKeyDate manualOrderID "
        "electronicDupFlag* electronicTimestamp receiverIMID senderIMID senderType routedOrderID requestTimestamp - - - initiator* side* price "
        "quantity* minQty leavesQty* orderType* timeInForce* tradingSession* isoInd* handlingInstructions custDspIntrFlag* infoBarrierID "
        "aggregatedOrders representativeInd* seqNum atsDisplayInd displayPrice workingPrice displayQty atsOrderType nbbPrice nbbQty nboPrice nboQty "
        "nbboSource nbboTimestamp netPrice BFMMFlag"
    ),
    "MEOMS": "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* aggregatedOrders*",
    "MEOMR": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* electronicTimestamp receiverIMID senderIMID senderType - - side* "
        "price quantity* minQty orderType* timeInForce* tradingSession* isoInd* handlingInstructions custDspIntrFlag* infoBarrierID - - seqNum "
        "atsDisplayInd displayPrice workingPrice displayQty atsOrderType nbbPrice nbbQty nboPrice nboQty nbboSource nbboTimestamp netPrice"
    ),
    "MEOJ": (
        "orderKeyDate* orderID* symbol* priorOrderKeyDate priorOrderID originatingIMID eventTimestamp* manualFlag* electronicTimestamp initiator* "
        "price quantity minQty leavesQty seqNum atsDisplayInd displayPrice workingPrice displayQty nbbPrice nbbQty nboPrice nboQty nbboSource "
        "nbboTimestamp timeInForce* netPrice"
    ),
    "MEOC": (
        "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* electronicTimestamp cancelQty* leavesQty* initiator* seqNum "
        "requestTimestamp infoBarrierID"
    ),
    "MEOCR": "orderKeyDate* orderID* symbol* originatingIMID eventTimestamp* manualFlag* electronicTimestamp cancelQty* seqNum infoBarrierID",
    "MEOE": (
        "orderKeyDate* orderID* symbol* priorOrderKeyDate priorOrderID originatingIMID eventTimestamp* timeInForce* tradingSession* - side price "
        "quantity minQty orderType* seqNum atsDisplayInd displayPrice workingPrice displayQty nbbPrice nbbQty nboPrice nboQty nbboSource "
        "nbboTimestamp triggerPrice netPrice"
    ),
    "MEOT": (
        "tradeKeyDate* tradeID* symbol* eventTimestamp* manualFlag* electronicTimestamp cancelFlag* cancelTimestamp - - quantity* price* capacity* "
        "tapeTradeID marketCenterID sideDetailsInd* buyDetails sellDetails reportingExceptionCode seqNum nbbPrice nbbQty nboPrice nboQty nbboSource "
        "nbboTimestamp - clearingFirm counterparty multiLegInd* infoBarrierID"
    ),
    "MEOTS": "tradeKeyDate* tradeID* symbol* eventTimestamp* buyDetails sellDetails multiLegInd*",
    "MEOF": (
        "fillKeyDate* fulfillmentID* symbol* eventTimestamp* manualFlag* electronicTimestamp fulfillmentLinkType* cancelFlag* cancelTimestamp "
        "quantity* price* capacity* clientDetails* firmDetails infoBarrierID"
    ),
    "MEOFS": "fillKeyDate* fulfillmentID* symbol* eventTimestamp* firmDetails*",
    "MEFA": (
        "fillKeyDate* fulfillmentID* priorFillKeyDate priorFulfillmentID symbol* originatingIMID eventTimestamp* manualFlag* electronicTimestamp "
        "quantity* capacity* price* fulfillmentLinkType* clientDetails firmDetails"
    ),
    "MEPA": (
        "allocationKeyDate* allocationID* symbol* eventTimestamp* cancelFlag* cancelTimestamp quantity* price* side* firmDesignatedID* - "
        "institutionFlag* tradeDate* settlementDate allocationType* DVPCustodianID correspondentCRD newOrderFDID allocationInstructionTime - "
        "accountHolderType*"
    ),
}  # fmt: skip

LAYOUTS = {event: tuple(field.rstrip("*") for field in f"{HEAD} {rest}".split()) for event, rest in _POSITIONS.items()}
"""By event, the name of every position, in order."""
REQUIRED = {event: frozenset(field.rstrip("*") for field in f"{HEAD} {rest}".split() if field.endswith("*")) for event, rest in _POSITIONS.items()}
"""By event, the fields that every record must have. A flag that is absent is false, and not missing."""
HEAD_FIELDS = tuple(field.rstrip("*") for field in HEAD.split())

KINDS = {
    "MENO": "order", "MENOS": "order_supplement", "MEOA": "order_received", "MEOM": "order_replaced", "MEOMS": "order_supplement",
    "MEOMR": "replace_request", "MEOJ": "order_restated", "MEOE": "order_effective", "MEOC": "order_canceled", "MEOCR": "cancel_request",
    "MECO": "child", "MECOM": "child_replaced", "MECOC": "child_canceled", "MEIR": "internal", "MEIM": "internal_replaced", "MEIC": "internal_canceled",
    "MEOR": "route", "MEMR": "route_replaced", "MECR": "route_canceled", "MEORS": "route_supplement", "MEMRS": "route_supplement",
    "MECRS": "route_supplement", "MEOT": "trade", "MEOTS": "trade_supplement", "MEOF": "fulfillment", "MEOFS": "fulfillment_supplement",
    "MEFA": "fulfillment_replaced", "MEPA": "allocation", "MEAA": "allocation",
}  # fmt: skip
"""`schema.EVENT_KINDS` of each event; every other, such as options and quotes, is `other`."""

PARTS = {
    "aggregatedOrders": ("orderID", "orderKeyDate", "quantity", "originatingIMID"),
    "buyDetails": ("orderKeyDate", "orderID", "side", "", "firmDesignatedID", "accountHolderType", "originatingIMID", "BFMMFlag"),
    "sellDetails": ("orderKeyDate", "orderID", "side", "", "firmDesignatedID", "accountHolderType", "originatingIMID", "BFMMFlag"),
    "clientDetails": ("orderKeyDate", "orderID", "side", "", "firmDesignatedID", "accountHolderType", "originatingIMID"),
    "firmDetails": ("orderKeyDate", "orderID", "side", "", "firmDesignatedID", "accountHolderType", "originatingIMID"),
}
"""Sub-fields of the compound fields, in the order of the comma-separated form."""
SUPPLEMENT_PARTS = {
    "MEOTS": ("orderKeyDate", "orderID", "side", "quantity", "originatingIMID", "firmDesignatedID", "accountHolderType", "BFMMFlag"),
    "MEOFS": ("orderKeyDate", "orderID", "side", "quantity", "originatingIMID"),
}
"""The same where a supplement has an order of its own."""

ELSEWHERE = (
    "allocationID", "allocationKeyDate", "priorAllocationID", "priorAllocationKeyDate", "occClearingMemberID", "optionID", "underlying",
    "openCloseIndicator", "legDetails", "numberOfLegs", "priceType", "exchOriginCode", "legRefID", "routedQuoteID", "receivedQuoteID", "priorQuoteID",
    "priorQuoteKeyDate", "bidPrice", "bidQty", "askPrice", "askQty", "bidAggregatedOrders", "askAggregatedOrders", "mpStatusCode", "onlyOneQuoteFlag",
    "quoteRejectedFlag", "quoteWantedInd", "representativeQuoteInd", "unpricedInd", "unsolicitedInd", "quoteTimestamp", "RFQFlag", "validUntilTimestamp",
)  # fmt: skip
"""Names that events without a layout here use besides those above."""
COMPOUND = frozenset({*PARTS, "handlingInstructions", "timeInForce", "legDetails", "atsOrderType", "bidAggregatedOrders", "askAggregatedOrders"})
"""Fields that hold several values in one."""
KNOWN = tuple(dict.fromkeys(name for layout in (*LAYOUTS.values(), ELSEWHERE) for name in layout if name != "-"))
"""Every name that a record may use."""


def layout_of(event: str) -> tuple[str, ...]:
    """The names of an event's positions; of an event that has no layout here, the first five."""
    return LAYOUTS.get(event, HEAD_FIELDS)


def names_of(event: str) -> tuple[str, ...]:
    """The names that a named record of an event may use."""
    return tuple(name for name in LAYOUTS[event] if name != "-") if event in LAYOUTS else KNOWN
