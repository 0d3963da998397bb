"""The quote book: one day's quotes in sorted, memory-mapped columns; built once, then only looked up."""

from bestexec.quotes.book import QuoteBook
from bestexec.quotes.building import Built, build
from bestexec.quotes.columns import NONE

__all__ = ["NONE", "Built", "QuoteBook", "build"]
