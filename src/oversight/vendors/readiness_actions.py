"""Every write of what going live needs: test reports, market-access statements, exit plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max

from oversight import clock
from oversight.actor import Actor, automated
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, STAFF, SUPERVISOR
from oversight.vendors.lifecycle import KEEPERS, READERS
from oversight.vendors.models import Vendor
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport

PLAN = (
    "fallback_vendor", "fallback_words", "fallback_tested_on", "fallback_evidence", "notice_days_ours", "notice_days_theirs", "comes_back", "comes_as",
    "steps", "relook_on",
)  # fmt: skip
MOST_STEPS = 40


def file_test_report(
    by: Actor, vendor: Vendor, *, report: Filed, suite: str, release: str, tested_on: date,
    scenarios_run: int, scenarios_passed: int, scenarios_failed: int, explained: str = "",
) -> TestReport:  # fmt: skip
    """Put a report of test scenarios on the vendor's file; a second person accepts it. Raises Refusal where the counts do not add up."""
    _may(by, READERS)
    if scenarios_run < 1 or min(scenarios_passed, scenarios_failed) < 0 or scenarios_passed + scenarios_failed != scenarios_run:
        raise Refusal(f"{scenarios_passed} passed and {scenarios_failed} failed are not {scenarios_run} run. Every scenario has one outcome.")
    if tested_on > clock.today():
        raise Refusal("It would have been tested in the future.")
    row = TestReport(
        vendor=vendor, report=report, suite=suite, release=release, tested_on=tested_on, scenarios_run=scenarios_run, scenarios_passed=scenarios_passed,
        scenarios_failed=scenarios_failed, explained=explained, filed_by=by.key, filed_at=clock.now(), state=TestReport.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        actions.create(by, row, verb="file")
        _ask(by, f"A test report of {vendor} is filed: a second person accepts it.", row)
    return row


def state_access_control(by: Actor, vendor: Vendor, *, holder_kind: str, holder: str, how: str, evidence: Filed) -> AccessControl:
    """State who holds direct and exclusive control over market access; a second person confirms it."""
    _may(by, KEEPERS)
    if not holder.strip() or not how.strip():
        raise Refusal("Say who holds the controls and how they are exercised.")
    row = AccessControl(
        vendor=vendor, holder_kind=holder_kind, holder=holder, how=how, evidence=evidence, stated_by=by.key, stated_at=clock.now(),
        state=AccessControl.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        actions.create(by, row, verb="state")
        _ask(by, f"Who holds market access for {vendor} is stated: a second person confirms it.", row)
    return row


def confirm_access(by: Actor, row: AccessControl, *, why: str = "") -> AccessControl:
    """Settle it; the statement confirmed before is superseded."""
    with actions.turn():
        for before in AccessControl.objects.filter(vendor_id=row.vendor_id, state="confirmed").exclude(pk=row.pk):
            actions.move(automated("access_control"), before, "supersede")
        return actions.move(by, row, "confirm", why=why)


def draft_plan(by: Actor, vendor: Vendor, **facts: Any) -> ExitPlan:
    """A draft of the next version of the vendor's exit plan, on the base of the approved one; `facts` are PLAN."""
    _may(by, KEEPERS)
    _check(vendor, facts)
    with actions.turn():
        base = ExitPlan.objects.filter(vendor=vendor, state="approved").first()
        last = ExitPlan.objects.filter(vendor=vendor).aggregate(last=Max("number"))["last"] or 0
        row = ExitPlan(vendor=vendor, number=last + 1, base=base, **facts, drafted_by=by.key, drafted_at=clock.now(), state=ExitPlan.LIFECYCLE.start)
        return actions.create(by, row, verb="draft")


def revise_plan(by: Actor, row: ExitPlan, **facts: Any) -> ExitPlan:
    """Other words in a draft of one's own."""
    _may(by, KEEPERS)
    if row.drafted_by != by.key:
        raise Refusal("Revise: this is somebody else's draft. Start one of your own.", is_forbidden=True)
    _check(row.vendor, facts)
    with actions.turn():
        if not ExitPlan.objects.filter(pk=row.pk, state="draft").exists():
            raise Refusal("This draft was proposed or withdrawn; its words no longer change.")
        return actions.change(by, row, verb="revise", **facts)


def propose_plan(by: Actor, row: ExitPlan, *, why: str = "") -> ExitPlan:
    """Ask for a second person's decision."""
    with actions.turn():
        moved = actions.move(by, row, "propose", why=why)
        _ask(by, f"The {row} is proposed: a second person decides on it.", row)
    return moved


def approve_plan(by: Actor, row: ExitPlan, *, why: str = "") -> ExitPlan:
    """Approve this version; the one before is superseded."""
    with actions.turn():
        for before in ExitPlan.objects.filter(vendor_id=row.vendor_id, state="approved").exclude(pk=row.pk):
            actions.move(automated("exit_plan"), before, "supersede")
        return actions.move(by, row, "approve", why=why)


def _ask(by: Actor, what: str, row: Any) -> None:
    tell(by, to_roles=(COMPLIANCE, SUPERVISOR), what=what, url=row.get_absolute_url())


def _may(by: Actor, roles: Sequence[str]) -> None:
    if not by.roles & set(roles):
        raise Refusal("This part of the vendor file is not written by your role.", is_forbidden=True)


def _check(vendor: Vendor, facts: dict[str, Any]) -> None:
    if not facts.get("fallback_vendor") and not str(facts.get("fallback_words", "")).strip():
        raise Refusal("Name the fallback: a vendor on the register, or the route in words.")
    if facts.get("fallback_vendor") == vendor:
        raise Refusal("A vendor cannot be its own fallback.")
    if facts.get("fallback_tested_on") and facts["fallback_tested_on"] > clock.today():
        raise Refusal("The fallback would have been tested in the future.")
    if bool(facts.get("fallback_tested_on")) != bool(facts.get("fallback_evidence")):
        raise Refusal("A tested fallback has the day of its test and the evidence of it: give both, or neither.")
    steps = facts.get("steps", [])
    if len(steps) > MOST_STEPS or any(not str(step["what"]).strip() or step["role"] not in STAFF or int(step["days"]) < 0 for step in steps):
        raise Refusal(f"Each step says what is done, by which role of the firm and within how many days; at most {MOST_STEPS} steps.")
