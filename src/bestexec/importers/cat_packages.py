"""CAT events of options and of multi-leg packages: the name of every position, as far as they are read by position.

By name (JSON) every such event is read whole. By position, those whose layout stands here; of the others the first five, which say the event, the
record and the reporter. `*` and `-` as in `cat_layouts`. Source: CAT reporting technical specifications for industry members, 4.2.0. An option is
named by its `optionID`, a package by its `underlying` where it has one; what they say of price, quantity, side and time is read like an equity's.
"""

from __future__ import annotations

OPTION, PACKAGE = "MO", "ML"
"""How the events of each begin; all others are of equities."""

POSITIONS = {
    "MONO": (
        "orderKeyDate* orderID* optionID* eventTimestamp* manualFlag* manualOrderKeyDate manualOrderID electronicDupFlag* electronicTimestamp deptType* "
        "side* price quantity* minQty orderType* timeInForce* tradingSession* handlingInstructions firmDesignatedID* accountHolderType* affiliateFlag* "
        "aggregatedOrders solicitationFlag* openCloseIndicator representativeInd* - RFQID netPrice"
    ),
    "MONOS": "orderKeyDate* orderID* optionID* originatingIMID eventTimestamp* aggregatedOrders - - firmDesignatedID",
    "MOOR": (
        "orderKeyDate* orderID* optionID* originatingIMID eventTimestamp* manualFlag* electronicDupFlag* electronicTimestamp senderIMID destination "
        "destinationType* routedOrderID session side* price quantity* minQty orderType* timeInForce* tradingSession* handlingInstructions "
        "routeRejectedFlag* exchOriginCode affiliateFlag* multiLegInd* openCloseIndicator - - pairedOrderID netPrice"
    ),
    "MOMR": (
        "orderKeyDate* orderID* optionID* originatingIMID eventTimestamp* manualFlag* electronicTimestamp senderIMID destination destinationType* "
        "routedOrderID priorRoutedOrderID session side* price quantity* minQty - orderType* timeInForce* tradingSession* affiliateFlag* "
        "handlingInstructions routeRejectedFlag* dupROIDCond* exchOriginCode openCloseIndicator netPrice multiLegInd*"
    ),
    "MOCR": (
        "orderKeyDate* orderID* optionID* originatingIMID eventTimestamp* manualFlag* electronicTimestamp cancelQty* - senderIMID destination "
        "destinationType* routedOrderID session routeRejectedFlag* multiLegInd*"
    ),
    "MOOA": (
        "orderKeyDate* orderID* optionID* eventTimestamp* manualOrderKeyDate manualOrderID manualFlag* electronicDupFlag* electronicTimestamp "
        "receiverIMID* senderIMID* senderType* routedOrderID deptType* side* price quantity* minQty orderType* timeInForce* tradingSession* "
        "handlingInstructions affiliateFlag* solicitationFlag* pairedOrderID openCloseIndicator - - netPrice"
    ),
    "MOIR": (
        "orderKeyDate* orderID* optionID* parentOrderKeyDate parentOrderID originatingIMID eventTimestamp* manualFlag* electronicTimestamp deptType* "
        "receivingDeskType* side* price quantity* minQty orderType* handlingInstructions openCloseIndicator - - timeInForce* tradingSession* "
        "multiLegInd* netPrice deskOrderID"
    ),
    "MOOE": (
        "orderKeyDate* orderID* optionID* priorOrderKeyDate priorOrderID originatingIMID eventTimestamp* timeInForce* tradingSession* - side price "
        "quantity minQty orderType* openCloseIndicator triggerPrice netPrice"
    ),
    "MLNO": (
        "orderKeyDate* orderID* underlying eventTimestamp* manualFlag* manualOrderKeyDate manualOrderID electronicDupFlag* electronicTimestamp deptType* "
        "price quantity* minQty orderType* timeInForce* tradingSession* handlingInstructions firmDesignatedID* accountHolderType* affiliateFlag* "
        "aggregatedOrders representativeInd* solicitationFlag* RFQID numberOfLegs* priceType legDetails*"
    ),
    "MLOA": (
        "orderKeyDate* orderID* underlying eventTimestamp* manualOrderKeyDate manualOrderID manualFlag* electronicDupFlag* electronicTimestamp "
        "receiverIMID* senderIMID* senderType* routedOrderID price quantity* minQty orderType* timeInForce* tradingSession* handlingInstructions "
        "affiliateFlag* solicitationFlag* pairedOrderID numberOfLegs* priceType legDetails*"
    ),
    "MLCR": (
        "orderKeyDate* orderID* underlying originatingIMID eventTimestamp* manualFlag* electronicTimestamp cancelQty* - senderIMID destination "
        "destinationType* routedOrderID session routeRejectedFlag* numberOfLegs -"
    ),
}  # fmt: skip
