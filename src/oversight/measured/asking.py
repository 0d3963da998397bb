"""How a form asks for a figure: which metric or check, and what it is narrowed to, in words that a person can type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.forms import ValidationError

from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import BY_NAME
from oversight.measured.reading import CHECK, CHECKS_BY_ID, METRIC, Figure
from oversight.measured.scope import parse

NARROWED = "Dimension and value, for example venue=XNAS customer_class=retail. Several values of one: order_class=MXXNN,LYNNN. Empty: all of it."
NOT_CUT_SO = "This figure is not cut so: its rows lack one of these dimensions, or it is a check, which takes none."
PAIR = re.compile(r"(\w+)=(\S+)")


def figure_choices(empty: str = "choose") -> list[Any]:
    """Every metric, with the unit in which numbers of it are asked, and every check; `empty` is what choosing none is called."""
    metrics = sorted(figures.BY_KEY.items(), key=lambda pair: pair[1].title)
    said = [(f"{METRIC}:{key}", f"{one.title}{f', {one.unit.symbol}' if one.unit.symbol else ''}") for key, one in metrics]
    return [("", empty), ("Metrics", said), ("Checks", [(f"{CHECK}:{key}", f"{key} {one.title}") for key, one in CHECKS_BY_ID.items()])]


def figure_chosen(chosen: str, filters: Mapping[str, tuple[str, ...]] | None = None) -> Figure | None:
    """The figure of a choice, narrowed; None where none is chosen."""
    kind, _, key = chosen.partition(":")
    return Figure(kind, key, filters or {}) if key else None


def filters_in(text: str, given: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """`venue=XNAS customer_class=retail` as dimensions with their values; `given` are settled already. Raises ValidationError for what it cannot mean."""
    pairs = {}
    for part in text.split():
        matched = PAIR.fullmatch(part)
        if matched is None or matched[1] not in BY_NAME or matched[1] in given:
            known = ", ".join(name for name in BY_NAME if name not in given)
            raise ValidationError(f"“{part[:60]}” is not a dimension with its value. Known: {known}.")
        pairs[matched[1]] = matched[2]
    try:
        return dict(parse(pairs, (date.min, date.max)).chosen)
    except Refusal as refused:
        raise ValidationError(refused.words) from refused


def written(filters: Mapping[str, Iterable[str]] | None) -> str:
    """The same the other way round."""
    return " ".join(f"{name}={','.join(values)}" for name, values in (filters or {}).items())
