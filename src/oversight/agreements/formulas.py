"""What a missed target is worth: a formula as data, computed in decimals, with its arithmetic in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from bestexec import Unit

NONE, FLAT, PER_UNIT, PERCENT = "none", "flat", "per_unit", "percent"
KINDS = {NONE: "no credit", FLAT: "a flat amount", PER_UNIT: "an amount for each unit beyond the target", PERCENT: "a percentage of the monthly fee"}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Formula:
    """One formula. Amounts in dollars; `step` in the figure's printed unit.

    FLAT: `usd`. PER_UNIT: `usd` for each printed unit beyond the bound, parts of a unit included. PERCENT: `percent` of the monthly fee or, where `step`
    is given, that percentage for each step begun beyond the bound. The credit never exceeds `cap_usd`, nor `cap_percent` of the monthly fee.
    """

    kind: str = NONE
    usd: Decimal | None = None
    percent: Decimal | None = None
    step: Decimal | None = None
    cap_usd: Decimal | None = None
    cap_percent: Decimal | None = None

    @property
    def stored(self) -> dict[str, str]:
        """As JSON holds it: exact text, what is not said left out."""
        return {name: value if isinstance(value, str) else plain(value) for name, value in vars(self).items() if value is not None}

    @property
    def needs_fee(self) -> bool:
        return self.kind == PERCENT or self.cap_percent is not None


@dataclass(frozen=True)
class Worth:
    """The credit of one miss. `usd` is None where it cannot be computed; `arithmetic` shows how it came, or says why not."""

    usd: Decimal | None
    arithmetic: str


def loaded(stored: Mapping[str, Any]) -> Formula:
    """The formula that JSON holds."""
    return Formula(stored.get("kind", NONE), **{name: Decimal(value) for name, value in stored.items() if name != "kind"})


def plain(value: Decimal) -> str:
    """A decimal without trailing zeros or an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dollars(value: Decimal) -> str:
    """`$1,234.50`."""
    return f"${value.quantize(CENT, ROUND_HALF_UP):,}"


def words(formula: Formula, unit: Unit) -> str:
    """The formula in a sentence for people."""
    of_unit = _unit(unit)
    if formula.kind == FLAT:
        said = f"{dollars(formula.usd or Decimal(0))} for each window missed"
    elif formula.kind == PER_UNIT:
        said = f"{_price(formula.usd or Decimal(0))} for each {of_unit} beyond the target"
    elif formula.kind == PERCENT:
        each = f" for each {plain(formula.step)} {_unit(unit, formula.step)} begun beyond the target" if formula.step else " for each window missed"
        said = f"{plain(formula.percent or Decimal(0))} % of the monthly fee{each}"
    else:
        return "no credit"
    return said + _caps(formula)


def worth(formula: Formula, *, side: str, bound: Decimal, value: Decimal, unit: Unit, fee_usd: Decimal | None) -> Worth:
    """The credit for `value` (stored unit) on the wrong side of `bound`. Never raises: what is missing is said."""
    if formula.kind == NONE:
        return Worth(Decimal(0), "The clause gives no credit.")
    if formula.needs_fee and fee_usd is None:
        return Worth(None, "The credit is a part of the monthly fee, and the agreement does not say the fee.")
    amount, said = {FLAT: _flat, PER_UNIT: _per_unit, PERCENT: _percent}[formula.kind](formula, (value - bound) * unit.scale, unit, fee_usd or Decimal(0))
    amount = amount.quantize(CENT, ROUND_HALF_UP)
    for cap, cap_words in _limits(formula, fee_usd):
        if amount > cap:
            amount, said = cap, f"{said}; {cap_words}, so {dollars(cap)}"
        else:
            said = f"{said}; {cap_words}, not reached"
    return Worth(amount, f"{said}.")


def _flat(formula: Formula, beyond: Decimal, unit: Unit, fee: Decimal) -> tuple[Decimal, str]:
    usd = formula.usd or Decimal(0)
    return usd, f"Flat: {dollars(usd)}"


def _per_unit(formula: Formula, beyond: Decimal, unit: Unit, fee: Decimal) -> tuple[Decimal, str]:
    usd, far = formula.usd or Decimal(0), abs(beyond)
    return usd * far, f"{_far(far)} {_unit(unit, far)} beyond × {_price(usd)} = {dollars(usd * far)}"


def _percent(formula: Formula, beyond: Decimal, unit: Unit, fee: Decimal) -> tuple[Decimal, str]:
    percent, far = formula.percent or Decimal(0), abs(beyond)
    if not formula.step:
        return fee * percent / 100, f"{plain(percent)} % of {dollars(fee)} = {dollars(fee * percent / 100)}"
    steps = (far / formula.step).to_integral_value(ROUND_CEILING)
    whole = steps * percent
    begun = f"{_far(far)} {_unit(unit, far)} beyond, in steps of {plain(formula.step)}: {plain(steps)} begun"
    return fee * whole / 100, f"{begun} × {plain(percent)} % = {plain(whole)} % of {dollars(fee)} = {dollars(fee * whole / 100)}"


def _limits(formula: Formula, fee: Decimal | None) -> list[tuple[Decimal, str]]:
    found = [] if formula.cap_usd is None else [(formula.cap_usd, f"cap {dollars(formula.cap_usd)}")]
    if formula.cap_percent is not None and fee is not None:
        cap = (fee * formula.cap_percent / 100).quantize(CENT, ROUND_HALF_UP)
        found.append((cap, f"cap {plain(formula.cap_percent)} % of {dollars(fee)} = {dollars(cap)}"))
    return found


def _caps(formula: Formula) -> str:
    usd = f", at most {dollars(formula.cap_usd)}" if formula.cap_usd is not None else ""
    return usd + (f", at most {plain(formula.cap_percent)} % of the fee" if formula.cap_percent is not None else "")


def _price(usd: Decimal) -> str:
    """Dollars that may be fractions of a cent."""
    return dollars(usd) if usd == usd.quantize(CENT) else f"${plain(usd)}"


def _far(far: Decimal) -> str:
    return plain(far.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def _unit(unit: Unit, number: Decimal = Decimal(1)) -> str:
    """The unit beside that number: `1 day`, `2 days`, `2 ms`."""
    one = {"%": "percentage point", "$": "dollar", "": "point", "findings": "finding", "orders": "order", "days": "day", "hours": "hour", "min": "minute"}
    word = one.get(unit.symbol)
    return unit.symbol if word is None else word if number == 1 else f"{word}s"
