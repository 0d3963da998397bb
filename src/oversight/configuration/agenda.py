"""What of the app configuration a review must take up."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from oversight import clock
from oversight.agenda import Item
from oversight.configuration import queries
from oversight.configuration.models import Analysis, Version


def items(first: date, last: date) -> list[Item]:
    """Venues on which a router and the policy differ, versions approved and not noted as set, changes whose figures after nobody read. Five queries."""
    beyond = [drift for drift in queries.venue_drift(min(last, clock.today())) if drift.vendors]
    read = (
        Analysis.objects.filter(after_at=None, version__in_force_from__isnull=False).select_related("version__vendor").order_by("version__in_force_from", "pk")
    )
    late = Version.objects.filter(state="approved", effective_from__lt=clock.now()).select_related("vendor").order_by("effective_from", "pk")
    index = reverse("configuration:versions")
    return [
        *(
            Item(
                ("venue_drift", drift.venue), f"Venue {drift.venue} is open to a router and not approved"[:200],
                f"{drift.how[:1].upper()}{drift.how[1:]}: {', '.join(drift.vendors)}.", f"{index}#drift", "high",
                drift.vendors[0] if len(drift.vendors) == 1 else "",
            )
            for drift in beyond
        ),
        *(
            Item(
                row.subject, f"Configuration of {row.vendor.name} approved and not noted as set"[:200],
                f"Version {row.number} was to take effect on {row.effective_from.astimezone(clock.MARKET_ZONE).date()}.", row.get_absolute_url(), "medium",
                row.vendor.key,
            )
            for row in late
        ),
        *(
            Item(
                row.subject, f"Change of {row.version.vendor.name}'s configuration not concluded"[:200],
                f"Version {row.version.number} is or was in force; nobody read its figures after the change against those before.", row.get_absolute_url(),
                "medium", row.version.vendor.key,
            )
            for row in read
        ),
    ]  # fmt: skip
