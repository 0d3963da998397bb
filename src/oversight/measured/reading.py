"""One figure of one vendor over a period, read for whoever holds it against something that was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from bestexec import CHECKS, Cell, Unit, printed_cell
from oversight.findings.listing import STANDING
from oversight.measured import counting, figures
from oversight.measured.dimensions import APART, BY_NAME
from oversight.measured.scope import Scope
from oversight.measured.sources import NothingReceived, Sources, all_in_force

METRIC, CHECK = "metric", "check"
CHECKS_BY_ID = {check.id: check for check in CHECKS}
COUNTED = Unit("exceptions", "exceptions", 0)
SHARE = "venue_share"
"""A part of what went to every venue: it is about the venues that the figure is narrowed to."""
AT_MOST, AT_LEAST = "at_most", "at_least"
MET, MISSED, CANNOT_TELL = "met", "missed", "cannot_tell"


@dataclass(frozen=True)
class Figure:
    """What is read: a metric's figure in a scope, or how many findings a check made. `filters` are dimensions with their values, as addresses have them."""

    kind: str
    key: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """In words: `Effective over quoted spread`, `Outside the quote (exceptions)`."""
        return figures.metric(self.key).title if self.kind == METRIC else f"{CHECKS_BY_ID[self.key].title} (exceptions)"

    @property
    def unit(self) -> Unit:
        return figures.unit_of(self.key) if self.kind == METRIC else COUNTED

    @property
    def is_known(self) -> bool:
        """Whether there is such a metric or check, and every filter cuts it: a dimension that its rows have; a check's findings have none."""
        if self.kind == CHECK:
            return self.key in CHECKS_BY_ID and not self.filters
        return self.key in figures.BY_KEY and all(name in BY_NAME and figures.metric(self.key).on in BY_NAME[name].on for name in self.filters)

    @property
    def flow(self) -> str:
        """Which rows it is about, in words: `held, not directed, retail, regular session, equities, USD`."""
        scope = scope_of(self, "", date.min, date.max)
        return "every order and fill" if self.kind == CHECK else "; ".join(filter(None, (scope.flow, scope.words)))


@dataclass(frozen=True)
class Target:
    """A figure and the bound it is held against, in the figure's stored unit (a fraction, not percent; nanoseconds).

    `errors` is by how many standard errors a figure must lie beyond bound and `tolerance` to be missed: none for a contract's arithmetic, two for a claim.
    """

    figure: Figure
    side: str
    bound: Decimal
    tolerance: Decimal = Decimal(0)
    errors: Decimal = Decimal(0)
    min_n: int = 1


@dataclass(frozen=True)
class Reading:
    """What was read. `value` is None where nothing can be measured, and `why` says so; `n` counts the fills or orders it rests on (a check: orders)."""

    figure: Figure
    vendor: str
    first: date
    last: date
    value: Decimal | None
    n: int
    se: Decimal | None
    runs: tuple[str, ...]
    why: str = ""
    doubt: str = ""
    """What could only add to a count of findings, where not every finding can be told apart or asked for."""

    @property
    def shown(self) -> str:
        """The value as pages print it."""
        return printed_cell(Cell(self.value, self.figure.unit))

    @property
    def within(self) -> str:
        """Two standard errors, as pages print the value; empty where the figure has none, or it is not known."""
        return "" if self.value is None or self.se is None else printed_cell(Cell(2 * self.se, self.figure.unit))

    @property
    def address(self) -> str:
        """Where the rows behind it are listed."""
        if self.figure.kind == CHECK:
            asked = {"state": STANDING, "check": self.figure.key, "vendor": self.vendor, "since": self.first.isoformat(), "until": self.last.isoformat()}
            return f"{reverse('findings:queue')}?{urlencode({name: value for name, value in asked.items() if value})}"
        return reverse("desk:orders") + scope_of(self.figure, self.vendor, self.first, self.last).query(metric=self.figure.key)


def read(figure: Figure, *, vendor: str = "", first: date, last: date, sources: Sources | None = None) -> Reading:
    """The figure over the days of the period that a run in force measured. Never raises for what cannot be measured: `why` says it.

    Who reads many gives the `sources`, so that the runs in force are looked up once.
    """
    nothing = Reading(figure, vendor, first, last, None, 0, None, ())
    if not figure.is_known:
        return _because(nothing, f"there is no {figure.kind} “{figure.key}” that is cut so")
    try:
        sources = (sources or all_in_force()).during(first, last)
    except NothingReceived:
        return _because(nothing, "no run was received")
    if not sources.in_force:
        return _because(nothing, f"no day from {first} to {last} was measured")
    return _metric(nothing, sources) if figure.kind == METRIC else _check(nothing, sources)


def judged(target: Target, reading: Reading) -> tuple[str, str]:
    """(met, missed or cannot_tell; why in words). Too few rows, or a figure within its error of the bound on the wrong side, tell nothing.

    Nor does a figure beyond the bound whose error matters and is not known: below two symbol-days there is none. A count or a sum is a fact and has none.
    """
    if reading.value is None:
        return CANNOT_TELL, reading.why
    if reading.n < target.min_n:
        return CANNOT_TELL, f"n is {reading.n:,}, fewer than the {target.min_n:,} that it takes"
    beyond = (reading.value - target.bound) * (1 if target.side == AT_MOST else -1)
    if beyond <= target.tolerance:
        return (CANNOT_TELL, reading.doubt) if reading.doubt else (MET, "")
    if target.errors and reading.se is None and has_error(target.figure):
        return CANNOT_TELL, "beyond the bound, but its error is not known: it rests on fewer than two symbol-days"
    if target.errors and beyond <= target.tolerance + target.errors * (reading.se or Decimal(0)):
        return CANNOT_TELL, f"beyond the bound, yet within {target.errors.normalize():f} standard errors of it"
    return MISSED, f"at least so many: {reading.doubt}" if reading.doubt else ""


def in_points(text: str) -> str:
    """A gap or a margin in words: two parts of a hundred lie percentage points apart, not percent. `12.30%` → `12.30 percentage points`."""
    return f"{text.removesuffix('%')} percentage points" if text.endswith("%") else text


def has_error(figure: Figure) -> bool:
    """Whether the figure is a statistic with a standard error, and not a count, a sum or a share of what was executed, which are facts."""
    return figure.kind == METRIC and figure.key != SHARE and not figures.is_sum(figure.key)


def scope_of(figure: Figure, vendor: str, first: date, last: date) -> Scope:
    """The rows that a figure is about."""
    scope = Scope(first, last)
    for name, values in figure.filters.items():
        scope = scope.having(name, *values)
    return scope.having("vendor", vendor) if vendor else scope


def _metric(nothing: Reading, sources: Sources) -> Reading:
    figure = nothing.figure
    if figure.key == SHARE:
        return _share(nothing, sources)
    made = figures.grouped(sources, scope_of(figure, nothing.vendor, nothing.first, nothing.last), (), (figure.key,))
    row: dict[str, Any] = made.rows.row(0, named=True) if made.rows.height else {}
    value, n = _exact(row.get(figure.key)), int(row.get(f"{figure.key}_n") or 0)
    read = Reading(figure, nothing.vendor, nothing.first, nothing.last, value, n, _exact(row.get(f"{figure.key}_se")), sources.ids)
    return read if value is not None else _because(read, _why_none(n, made.min_n))


def _share(nothing: Reading, sources: Sources) -> Reading:
    """The chosen venues' part of the executed shares of the same flow over every venue."""
    figure = nothing.figure
    if "venue" not in figure.filters:
        return _because(nothing, "a share is of venues, and none is named")
    of_all = scope_of(figure, nothing.vendor, nothing.first, nothing.last).having("venue")
    made = figures.grouped(sources, of_all, ("venue",), (SHARE,)).rows.select("venue", SHARE, f"{SHARE}_n")
    n = max((int(count) for count in made[f"{SHARE}_n"] if count is not None), default=0)
    read = Reading(figure, nothing.vendor, nothing.first, nothing.last, None, n, None, sources.ids)
    if made.is_empty() or made[SHARE].null_count():
        return _because(read, _why_none(n, int(sources.policy.limit("min_n"))))
    chosen = made.filter(made["venue"].is_in(list(figure.filters["venue"])))
    return Reading(**{**vars(read), "value": sum((exact for share in chosen[SHARE] if (exact := _exact(share)) is not None), Decimal(0))})


def _why_none(n: int, min_n: int) -> str:
    if n == 0:
        return "no row of the period has what this figure needs"
    return f"n is {n:,}, fewer than the {min_n:,} that the policy asks for" if n < min_n else "the figure cannot be computed"


def _check(nothing: Reading, sources: Sources) -> Reading:
    every = Scope(nothing.first, nothing.last).pooling(*(apart.name for apart in APART))
    orders = figures.counts(sources, every.having("vendor", nothing.vendor) if nothing.vendor else every)["orders"]
    found = counting.counted(nothing.figure.key, nothing.vendor, nothing.first, nothing.last, sources)
    if not orders and not found.number:
        return Reading(**{**vars(nothing), "runs": sources.ids, "why": "no order of the period went through this vendor"})
    return Reading(**{**vars(nothing), "value": Decimal(found.number), "n": orders, "runs": sources.ids, "why": found.why, "doubt": found.doubt})


def _because(reading: Reading, why: str) -> Reading:
    return Reading(**{**vars(reading), "why": why})


def _exact(value: Any) -> Decimal | None:
    """A figure as a decimal of ten significant digits or, where it is exact already, as it is."""
    if value is None:
        return None
    return value if isinstance(value, Decimal) else Decimal(f"{value:.10g}")


__all__ = ["AT_LEAST", "AT_MOST", "CANNOT_TELL", "CHECK", "MET", "METRIC", "MISSED", "Figure", "Reading", "Target", "judged", "read"]
