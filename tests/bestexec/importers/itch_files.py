"""ITCH messages packed for the tests by the published layouts, written apart from the importer's own."""

from __future__ import annotations

import struct

HOUR = 3_600 * 10**9


def message(kind: str, form: str, *values: object, locate: int = 1, clock: int = 10 * HOUR) -> bytes:
    """One message with its length before it; `form` is of `struct`, what follows the head."""
    body = kind.encode() + struct.pack(">HHHI", locate, 0, clock >> 32, clock & 0xFFFFFFFF) + struct.pack(f">{form}", *values)
    return struct.pack(">H", len(body)) + body


def stock(symbol: str) -> bytes:
    return symbol.encode().ljust(8)


def directory(symbol: str, *, lot: int = 100, category: str = "Q", authenticity: str = "P", locate: int = 1) -> bytes:
    rest = (b"N", lot, b"N", b"C", b"Z ", authenticity.encode(), b"N", b" ", b"1", b"N", 0, b"N")
    return message("R", "8sccIcc2scccccIc", stock(symbol), category.encode(), *rest, locate=locate, clock=3 * HOUR)


def add(order: int, side: str, shares: int, price: float, symbol: str = "AAPL", **head: int) -> bytes:
    return message("A", "QcI8sI", order, side.encode(), shares, stock(symbol), round(price * 10_000), **head)


def executed(order: int, shares: int, match: int = 1, **head: int) -> bytes:
    return message("E", "QIQ", order, shares, match, **head)


def executed_at(order: int, shares: int, price: float, printable: str = "Y", **head: int) -> bytes:
    return message("C", "QIQcI", order, shares, 2, printable.encode(), round(price * 10_000), **head)


def reduced(order: int, shares: int, **head: int) -> bytes:
    return message("X", "QI", order, shares, **head)


def deleted(order: int, **head: int) -> bytes:
    return message("D", "Q", order, **head)


def replaced(order: int, new: int, shares: int, price: float, **head: int) -> bytes:
    return message("U", "QQII", order, new, shares, round(price * 10_000), **head)


def hidden(shares: int, price: float, symbol: str = "AAPL", **head: int) -> bytes:
    return message("P", "QcI8sIQ", 0, b"B", shares, stock(symbol), round(price * 10_000), 3, **head)


def cross(shares: int, price: float, kind: str, symbol: str = "AAPL", **head: int) -> bytes:
    return message("Q", "Q8sIQc", shares, stock(symbol), round(price * 10_000), 4, kind.encode(), **head)


def state(symbol: str, to: str, reason: str = "", **head: int) -> bytes:
    return message("H", "8scc4s", stock(symbol), to.encode(), b" ", reason.encode().ljust(4), **head)


def restriction(symbol: str, action: str, **head: int) -> bytes:
    return message("Y", "8sc", stock(symbol), action.encode(), **head)


def system(code: str = "O", **head: int) -> bytes:
    return message("S", "c", code.encode(), **head)
