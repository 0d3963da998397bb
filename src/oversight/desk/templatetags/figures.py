"""What the pages of figures say of a count."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def counted(number: int) -> str:
    """A whole count with its thousands apart."""
    return f"{number:,}"
