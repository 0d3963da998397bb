"""What a clause can be about: a metric, a check, the order-handling log, or what a person must report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bestexec import Cell, Unit, printed_cell
from oversight.lifecycle import Refusal
from oversight.measured.dimensions import BY_NAME
from oversight.measured.reading import AT_MOST, CHECK, METRIC, Figure

LOG, PERSON = "log", "person"
SOURCES = {METRIC: "measured from the runs", CHECK: "counted by a check", LOG: "from the order-handling log", PERSON: "reported by a person, with evidence"}
DAYS, HOURS, MINUTES, ORDERS = Unit("days", "days", 1), Unit("hours", "hours", 1), Unit("minutes", "min", 1), Unit("orders", "orders", 0)
PERCENT = Unit("fraction, printed as percent", "%", 2, Decimal(100))


@dataclass(frozen=True)
class Told:
    """Something that the measured data does not hold. `asks` is what the person writes down, `counts` what n counts."""

    key: str
    title: str
    unit: Unit
    asks: str
    counts: str


OUTAGE_MINUTES = Told("outage_minutes", "Outage minutes in the regular session", MINUTES, "", "trading days")
REPORTED = (
    Told("release_notice_days", "Shortest notice of a release", DAYS, "Days between the notice and the release, of the release with the least.", "releases"),
    Told("inquiry_hours", "Slowest answer to an inquiry", HOURS, "Hours from the inquiry to the answer, of the slowest.", "inquiries"),
    Told("incident_report_days", "Slowest report of an incident", DAYS, "Business days from the incident to its written report, of the slowest.", "incidents"),
    Told("delivery_days", "Latest delivery of the month's files", DAYS, "Days after the end of the month on which the last file came.", "files"),
    Told("orders_unreconciled", "Orders missing from the vendor's file", ORDERS,
    "Orders of the order system that the vendor's file lacks, after the lists were compared.", "orders compared"),
    Told("clock_offset_ms", "Largest drift of a business clock", Unit("milliseconds", "ms", 3), "The largest offset in the vendor's clock log of the period.",
    "clocks"),
    Told("notice_of_change_days", "Shortest notice of a change of venues, fees or ownership", DAYS,
    "Days between the notice and the change, of the change with the least.", "changes"),
    Told("recovery_tests", "Recovery tests of the primary site", Unit("tests", "tests", 0),
    "Tests of the failover that the firm took part in or got the report of.", "months"),
    Told("acknowledged_within", "Part of urgent calls taken within fifteen minutes", PERCENT, "Urgent calls taken within 15 minutes as a percentage of all.",
    "calls"),
)  # fmt: skip
TOLD = {told.key: told for told in (OUTAGE_MINUTES, *REPORTED)}


@dataclass(frozen=True)
class Measure:
    """One subject of a clause. `filters` narrow a metric, as addresses have them."""

    kind: str
    key: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def figure(self) -> Figure:
        """Of a metric or a check."""
        return Figure(self.kind, self.key, self.filters)

    @property
    def is_known(self) -> bool:
        if self.kind in (METRIC, CHECK):
            return self.figure.is_known and not (self.kind == CHECK and self.filters)
        return (self.kind == LOG and self.key == OUTAGE_MINUTES.key) or (self.kind == PERSON and self.key in {told.key for told in REPORTED})

    @property
    def is_reported(self) -> bool:
        """Whether a person answers it, and no run."""
        return self.kind == PERSON

    @property
    def title(self) -> str:
        return self.figure.title if self.kind in (METRIC, CHECK) else TOLD[self.key].title

    @property
    def unit(self) -> Unit:
        return self.figure.unit if self.kind in (METRIC, CHECK) else TOLD[self.key].unit

    @property
    def counts(self) -> str:
        """What n counts."""
        if self.kind == METRIC:
            return "fills or orders"
        return "orders" if self.kind == CHECK else TOLD[self.key].counts

    @property
    def narrowed(self) -> str:
        """The filters in words; empty where there are none."""
        parts = [f"{BY_NAME[name].title}: {' or '.join(BY_NAME[name].titled(value) for value in values)}" for name, values in self.filters.items()]
        return "; ".join(parts)

    @property
    def stored(self) -> dict[str, Any]:
        return {"kind": self.kind, "key": self.key, "filters": {name: list(values) for name, values in self.filters.items()}}

    def shown(self, value: Decimal | None) -> str:
        """A value with its unit, as pages print it."""
        return printed_cell(Cell(value, self.unit))

    def target(self, side: str, bound: Decimal) -> str:
        """`at most 5.000 ms`."""
        return f"{'at most' if side == AT_MOST else 'at least'} {self.shown(bound)}"


def loaded(stored: Mapping[str, Any]) -> Measure:
    """What JSON holds. Raises Refusal where no metric, check or report is called so."""
    measure = Measure(str(stored.get("kind")), str(stored.get("key")), {name: tuple(values) for name, values in stored.get("filters", {}).items()})
    if not measure.is_known:
        raise Refusal(f"There is no {measure.kind} “{measure.key[:60]}” that a clause could be about.")
    return measure


def within(measure: Measure, value: Decimal) -> Decimal:
    """A value in the printed unit as it is stored: 5 ms are 5,000,000 ns."""
    return value / measure.unit.scale
