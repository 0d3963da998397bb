"""The eight factors of a regular and rigorous review: what each is measured by, and which part of FINRA 5310(a)(1) it answers."""

from __future__ import annotations

from dataclasses import dataclass

CIRCUMSTANCES = {
    "A": "the character of the market for the security: price, volatility, liquidity, pressure on available communications",
    "B": "the size and type of the transaction",
    "C": "the number of markets checked",
    "D": "the accessibility of the quotation",
    "E": "the terms and conditions of the order, as communicated",
}
"""FINRA 5310(a)(1)(A) to (E), in short."""


@dataclass(frozen=True)
class Factor:
    """One factor. `key` is the metric of its cell, empty where no metric speaks: then `elsewhere` says which page does.

    `of` is the metric of the rows among which `key` looks for some: none found there is an answer. `only` are the words of order types that it speaks of.
    """

    name: str
    title: str
    key: str
    answers: tuple[str, ...]
    elsewhere: tuple[str, str] = ("", "")
    of: str = ""
    only: tuple[str, ...] = ()

    def speaks_of(self, order_type: str) -> bool:
        """Whether orders of that type can have a figure at all."""
        return not self.only or any(word in order_type for word in self.only)


FACTORS = (
    Factor("improvement", "Price improvement", "price_improvement", ("A",), of="at_or_inside"),
    Factor("disimprovement", "Price disimprovement", "price_disimprovement", ("A",), of="at_or_inside"),
    Factor("likelihood", "Likelihood of execution of limit orders", "limit_fill_rate_orders", ("A", "E"), only=("limit", "peg")),
    Factor("speed", "Speed of execution", "mean_time_to_execution", ("D",)),
    Factor("size", "Size of execution", "size_improvement", ("B",)),
    Factor("costs", "Transaction costs", "customer_cost_per_share", ("A", "E")),
    Factor("needs", "Customer needs and expectations", "", ("E",), ("configuration:versions", "statement and flow profile")),
    Factor("payments", "Internalization and payment for order flow", "", ("C", "D"), ("conflicts:ledger", "ledger of payments beside quality")),
)
MEASURED = tuple(factor.key for factor in FACTORS if factor.key)
READ = tuple(dict.fromkeys((*MEASURED, *(factor.of for factor in FACTORS if factor.of))))
"""What the grid reads: the figures, and among how many rows some were looked for."""
