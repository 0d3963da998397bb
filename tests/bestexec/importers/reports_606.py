"""Rule 606 reports made by hand, small enough to read."""

from __future__ import annotations

VENUE = """<rVenue><name>Venue V</name><mic>XVVV</mic><mpid>VVVV</mpid>
<orderPct>50.00</orderPct><marketPct>60.00</marketPct><marketableLimitPct>40.00</marketableLimitPct>
<nonMarketableLimitPct>40.00</nonMarketableLimitPct><otherPct>60.00</otherPct>
<netPmtPaidRecvMarketOrdersUsd>24.00</netPmtPaidRecvMarketOrdersUsd><netPmtPaidRecvMarketOrdersCph>20.0000</netPmtPaidRecvMarketOrdersCph>
<netPmtPaidRecvMarketableLimitOrdersUsd>-15</netPmtPaidRecvMarketableLimitOrdersUsd>
<netPmtPaidRecvMarketableLimitOrdersCph>-30.0000</netPmtPaidRecvMarketableLimitOrdersCph>
<netPmtPaidRecvNonMarketableLimitOrdersUsd>14.00</netPmtPaidRecvNonMarketableLimitOrdersUsd>
<netPmtPaidRecvNonMarketableLimitOrdersCph>14.0000</netPmtPaidRecvNonMarketableLimitOrdersCph>
<netPmtPaidRecvOtherOrdersUsd>0</netPmtPaidRecvOtherOrdersUsd><netPmtPaidRecvOtherOrdersCph/>
<materialAspects>Tiers by volume.</materialAspects></rVenue>"""
"""475 of 950 non-directed orders: 228 of 380 market, 76 of 190 marketable limit, 114 of 285 non-marketable limit, 57 of 95 other. 24 + 8 + 12 + 6 = 50."""
PUBLIC = f"""<?xml version="1.0" encoding="UTF-8"?>
<heldOrderRoutingPublicReport><version>1.3</version><bd>Sample  Brokerage</bd><year>2026</year><qtr>3</qtr>
<timestamp>2026-10-15T12:00:00Z</timestamp>
<rMonthly><year>2026</year><mon>7</mon>
<rOtherStocks><ndoPct>95.00</ndoPct><ndoMarketPct>40.00</ndoMarketPct><ndoMarketableLimitPct>20.00</ndoMarketableLimitPct>
<ndoNonmarketableLimitPct>30.00</ndoNonmarketableLimitPct><ndoOtherPct>10.00</ndoOtherPct>
<rVenues>
{VENUE}
</rVenues></rOtherStocks></rMonthly></heldOrderRoutingPublicReport>
"""
CUSTOMER = "<version>1.3</version><customer>C</customer><bd>Sample Brokerage</bd><startDate>2026-01-01</startDate><endDate>2026-06-30</endDate>"
ROUTES = f"""<heldExemptNotHeldOrderRoutingCustomerReport>{CUSTOMER}
<held>
<order><orderId>A-1</orderId><directed>N</directed>
<route><venueName>Venue V</venueName><mic>XVVV</mic>
<transaction><date>2026-03-09</date><time>20:00:00</time></transaction><transaction><date>2026-03-09</date><time>24:00:00</time></transaction></route>
<route><mic>XWWW</mic></route></order>
<order><orderId>A-2</orderId><directed>Y</directed></order>
</held>
<options><order><orderId>A-1</orderId><directed>N</directed></order></options>
</heldExemptNotHeldOrderRoutingCustomerReport>
"""
HANDLED = """<iVenue><venueName>Venue V</venueName><services>EV/SRV</services><mic>XVVV</mic>
<routedShr>10000</routedShr><iocRoutedShr>4000</iocRoutedShr><furtherRoutableShr>2000</furtherRoutableShr><orderSizeShr>2500.000</orderSizeShr>
<executedShr>6000</executedShr><filledPct>60.00</filledPct><fillSizeShr>500</fillSizeShr><netFeeOrRebateCph>-2.5000</netFeeOrRebateCph>
<midpointShr>0</midpointShr><midpointPct>0.00</midpointPct><nearsideShr>3000</nearsideShr><nearsidePct>50.00</nearsidePct>
<farsideShr>3000</farsideShr><farsidePct>50.00</farsidePct>
<providedLiqudityShr>3000</providedLiqudityShr><providedLiquidityPct>50.00</providedLiquidityPct><orderDurationMsec>1500</orderDurationMsec>
<providedLiquidityNetCph>25.0000</providedLiquidityNetCph>
<removedLiquidityShr>3000</removedLiquidityShr><removedLiquidityPct>50.00</removedLiquidityPct><removedLiquidityNetCph>-30.0000</removedLiquidityNetCph></iVenue>"""
"""10,000 shares in 4 orders; 6,000 executed in 12 fills: 3,000 provided (rebates of 7.50), 3,000 removed (fees of 9.00)."""
HANDLING = f"""<notHeldOrderHandlingCustomerReport>{CUSTOMER}
<hNondirected><hMonthly><year>2026</year><mon>3</mon><sentShr>20000</sentShr><executedAsPrincipalShr/><ioiExposedOrd>2</ioiExposedOrd>
<ioiExposedVenueList><ioiExposedVenue><venueName>X</venueName></ioiExposedVenue><ioiExposedVenue><venueName>Y</venueName></ioiExposedVenue></ioiExposedVenueList>
<routingVenueList>
{HANDLED}
</routingVenueList></hMonthly></hNondirected></notHeldOrderHandlingCustomerReport>
"""
