"""What stands between a vendor and going live: each condition, whether it is met, by what, and where to meet it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from oversight.vendors.models import Vendor
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport


@dataclass(frozen=True)
class Condition:
    """One condition of going live. `said` is what meets it or what is missing; `warning` what makes a met one worth less than it looks."""

    key: str
    what: str
    is_met: bool
    said: str
    address: str
    warning: str = ""


def conditions(row: Vendor) -> tuple[Condition, ...]:
    """Every condition of going live, in the order in which they are met. A fixed number of queries."""
    return (_assessed(row), _tested(row), _arranged(row), _controlled(row), _configured(row), _exit(row))


def lacking(row: Vendor) -> tuple[Condition, ...]:
    """Those that are not met."""
    return tuple(condition for condition in conditions(row) if not condition.is_met)


def _assessed(row: Vendor) -> Condition:
    said = "approved and not run out" if row.is_assessed else "not approved, or run out"
    return Condition("is_assessed", "Due diligence", row.is_assessed, said, f"{reverse('diligence:assessments')}?vendor={row.key}")


def _tested(row: Vendor) -> Condition:
    last = TestReport.objects.filter(vendor=row, state="accepted").order_by("-tested_on", "-pk").first()
    where = last.get_absolute_url() if last else f"{row.get_absolute_url()}#tests"
    if last is None:
        is_waiting = row.test_reports.filter(state="filed").exists()
        return Condition("has_test_report", "Test report", False, "filed, waits for a second person" if is_waiting else "none is filed", where)
    used = sorted({product.version for product in row.products.filter(state="in_use")})
    later = "" if not used or last.release in used else f"In use is {', '.join(used)}: test that release."
    passed = f"{last.scenarios_passed} of {last.scenarios_run} scenarios passed on {last.tested_on}, release {last.release}"
    return Condition("has_test_report", "Test report", True, passed, where, later)


def _arranged(row: Vendor) -> Condition:
    arranged = [each for each in row.arrangements.filter(state="in_force") if each.standing == "in force"]
    where = arranged[0].get_absolute_url() if arranged else f"{row.get_absolute_url()}#arrangement"
    said = "; ".join(str(each) for each in arranged) or "none is in force today"
    ends = [each.until_on for each in arranged if each.until_on]
    runs_out = f"The last one ends on {max(ends)}." if arranged and len(ends) == len(arranged) else ""
    return Condition("has_arrangement", "Arrangement", bool(arranged), said, where, runs_out)


def _controlled(row: Vendor) -> Condition:
    settled = AccessControl.objects.filter(vendor=row, state="confirmed").first()
    where = settled.get_absolute_url() if settled else f"{row.get_absolute_url()}#access"
    said = f"held by {settled.holder} ({settled.get_holder_kind_display()})" if settled else "who holds direct and exclusive control is not settled"
    return Condition("has_access_control", "Market-access control", settled is not None, said, where)


def _configured(row: Vendor) -> Condition:
    is_met = row.has_configuration
    said = "a version is in force" if is_met else "no version is in force"
    return Condition("has_configuration", "Configuration", is_met, said, f"{reverse('configuration:versions')}?vendor={row.key}")


def _exit(row: Vendor) -> Condition:
    plan = ExitPlan.objects.filter(vendor=row, state="approved").select_related("fallback_vendor").first()
    where = plan.get_absolute_url() if plan else f"{row.get_absolute_url()}#exit"
    if plan is None:
        return Condition("has_exit_plan", "Exit plan with a tested fallback", False, "none is approved", where)
    said = f"version {plan.number}: {plan.fallback[:160]}"
    if not plan.is_tested:
        return Condition("has_exit_plan", "Exit plan with a tested fallback", False, f"version {plan.number} is approved, its fallback is not tested", where)
    return Condition("has_exit_plan", "Exit plan with a tested fallback", True, said, where, _sentence(plan.warnings))


def _sentence(words: list[str]) -> str:
    said = "; ".join(words)
    return f"{said[0].upper()}{said[1:]}." if said else ""
