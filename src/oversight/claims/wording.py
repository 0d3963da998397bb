"""A claim's terms and what was measured, in words."""

from __future__ import annotations

from decimal import Decimal

from bestexec import Cell, Unit, printed_cell
from oversight.measured.reading import AT_LEAST, AT_MOST, Target

SIDES = {AT_MOST: "at most", AT_LEAST: "at least"}
SPELLED = {1: "one standard error", 2: "two standard errors", 3: "three standard errors"}


def promised(target: Target) -> str:
    """`at most 0.0005 $/share`."""
    give = f", give or take {exact(target.tolerance, target.figure.unit)}" if target.tolerance else ""
    return f"{SIDES[target.side]} {exact(target.bound, target.figure.unit)}{give}"


def terms(target: Target) -> str:
    """`at most 0.0005 $/share, two standard errors, n ≥ 100`: what was promised, and what it takes to be contradicted."""
    errors = f", {SPELLED.get(int(target.errors), f'{plain(target.errors)} standard errors')}" if target.errors else ""
    return f"{promised(target)}{errors}, n ≥ {target.min_n:,}"


def exact(value: Decimal, unit: Unit) -> str:
    """A bound as it was given, in the unit that people read: never rounded."""
    digits = plain(value * unit.scale)
    return digits if not unit.symbol else f"{digits}{unit.symbol}" if unit.symbol == "%" else f"{digits} {unit.symbol}"


def plain(value: Decimal) -> str:
    """Its digits with thousands apart and no zeros at the end."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval(value: Decimal | None, se: Decimal | None, errors: Decimal, unit: Unit) -> str:
    """The figure's interval of so many standard errors, as pages print it; empty where its error is not known."""
    if value is None or se is None or not errors:
        return ""
    low, high = (printed_cell(Cell(value + sign * errors * se, unit)) for sign in (-1, 1))
    return f"{low} to {high}"
