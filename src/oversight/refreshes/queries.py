"""Every read of refreshes and approvals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.accounts.queries import names
from oversight.notices.queries import people
from oversight.refreshes.approval import ROUTING, Approval, approvals
from oversight.refreshes.models import Acknowledgement, Extension, Gathering, Refresh, RefreshCondition, Reminder, SeniorQuestion
from oversight.roles import SENIOR_MANAGER
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor

STATES = {"open": "in progress", "late": "past their day", "completed": "completed", "withdrawn": "withdrawn"}
DUE_WITHIN = 60
"""Days before the last day of an approval from which its refresh should be open."""
COLUMNS = (
    Column("refresh", "Refresh", kind="words"),
    Column("state", "State", kind="tag"), Column("first_on", "Counted from", kind="day"), Column("due_on", "Due", kind="day"),
    Column("recommendation", "Recommendation"), Column("acknowledged", "Acknowledged", kind="number"), Column("named", "Named", kind="number"),
    Column("questions", "Questions open", kind="number"), Column("conditions", "Conditions open", kind="number"),
    Column("opened_by", "Opened by", kind="person"), Column("completed_at", "Completed", kind="instant"),
    Column("sha256", "Paper, SHA-256", kind="code", is_for_files=True),
)  # fmt: skip
STANDING = (
    Column("vendor", "Vendor"), Column("state", "State", kind="tag"), Column("base_on", "Counted from", kind="day"), Column("base_is", "By"),
    Column("until_on", "Approved until", kind="day"), Column("days_left", "Days left", kind="number"), Column("extension", "Extension"),
    Column("refresh", "Refresh"),
)  # fmt: skip


def refreshes(*, state: str = "", vendor: str = "") -> QuerySet[Any]:
    """Refreshes with what is open in each, those in progress first, then the latest: in that state, of the vendor of that key. One query."""
    found: QuerySet[Any] = Refresh.objects.select_related("vendor").annotate(
        named=Count("acknowledgements", filter=Q(acknowledgements__state__in=("named", "acknowledged")), distinct=True),
        acknowledged=Count("acknowledgements", filter=Q(acknowledgements__state="acknowledged"), distinct=True),
        asked=Count("questions", filter=Q(questions__state="asked"), distinct=True),
        conditioned=Count("conditions", filter=Q(conditions__state="open"), distinct=True),
        is_over=Count("pk", filter=Q(state__in=Refresh.LIFECYCLE.ends)),
    )
    is_open = ~Q(state__in=Refresh.LIFECYCLE.ends)
    states = {"open": is_open, "late": is_open & Q(due_on__lt=clock.today()), "completed": Q(state="completed"), "withdrawn": Q(state="withdrawn")}
    found = found.filter(states.get(state, Q()))
    return (found.filter(vendor__key=vendor) if vendor else found).order_by("is_over", "-due_on", "-pk")


def of_vendor(vendor: Vendor) -> QuerySet[Any]:
    """The vendor's refreshes, the one in progress first."""
    return refreshes(vendor=vendor.key)


def standing() -> list[Approval]:
    """Where the approval of each vendor stands that is not ended or declined; those nearest to their last day first."""
    held = approvals(Vendor.objects.exclude(state__in=Vendor.LIFECYCLE.ends).order_by("name", "pk"))
    return sorted(held, key=lambda one: (one.vendor.state not in ROUTING, one.days_left is None, one.days_left or 0))


def to_open() -> list[Approval]:
    """Approvals of vendors that route whose last day is near or past, and whose refresh nobody opened."""
    return [
        one
        for one in standing()
        if one.vendor.state in (*ROUTING, "suspended") and one.refresh is None and one.days_left is not None and one.days_left <= DUE_WITHIN
    ]


def gathering(row: Refresh) -> Gathering | None:
    """What was gathered last."""
    return row.gatherings.order_by("-pk").first()


def mine(row: Refresh, key: str) -> Acknowledgement | None:
    """This account's own acknowledgement, asked for or given."""
    return row.acknowledgements.filter(person=key, state__in=("named", "acknowledged")).first()


def extensions(vendor: Vendor) -> list[Extension]:
    """What was asked for the vendor's approval beyond its year, the latest first."""
    return list(Extension.objects.filter(vendor=vendor).order_by("-pk"))


def reminders(vendor: Vendor, most: int = 12) -> list[Reminder]:
    """When people were last told that the approval runs out, the latest first."""
    return list(Reminder.objects.filter(vendor=vendor).order_by("-pk")[:most])


def senior_managers(row: Refresh) -> list[tuple[str, str]]:
    """The senior managers who could still be named, by key and name."""
    named = set(row.acknowledgements.filter(state__in=("named", "acknowledged")).values_list("person", flat=True))
    return [(account.key, account.name) for account in people((SENIOR_MANAGER,), ()) if account.key not in named]


def to_acknowledge(account: Account) -> QuerySet[Acknowledgement]:
    """Papers before this senior manager that they have not acknowledged."""
    return Acknowledgement.objects.filter(person=account.key, state="named", refresh__state="presented").select_related("refresh__vendor").order_by("pk")


def to_present(by: str) -> QuerySet[Refresh]:
    """Papers that were handed in and that this person may approve: not what they wrote."""
    return Refresh.objects.filter(state="drafted").exclude(drafted_by=by).exclude(written_by=by)


def to_answer() -> QuerySet[SeniorQuestion]:
    """Questions of senior managers that wait for an answer, the oldest first."""
    return SeniorQuestion.objects.filter(state="asked", refresh__state="presented").order_by("asked_at", "pk")


def to_sign(by: str) -> QuerySet[Extension]:
    """Extensions that wait for a senior manager's signature."""
    return Extension.objects.filter(state="proposed").exclude(proposed_by=by)


def conditions_late() -> QuerySet[RefreshCondition]:
    """Conditions of completed refreshes that are open past their day."""
    return RefreshCondition.objects.filter(state="open", refresh__state="completed", due_on__lt=clock.today())


def sheet(found: Iterable[Any]) -> Sheet:
    """Refreshes as a table; each must come from `refreshes`."""
    who = names()
    rows = tuple(
        Row(
            (
                str(row), row.state_title, row.first_on, row.due_on, row.get_recommendation_display(), row.acknowledged, row.named, row.asked, row.conditioned,
                who.get(row.opened_by, row.opened_by), row.completed_at, row.sha256,
            ),
            {"refresh": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_late else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No refresh fits. Open the one that is due next with the button above; the table of approvals says which."
    return Sheet(
        "refreshes",
        "Yearly refreshes",
        COLUMNS,
        rows,
        source="A refresh counts from the last completed diligence or refresh and is due a year later.",
        empty=empty,
    )


def standing_sheet(found: Iterable[Approval]) -> Sheet:
    """Where approvals stand, as a table."""
    rows = tuple(
        Row(
            (
                one.vendor.name, one.vendor.state_title, one.base_on, one.base_is or "nothing on the desk", one.until_on, one.days_left,
                f"{one.extension.state_title} until {one.extension.until_on}" if one.extension else "", one.refresh.state_title if one.refresh else "",
            ),
            {"vendor": _approval_page(one), **({"refresh": one.refresh.get_absolute_url()} if one.refresh else {})},
            key=f"approval-{one.vendor.pk}", tone="attention" if one.suspends or (one.days_left is not None and one.days_left <= 7) else "",
        )
        for one in found
    )  # fmt: skip
    source = (
        "An approval holds 365 days from the last completed diligence or refresh; on day 366 a vendor that routes is suspended, unless an extension was signed."
    )
    return Sheet(
        "approvals", "Until when each vendor is approved", STANDING, rows, source=source, empty="No vendor is on the register. Register one under Vendors."
    )


def _approval_page(one: Approval) -> str:
    return reverse("refreshes:approval", args=[one.vendor.pk])
