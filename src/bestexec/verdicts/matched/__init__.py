"""The matched comparison: one subject against all others, in the same kinds of orders at the same kinds of times."""

from bestexec.verdicts.matched.comparison import CELLS, Comparison, Materiality, cells_without
from bestexec.verdicts.matched.harm import HARMED_ORDERS, harmed_orders
from bestexec.verdicts.matched.states import with_market_state

__all__ = ["CELLS", "HARMED_ORDERS", "Comparison", "Materiality", "cells_without", "harmed_orders", "with_market_state"]
