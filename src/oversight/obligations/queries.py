"""Every read of duties: the duties, what they owe when, who is asked, who is out, who escalates, who may pull a venue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet

from oversight import clock
from oversight.accounts.models import Account, Holding
from oversight.obligations.lifecycle import DOERS, OPEN
from oversight.obligations.models import Absence, Duty, Matrix, Occurrence, PullRight
from oversight.roles import COMPLIANCE, SUPERVISOR
from oversight.vendors.models import Vendor

SOON, NEXT = 7, 30
"""Days within which something is due soon, and within which it is shown ahead."""
SHOW = {
    "open": "open", "missed": "lapsed: missed or past its day", "next": f"due within {NEXT} days", "running": "its clock runs",
    "waiting": "waits for a second person", "waiver": "waiver asked", "mine": "asked of you", "done": "done", "late": "done late",
    "waived": "waived", "all": "everything",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Who is asked today: the open accounts, the people who are out and until when."""

    open: frozenset[str]
    out: Mapping[str, date]

    @classmethod
    def today(cls) -> Asked:
        """As it is today; two queries."""
        on = clock.today()
        return cls(frozenset(Account.objects.filter(is_active=True).values_list("key", flat=True)), {row.person: row.until_on for row in absences(on)})

    def person(self, duty: Duty) -> str:
        """The key of who is asked: the owner; the deputy while the owner is out or gone; nothing where neither is there."""
        return next((key for key in (duty.owner, duty.deputy) if key in self.open and key not in self.out), "")


@dataclass(frozen=True)
class Load:
    """What one person has before them; `key` is empty for duties without an owner."""

    key: str
    duties: int
    overdue: int
    soon: int
    ahead: int
    waiting: int
    out_until: date | None


def duty(key: str, vendor: Vendor | None = None) -> Duty | None:
    """The duty of that key, of the vendor where one is given; None where there is none."""
    return Duty.objects.filter(key=key, vendor=vendor).first()


def duties(*, state: str = "", owner: str = "", text: str = "", every: str = "") -> QuerySet[Duty]:
    """Every duty by title; `owner` is an account's key, or `nobody`. `open_count`, `overdue_count` and `next_on` say what it owes."""
    found = Duty.objects.select_related("vendor").annotate(
        open_count=Count("occurrences", filter=Q(occurrences__state__in=OPEN)),
        overdue_count=Count("occurrences", filter=Q(occurrences__state__in=OPEN, occurrences__due_on__lt=clock.today())),
        next_on=Min("occurrences__due_on", filter=Q(occurrences__state__in=OPEN)),
    )
    if owner:
        found = found.filter(owner="" if owner == "nobody" else owner)
    if text:
        found = found.filter(Q(title__icontains=text) | Q(key__icontains=text))
    return found.filter(**{name: value for name, value in {"state": state, "every": every}.items() if value}).order_by("title", "pk")


def occurrences(of: Duty | None = None, *, since: date | None = None, until: date | None = None) -> QuerySet[Occurrence]:
    """What duties owe, by their day: of one duty, due between the two days; each with its duty and vendor, one query."""
    found = Occurrence.objects.select_related("duty__vendor").order_by("due_on", "pk")
    if of is not None:
        found = found.filter(duty=of)
    if since:
        found = found.filter(due_on__gte=since)
    return found.filter(due_on__lte=until) if until else found


def listed(*, show: str = "open", owner: str = "", severity: str = "", vendor: str = "", text: str = "", key: str = "") -> QuerySet[Occurrence]:
    """What the page lists: `show` is a key of SHOW; `owner` an account's key or `nobody`; `key` whose own are meant by `mine`."""
    found = occurrences().filter(_shown(show, key)).exclude(state="withdrawn")
    if owner:
        found = found.filter(duty__owner="" if owner == "nobody" else owner)
    if text:
        found = found.filter(duty__title__icontains=text)
    named = {"duty__severity": severity, "duty__vendor__key": vendor}
    return found.filter(**{name: value for name, value in named.items() if value})


def of_account(account: Account) -> list[Occurrence]:
    """What is open and asked of this account today: as owner, as deputy of somebody who is out, or by its role where nobody is named."""
    rows, asked = occurrences().filter(state__in=OPEN), Asked.today()
    return [row for row in rows if asked.person(row.duty) == account.key or (not asked.person(row.duty) and row.duty.owner_role in account.roles)]


def to_confirm(key: str) -> QuerySet[Occurrence]:
    """What was done by others and awaits a second person."""
    return occurrences().filter(state="awaiting", duty__second=True).exclude(done_by=key)


def waivers(key: str) -> QuerySet[Occurrence]:
    """Waivers that others ask for."""
    return occurrences().filter(state="waiver_asked").exclude(asked_by=key)


def overdue() -> QuerySet[Occurrence]:
    """Whatever is open past its day."""
    return occurrences().filter(state__in=OPEN, due_on__lt=clock.today())


def without_owner() -> QuerySet[Duty]:
    """Duties that are on and have no owner, or one whose account is closed."""
    stands = Account.objects.filter(is_active=True).values("key")
    return Duty.objects.filter(state="on").exclude(owner__in=stands).order_by("title", "pk")


def counts() -> dict[str, int]:
    """What stands, in numbers for the page; two queries."""
    today = clock.today()
    lines = {
        "overdue": Q(state__in=OPEN, due_on__lt=today), "soon": Q(state__in=OPEN, due_on__range=(today, today + timedelta(days=SOON))),
        "next": Q(state__in=OPEN, due_on__range=(today, today + timedelta(days=NEXT))), "running": Q(state__in=OPEN, ends_on__lt=today, due_on__gte=today),
        "waiting": Q(state="awaiting"), "waiver": Q(state="waiver_asked"),
    }  # fmt: skip
    found = Occurrence.objects.aggregate(**{name: Count("pk", filter=line) for name, line in lines.items()})
    return {**found, "without_owner": without_owner().count()}


def loads() -> list[Load]:
    """What each person has before them, who has most overdue first; three queries."""
    today, asked, per = clock.today(), Asked.today(), defaultdict[str, dict[str, int]](lambda: defaultdict(int))
    for key in Duty.objects.filter(state="on").values_list("owner", flat=True):
        per[key]["duties"] += 1
    for row in occurrences().filter(state__in=(*OPEN, "awaiting")):
        ahead = (row.due_on - today).days
        per[row.duty.owner]["waiting" if row.state == "awaiting" else "overdue" if ahead < 0 else "soon" if ahead <= SOON else "ahead"] += 1
    made = [Load(key, held["duties"], held["overdue"], held["soon"], held["ahead"], held["waiting"], asked.out.get(key)) for key, held in per.items()]
    return sorted(made, key=lambda load: (bool(load.key), -load.overdue, -load.soon, load.key))


def absences(on: date | None = None) -> QuerySet[Absence]:
    """Who is out on that day; without a day, everybody who is out now or later."""
    found = Absence.objects.filter(ended_at=None)
    return found.filter(from_on__lte=on, until_on__gte=on) if on else found.filter(until_on__gte=clock.today())


def matrix() -> Matrix | None:
    """The escalation matrix in force; None where what comes with the desk is used."""
    return Matrix.objects.filter(state="in_force").first()


def steps() -> list[dict[str, Any]]:
    """The steps by which missed duties are escalated now."""
    from oversight.obligations.escalating import DEFAULT  # noqa: PLC0415 -- it writes what this reads

    found = matrix()
    return [dict(step) for step in (found.steps if found else DEFAULT)]


def matrices() -> QuerySet[Matrix]:
    """Every version of the matrix, the latest first."""
    return Matrix.objects.order_by("-pk")


def pull_rights() -> QuerySet[PullRight]:
    """Who may pull what now."""
    return PullRight.objects.filter(ended_at=None)


def holders(roles: Iterable[str] = DOERS) -> dict[str, list[Account]]:
    """The open accounts of each role, by name; one query."""
    found: dict[str, list[Account]] = {role: [] for role in roles}
    held = Holding.objects.filter(role__in=list(found), ended_at=None, account__is_active=True).select_related("account")
    for holding in held.order_by("account__name", "pk"):
        found[holding.role].append(holding.account)
    return found


def doers() -> list[Account]:
    """Everybody who can own a duty, by name, each once."""
    return sorted({account.pk: account for each in holders().values() for account in each}.values(), key=lambda account: (account.name, account.key))


def may_do(by: Any, row: Occurrence) -> bool:
    """Whether these key and roles may do it: owner or deputy; a supervisor or compliance in their stead; its role where nobody is named."""
    duty = row.duty
    if by.roles & {COMPLIANCE, SUPERVISOR} or by.key in {duty.owner, duty.deputy} - {""}:
        return bool(by.roles & set(DOERS))
    return not duty.owner and duty.owner_role in by.roles


def _shown(show: str, key: str) -> Q:
    today = clock.today()
    return {
        "open": Q(state__in=OPEN), "missed": Q(state__in=OPEN, due_on__lt=today), "running": Q(state__in=OPEN, ends_on__lt=today, due_on__gte=today),
        "next": Q(state__in=OPEN, due_on__range=(today, today + timedelta(days=NEXT))), "waiting": Q(state="awaiting"), "waiver": Q(state="waiver_asked"),
        "mine": Q(state__in=OPEN) & (Q(duty__owner=key) | Q(duty__deputy=key)), "done": Q(state="done"),
        "late": Q(state__in=("done", "awaiting"), missed_at__isnull=False) | Q(state__in=("done", "awaiting"), done_at__date__gt=F("due_on")),
        "waived": Q(state="waived"), "all": Q(),
    }.get(show, Q(state__in=OPEN))  # fmt: skip
