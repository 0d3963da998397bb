"""The tables that a caller gives to `checks.find`, by name; whatever is not given is reported as not evaluated."""

from __future__ import annotations

from bestexec.claimed import CLAIMED
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.linking.feed_lags import FEED_LAGS
from bestexec.linking.reconciling import UNMATCHED
from bestexec.logic.judged import VIOLATIONS
from bestexec.routed import FIRST_LOOKS
from bestexec.schema import CONTROL_TOTALS, FILLS, LINE, ROUTES, Column, Table
from bestexec.units import DAY, QTY, TEXT
from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.changes.tables import CHANGES
from bestexec.verdicts.leaking import LEAKING

_IMPORT = Column("import_id", TEXT, "", "Import that made the row.")

GIVEN_ROUTES = Table("routes", "One route, once; an empty table means that no feed carries routes.", ROUTES.key, ROUTES.day, (*ROUTES.columns, _IMPORT))
UNLINKED_FILLS = Table(
    "unlinked_fills", "One fill whose order is not in any feed; an empty table means that there is none.", FILLS.key, FILLS.day,
    (*FILLS.columns, Column("reason", TEXT, "", "Why it could not be linked."), _IMPORT),
)  # fmt: skip
DUPLICATES = Table(
    "duplicates", "One copy that was left out; an empty table means that there is none.", ("table", "firm", "symbol", "order_id", "id", "import_id", "line"),
    "day",
    (
        Column("day", DAY, "date", "Trading date of the row.", required=True),
        Column("table", TEXT, "", "Table it is a copy in: orders, routes or fills.", required=True),
        Column("firm", TEXT, "", "Reporting firm."),
        Column("symbol", TEXT, "", "Symbol."),
        Column("order_id", TEXT, "", "The source's order id."),
        Column("id", TEXT, "", "Id of the order, the route or the fill."),
        Column("copies", TEXT, "", "Whether it says the same as the row that stays.", required=True, values=("same", "superseded")),
        LINE, _IMPORT,
    ),
)  # fmt: skip
CONTROL = Table(
    "control", "One control total beside our own count.", CONTROL_TOTALS.key, "day",
    (*CONTROL_TOTALS.columns, Column("counted", QTY, "orders or shares", "Our count of the same."), _IMPORT),
)  # fmt: skip

GIVEN = {
    "fills": LINKED_FILLS, "orders": LINKED_ORDERS, "routes": GIVEN_ROUTES, "unlinked_fills": UNLINKED_FILLS, "duplicates": DUPLICATES, "control": CONTROL,
    "unmatched": UNMATCHED, "verdicts": VERDICTS, "claimed": CLAIMED, "detected": VERDICTS, "changes": CHANGES,
    "violations": VIOLATIONS, "leaking": LEAKING, "first_looks": FIRST_LOOKS, "feed_lags": FEED_LAGS,
}  # fmt: skip
"""By the name the caller uses. Columns beyond these are not read; missing ones are taken as unknown."""
