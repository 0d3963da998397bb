"""The sections by the age of their evidence, for pages of other apps that include `procedures/by_evidence_age.html`."""

from __future__ import annotations

from typing import Any

from django import template

from oversight.procedures import ages, queries

register = template.Library()
MOST = 12


@register.inclusion_tag("procedures/ages.html")
def sections_by_age() -> dict[str, Any]:
    """The sections in force whose evidence needs somebody first, and how many stand how. The number of queries does not grow with them."""
    held = queries.by_age()
    counts = [(title, sum(queries.is_in(one, state) for one in held), state, ages.TONES[state]) for state, title in ages.STATES.items()]
    return {"held": held[:MOST], "rest": max(0, len(held) - MOST), "counts": [count for count in counts if count[1]]}
