"""What we measure: formulas declared as data, one file a family."""

from bestexec.metrics.base import Estimator, Example, Metric, On, Ratio, Total
from bestexec.metrics.catalog import FAMILIES, METRICS, by_key, definitions, definitions_hash, definitions_text
from bestexec.metrics.measure import measure
from bestexec.metrics.printed import markdown
from bestexec.metrics.summarize import summarize

__all__ = [
    "FAMILIES", "METRICS", "Estimator", "Example", "Metric", "On", "Ratio", "Total",
    "by_key", "definitions", "definitions_hash", "definitions_text", "markdown", "measure", "summarize",
]  # fmt: skip
