"""What the inspector's templates say of a decimal."""

from __future__ import annotations

from decimal import Decimal

from django import template

from bestexec import plain_decimal

register = template.Library()


@register.filter
def exact(number: Decimal | None) -> str:
    """A price or quantity with every digit it has and no trailing zeros; a dash for unknown."""
    return plain_decimal(number)
