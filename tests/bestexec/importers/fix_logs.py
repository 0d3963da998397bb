"""FIX messages made by hand for tests, with the length and checksum that belong to them."""

from __future__ import annotations

SOH = b"\x01"
HALF_PAST_NINE = 1_786_368_600 * 10**9  # 10 August 2026, 13:30 UTC: 20,675 days × 86,400 s + 48,600 s; New York is at −04:00
MS = 1_000_000


def message(*fields: str, version: str = "FIX.4.2") -> bytes:
    """A message of `fields` (35 first) with 8, 9 and 10 around them."""
    body = b"".join(field.encode() + SOH for field in fields)
    head = f"8={version}\x019={len(body)}\x01".encode() + body
    return head + f"10={sum(head) % 256:03}\x01".encode()


def order(number: int = 7, order_id: str = "A1", *more: str) -> bytes:
    head = ("35=D", "49=CLIENT", "56=FIRM", f"34={number}", "52=20260810-13:30:00.250", f"11={order_id}")
    return message(*head, "55=IBM", "54=1", "38=1000", "40=2", "44=100.25", "59=0", "60=20260810-13:30:00", *more)
