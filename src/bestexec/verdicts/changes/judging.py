"""Did the router move, or the market? Changes of a vendor's router, found day by day, held against its release notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from bestexec.errors import Problem
from bestexec.linking.identity import ORDER_KEY
from bestexec.verdicts import base
from bestexec.verdicts.arrays import Floats
from bestexec.verdicts.base import LEVEL
from bestexec.verdicts.changes.expected import Daily, Groups, daily
from bestexec.verdicts.changes.families import FAMILIES, Watched, watched
from bestexec.verdicts.changes.saying import calm, changed, figure_of, silent
from bestexec.verdicts.changes.states import with_states
from bestexec.verdicts.changes.tables import ANNOUNCED, CHANGES, DAILY, MARKET, ROUTER, SILENT, UNTOLD
from bestexec.verdicts.changes.watching import Alarm, Gaps, Limits, limits, watch

GROUPS: Groups = (
    ("symbol",), ("order_type",), ("hour",), ("spread_state", "volatility_state"), ("size_bucket",), ("symbol", "hour"), ("symbol", "spread_state"),
)  # fmt: skip
"""What makes two rows stand in the same market. A group with a column that a table lacks is left out."""
LEAST_COVERED = 0.5
"""Part of a change's rows whose market the reference days must have seen, for the router to be told from the market."""
FEWEST_DAYS = 5
"""Reference days with rows."""
NEAR_DAYS = 5
"""Calendar days by which a release may come before or after the day on which a change is seen to begin."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """How closely routers are watched."""

    reference_days: int = 20
    """First trading days, which say how the router behaves."""
    false_alarms: float = 0.5
    """Expected a quarter and vendor, at most, of routers that did not move."""
    material: float = 0.05
    """Change of a share, or of a time, that must be visible within two days for silence to mean anything."""
    groups: Groups = GROUPS

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for group in self.groups for name in group))

    def __post_init__(self) -> None:
        if self.reference_days < FEWEST_DAYS:
            raise Problem(f"{self.reference_days} reference days are too few", where="changes", do=f"give at least {FEWEST_DAYS}")
        if not (0 < self.false_alarms <= 10 and self.material > 0):
            raise Problem("false_alarms and material are above zero", where="changes", do="give, say, 0.5 a quarter and 0.05")


def changes(
    fills: pl.DataFrame, routes: pl.DataFrame, orders: pl.DataFrame, releases: pl.DataFrame, *, how: Watch = Watch()
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """(VERDICTS, CHANGES, DAILY) of each vendor in `fills` (linked fills) and `routes` (`logic.tried`, or routes with the same day, vendor, venue, attempt).

    `orders` (linked orders) say in which market a route stood. `releases`: vendor, released_on, words. One verdict a change, `found` for the router's and
    `not found` for the market's, and one a figure that did not change. Inconclusive: too few days, a change of `how.material` that two days would not
    show, or a later market that the reference days had not seen.
    """
    vendors = sorted({*fills["vendor"].unique().drop_nulls(), *routes["vendor"].unique().drop_nulls()})
    said = [_of_vendor(vendor, fills, routes, orders, releases, how) for vendor in vendors]
    details = base.rounded(pl.DataFrame([change for _, found, _ in said for change in found], schema=CHANGES.schema)).sort("vendor", "began_on", "figure")
    shown = pl.concat([pl.DataFrame(schema=DAILY.schema), *(days for _, _, told in said for days in told)])
    return base.table(row for verdicts, _, _ in said for row in verdicts), details, shown


def _of_vendor(
    vendor: str, fills: pl.DataFrame, routes: pl.DataFrame, orders: pl.DataFrame, releases: pl.DataFrame, how: Watch
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[pl.DataFrame]]:  # fmt: skip
    tables = {name: table.filter(pl.col("vendor") == vendor) for name, table in (("fills", fills), ("routes", routes))}
    days = sorted({*tables["fills"]["day"].unique().drop_nulls(), *tables["routes"]["day"].unique().drop_nulls()})
    if len(days) < how.reference_days + 2:
        why = f"{len(days)} trading days; {how.reference_days} are the reference and 2 are needed beyond them"
        return [silent(vendor, None, None, why)], [], []
    reference = days[: how.reference_days]
    tables = {name: _coded(table, how) for name, table in _placed(tables, orders, reference, how).items()}
    made = [found for family in FAMILIES if (found := watched(family, tables[family.of], _cells(tables[family.of], how))) is not None]
    notes = releases.filter(pl.col("vendor") == vendor).sort("released_on").select("released_on", "words").rows()
    verdicts: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    shown: list[pl.DataFrame] = []
    for each in made:
        own = each.rows["day"].unique()
        first = int(own.is_in(reference).sum())
        if first < FEWEST_DAYS or own.len() - first < 2:
            verdicts.append(silent(vendor, each.family.key, each.family, f"{first} reference days and {own.len() - first} later ones have rows"))
            continue
        told = daily(each, reference, tuple(group for group in how.groups if set(group) <= set(each.rows.columns)))
        for place in range(len(each.words)):
            within = limits(sum(len(others.words) for others in made), how.false_alarms, float(told.tail[place]))
            rows, more = _judged(vendor, each, told, place, first, within, notes, how.material)
            verdicts, details, shown = [*verdicts, *rows], [*details, *more], [*shown, _shown(vendor, each, told, place)]
    return verdicts, details, shown


def _placed(tables: dict[str, pl.DataFrame], orders: pl.DataFrame, reference: Sequence[date], how: Watch) -> dict[str, pl.DataFrame]:
    """Fills with the states of their market, and routes with their order's cells, too."""
    fills, routes = with_states(tables["fills"], reference), tables["routes"]
    if not set(ORDER_KEY) <= set(routes.columns) & set(orders.columns):
        return {"fills": fills, "routes": routes}
    stood = with_states(orders, reference)
    cells = [name for name in _cells(stood, how) if name not in ORDER_KEY]
    facts = stood.select(*ORDER_KEY, *cells).unique(ORDER_KEY, keep="first", maintain_order=True)
    own = routes.drop(cells, strict=False)
    return {"fills": fills, "routes": own.join(facts, on=ORDER_KEY, how="left", maintain_order="left")}


def _coded(table: pl.DataFrame, how: Watch) -> pl.DataFrame:
    """The cells' columns as numbers from 1 by value, 0 for unknown."""
    known = table.filter(pl.col("symbol").is_not_null())
    return known.with_columns(pl.col(name).rank("dense").fill_null(0).cast(pl.Int64) for name in dict.fromkeys(("symbol", *_cells(table, how))))


def _cells(table: pl.DataFrame, how: Watch) -> tuple[str, ...]:
    return tuple(name for name in how.cells if name in table.columns)


def _judged(
    vendor: str, made: Watched, told: Daily, place: int, first: int, within: Limits, notes: Sequence[tuple[date, str]], material: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:  # fmt: skip
    gap, variance = told.observed[:, place] - told.expected[:, place], told.variance[:, place]
    raw, of_reference = told.observed[:, place] - told.usual[place], float(told.of_reference[place])
    by_router = watch(Gaps(gap, variance, raw - gap, of_reference), first=first, within=within)
    by_all = watch(Gaps(raw, _raw_variance(raw, variance, first), np.zeros_like(raw), of_reference), first=first, within=within)
    details = [_change(vendor, made, told, place, alarm, alarm.effect, notes) for alarm in by_router]
    details += [_change(vendor, made, told, place, alarm, None, notes) for alarm in by_all if _is_markets(alarm, by_router, told, place)]
    if details:
        return [changed(made.family, made.words[place], each) for each in details], details
    return [calm(vendor, made, told, place, first, within.beyond[0], material)], []


def _raw_variance(raw: Floats, variance: Floats, first: int) -> Floats:
    """The market's own restlessness in the reference days comes on top."""
    excess = max(float((raw[:first] ** 2 / variance[:first]).mean()), 1.0)
    return variance * excess


def _is_markets(alarm: Alarm, by_router: Sequence[Alarm], told: Daily, place: int) -> bool:
    """Whether a shift of the figure is the market's: no change of the router lies near, and what was expected moved by half of it or more."""
    if any(abs(alarm.began - other.began) <= NEAR_DAYS or other.began <= alarm.raised <= other.until for other in by_router):
        return False
    span = slice(alarm.began, alarm.until)
    observed, expected = (float(np.average(values[span, place], weights=told.n[span])) - told.usual[place] for values in (told.observed, told.expected))
    return bool(expected * observed > 0 and abs(expected) >= abs(observed) / 2)


def _change(
    vendor: str, made: Watched, told: Daily, place: int, alarm: Alarm, effect: float | None, notes: Sequence[tuple[date, str]]
) -> dict[str, Any]:  # fmt: skip
    span = slice(alarm.began, alarm.until)
    mean = [float(np.average(values[span, place], weights=told.n[span])) for values in (told.observed, told.expected)]
    covered = float(np.average(told.covered[span], weights=told.n[span]))
    reach = alarm.error * float(stats.norm.ppf(1 - LEVEL / 2))
    router = effect is not None and covered >= LEAST_COVERED
    scaled = np.expm1 if made.family.unit == "fraction of the time" else np.asarray
    ends = (effect, effect - reach, effect + reach) if effect is not None else (mean[0] - mean[1], None, None)
    began = told.days[alarm.began]
    near = sorted((abs((on - began).days), f"{on}: {words}") for on, words in notes if abs((on - began).days) <= NEAR_DAYS)
    note = near[0][1] if near else None
    return {
        "vendor": vendor, "figure": figure_of(made.family, made.words[place]), "began_on": began, "raised_on": told.days[alarm.raised],
        "moved": ROUTER if router else MARKET if effect is None else UNTOLD,
        "observed_shift": float(scaled(mean[0] - told.usual[place])), "expected_shift": float(scaled(mean[1] - told.usual[place])),
        **{name: None if value is None else float(scaled(value)) for name, value in zip(("effect", "low", "high"), ends, strict=True)},
        "unit": made.family.unit, "z": alarm.z, "p": alarm.p, "coverage": covered, "n": int(told.n[span].sum()), "clusters": int(told.clusters[span].sum()),
        "notice": (ANNOUNCED if note else SILENT) if router else None, "release": note if router else None,
    }  # fmt: skip


def _shown(vendor: str, made: Watched, told: Daily, place: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "vendor": [vendor] * len(told.days), "figure": [figure_of(made.family, made.words[place])] * len(told.days), "day": told.days,
            "n": told.n.astype(np.int64), "observed": told.observed[:, place], "expected": told.expected[:, place],
            "error": np.sqrt(told.variance[:, place] + told.of_reference[place]),
        },
        schema=DAILY.schema,
    )  # fmt: skip
