"""The data of a notice: figures read once with n, period, unit and runs, and example orders that are the vendor's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from oversight.claims.models import said_of
from oversight.claims.wording import interval
from oversight.findings.models import Finding
from oversight.lifecycle import Refusal
from oversight.measured import frames
from oversight.measured.dimensions import APART, ORDERS
from oversight.measured.reading import Figure, Reading, read
from oversight.measured.scope import Scope
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.vendors.models import Vendor

MOST_FIGURES, MOST_ORDERS = 8, 50
Asked = tuple[Figure, date, date]
"""A figure, and the first and last day of its period."""


def figures(vendor: Vendor, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Each figure of the vendor as a notice keeps it: what could not be measured has no value and says why. Raises Refusal for what cannot be asked."""
    if len(asked) > MOST_FIGURES:
        raise Refusal(f"A notice names at most {MOST_FIGURES} figures.")
    for figure, first, last in asked:
        if not figure.is_known or "vendor" in figure.filters:
            raise Refusal(f"There is no {figure.kind} “{figure.key}” that is cut so.")
        if first > last:
            raise Refusal(f"The period of {figure.title} begins on {first}, after it ends on {last}.")
    return [_kept(read(figure, vendor=vendor.key, first=first, last=last)) for figure, first, last in asked]


def orders(vendor: Vendor, ids: Iterable[str]) -> list[list[str]]:
    """[date of receipt, symbol, id] of each order named. Raises Refusal for one that no run in force holds of this vendor: nobody else's is shown to it."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    if len(wanted) > MOST_ORDERS:
        raise Refusal(f"A notice names at most {MOST_ORDERS} example orders; the rest is said by its figures.")
    try:
        sources = all_in_force()
    except NothingReceived as nothing:
        raise Refusal("No run was received yet, so no order can be shown to be this vendor's.") from nothing
    scope = Scope(date.min, date.max).pooling(*(apart.name for apart in APART)).having("vendor", vendor.key)
    held = frames.within(sources, scope, ORDERS, {"order_id", "symbol", "key_on"}).select("key_on", "symbol", "order_id").iter_rows()
    found: dict[str, list[str]] = {}
    for key_on, symbol, order_id in held:
        if order_id in wanted:
            found.setdefault(order_id, [str(key_on), symbol, order_id])
    strange = [id_ for id_ in wanted if id_ not in found]
    if strange:
        raise Refusal(f"No run in force holds {strange[0][:60]} as an order of {vendor.name}. A vendor is shown its own orders alone.")
    return [found[id_] for id_ in wanted]


def examples(vendor: Vendor, checks: Iterable[str], first: date, last: date, most: int = 10) -> list[str]:
    """Order ids that exceptions of these checks name over the period, the worst first: what a notice can show."""
    found = Finding.objects.filter(vendor=vendor.key, check_id__in=list(checks), on__range=(first, last)).exclude(state="vanished").exclude(order_id="")
    return list(dict.fromkeys(found.order_by("rank", "-harm_usd", "pk").values_list("order_id", flat=True)[: 4 * most]))[:most]


def others_named(vendor: Vendor, *texts: str) -> str:
    """The name of another vendor of the register that one of these texts speaks of; empty where none does. What a vendor reads names no other."""
    said = " ".join(texts).lower()
    for key, name in Vendor.objects.exclude(pk=vendor.pk).order_by("pk").values_list("key", "name"):
        for word in (key, name):
            if word.lower() in said:
                return str(word)
    return ""


def runs_of(kept: Iterable[Mapping[str, Any]]) -> list[str]:
    """The runs behind these figures, each once."""
    return list(dict.fromkeys(run for figure in kept for run in figure["runs"]))


def _kept(reading: Reading) -> dict[str, Any]:
    figure = reading.figure
    said = said_of(figure)
    assert said is not None, "a reading has its figure"
    return {
        **said, "title": figure.title, "flow": figure.flow, "unit": figure.unit.symbol, "value": None if reading.value is None else f"{reading.value:f}",
        "shown": reading.shown, "n": reading.n, "se": None if reading.se is None else f"{reading.se:f}",
        "interval": interval(reading.value, reading.se, Decimal(2), figure.unit), "first": reading.first.isoformat(), "last": reading.last.isoformat(),
        "runs": list(reading.runs), "why": "; ".join(filter(None, (reading.why, reading.doubt))), "address": reading.address,
    }  # fmt: skip
