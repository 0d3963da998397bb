"""Every read of harm worth a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import F, Prefetch, Q, QuerySet

from bestexec import CHECKS, POPULATIONS
from oversight.cases.models import Case
from oversight.findings.models import Finding, RunDay
from oversight.harm import lifecycle, snapshot
from oversight.harm.models import Count, Credit, Harm, PaymentResult, ReportDecision

STATES = {
    "open": "open", "overdue": "past its day", "to_approve": "await approval", "to_pay": "approved, not paid out", "none": "no customer was harmed",
    "settled": "settled",
}  # fmt: skip
SUGGESTED = {
    "EXE-101": "quote_at_t0", "EXE-102": "quote_at_execution", "EXE-105": "mid_at_t0", "EXE-108": "limit_px", "EXE-112": "best_displayed_at_t0",
    "EXE-114": "quote_at_t0", "EXE-115": "comparison_eq", "CON-102": "comparison_eq", "CON-103": "comparison_eq",
}  # fmt: skip
"""What a check is held against unless a person states another counterfactual."""


def harms(*, state: str = "", case: int | None = None, vendor: str = "") -> QuerySet[Harm]:
    """Assessments, the latest first, each with its latest count."""
    found = Harm.objects.select_related("case__vendor", "supplement_to").prefetch_related(Prefetch("counts", Count.objects.order_by("-number"), "counted"))
    found = found.filter(**({"case": case} if case else {}), **({"vendor": vendor} if vendor else {}))
    wanted = {
        "open": Q(state__in=lifecycle.OPEN), "overdue": Q(state__in=lifecycle.OPEN), "to_approve": Q(state__in=("proposed", "none_proposed")),
        "to_pay": Q(state__in=("approved", "credited")), "none": Q(state="none"), "settled": Q(state="settled"),
    }  # fmt: skip
    found = found.filter(wanted.get(state, Q())).order_by("-number")
    return found.filter(pk__in=[row.pk for row in found if row.is_overdue]) if state == "overdue" else found


def open_harms() -> QuerySet[Harm]:
    """Assessments on which somebody must still do something, the oldest first."""
    return harms(state="open").order_by("number")


def of_period(first: date, last: date) -> QuerySet[Harm]:
    """Open assessments whose days touch the period, and those opened for it."""
    return open_harms().filter(first_on__lte=last, last_on__gte=first)


def opened_by(first: date, last: date, at: datetime) -> QuerySet[Any]:
    """Assessments opened by that instant whose days touch the period, each with `approved_usd`: the credits that were approved, null before."""
    found = Harm.objects.filter(first_on__lte=last, last_on__gte=first, opened_at__lte=at)
    return found.annotate(approved_usd=F("approved_count__credit_usd")).order_by("number")


def proposed_by(first: date, last: date, at: datetime) -> QuerySet[ReportDecision]:
    """Whether to report them, as it had been proposed by that instant."""
    found = ReportDecision.objects.filter(harm__first_on__lte=last, harm__last_on__gte=first, proposed_at__lte=at)
    return found.select_related("harm").order_by("harm__number", "proposed_at", "pk")


def harm(pk: int) -> Harm | None:
    """One assessment with its counts, the latest first."""
    return harms().filter(pk=pk).first()


def of_origin(kind: str, id_: str) -> QuerySet[Harm]:
    """Assessments opened of that recorded row."""
    return harms().filter(origin_kind=kind, origin_id=str(id_))


def decision(row: Harm) -> ReportDecision | None:
    """The decision on reporting that stands, or is proposed; else the last that was not seconded."""
    return row.report_decisions.exclude(state="rejected").first() or row.report_decisions.first()


@dataclass(frozen=True)
class Share:
    """Credits in one state."""

    state: str
    title: str
    credits: int
    usd: Decimal


def states_of(row: Harm) -> tuple[list[Share], Decimal]:
    """(credits by state with their dollars, what they add up to): always what was approved. One query, decimals added one by one: nothing is rounded."""
    amounts: dict[str, list[Decimal]] = {}
    for state, usd in row.credits.order_by().values_list("state", "amount_usd"):
        amounts.setdefault(state, []).append(usd)
    states = [state for state in lifecycle.CREDIT.states if state.key in amounts]
    held = [Share(state.key, state.title, len(amounts[state.key]), sum(amounts[state.key], Decimal(0))) for state in states]
    return held, sum((one.usd for one in held), Decimal(0))


def credits(row: Harm, state: str = "") -> QuerySet[Credit]:
    """The credits of an assessment by customer number."""
    return row.credits.filter(**({"state": state} if state else {})).select_related("harm").order_by("number")


def results(row: Harm) -> QuerySet[PaymentResult]:
    """Files of results taken for it, the latest first."""
    return row.results.select_related("filed")


@dataclass(frozen=True)
class Difference:
    """What one count finds that another does not."""

    is_same: bool
    more: int
    fewer: int
    changed: int
    usd: Decimal
    orders: tuple[tuple[str, str, Decimal | None, Decimal | None], ...]
    """(day, order, before, now) of the first hundred that differ."""


def difference(before: Count, now: Count) -> Difference:
    """Order by order, from the two filed tables. Raises Refusal where one is gone or altered."""
    key = snapshot.KEY
    earlier, later = (snapshot.orders_of(snapshot.read(count)).select(*key, usd=pl.col("harm_usd")) for count in (before, now))
    both = earlier.join(later, on=key, how="full", coalesce=True, suffix="_now").sort(*key)
    differs = both.filter(pl.col("usd").ne_missing(pl.col("usd_now")))
    more, fewer = (differs.filter(pl.col(name).is_null()).height for name in ("usd", "usd_now"))
    listed = tuple((on.isoformat(), f"{order_id}, {symbol}", was, is_) for _, on, symbol, order_id, was, is_ in differs.head(100).iter_rows())
    return Difference(before.set_sha256 == now.set_sha256, more, fewer, differs.height - more - fewer, now.exact_usd - before.exact_usd, listed)


@dataclass(frozen=True)
class Suggestion:
    """What the form begins with: the question that a finding, a case or a claim leads to."""

    fields: dict[str, Any]
    origin: tuple[str, str] = ("", "")
    case: Case | None = None
    leads_from: str = ""


def suggestion(asked: dict[str, str]) -> Suggestion:
    """From `finding=`, `case=` or `claim=` of an address; by hand otherwise. The period is all that was measured since the first such finding."""
    if asked.get("finding", "").isdecimal() and (found := Finding.objects.filter(pk=int(asked["finding"])).first()):
        return _of_finding(found)
    last = last_measured()
    base = {"last_on": last, **_held_against("EXE-101"), "check_id": "EXE-101"}
    if asked.get("case", "").isdecimal() and (case := Case.objects.select_related("vendor").filter(pk=int(asked["case"])).first()):
        fields = {**base, "vendor": case.vendor.key, "title": case.title, "what": case.what, "first_on": first_found("EXE-101", case.vendor.key) or last}
        return Suggestion(fields, ("case", str(case.pk)), case, str(case))
    if asked.get("claim", "").isdecimal():
        return Suggestion({**base, "first_on": last}, ("claim", asked["claim"]), None, f"claim {asked['claim']}")
    return Suggestion({**base, "first_on": first_found("EXE-101") or last})


def _of_finding(found: Finding) -> Suggestion:
    first = first_found(found.check_id, found.vendor) or found.on
    last = max(last_measured() or found.on, found.on)
    at = f" at {found.vendor}" if found.vendor else ""
    fields = {
        "check_id": found.check_id, "title": f"{found.title}{f', {found.vendor}' if found.vendor else ''}", "what": found.ask, "vendor": found.vendor,
        "first_on": first, "last_on": last, "period_why": f"From the first exception of {found.check_id}{at}, {first}, to the last day measured.",
        **_held_against(found.check_id),
    }  # fmt: skip
    return Suggestion(fields, found.subject, None, str(found))


def _held_against(check_id: str) -> dict[str, Any]:
    stated = SUGGESTED.get(check_id, "quote_at_t0")
    return {"counterfactual": stated, "comparison": "symbol_day" if stated == "comparison_eq" else ""}


def first_found(check_id: str, vendor: str = "") -> date | None:
    """The day of the first finding of that check, and vendor, that stands; none where there is none."""
    found = Finding.objects.filter(check_id=check_id, **({"vendor": vendor} if vendor else {})).exclude(state="vanished")
    return found.order_by("on").values_list("on", flat=True).first()


def last_measured() -> date | None:
    """The last trading day that a run in force measured."""
    return RunDay.objects.filter(is_current=True).order_by("-on").values_list("on", flat=True).first()


def checks() -> list[tuple[str, str]]:
    """(id, title) of every check, those of summaries said to be so."""
    return [(check.id, f"{check.id} {check.title}{' (orders behind a summary)' if check.on in POPULATIONS else ''}") for check in CHECKS]
