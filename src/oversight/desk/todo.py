"""What needs this account today, by role, the first thing first: each a number, what it is, and where to do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from oversight import clock, roles
from oversight.accounts import queries as accounts
from oversight.accounts.models import Account
from oversight.desk import queries
from oversight.findings import queries as findings
from oversight.handling import queries as handling
from oversight.notices import queries as notices
from oversight.policy import queries as policy


@dataclass(frozen=True)
class Task:
    """One thing to do. `is_urgent` where a clock has run out or nobody has taken it."""

    number: int
    what: str
    address: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Today:
    """The page: what needs this account, and where to look when nothing does."""

    tasks: tuple[Task, ...]
    nexts: tuple[tuple[str, str], ...]


def today(account: Account) -> Today:
    """What needs this account now; a task counted by two of its roles is listed once."""
    of_roles = [task for role, tell in TOLD.items() if role in account.roles for task in tell(account)]
    tasks = {task.what: task for task in [*of_roles, *_notices(account)] if task.number}
    ordered = sorted(tasks.values(), key=lambda task: not task.is_urgent)
    return Today(tuple(ordered), tuple((words, address) for groups, words, address in NEXTS if account.roles & groups))


def _analyst(account: Account) -> list[Task]:
    counts, queue = findings.open_counts(account), reverse("findings:queue")
    late = findings.mine(account).filter(state="open", due_at__lt=clock.now()).count()
    return [
        Task(late, "of yours are past their clock", f"{queue}?owner=me&late=1", is_urgent=True),
        Task(counts["mine"], "exceptions are yours", f"{queue}?owner=me"),
        Task(queries.unowned_high(), "of high severity have no owner", f"{queue}?severity=high&owner=nobody", is_urgent=True),
        Task(counts["unowned"], "open exceptions have no owner", f"{queue}?owner=nobody"),
        Task(findings.sample_left().count(), "sampled orders are left to look at", reverse("findings:sample")),
    ]


def _supervisor(account: Account) -> list[Task]:
    queue = reverse("findings:queue")
    return [
        Task(findings.late().count(), "exceptions are past their clock", f"{queue}?late=1", is_urgent=True),
        Task(findings.escalated().count(), "exceptions are escalated", f"{queue}?state=escalated", is_urgent=True),
        Task(findings.awaiting_reader_for(account).count(), "answers await you as second reader", f"{queue}?state=awaiting_reader"),
        Task(findings.days_to_sign(account).count(), "days are not signed", reverse("findings:days")),
        Task(handling.to_review(account.key).count(), "happenings await your review", reverse("handling:entries")),
        Task(handling.still_going().count(), "happenings have no end yet", f"{reverse('handling:entries')}?state=going"),
    ]


def _compliance(account: Account) -> list[Task]:
    queue, versions = reverse("findings:queue"), reverse("policy:versions")
    return [
        Task(findings.escalated().count(), "exceptions are escalated", f"{queue}?state=escalated", is_urgent=True),
        Task(findings.late().count(), "exceptions are past their clock", f"{queue}?late=1", is_urgent=True),
        Task(len(policy.drift()), "policy files differ from what was approved", versions, is_urgent=True),
        Task(findings.awaiting_reader_for(account).count(), "answers await you as second reader", f"{queue}?state=awaiting_reader"),
        Task(len(policy.proposals()), "policy versions are proposed", versions),
        Task(int(accounts.is_review_overdue()), "access review is due", reverse("accounts:reviews"), is_urgent=True),
    ]


def _reader(account: Account) -> list[Task]:
    return [
        Task(findings.days_to_sign().count(), "days are not signed yet", reverse("findings:days")),
        Task(findings.escalated().count(), "exceptions are escalated", f"{reverse('findings:queue')}?state=escalated"),
    ]


def _vendor_manager(account: Account) -> list[Task]:
    queue = reverse("findings:queue")
    return [Task(int(str(row["n"])), f"exceptions concern {row['vendor']}", f"{queue}?vendor={row['vendor']}") for row in queries.exceptions_by_vendor()]


def _administrator(account: Account) -> list[Task]:
    without = sum(1 for each in accounts.people() if each.is_active and not each.has_factor)
    people = reverse("accounts:people")
    return [
        Task(accounts.waiting_resets().count(), "people wait for a reset of their second factor", people, is_urgent=True),
        Task(without, "open accounts have no second factor", people),
        Task(int(accounts.is_review_overdue()), "access review is due", reverse("accounts:reviews"), is_urgent=True),
    ]


def _notices(account: Account) -> list[Task]:
    return [Task(notices.unread(account), "notices are unread", reverse("notices:inbox"))]


TOLD: dict[str, Callable[[Account], list[Task]]] = {
    roles.ANALYST: _analyst, roles.SUPERVISOR: _supervisor, roles.COMPLIANCE: _compliance, roles.COMMITTEE: _reader, roles.SENIOR_MANAGER: _reader,
    roles.VENDOR_MANAGER: _vendor_manager, roles.ADMINISTRATOR: _administrator,
}  # fmt: skip
STAFF = frozenset(roles.STAFF)
NEXTS = (
    (STAFF, "Scorecard of the quarter", "/scorecard/"), (STAFF, "Venues: share beside quality", "/venues/"),
    (STAFF, "Coverage: is every order there", "/coverage/"),
    (STAFF, "Days: what is signed", "/exceptions/days/"), (frozenset({roles.AUDITOR, roles.COMPLIANCE}), "The record and its verification", "/record/"),
    (frozenset({roles.ADMINISTRATOR}), "Accounts and their roles", "/people/"), (frozenset({roles.VENDOR}), "Notices addressed to you", "/notices/"),
)  # fmt: skip
