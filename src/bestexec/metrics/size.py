"""Size improvement: shares executed at the quote or better beyond the size displayed there."""

from __future__ import annotations

from bestexec import cite
from bestexec.metrics.base import Example, Metric, Ratio, Total
from bestexec.metrics.worked import ORDERS
from bestexec.units import FRACTION, SHARES

BEYOND = """CASE WHEN at_or_better_qty > size_benchmark_qty THEN at_or_better_qty - size_benchmark_qty
     WHEN at_or_better_qty IS NOT NULL AND size_benchmark_qty IS NOT NULL THEN 0 END"""
OPEN_POINT = "open in the rule's text: which displayed size counts, at which instant, and whether orders without a fill have a benchmark"

SIZE = (
    Metric(
        key="size_benchmark_shares", title="Order-size benchmark", on="orders", row="size_benchmark_qty", summary=Total("size_benchmark_shares"),
        unit=SHARES, better="neither", source=cite.RULE_605_SIZE, weight="none: a plain sum", example=Example(ORDERS, 800, "300 + 200 + 300"),
        note=f"per order, the smaller of its size and the size displayed at the far quote at t0; {OPEN_POINT}",
    ),
    Metric(
        key="size_improved_shares", title="Shares beyond the displayed size at the quote or better", on="orders", row=BEYOND,
        summary=Total("size_improved_shares"),
        unit=SHARES, better="higher", source=cite.RULE_605_SIZE, weight="none: a plain sum", example=Example(ORDERS, 150, "(450 - 300) + 0 + 0"),
        note=OPEN_POINT,
    ),
    Metric(
        key="size_improvement", title="Size improvement", on="orders", summary=Ratio("size_improved_shares", "size_benchmark_shares"),
        unit=FRACTION, better="higher", source=cite.RULE_605_SIZE, weight="benchmark shares", example=Example(ORDERS, 0.1875, "150 / 800"),
        note="shares beyond the benchmark for each share of it",
    ),
)  # fmt: skip
