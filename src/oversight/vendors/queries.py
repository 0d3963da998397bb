"""Every read of the vendor register."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor

COLUMNS = (
    Column("name", "Vendor"),
    Column("key", "In the data", kind="code"),
    Column("state", "State", kind="tag"),
    Column("registered_at", "Registered", kind="instant"),
)


def vendors() -> QuerySet[Vendor]:
    """Every vendor, by name."""
    return Vendor.objects.order_by("name", "pk")


def by_key(key: str) -> Vendor | None:
    """The vendor of that name in the data; None where nobody registered it."""
    return Vendor.objects.filter(key=key).first()


def sheet(found: Iterable[Vendor]) -> Sheet:
    """The register as a table."""
    rows = tuple(Row((row.name, row.key, row.state_title, row.registered_at), {"name": row.get_absolute_url()}, key=str(row.pk)) for row in found)
    return Sheet("vendors", "Vendors", COLUMNS, rows, empty="No vendor is registered. Register the first one with the button above.")
