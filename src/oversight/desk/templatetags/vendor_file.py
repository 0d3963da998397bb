"""A vendor's file at a glance, on the vendor's page."""

from __future__ import annotations

from typing import Any

from django import template

from oversight.desk import vendor_file
from oversight.vendors.models import Vendor

register = template.Library()


@register.inclusion_tag("desk/vendor_file.html")
def parts_of(vendor: Vendor) -> dict[str, Any]:
    """What each part of the file says of the vendor."""
    return {"parts": vendor_file.parts(vendor)}
