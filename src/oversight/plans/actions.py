"""Every write of corrective plans: asked for, written, decided by two, carried out item by item."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import IO, Any

from django.core.files.base import File
from django.db.models import Max

from oversight import clock
from oversight.accounts import queries as accounts
from oversight.actor import Actor, automated
from oversight.cases.models import Case
from oversight.configuration.models import DECIDED
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.lifecycle import SYSTEM, Refusal
from oversight.notices.actions import tell
from oversight.plans import queries
from oversight.plans.lifecycle import KEEPERS, RETESTS
from oversight.plans.models import TERMS, Item, Plan, checks_in
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER
from oversight.rooms.outgoing import hold_back
from oversight.rooms.queries import answering

TELLS = automated("corrective plans")
STAGES = ("planning", "monitored")
"""Stages of a case in which a plan is asked for."""
MOST_ITEMS = 60


def ask(by: Actor, case: Case, words: str = "", *, due_on: date | None = None) -> Plan:
    """Ask the vendor for a plan, or for another version of the accepted one; its accounts are told and its clock begins."""
    if not by.roles & {*KEEPERS, SYSTEM}:
        raise Refusal("A plan is asked for by the vendor manager or compliance.", is_forbidden=True)
    hold_back(case.vendor, words)
    with actions.turn():
        case.refresh_from_db()
        if case.state not in STAGES:
            raise Refusal(f"A plan is asked for when the cause is known; this case is “{case.state_title}”.")
        if queries.current(case) is not None:
            raise Refusal("A version of the plan is being written or decided already.")
        due = due_on or clock.today() + timedelta(days=desk_limits().plan_answer_days)
        if due < clock.today():
            raise Refusal("That day has passed.")
        return _next(by, case, queries.accepted(case), words.strip(), due)


def describe(by: Actor, plan: Plan, summary: str) -> Plan:
    """The plan in a few sentences."""
    _writes(by, plan)
    return actions.change(by, plan, verb="describe", summary=summary.strip()[:4000])


def add_item(by: Actor, plan: Plan, **terms: Any) -> Item:
    """One more item of the version that is being written."""
    with actions.turn():
        _writes(by, plan)
        given = _checked(by, plan, terms)
        held = plan.items.aggregate(last=Max("place"))["last"] or 0
        if held >= MOST_ITEMS:
            raise Refusal(f"A plan has at most {MOST_ITEMS} items.")
        row = Item(plan=plan, place=held + 1, written_by=by.key, written_at=clock.now(), state=Item.LIFECYCLE.start, **given)
        return actions.create(by, row, verb="add_item")


def change_item(by: Actor, item: Item, **terms: Any) -> Item:
    """Other terms for an item of the version that is being written; what stood there stays in the record."""
    with actions.turn():
        _writes(by, item.plan)
        if Item.objects.get(pk=item.pk).state != "drafted":
            raise Refusal(actions.CHANGED)
        given = _checked(by, item.plan, {**{name: getattr(item, name) for name in TERMS}, **terms})
        return actions.change(by, item, verb="change_item", written_by=by.key, written_at=clock.now(), **given)


def drop_item(by: Actor, item: Item, why: str = "") -> Item:
    """Take an item out of the version that is being written."""
    with actions.turn():
        _writes(by, item.plan)
        return actions.move(by, item, "drop", why=why)


def submit(by: Actor, plan: Plan, why: str = "") -> Plan:
    """Hand the version in; it stays as it is from now on."""
    with actions.turn():
        _writes(by, plan)
        actions.move(by, plan, "submit", why=why)
        _tell_firm(by, plan, "submitted by the vendor", (VENDOR_MANAGER,))
    return plan


def take_over(by: Actor, plan: Plan, why: str = "") -> Plan:
    """Write the plan for a vendor whose time ran out; everybody sees that the firm did."""
    with actions.turn():
        actions.move(by, plan, "take_over", why=why)
        _tell_vendor(by, plan, f"was owed by {plan.due_on}; your client now writes it itself")
    return plan


def propose(by: Actor, plan: Plan, why: str = "") -> Plan:
    """Propose to accept the vendor's version."""
    with actions.turn():
        actions.move(by, plan, "propose", why=why)
        _tell_firm(by, plan, "proposed for acceptance", (COMPLIANCE, SUPERVISOR))
    return plan


def propose_own(by: Actor, plan: Plan, why: str = "") -> Plan:
    """Propose the version that the firm wrote."""
    with actions.turn():
        actions.move(by, plan, "propose_own", why=why)
        _tell_firm(by, plan, "written by the firm, proposed for acceptance", (COMPLIANCE, SUPERVISOR))
    return plan


def accept(by: Actor, plan: Plan, why: str = "") -> Plan:
    """Accept it as the second person: its items are open from now on, and an earlier plan is replaced."""
    with actions.turn():
        before = queries.accepted(plan.case)
        if before is not None:
            actions.move(by, before, "replace")
        actions.move(by, plan, "accept", why=why)
        items = list(plan.held)
        for item in items:
            item.plan = plan
            actions.move(by, item, "begin")
        count = f"{len(items)} item{'' if len(items) == 1 else 's'}"
        _tell_vendor(by, plan, f"was accepted{', as your client wrote it' if plan.is_unilateral else ''}: {count} to be carried out", "medium")
    return plan


def reject(by: Actor, plan: Plan, rejection: str = "", *, objections: Mapping[int, str] | None = None, why: str = "") -> Plan:
    """Reject the vendor's version with a reason, and one for each item that does not do; the next version is asked for with its items in it."""
    said = {pk: words.strip()[:4000] for pk, words in (objections or {}).items() if words.strip()}
    hold_back(plan.case.vendor, rejection, *said.values())
    with actions.turn():
        actions.move(by, plan, "reject", why=why, rejection=rejection.strip())
        for item in plan.held:
            if item.pk in said:
                actions.change(by, item, verb="object", objection=said[item.pk])
        due = clock.today() + timedelta(days=desk_limits().plan_again_days)
        _next(by, plan.case, plan, plan.asked_for, due)
    return plan


def attach(by: Actor, item: Item, name: str, content: bytes | IO[bytes] | File[bytes], *, title: str = "") -> Filed:
    """File something beside an item, from the vendor's account or the firm's."""
    if VENDOR not in by.roles and not by.roles & set(KEEPERS):
        raise Refusal("Files are put beside an item by the vendor, the vendor manager or compliance.", is_forbidden=True)
    return evidence.file(by, name, content, title=title, subject=item.subject, what="Shows that it is done.")


def report(by: Actor, item: Item, done: str = "", why: str = "") -> Item:
    """Say that it is done. The vendor says so; of a plan that the firm wrote the vendor manager may, too."""
    with actions.turn():
        _may_report(by, item)
        actions.move(by, item, "report", done=done, why=why)
        _tell_firm(by, item.plan, f"item {item.place} is reported done", (VENDOR_MANAGER,), item.get_absolute_url())
    return item


def confirm(by: Actor, item: Item, why: str = "") -> Item:
    """The firm saw that it is done."""
    with actions.turn():
        actions.move(by, item, "confirm", why=why)
        _tell_vendor(by, item.plan, f"item {item.place} was confirmed")
    return item


def return_it(by: Actor, item: Item, returned: str = "", why: str = "") -> Item:
    """It is not done yet, and why."""
    hold_back(item.plan.case.vendor, returned)
    with actions.turn():
        actions.move(by, item, "return_it", returned=returned, why=why)
        _tell_vendor(by, item.plan, f"item {item.place} was sent back to you", "medium")
    return item


def extend(by: Actor, item: Item, due_on: date | None = None, why: str = "") -> Item:
    """More time, with a reason; the day on which it was due first stays to be seen."""
    if due_on is not None and due_on <= max(item.due_on, clock.today()):
        raise Refusal("The new day is later than the one that stands, and has not passed.")
    first = item.first_due_on or item.due_on
    with actions.turn():
        actions.move(by, item, "extend", due_on=due_on, why=why)
        actions.change(by, item, verb="keep_first_day", first_due_on=first)
        _tell_vendor(by, item.plan, f"item {item.place} is due {item.due_on} now")
    return item


MOVES = {
    (Plan.RECORD, "submit"): submit, (Plan.RECORD, "take_over"): take_over, (Plan.RECORD, "propose"): propose, (Plan.RECORD, "propose_own"): propose_own,
    (Plan.RECORD, "accept"): accept, (Plan.RECORD, "reject"): reject, (Item.RECORD, "drop"): drop_item, (Item.RECORD, "report"): report,
    (Item.RECORD, "confirm"): confirm, (Item.RECORD, "return_it"): return_it, (Item.RECORD, "extend"): extend,
}  # fmt: skip


def _next(by: Actor, case: Case, base: Plan | None, asked_for: str, due_on: date) -> Plan:
    """The next version, with the items of the one it is based on that are not confirmed; the vendor is told."""
    last = Plan.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    row = Plan(
        case=case, number=last + 1, base=base, asked_for=asked_for, asked_by=by.key, asked_at=clock.now(), due_on=due_on, state=Plan.LIFECYCLE.start,
        summary=base.summary if base else "",
    )  # fmt: skip
    actions.create(by, row, verb="ask")
    carried = [] if base is None else list(base.held.exclude(state="confirmed"))
    for place, item in enumerate(carried, 1):
        terms = {name: getattr(item, name) for name in TERMS}
        copied = Item(plan=row, place=place, carries=item, written_by=item.written_by, written_at=clock.now(), state=Item.LIFECYCLE.start, **terms)
        actions.create(by, copied, verb="carry")
    again = " once more: the version before was rejected" if base is not None and base.state == "rejected" else ""
    _tell_vendor(by, row, f"is asked of you{again}; it is owed by {due_on}", "medium")
    return row


def _writes(by: Actor, plan: Plan) -> None:
    """Raise Refusal unless `by` may write in this version now, as the database has it."""
    kept = Plan.objects.select_related("case__vendor").get(pk=plan.pk)
    if not kept.case.is_open:
        raise Refusal("The case has ended: nothing of its plan changes any more.")
    if VENDOR in by.roles:
        account = accounts.person(by.key)
        if account is None or not account.is_active or not kept.case.is_shared_with(account):
            raise Refusal("There is no such plan.", is_forbidden=True)
        if kept.state != "asked":
            raise Refusal(f"This version is “{kept.state_title}”: it stays as it is.")
    elif not by.roles & set(KEEPERS):
        raise Refusal("A plan is written by the vendor; where its time ran out, by the vendor manager or compliance.", is_forbidden=True)
    elif kept.state != "written":
        raise Refusal(f"This version is “{kept.state_title}”: the firm writes one only when the vendor's time has run out.")


def _checked(by: Actor, plan: Plan, terms: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of an item. Raises Refusal for another vendor's configuration, an unknown figure, or the firm's words that leak."""
    given = {name: terms.get(name, Item._meta.get_field(name).get_default()) for name in TERMS}  # type: ignore[union-attr]  # they are columns
    if not str(given["what"]).strip():
        raise Refusal("What is done is missing.")
    if given["due_on"] is None:
        raise Refusal("The day on which it is due is missing.")
    if given["retest_kind"] not in RETESTS:
        raise Refusal("Choose how it is tested again.")
    if given["retest_kind"] == "check" and not checks_in(given["retest"]):
        raise Refusal("Name the check by its id, such as EXE-101.")
    version = given["configuration"]
    if version is not None and (version.vendor_id != plan.case.vendor_id or version.state not in DECIDED):
        raise Refusal("That is no configuration of this vendor's router that was decided on.", is_forbidden=VENDOR in by.roles)
    figure = Item(**{**given, "plan": plan}).figure
    if figure is not None and (not figure.is_known or "vendor" in figure.filters):
        raise Refusal("There is no such figure, or it is not cut so.")
    if VENDOR not in by.roles:
        hold_back(plan.case.vendor, *(str(given[name]) for name in ("what", "owner", "change", "retest", "no_figure")))
    return given


def _may_report(by: Actor, item: Item) -> None:
    if VENDOR in by.roles:
        account = accounts.person(by.key)
        if account is None or not account.is_active or not item.plan.case.is_shared_with(account):
            raise Refusal("There is no such item.", is_forbidden=True)
    elif not item.plan.is_unilateral:
        raise Refusal("The vendor reports its own items done.", is_forbidden=True)


def _tell_vendor(by: Actor, plan: Plan, what: str, severity: str = "info") -> None:
    """By the desk itself: the name of who of the firm did it is not for the vendor's inbox."""
    keys = [account.key for account in answering(plan.case.vendor.key) if account.key != by.key]
    if keys:
        tell(TELLS, to_keys=keys, what=f"Case {plan.case.number}: the corrective plan {what}", url=f"/plans/mine/{plan.pk}/", severity=severity)


def _tell_firm(by: Actor, plan: Plan, what: str, roles: tuple[str, ...], url: str = "") -> None:
    tell(by, to_roles=roles, what=f"{plan}: {what}", url=url or plan.get_absolute_url(), severity="medium")
