"""What is planted for longer than a day, as the answer key tells its beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bestexec.practice.customers import VENDOR_A, VENDOR_B
from bestexec.practice.planted import Day, Planted, first_day
from bestexec.practice.truth import Fault
from bestexec.practice.venues import AFFILIATE, FEE_CHANGES, FIRST_LOOK, LEAKY, PAYER, SMALL_CAPS


def beginnings(plan: Mapping[date, Day], planted: Sequence[Planted]) -> list[Fault]:
    """One fault for each change of routing or fees that begins within the span."""
    told, first = [], next(iter(plan))
    for kind in _TOLD:
        one, begins_on = next((one for one in planted if one.kind == kind), None), first_day(plan, kind)
        dates = [part for part in one.when if isinstance(part, date)] if one else []
        if one and begins_on and not any(part < first for part in dates):
            told.append(_begins(one, begins_on))
    return told


def _begins(one: Planted, on: date) -> Fault:
    says, venue, vendor = _TOLD[one.kind]
    day = "Wednesday" if one.kind == "diversion" and on.weekday() == 2 else "day"
    return Fault(one.kind, on, says.format(size=one.size, day=day), venue=venue, vendor=vendor)


_TOLD = {
    "diversion": (
        f"from this {{day}} on {VENDOR_B} sends {{size:.0%}} of its retail marketable orders to {PAYER.mic}, which pays it ${PAYER.pays / 1e6:.4f} a share",
        PAYER.mic, VENDOR_B,
    ),
    "affiliate_first": (f"from this day on {VENDOR_A} tries {AFFILIATE.mic} first in {{size:.0%}} of its sweeps", AFFILIATE.mic, VENDOR_A),
    "small_caps": (f"from this day on {SMALL_CAPS.mic} fills {{size:.0%}} of orders in thin issues outside the quote", SMALL_CAPS.mic, None),
    "first_look": (f"from this day on {FIRST_LOOK.mic} answers {{size:g}} ms late", FIRST_LOOK.mic, None),
    "probe_leak": (f"from this day on the far quote moves {{size:g}} ticks away after a probe at {LEAKY.mic} that met nobody", LEAKY.mic, None),
    "fee_change": (f"from this day on {FEE_CHANGES} pays ${{size:g}} a share less for adding liquidity", FEE_CHANGES, None),
}  # fmt: skip
