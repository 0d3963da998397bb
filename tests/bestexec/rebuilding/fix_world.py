"""FIX logs written by hand, message by message, and what is put together out of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from bestexec.importers import fix
from bestexec.importers.base import Kept
from bestexec.rebuilding import rebuild
from bestexec.rebuilding.base import Rebuilt
from bestexec.schema import EVENTS, conform

HALF_PAST_NINE = 1_786_368_600 * 10**9  # 10 August 2026, 13:30 UTC: 20,675 days × 86,400 s + 48,600 s
MS = 1_000_000
IN, OUT, BACK, UP = "CLIENT>FIRM", "FIRM>SOR", "SOR>FIRM", "FIRM>CLIENT"


class Log:
    """Messages in the order they were written; each session counts its own."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self._sequence: dict[str, int] = {}

    def put(self, session: str, ms: int, *fields: str, sequence: int | None = None) -> None:
        """A message of `fields`, 35 first, sent `ms` after half past nine; `55=IBM` and `54=1` go without saying."""
        self._sequence[session] = sequence or self._sequence.get(session, 0) + 1
        sender, receiver = session.split(">")
        seconds, rest = divmod(ms, 1000)
        at = f"20260810-13:{30 + seconds // 60:02}:{seconds % 60:02}.{rest:03}"
        given = {field.split("=")[0] for field in fields}
        usual = [field for field in ("55=IBM", "54=1") if field[:2] not in given]
        head = [fields[0], f"49={sender}", f"56={receiver}", f"34={self._sequence[session]}", f"52={at}", *fields[1:], *usual]
        self.lines.append(b"8=FIX.4.4\x019=5\x01" + b"".join(field.encode() + b"\x01" for field in head) + b"10=000\x01")

    def order(self, session: str, ms: int, order_id: str, qty: int, *more: str) -> None:
        self.put(session, ms, "35=D", f"11={order_id}", f"38={qty}", "40=2", "44=101", *more)

    def fill(self, session: str, ms: int, order_id: str, fill_id: str, qty: int, px: str, *more: str) -> None:
        market = [] if any(field.startswith("30=") for field in more) else ["30=XNAS"]
        self.put(session, ms, "35=8", f"11={order_id}", f"17={fill_id}", "150=F", f"32={qty}", f"31={px}", *market, *more)

    def events(self, name: str = "import") -> pl.DataFrame:
        return events_of(b"\n".join(self.lines), name)

    def rebuilt(self) -> Rebuilt:
        return rebuild(self.events())


def events_of(log: bytes, name: str = "import") -> pl.DataFrame:
    """The events of a log, with `import_id`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.log"
        path.write_bytes(log)
        batches = list(fix.read((Kept(path.name, path, "", len(log), {"firm": "FIRM"}, b"key"),)))
    frames = [conform(batch.tables["events"], EVENTS) for batch in batches if batch.tables]
    return pl.concat(frames).with_columns(import_id=pl.lit(name))


def orders(rebuilt: Rebuilt) -> list[tuple[object, ...]]:
    """(order_id, qty, prior_order_id, end_reason, canceled_qty) of each order."""
    rows = rebuilt.orders.select("order_id", pl.col("qty").cast(pl.Int64), "prior_order_id", "end_reason", pl.col("canceled_qty").cast(pl.Int64))
    return sorted(rows.rows(), key=str)


def routes(rebuilt: Rebuilt) -> list[tuple[object, ...]]:
    """(route_id, order_id, parent_route_id, qty, end_reason) of each route."""
    rows = rebuilt.routes.select("route_id", "order_id", "parent_route_id", pl.col("qty").cast(pl.Int64), "end_reason")
    return sorted(rows.rows(), key=str)


def fills(rebuilt: Rebuilt) -> list[tuple[object, ...]]:
    """(fill_id, order_id, route_id, qty, px, is_busted, corrects_fill_id) of each fill."""
    rows = rebuilt.fills.select(
        "fill_id", "order_id", "route_id", pl.col("qty").cast(pl.Int64), pl.col("px").cast(pl.Float64), "is_busted", "corrects_fill_id"
    )  # fmt: skip
    return sorted(rows.rows(), key=str)


def reasons(rebuilt: Rebuilt) -> list[tuple[object, ...]]:
    return sorted(rebuilt.breaks.group_by("reason").len().rows())


def fact(rebuilt: Rebuilt, words: str) -> tuple[int, int] | None:
    """(count, of) of a fact; None where it is not stated."""
    found = rebuilt.facts.filter(pl.col("fact") == words).select("count", "of").rows()
    return found[0] if found else None
