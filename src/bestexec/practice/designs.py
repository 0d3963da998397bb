"""How a vendor's router is built: data, of which `make_quarter(designs=…)` gives each vendor one."""

from __future__ import annotations

from dataclasses import dataclass

from bestexec.errors import Problem
from bestexec.practice.customers import VENDOR_A, VENDOR_B


@dataclass(frozen=True)
class Design:
    """One way to work orders. Shares are of orders, from 0 to 1."""

    key: str
    says: str
    wholesale: float = 0.86
    """Retail marketable orders that go to a wholesaler, whole."""
    probes: float = 0.55
    """Other customers' marketable orders that try pools before the exchanges."""
    pools: int = 1
    """Pools tried, one after the other."""
    is_at_once: bool = False
    """Exchanges get their parts at one instant; else each is awaited before the next."""
    is_cheapest_first: bool = False
    """Exchanges by their takers' fee; else the best price first, then by share."""
    rests_for_rebate: bool = False
    """Resting orders go to the exchange that pays most for adding; else by share."""


SEQUENTIAL = Design("sequential", "a pool, then one exchange after the other, the best price first")
SPRAY = Design("spray", "all exchanges at one instant, no pool before them", probes=0.0, is_at_once=True)
DARK = Design("dark", "up to three pools before any exchange, half of the retail orders among them", wholesale=0.5, probes=1.0, pools=3)
CHEAPEST = Design("cheapest", "the exchange that charges least first, and rests where most is paid", is_cheapest_first=True, rests_for_rebate=True)
DESIGNS = (SEQUENTIAL, SPRAY, DARK, CHEAPEST)

BOTH_SEQUENTIAL = {VENDOR_A: SEQUENTIAL, VENDOR_B: SEQUENTIAL}
"""What the demonstration's quarter and the samples have."""


def for_vendors(designs: dict[str, Design]) -> dict[str, Design]:
    """A design for each vendor, sequential where none is given. Raises Problem on a vendor that is not there."""
    strange = sorted(set(designs) - set(BOTH_SEQUENTIAL))
    if strange:
        raise Problem(f"no vendor is called {', '.join(strange)}", where="designs", do=f"use {' or '.join(BOTH_SEQUENTIAL)}")
    return BOTH_SEQUENTIAL | designs
