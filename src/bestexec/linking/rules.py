"""The points of Rule 605 that its public text leaves open: named settings, so that a policy can date them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """How linking reads what the rule leaves open. Defaults as `policy.toml` ships them."""

    market_ioc_is_marketable_ioc: bool = True
    """A market order marked IOC is classed `LYNYN`; the ten classes have no code for it."""
    stale_after_ns: int | None = None
    """Quotes older than this count as stale; None never does."""
    measured_asset_classes: tuple[str, ...] = ("equity",)
    """Others are excluded by name."""
