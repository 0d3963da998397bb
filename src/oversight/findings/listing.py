"""The queue: which findings an address asks for, how they are grouped and counted, and the sheet of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Concat

from bestexec import UNITS
from oversight import clock
from oversight.accounts.queries import names
from oversight.findings.models import Finding, causes
from oversight.sheets import Column, Row, Sheet

WORK = ("open", "awaiting_reader", "escalated")
"""What somebody must still do something about: the queue unless the address says otherwise."""
STANDING = "standing"
"""Every state but vanished: what a count of findings counts."""
PAGE = 100
USD = next(unit for unit in UNITS if unit.symbol == "$")
COLUMNS = (
    Column("exception", "No.", kind="number"),
    Column("severity", "Severity", kind="severity"),
    Column("state", "State"),
    Column("day", "Trading date", kind="day"),
    Column("check_id", "Check", kind="code"),
    Column("title", "What was found"),
    Column("subject", "What it is about"),
    Column("harm_usd", "Estimated cost to customers", USD),
    Column("vendor", "Vendor"),
    Column("venue", "Venue"),
    Column("symbol", "Symbol"),
    Column("order_id", "Order"),
    Column("fill_id", "Fill"),
    Column("owner", "Owner", kind="person"),
    Column("opened_at", "Opened", kind="instant"),
    Column("due_at", "Due", kind="instant"),
    Column("overdue", "Past its clock"),
    Column("came_late", "Came late"),
    Column("cause", "Cause"),
    Column("customer_affected", "Customer affected"),
    Column("answer", "Answer"),
    Column("answered_by", "Answered by", kind="person"),
    Column("answered_at", "Answered", kind="instant"),
    Column("read_by", "Read by", kind="person"),
    Column("numbers", "Numbers and limits, JSON"),
    Column("ask", "Question"),
    Column("finding_id", "Finding id", kind="code"),
    Column("sealed_run", "Run of its numbers", kind="code"),
)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the queue; a part that it does not say is empty."""

    day: str = ""
    since: str = ""
    until: str = ""
    severity: str = ""
    check: str = ""
    vendor: str = ""
    venue: str = ""
    symbol: str = ""
    order: str = ""
    owner: str = ""
    state: str = ""
    cause: str = ""
    late: str = ""
    q: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


def asked(query: Mapping[str, str]) -> Asked:
    """The filters in an address; what cannot be read is left out."""
    return Asked(**{each.name: query.get(each.name, "").strip()[:200] for each in fields(Asked)})


def listed(ask: Asked, account_key: str = "") -> QuerySet[Finding]:
    """The findings that the address asks for; `owner=me` is the account."""
    equal = {"severity": ask.severity, "check_id": ask.check, "vendor": ask.vendor, "venue": ask.venue, "symbol": ask.symbol.upper(), "cause_code": ask.cause}
    rows = Finding.objects.filter(**{name: value for name, value in equal.items() if value}).filter(_state(ask.state))
    if ask.order:
        rows = rows.filter(order_id=ask.order)
    for name, text in (("on", ask.day), ("on__gte", ask.since), ("on__lte", ask.until)):
        if (on := _day(text)) is not None:
            rows = rows.filter(**{name: on})
    if ask.owner:
        rows = rows.filter(owner={"me": account_key, "nobody": ""}.get(ask.owner, ask.owner))
    if ask.late:
        rows = rows.filter(state="open", due_at__lt=clock.now())
    if ask.q:
        rows = rows.filter(
            Q(subject_text__icontains=ask.q) | Q(title__icontains=ask.q) | Q(ask__icontains=ask.q) | Q(order_id=ask.q) | Q(check_id__iexact=ask.q)
        )
    return rows


def _state(state: str) -> Q:
    if state == "all":
        return Q()
    if state == STANDING:
        return ~Q(state="vanished")
    return Q(state=state) if state in Finding.LIFECYCLE.keys else Q(state__in=WORK)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def grouped(rows: QuerySet[Finding]) -> QuerySet[Any]:
    """The findings, each with its `group`: the cause once one is given, else the check with its vendor and venue."""
    unsaid = Concat("check_id", Value("~"), "vendor", Value("~"), "venue")
    return rows.annotate(group=Case(When(cause_code="", then=unsaid), default=Concat(Value("cause~"), "cause_code")))


@dataclass(frozen=True)
class Group:
    """Findings of one cause: how many, the worst severity, dollars (None where none are known), the earliest clock."""

    key: str
    title: str
    rows: int
    severity: str
    harm_usd: Decimal | None
    due_at: Any
    overdue: int
    unowned: int


def groups(rows: QuerySet[Finding]) -> list[Group]:
    """The groups of the findings, the worst severity first, then dollars, then age; one query."""
    counted = (
        grouped(rows)
        .order_by()
        .values("group", "cause_code")
        .annotate(
            number=Count("pk"),
            worst=Min("rank"),
            harm=Sum("harm_usd"),
            due=Min("due_at"),
            title=Max("title"),
            of_vendor=Max("vendor"),
            of_venue=Max("venue"),
            overdue=Count("pk", filter=Q(state="open", due_at__lt=clock.now())),
            unowned=Count("pk", filter=Q(owner="")),
        )
        .order_by("worst", F("harm").desc(nulls_last=True), "due", "group")
    )
    said, severities = dict(causes()), ("high", "medium", "low", "info")
    return [
        Group(
            row["group"],
            said.get(row["cause_code"], row["cause_code"]) or " · ".join(part for part in (row["title"], row["of_vendor"], row["of_venue"]) if part),
            row["number"],
            severities[row["worst"]],
            row["harm"],
            row["due"],
            row["overdue"],
            row["unowned"],
        )
        for row in counted
    ]


def totals(rows: QuerySet[Finding] | None = None) -> dict[str, Any]:
    """The queue in numbers: what is open, past its clock, its dollars, what awaits a reader, what nobody owns; one query."""
    overdue = Q(state="open", due_at__lt=clock.now())
    return (
        (rows if rows is not None else Finding.objects.all())
        .order_by()
        .aggregate(
            open=Count("pk", filter=Q(state="open")),
            late=Count("pk", filter=overdue),
            awaiting=Count("pk", filter=Q(state="awaiting_reader")),
            escalated=Count("pk", filter=Q(state="escalated")),
            unowned=Count("pk", filter=Q(state__in=WORK, owner="")),
            harm=Sum("harm_usd", filter=Q(state__in=WORK)),
            suppressed=Count("pk", filter=Q(state="suppressed")),
            work=Count("pk", filter=Q(state__in=WORK)),
        )
    )


def sheet(rows: Iterable[Finding], *, name: str = "exceptions", caption: str = "Exceptions") -> Sheet:
    """The findings as a table, with the runs that their numbers come from."""
    people, said, at = names(), dict(causes()), clock.now()
    found = list(rows)
    made = tuple(
        Row(
            (
                row.pk,
                row.severity,
                row.state_title,
                row.on,
                row.check_id,
                row.title,
                row.subject_text,
                row.harm_usd,
                row.vendor,
                row.venue,
                row.symbol,
                row.order_id,
                row.fill_id,
                people.get(row.owner, row.owner),
                row.opened_at,
                row.due_at,
                "yes" if row.state == "open" and row.due_at < at else "no",
                "yes" if row.is_late else "no",
                said.get(row.cause_code, row.cause_code),
                row.get_customer_impact_display() if row.customer_impact else "",
                row.answer,
                people.get(row.answered_by, row.answered_by),
                row.answered_at,
                people.get(row.read_by, row.read_by),
                row.numbers,
                row.ask,
                row.finding_id,
                row.run_id,
            ),
            key=str(row.pk),
        )
        for row in found
    )
    source = "Exceptions as the checks of the sealed runs found them, with what people answered."
    return Sheet(name, caption, COLUMNS, made, runs=tuple(sorted({row.run_id for row in found})), source=source, empty="No exception fits.")


def options() -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: checks, vendors and venues that the desk has findings of. One query."""
    held = list(Finding.objects.order_by().values_list("check_id", "vendor", "venue").annotate(Max("title")))
    checks = {check: title for check, _, _, title in held}
    named = {"vendor": {vendor for _, vendor, _, _ in held if vendor}, "venue": {venue for _, _, venue, _ in held if venue}}
    return {
        "check": [(check, f"{check} {title}") for check, title in sorted(checks.items())],
        **{name: [(value, value) for value in sorted(values)] for name, values in named.items()},
        "severity": [(key, key) for key in ("high", "medium", "low", "info")],
        "state": [*((state.key, state.title) for state in Finding.LIFECYCLE.states), (STANDING, "every state but vanished"), ("all", "every state")],
        "owner": [("me", "me"), ("nobody", "nobody")],
    }
