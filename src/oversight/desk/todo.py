"""What needs this account today, by role, the first thing first: each a number, what it is, and where to do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from bestexec import Cell, printed_cell
from oversight import roles
from oversight.accounts import queries as accounts
from oversight.accounts.models import Account
from oversight.agreements import todo as agreements
from oversight.analysis import todo as analysis
from oversight.cases import todo as cases
from oversight.claims import todo as claims
from oversight.configuration import todo as configuration
from oversight.conflicts import todo as conflicts
from oversight.desk import queries, scorecard
from oversight.differences import todo as differences
from oversight.diligence import todo as diligence
from oversight.disclosures import todo as disclosures
from oversight.findings import queries as findings
from oversight.handling import queries as handling
from oversight.harm import todo as harm
from oversight.lifecycle import Refusal
from oversight.liquidity import todo as liquidity
from oversight.measured import figures
from oversight.measured.scope import Scope, period_of
from oversight.measured.sources import all_in_force
from oversight.notices import queries as notices
from oversight.obligations import todo as obligations
from oversight.plans import todo as plans
from oversight.policy import queries as policy
from oversight.procedures import todo as procedures
from oversight.refreshes import todo as refreshes
from oversight.requests import todo as requests
from oversight.retention import todo as retention
from oversight.reviews import todo as reviews
from oversight.rooms import todo as rooms
from oversight.task import Task
from oversight.vendors import todo as vendors


@dataclass(frozen=True)
class Fact:
    """Where things stand: what it is, the figure as printed, what it rests on, where it comes from."""

    title: str
    figure: str
    rests: str
    address: str


@dataclass(frozen=True)
class Today:
    """The page: what needs this account, and where to look when nothing does."""

    tasks: tuple[Task, ...]
    facts: tuple[Fact, ...]
    nexts: tuple[tuple[str, str], ...]


def today(account: Account) -> Today:
    """What needs this account now; a task counted by two of its roles is listed once."""
    ordered = sorted([*of_roles(account), *(task for task in _notices(account) if task.number)], key=lambda task: not task.is_urgent)
    facts = (*_headline(), *_standing(account)) if account.roles & STAFF else ()
    return Today(tuple(ordered), facts, tuple((words, address) for groups, words, address in NEXTS if account.roles & groups))


def of_roles(account: Account) -> list[Task]:
    """What the account has to do, the urgent first; a task counted by two of its roles is listed once, and of nothing there is none."""
    counts = findings.open_counts(account) if account.roles & STAFF else {}
    told = [task for role, tell in TOLD.items() if role in account.roles for task in tell(account, counts)]
    told += [task for app in OF_APPS for task in app.tasks(account)]
    return sorted({task.what: task for task in told if task.number}.values(), key=lambda task: not task.is_urgent)


def _analyst(account: Account, counts: Mapping[str, int]) -> list[Task]:
    queue = reverse("findings:queue")
    return [
        Task(counts["mine_late"], "of yours are past their clock", f"{queue}?owner=me&late=1", is_urgent=True),
        Task(counts["mine"], "exceptions are yours", f"{queue}?owner=me"),
        Task(counts["unowned_high"], "of high severity have no owner", f"{queue}?severity=high&owner=nobody", is_urgent=True),
        Task(counts["unowned"], "open exceptions have no owner", f"{queue}?owner=nobody"),
        Task(findings.sample_left().count(), "sampled orders are left to look at", reverse("findings:sample")),
    ]


def _supervisor(account: Account, counts: Mapping[str, int]) -> list[Task]:
    log = reverse("handling:entries")
    return [
        *_watched(counts),
        Task(findings.days_to_sign(account).count(), "days are not signed", reverse("findings:days")),
        Task(handling.to_review(account.key).count(), "happenings await your review", log),
        Task(handling.still_going().count(), "happenings have no end yet", f"{log}?state=going"),
    ]


def _compliance(account: Account, counts: Mapping[str, int]) -> list[Task]:
    versions = reverse("policy:versions")
    return [
        *_watched(counts),
        Task(len(policy.drift()), "policy files differ from what was approved", versions, is_urgent=True),
        Task(len(policy.proposals()), "policy versions are proposed", versions),
        Task(int(accounts.is_review_overdue()), "access review is due", reverse("accounts:reviews"), is_urgent=True),
    ]


def _watched(counts: Mapping[str, int]) -> list[Task]:
    """What a second reader minds."""
    queue = reverse("findings:queue")
    return [
        Task(counts["late"], "exceptions are past their clock", f"{queue}?late=1", is_urgent=True),
        Task(counts["escalated"], "exceptions are escalated", f"{queue}?state=escalated", is_urgent=True),
        Task(counts["awaiting"], "answers await you as second reader", f"{queue}?state=awaiting_reader"),
    ]


def _reader(account: Account, counts: Mapping[str, int]) -> list[Task]:
    return [
        Task(findings.days_to_sign().count(), "days are not signed yet", reverse("findings:days")),
        Task(counts["escalated"], "exceptions are escalated", f"{reverse('findings:queue')}?state=escalated"),
    ]


def _vendor_manager(account: Account, counts: Mapping[str, int]) -> list[Task]:
    queue = reverse("findings:queue")
    return [Task(number, f"exceptions concern {vendor}", f"{queue}?vendor={vendor}") for vendor, number in queries.exceptions_by_vendor()]


def _administrator(account: Account, counts: Mapping[str, int]) -> list[Task]:
    without = sum(1 for each in accounts.people() if each.is_active and not each.has_factor)
    people = reverse("accounts:people")
    return [
        Task(accounts.waiting_resets().count(), "people wait for a reset of their second factor", people, is_urgent=True),
        Task(without, "open accounts have no second factor", people),
        Task(int(accounts.is_review_overdue()), "access review is due", reverse("accounts:reviews"), is_urgent=True),
    ]


def _headline() -> list[Fact]:
    """Three figures of the last quarter of the default flow; none before the first run."""
    try:
        sources = all_in_force()
    except Refusal:
        return []
    period = period_of(sources.days, "quarter")
    assert period is not None, "a run in force has days"
    scope = Scope(*period)
    made = figures.grouped(sources, scope, (), HEADLINE)
    row = made.rows.row(0, named=True) if made.rows.height else {}
    return [
        Fact(
            figures.metric(key).title, printed_cell(Cell(row.get(key), figures.unit_of(key))).replace("\u00a0", " "),
            f"n {row.get(key + '_n') or 0:,}, {scope.flow}, since {scope.first}",
            scorecard.orders_link(scope, key),
        )
        for key in HEADLINE
    ]  # fmt: skip


def _standing(account: Account) -> list[Fact]:
    """What was received, signed and recorded last."""
    run, signed, entry = queries.last_run(), queries.last_signed(), queries.last_entry() if roles.AUDITOR in account.roles else None
    found = [Fact("Last trading day measured", str(run.last_on), f"run {run.pk[:12]}", run.get_absolute_url())] if run else []
    if signed:
        found.append(Fact("Last day signed", str(signed), "by a supervisor", reverse("findings:day", args=[signed.isoformat()])))
    return [*found, Fact("Entries in the record", f"{entry.seq:,}", f"the last one: {entry.verb}", reverse("record:entries"))] if entry else found


def _notices(account: Account) -> list[Task]:
    return [Task(notices.unread(account), "notices are unread", reverse("notices:inbox"))]


TOLD: dict[str, Callable[[Account, Mapping[str, int]], list[Task]]] = {
    roles.ANALYST: _analyst, roles.SUPERVISOR: _supervisor, roles.COMPLIANCE: _compliance, roles.COMMITTEE: _reader, roles.SENIOR_MANAGER: _reader,
    roles.VENDOR_MANAGER: _vendor_manager, roles.ADMINISTRATOR: _administrator,
}  # fmt: skip
OF_APPS = (
    obligations, reviews, differences, cases, rooms, plans, harm, analysis, requests, disclosures, diligence, claims, agreements, configuration, procedures,
    conflicts, liquidity, refreshes, vendors, retention,
)  # fmt: skip
"""Apps that say for themselves what needs an account."""
STAFF = frozenset(roles.STAFF)
HEADLINE = ("effective_over_quoted", "net_price_improvement", "fill_rate_orders")
NEXTS = (
    (STAFF, "Scorecard of the quarter", "/scorecard/"), (STAFF, "Venues: share beside quality", "/venues/"),
    (STAFF, "Coverage: is every order there", "/coverage/"),
    (STAFF, "Days: what is signed", "/exceptions/days/"), (frozenset({roles.AUDITOR, roles.COMPLIANCE}), "The record and its verification", "/record/"),
    (frozenset({roles.ADMINISTRATOR}), "Accounts and their roles", "/people/"), (frozenset({roles.VENDOR}), "Notices addressed to you", "/notices/"),
)  # fmt: skip
