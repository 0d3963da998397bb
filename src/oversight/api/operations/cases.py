"""Remediation cases: their stages and clocks, notices, measures, monitoring, closing tests and overrides."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.cases import queries, tables
from oversight.cases.models import Case, Monitoring, Registration
from oversight.cases.tables import terms


class ConditionAsked(Schema):
    """One condition of a case's next stage."""

    key: str
    title: str
    is_met: bool
    is_skipped: bool


class CaseSaid(Schema):
    """One case: its fields, what is next and what that asks, its notices and the differences that it is about."""

    case: dict[str, Any]
    next: str
    conditions: list[ConditionAsked]
    notices: list[dict[str, Any]]
    differences: list[dict[str, Any]]


class TestSaid(Schema):
    """One closing test as it was locked, with what each run said of it."""

    test: dict[str, Any]
    terms: str
    is_intact: bool
    evaluations: list[dict[str, Any]]


def cases_listed(request: HttpRequest, page: Query[Page], vendor: str = "", state: str = "") -> Table:
    """Remediation cases, open ones first."""
    return paged(request, queries.cases(vendor=vendor, state=state), tables.cases, page)


def case_read(request: HttpRequest, id: int) -> CaseSaid:
    """One case, by its number in the desk."""
    row = get_object_or_404(queries.cases(), pk=_pk(id))
    asked = [ConditionAsked(key=one.condition.key, title=one.condition.title, is_met=one.is_met, is_skipped=one.is_skipped) for one in queries.asked(row)]
    notices = [said.row(each) for each in queries.notices_of(row)]
    return CaseSaid(
        case=said.row(row), next=queries.next_words(row), conditions=asked, notices=notices, differences=list(map(said.row, queries.differences_of(row)))
    )


def measures_of_case(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """Interim measures of a case."""
    return paged(request, queries.measures_of(_case(id)), tables.measures, page)


def overrides_of_case(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """What was skipped in a case, by whose signatures."""
    return paged(request, _case(id).overrides.order_by("-pk"), tables.overrides, page)


def monitoring_of_case(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """Heightened monitoring of a case."""
    return paged(request, _case(id).monitorings.select_related("case").order_by("-pk"), tables.monitorings, page)


def monitored_exceptions(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """Exceptions of a vendor by check, before its heightened monitoring and since."""
    row = get_object_or_404(Monitoring.objects.select_related("case__vendor"), pk=_pk(id))
    return table(request, tables.lines(*queries.counted(row), row), page)


def closing_test(request: HttpRequest, id: int) -> TestSaid:
    """One closing test with its evaluations, the latest first."""
    row = get_object_or_404(Registration.objects.select_related("case", "other"), pk=_pk(id))
    return TestSaid(test=said.row(row), terms=terms(row), is_intact=row.is_intact, evaluations=[said.row(each) for each in queries.evaluations_of(row)])


def _case(id: int) -> Case:
    return get_object_or_404(Case, pk=_pk(id))


def _pk(id: int) -> int:
    return id if id < 2**63 else 0


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/cases", cases_listed, Table, "oversight.cases.queries.cases", "vendors:read"),
    Operation("GET", "/cases/{int:id}", case_read, CaseSaid, "oversight.cases.queries.asked", "vendors:read"),
    Operation("GET", "/cases/{int:id}/measures", measures_of_case, Table, "oversight.cases.queries.measures_of", "vendors:read"),
    Operation("GET", "/cases/{int:id}/overrides", overrides_of_case, Table, "oversight.cases.queries.skippable", "vendors:read"),
    Operation("GET", "/cases/{int:id}/monitoring", monitoring_of_case, Table, "oversight.cases.queries.in_force_on", "vendors:read"),
    Operation("GET", "/cases/monitoring/{int:id}/exceptions", monitored_exceptions, Table, "oversight.cases.queries.counted", "vendors:read"),
    Operation("GET", "/cases/tests/{int:id}", closing_test, TestSaid, "oversight.cases.queries.evaluations_of", "vendors:read"),
)
