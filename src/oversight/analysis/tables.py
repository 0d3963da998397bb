"""The analysis as tables: kinds of orders by factor, security by security, the lane, what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from bestexec import Cell
from oversight.accounts.queries import names
from oversight.analysis.factors import FACTORS
from oversight.analysis.grid import Filled, Kind
from oversight.analysis.lane import Single
from oversight.analysis.models import Look
from oversight.findings.views import order_url
from oversight.measured import figures
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.quarters import Quarter

CELLS = tuple(Column(factor.name, factor.title) for factor in FACTORS)
SOURCE = "Each cell is a figure or the reason why there is none; figures leave out what the policy leaves out, and lead to the rows behind them."
LANE = (
    Column("order_id", "Order"), Column("symbol", "Symbol"), Column("key_on", "Received", kind="day"), Column("why", "Here because"),
    Column("vendor", "Vendor"), Column("order_type", "Type"), Column("qty", "Ordered", kind="number"), Column("filled", "Filled", kind="number"),
    Column("shortfall_usd", "Shortfall", figures.unit_of("implementation_shortfall_usd")),
    Column("shortfall_bps", "Shortfall, bps", figures.unit_of("implementation_shortfall_bps")), Column("looked", "Looked at"),
    Column("notional", "Ordered, USD", kind="number", is_for_files=True), Column("run", "Run", kind="code", is_for_files=True),
)  # fmt: skip
LOOKS = (
    Column("at", "When", kind="instant"), Column("who", "Who", kind="person"), Column("what", "What"), Column("state", "State", kind="tag"),
    Column("words", "What they show", kind="words"), Column("asks", "What is asked", kind="words"), Column("answer", "Answer", kind="words"),
)  # fmt: skip


def grid(kinds: Sequence[Kind], looked: Mapping[str, Look], quarter: Quarter, runs: tuple[str, ...]) -> Sheet:
    """Kinds of orders by factor."""
    columns = (Column("type", "Order type"), Column("flow", "Flow"), Column("orders", "Orders", kind="count"), *CELLS, Column("looked", "Looked at"))
    people = names()
    rows = []
    for kind in kinds:
        look = looked.get(kind.key)
        by_symbol = f"{reverse('analysis:securities', args=[quarter])}?kind={kind.key}"
        said = f"{look.state_title} · {people.get(look.looked_by, look.looked_by)}" if look else ""
        cells = (kind.order_type, kind.flow, kind.orders, *(_text(cell) for cell in kind.cells), said)
        links = {"type": by_symbol, **_links(kind.cells), "looked": look.get_absolute_url() if look else ""}
        rows.append(Row(cells, links, key=kind.key, tone="" if look else "attention"))
    return Sheet(f"analysis-{quarter}", "Kinds of orders, factor by factor", columns, tuple(rows), runs, SOURCE, "No order of the quarter was measured.")


def securities(rows: Sequence[tuple[str, int, tuple[Filled, ...]]], quarter: Quarter, runs: tuple[str, ...]) -> Sheet:
    """One kind, security by security."""
    columns = (Column("symbol", "Symbol"), Column("orders", "Orders", kind="count"), *CELLS)
    drawn = tuple(Row((symbol, orders, *(_text(cell) for cell in cells)), _links(cells), key=symbol) for symbol, orders, cells in rows)
    return Sheet(f"securities-{quarter}", "Security by security", columns, drawn, runs, SOURCE, "No order of this kind was measured.")


def lane(found: Iterable[Single], looked: Mapping[tuple[str, str], Look], quarter: Quarter, runs: tuple[str, ...]) -> Sheet:
    """The order-by-order lane."""
    people, rows = names(), []
    for one in found:
        look = looked.get((one.key, one.run))
        said = f"{look.state_title} · {people.get(look.looked_by, look.looked_by)}" if look else ""
        cells = (
            one.order_id, one.symbol, one.key_on, one.why, one.vendor, one.order_type, Cell(one.order_qty, None), Cell(one.filled_qty, None), one.shortfall_usd,
            one.shortfall_bps, said, one.notional, one.run,
        )  # fmt: skip
        rows.append(Row(cells, {"order_id": order_url(one), "looked": look.get_absolute_url() if look else ""}, key=one.key, tone="" if look else "attention"))
    source = (
        "Orders that an average cannot judge: not held, or a block by the desk's limits. Shortfall is against the midpoint at receipt, unfilled part included."
    )
    return Sheet(f"lane-{quarter}", "Order by order", LANE, tuple(rows), runs, source, "No order of the quarter is judged by itself.")


def looks(found: Iterable[Look]) -> Sheet:
    """What was looked at."""
    people = names()
    rows = tuple(
        Row(
            (look.looked_at, people.get(look.looked_by, look.looked_by), str(look), look.state_title, look.shows, look.asks, look.answer),
            {"what": look.get_absolute_url()}, key=str(look.pk), tone="attention" if look.state == "questioned" else "",
        )
        for look in found
    )  # fmt: skip
    return Sheet("looks", "What was looked at", LOOKS, rows, empty="Nobody has looked yet.")


def _text(cell: Filled) -> str:
    return f"{cell.figure} (n {cell.n:,})" if cell.figure else cell.why


def _links(cells: Sequence[Filled]) -> dict[str, str]:
    found = {}
    for factor, cell in zip(FACTORS, cells, strict=True):
        if factor.elsewhere[0]:
            found[factor.name] = reverse(factor.elsewhere[0])
        elif cell.figure:
            found[factor.name] = reverse("desk:orders") + cell.scope.query(metric=cell.key)
    return found
