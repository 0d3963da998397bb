"""What other systems call our columns, and what their words mean: known names, as data.

Names are compared without case, spaces and punctuation. They come from the field names of FIX (tag names and numbers), FINRA CAT and
the reports that order management systems commonly export; a name that means different things in different systems stands under each.
"""

from __future__ import annotations

_KNOWN = {
    ("orders", "order_id"): (
        "order id, clordid, cl ord id, client order id, parent order id, order number, order no, order ref, order reference, oms order "
        "id, customer order id, 11, root order id"
    ),
    ("fills", "order_id"): (
        "order id, clordid, cl ord id, client order id, parent order id, order number, order no, order ref, order reference, oms order "
        "id, customer order id, 11, root order id"
    ),
    ("routes", "order_id"): "parent order id, parent id, parentordid, parent clordid, order id, orderid, client order id, root order id, order number",
    ("fills", "fill_id"): "fill id, exec id, execid, execution id, executionid, trade id, tradeid, 17, execution number, fill number, exec ref, trade ref",
    ("routes", "route_id"): (
        "route id, routed order id, routedorderid, child order id, childid, child clordid, route number, street order id, slice id, placement id"
    ),
    ("fills", "route_id"): "route id, routed order id, child order id, childid, child clordid, street order id, slice id, placement id",
    ("orders", "received_at"): (
        "received at, receipt time, received time, order time, order received time, arrival time, entry time, order entry time, create "
        "time, created at, order timestamp, time received, order date time, order datetime, timestamp, transact time"
    ),
    ("orders", "ended_at"): "ended at, done time, completed time, cancel time, canceled time, close time, end time, order end time",
    ("routes", "routed_at"): "routed at, route time, sent time, time routed, route timestamp, placement time, sent at, timestamp",
    ("routes", "acked_at"): "acked at, ack time, acknowledged, acknowledge time",
    ("routes", "ended_at"): "ended at, done time, route end time, cancel time, end time",
    ("fills", "filled_at"): (
        "filled at, fill time, exec time, execution time, executed at, trade time, transact time, 60, execution timestamp, fill "
        "timestamp, trade date time, exec datetime, timestamp, time of execution, trade timestamp"
    ),
    ("fills", "reported_at"): "reported at, report time, received by oms",
    ("orders", "key_on"): "order date",
    ("fills", "key_on"): "order date",
    ("fills", "traded_on"): "trade date, execution date, exec date, fill date, 75",
    ("routes", "routed_on"): "route date",
    ("orders", "qty"): (
        "order qty, order quantity, orderqty, ordered qty, ordered quantity, ordered shares, order shares, original qty, original "
        "quantity, 38, qty, quantity, shares, order size, size"
    ),
    ("routes", "qty"): "routed qty, route qty, routed quantity, child qty, placement qty, sent qty, qty, quantity, shares, size",
    ("fills", "qty"): (
        "fill qty, filled qty, fill quantity, exec qty, executed qty, execution quantity, executed quantity, last qty, lastqty, last "
        "shares, lastshares, 32, fill shares, trade qty, trade quantity, exec shares, qty, quantity, shares, size, filled shares"
    ),
    ("fills", "px"): ("fill price, fill px, exec price, execution price, executed price, last px, lastpx, last price, 31, trade price, price, px, exec px"),
    ("orders", "limit_px"): "limit price, limit px, limitprice, limit, 44, order price, lmt price",
    ("routes", "limit_px"): "limit price, limit px, route limit, route price, child limit",
    ("orders", "stop_px"): "stop price, stop px, trigger price, 99",
    ("orders", "min_qty"): "min qty, minimum quantity, 110",
    ("orders", "canceled_qty"): "canceled qty, cancelled qty, cxl qty, canceled quantity, cancelled quantity",
    ("fills", "fee_usd"): "fee, venue fee, exchange fee, execution fee, access fee, fee usd, fee rebate, rebate, fee or rebate",
    ("fills", "customer_cost_usd"): "commission, customer commission, commission usd, 12",
    ("*", "symbol"): "symbol, ticker, instrument, security, sym, issue, stock, 55, security symbol, ticker symbol",
    ("*", "side"): "side, buy sell, b s, bs, buysell, direction, 54, order side, transaction type, b/s",
    ("*", "firm"): "firm, reporting firm, broker dealer, bd, mpid",
    ("*", "vendor"): "vendor, router, sor, router vendor, algo provider",
    ("*", "currency"): "currency, ccy, 15, settlement currency",
    ("orders", "order_type"): "order type, ordertype, type, ord type, ordtype, 40, price type",
    ("routes", "order_type"): "route order type, child order type, route type, order type",
    ("orders", "tif"): "tif, time in force, timeinforce, 59, duration",
    ("routes", "tif"): "route tif, child tif, tif, time in force",
    ("orders", "end_reason"): "status, order status, final status, end reason",
    ("routes", "end_reason"): "route status, status, end reason",
    ("routes", "reject_reason"): "reject reason, reject text, rejection reason",
    ("orders", "customer_class"): "customer class, customer type, client type, account type, account holder type",
    ("orders", "account"): "account, account number, acct, account id, 1, client account",
    ("orders", "is_held"): "held, is held, held flag",
    ("orders", "is_directed"): "directed, is directed, directed flag",
    ("orders", "prior_order_id"): "prior order id, orig clordid, origclordid, 41, original order id, replaces",
    ("orders", "capacity"): "capacity, order capacity, 528",
    ("fills", "capacity"): "exec capacity, last capacity, 29, execution capacity, capacity",
    ("fills", "venue_raw"): (
        "venue, exec venue, execution venue, last mkt, lastmkt, last market, 30, market, exchange, market center, destination, exec "
        "exchange, mic, venue mic, exec broker"
    ),
    ("routes", "venue_raw"): "venue, route venue, destination, ex destination, exdestination, 100, route, exchange, market, dest, mic",
    ("fills", "contra"): "contra, contra broker, counterparty, 375",
    ("fills", "liquidity"): "liquidity, liquidity flag, add remove, liquidity indicator, last liquidity ind, 851, added removed, maker taker",
    ("fills", "liquidity_raw"): "liquidity code, liq code, 9730",
    ("fills", "fee_code"): "fee code, 9882",
}
NAMES = {place: tuple(names.split(", ")) for place, names in _KNOWN.items()}
"""(table or `*`, column) → the names it is known by, the most particular first."""

_MEANINGS = {
    "side": {
        "+1": "b, buy, 1, +1, bot, bought, bc, buy to cover, cover, long",
        "-1": "s, sell, 2, -1, sold, sl, sell long, ss, sell short, short, 5, sx, sse, short exempt, sell short exempt, 6",
    },
    "order_type": {
        "market": "market, mkt, m, 1",
        "limit": "limit, lmt, l, 2",
        "stop": "stop, stp, 3",
        "stop_limit": "stop limit, stp lmt, stoplimit, 4",
        "market_on_close": "moc, 5, market on close",
        "limit_on_close": "loc, b, limit on close",
        "market_on_open": "moo",
        "limit_on_open": "loo",
        "pegged": "p, peg, pegged",
        "midpoint_peg": "mid, midpoint, midpoint peg",
        "trailing_stop": "trailing stop",
    },
    "tif": {
        "day": "day, 0",
        "gtc": "gtc, 1, good till cancel",
        "opg": "opg, 2",
        "ioc": "ioc, 3, immediate or cancel",
        "fok": "fok, 4, fill or kill",
        "gtd": "gtd, 6",
        "cls": "cls, 7",
        "extended": "ext, gtx, 5",
    },
    "end_reason": {
        "filled": "filled, executed, complete, completed, 2",
        "canceled": "canceled, cancelled, cxl, 4",
        "expired": "expired, done for day, 3, c",
        "replaced": "replaced, 5",
        "rejected": "rejected, 8",
        "open": "open, new, 0, partial, partially filled, 1",
    },
    "customer_class": {
        "retail": "retail, individual, i",
        "institutional": "institutional, a, institution",
        "broker_dealer": "broker dealer, bd, broker_dealer",
    },
    "capacity": {
        "agency": "agency, a, 1",
        "principal": "principal, p, 4",
        "riskless_principal": "riskless principal, r, riskless",
    },
    "liquidity": {
        "added": "added, add, a, 1, maker, provide",
        "removed": "removed, remove, r, 2, taker, take",
        "routed": "routed, x, 3, routed out",
        "auction": "auction, 4",
        "midpoint": "midpoint",
    },
}
WORDS = {column: {word: meaning for meaning, words in meanings.items() for word in words.split(", ")} for column, meanings in _MEANINGS.items()}
"""What a word, in lower case, means in a closed list of ours: for each column, our word and theirs."""

SHORT = frozenset({"ss", "sell short", "short", "5", "sx", "sse", "short exempt", "sell short exempt", "6"})
"""Words for a side that tell a short sale from a long one."""


def plain(name: str) -> str:
    """A name as it is compared: small letters and digits."""
    return "".join(sign for sign in name.lower() if sign.isalnum())
