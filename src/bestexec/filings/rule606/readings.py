"""How the firm reads what Rule 606 leaves open: the policy's settings in force on a day, each told in the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bestexec.policy import SETTINGS, Policy


@dataclass(frozen=True)
class Readings:
    """The readings of one report; the meaning of each field is that of the setting beside it."""

    rerouted_orders: str = "each_venue"
    per_hundred_shares: str = "executed"
    stops: str = "other"
    unquoted_limits: str = "nonmarketable_limit"
    unmarked_orders: str = "held_and_non_directed"
    untyped_payments: str = "by_shares"
    ties_at_last_venue: bool = True
    material_aspects_required: bool = True
    material_aspects_age_days: Decimal = Decimal(100)
    router_only_brokers: str = "named"
    firm_fraction: Decimal = Decimal("0.05")
    customer_usd: Decimal = Decimal(1_000_000)
    inside_the_quote: str = "by_side"
    providing_orders: str = "executed_adding"
    further_routable: str = "brokers"


def readings(policy: Policy, on: date) -> Readings:
    """The readings in force on `on`: a quarter's last day, or the day a customer asked."""
    return Readings(
        rerouted_orders=str(policy.setting("rerouted_orders", on)),
        per_hundred_shares=str(policy.setting("per_hundred_shares", on)),
        stops=str(policy.setting("stops_606", on)),
        unquoted_limits=str(policy.setting("unquoted_limits_606", on)),
        unmarked_orders=str(policy.setting("unmarked_orders_606", on)),
        untyped_payments=str(policy.setting("untyped_payments_606", on)),
        ties_at_last_venue=bool(policy.setting("ties_at_last_venue", on)),
        material_aspects_required=bool(policy.setting("material_aspects_required", on)),
        material_aspects_age_days=Decimal(policy.setting("material_aspects_age_days", on)),
        router_only_brokers=str(policy.setting("router_only_brokers", on)),
        firm_fraction=Decimal(policy.setting("not_held_firm_fraction", on)),
        customer_usd=Decimal(policy.setting("not_held_customer_usd", on)),
        inside_the_quote=str(policy.setting("inside_the_quote_606", on)),
        providing_orders=str(policy.setting("providing_orders_606", on)),
        further_routable=str(policy.setting("further_routable_606", on)),
    )


PUBLIC_NAMES = (
    "rerouted_orders", "per_hundred_shares", "stops_606", "unquoted_limits_606", "unmarked_orders_606", "untyped_payments_606", "ties_at_last_venue",
    "material_aspects_required", "material_aspects_age_days", "router_only_brokers",
)  # fmt: skip
CUSTOMER_NAMES = (
    "unmarked_orders_606", "not_held_firm_fraction", "not_held_customer_usd", "inside_the_quote_606", "providing_orders_606", "further_routable_606",
)  # fmt: skip


def told(policy: Policy, names: tuple[str, ...], on: date) -> tuple[tuple[str, str, str], ...]:
    """(meaning, value in force, doubt) of each setting named, for the report to print."""
    meanings = {declared.name: declared.meaning for declared in SETTINGS}
    return tuple((meanings[name], _words(policy.setting(name, on)), policy.settings[name].doubt) for name in names)


def _words(value: str | bool | Decimal) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.replace("_", " ") if isinstance(value, str) else f"{value:,}"
