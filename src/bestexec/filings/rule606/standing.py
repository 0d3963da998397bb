"""What keeps a public Rule 606 report from being filed, and what must be said in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from bestexec.filings.rule606.covered import NEVER_ROUTED, OPTIONS, UNKNOWN_INDEX
from bestexec.filings.rule606.figures import Section, VenueLine
from bestexec.filings.rule606.gaps import Gap
from bestexec.filings.rule606.money import Money
from bestexec.filings.rule606.period import month_after
from bestexec.filings.rule606.readings import Readings
from bestexec.filings.rule606.terms import OnFile
from bestexec.market.sessions import trading_days


def unmeasured(months: Sequence[date], orders: pl.DataFrame) -> list[Gap]:
    """Months of the quarter of which nothing was measured."""
    have = set(orders["day"].unique().dt.truncate("1mo"))
    advice = "measure the whole quarter, or name the runs that did with --run"
    return [Gap(f"no order of {month:%Y-%m} was measured", advice) for month in months if month not in have]


def quiet_days(first: date, last: date, orders: pl.DataFrame) -> tuple[str, ...]:
    """A remark on trading days without an order, where there are any."""
    have = set(orders["day"].unique())
    quiet = [day for day in trading_days(first, last) if day not in have]
    return (f"{len(quiet)} trading days of the quarter have no order: {', '.join(map(str, quiet[:5]))}{' …' if len(quiet) > 5 else ''}.",) if quiet else ()


def unknown_index(every: pl.DataFrame) -> list[Gap]:
    """Stocks of which the symbols file does not say whether they were in the index."""
    rows = every.filter(pl.col("left_out") == UNKNOWN_INDEX)
    named = rows["symbol"].unique().sort().to_list()
    shown = ", ".join(named[:10]) + (f" and {len(named) - 10} more" if len(named) > 10 else "")
    what = f"the symbols file does not say whether {shown} was in the S&P 500 on the quarter's first day"
    return [Gap(what, "add is_sp500 to their lines of the symbols file", rows.height)] if named else []


def without_code(at_venues: pl.DataFrame) -> list[Gap]:
    """Venues that the feed names and no code is known for."""
    rows = at_venues.filter(pl.col("reported_venue").is_null()).group_by("named").len().sort("named")
    return [Gap(f"the venue {named!r} has no market identifier code", "add a line with its MIC to the venues file", count) for named, count in rows.iter_rows()]


def _lines(made: Mapping[date, tuple[Section, ...]]) -> list[tuple[date, VenueLine]]:
    return [(month, line) for month, sections in made.items() for section in sections for line in section.venues if line.venue]


def aspects(made: Mapping[date, tuple[Section, ...]], readings: Readings, on_file: OnFile, last: date) -> list[Gap]:
    """Venues that paid or were paid without terms on file, and terms that nobody has looked at for too long."""
    missing, stale = dict[str, Gap](), dict[str, Gap]()
    for month, line in _lines(made):
        found = on_file.of(line.venue, month, month_after(month) - timedelta(days=1))
        if not found and readings.material_aspects_required and any(line.usd.values()):
            what = f"the material aspects of the relationship with {line.venue} are not on file, and money passed"
            missing.setdefault(line.venue, Gap(what, "state them in venue_terms.toml of the policy folder"))
        for terms in found:
            age = (last - terms.reviewed_on).days
            if age > readings.material_aspects_age_days:
                what = f"the material aspects of {line.venue} were reviewed on {terms.reviewed_on}, {age} days before the quarter's end"
                stale.setdefault(line.venue, Gap(what, "review them, and put the day into venue_terms.toml"))
    return [*missing.values(), *stale.values()]


def unseen_routers(made: Mapping[date, tuple[Section, ...]], routers: frozenset[str], readings: Readings) -> list[Gap]:
    """Router-only brokers that the report would have to name, where the policy does not allow it."""
    if readings.router_only_brokers == "named":
        return []
    named = sorted({line.venue for _, line in _lines(made) if line.venue in routers})
    return [
        Gap(f"{venue} is a broker that only routes on", "import what it did with the orders (child routes), so that the venues can be named") for venue in named
    ]


def remarks(sections: Sequence[str], left_out: Mapping[str, int], paid: Money, replaced: int) -> tuple[str, ...]:
    """What the report must say of itself."""
    without = sum(tie.without_fee for tie in paid.ties)
    return tuple(filter(None, (
        "" if OPTIONS in sections else "Options are not covered: no option order was imported.",
        f"{left_out[NEVER_ROUTED]:,} orders were never routed, and count nowhere." if left_out.get(NEVER_ROUTED) else "",
        f"{without:,} fills have no fee in any feed or schedule; the ledger has none for them, either, where it ties." if without else "",
        f"Lines of the payments ledger that gave way to corrected ones received later: {replaced:,}." if replaced else "",
        f"Received or paid for orders that the report leaves out: {sum(paid.outside.values(), Decimal(0)):f} USD." if paid.outside else "",
    )))  # fmt: skip
