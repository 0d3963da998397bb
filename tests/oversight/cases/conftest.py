"""A vendor that falls short, its own account, another vendor, and the people of the firm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from tests.oversight.conftest import Person
from tests.oversight.desk.conftest import Bench, bench, week

from bestexec import Workspace, open_workspace
from bestexec.policy import write_default
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.cases import actions
from oversight.cases.models import Case, Monitoring, Notice, Registration
from oversight.measured.reading import AT_MOST, METRIC, Figure
from oversight.policy import actions as policy
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

__all__ = ("Bench", "bench", "week")
EQ = Figure(METRIC, "effective_over_quoted")
MONDAY, TUESDAY, FRIDAY = date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 9)
"""The first trading days after the morning on which tests begin, a Thursday."""


@contextmanager
def on(day: date, hour: int = 10) -> Iterator[None]:
    """That hour of that day in New York."""
    with clock.stated(datetime(day.year, day.month, day.day, hour, tzinfo=clock.MARKET_ZONE).astimezone(UTC)):
        yield


@dataclass
class Firm:
    """Who acts, and the two vendors."""

    analyst: Actor
    supervisor: Actor
    vm: Actor
    compliance: Actor
    senior: Actor
    committee: Actor
    vendor: Vendor
    other: Vendor
    account: Account
    stranger: Account

    @property
    def outside(self) -> Actor:
        """The vendor's own account."""
        return Actor(self.account.key, self.account.roles)

    def case(self, **said: Any) -> Case:
        words = {"title": "Flow to one venue", "what": "Effective over quoted spread is worse there.", **said}
        return actions.open_case(self.supervisor, said.pop("vendor", self.vendor), **{name: value for name, value in words.items() if name != "vendor"})

    def drafted(self, case: Case, **said: Any) -> Notice:
        words = {"subject_line": "Flow to one venue", "what": "It is worse there.", "asked": "Why does it go there?", **said}
        return actions.draft_notice(self.vm, case, **words)

    def sent(self, case: Case, **said: Any) -> Notice:
        """A notice with an order of its vendor, sent by compliance."""
        return actions.send(self.compliance, self.drafted(case, **{"orders": ["O2"], **said}))

    def answered(self, case: Case) -> Notice:
        return actions.answer(self.outside, self.sent(case), answer="A setting of 12 August did it.")

    def skip(self, case: Case, condition: str) -> None:
        """Skip a condition by two people in two roles."""
        actions.sign(self.compliance, actions.propose_override(self.supervisor, case, condition=condition, reason="Known already."))

    def monitored(self, case: Case, **said: Any) -> Monitoring:
        terms = {"limits": {"max_eq": Decimal("0.5")}, "from_on": MONDAY, "reason": "It fell short there.", **said}
        return actions.approve_monitoring(self.compliance, actions.propose_monitoring(self.supervisor, case, **terms))

    def registered(self, case: Case, **said: Any) -> Registration:
        terms = {"figure": EQ, "side": AT_MOST, "bound": Decimal("0.6"), "errors": Decimal(0), "min_n": 1, "first_on": MONDAY, "last_on": TUESDAY,
                 "if_inconclusive": "The window is begun anew.", **said}  # fmt: skip
        return actions.register_test(self.vm, case, **terms)

    def at_monitoring(self, case: Case) -> Case:
        """The case in its stage of monitoring: notice and answer, then overrides for what the apps above hold."""
        self.answered(case)
        actions.agree(self.supervisor, self.registered(case))
        self.monitored(case)
        case.refresh_from_db()
        actions.investigate(self.vm, case)
        self.skip(case, "conclusion")
        actions.ask_plan(self.vm, case)
        self.skip(case, "plan")
        return actions.monitor(self.supervisor, case)


@pytest.fixture
def firm(actor: Callable[..., Actor], person: Person, workspace: Workspace) -> Firm:
    """The people, and both vendors on the register."""
    people = {name: actor(role, name=f"the {name}") for name, role in (
        ("analyst", "analyst"), ("supervisor", "supervisor"), ("vm", "vendor_manager"), ("compliance", "compliance"), ("senior", "senior_manager"),
        ("committee", "committee"),
    )}  # fmt: skip
    test = automated("test")
    vendor, other = (vendors.register(test, key=f"vendor_{key}", name=name) for key, name in (("b", "Beta Router"), ("a", "Alpha Router")))
    accounts = [person("vendor", name=f"of {each.key}", vendor=each.key) for each in (vendor, other)]
    return Firm(**people, vendor=vendor, other=other, account=accounts[0], stranger=accounts[1])


@pytest.fixture
def workspace(bench: Bench, tmp_path: Path, settings: LazySettings) -> Workspace:
    """A workspace with the shipped policy, taken over by the desk."""
    settings.WORKSPACE = settings.HOME = tmp_path
    made = open_workspace(tmp_path)
    write_default(tmp_path / "policy")
    policy.adopt()
    return made


@pytest.fixture
def case(firm: Firm, week: Callable[[], Any]) -> Case:
    """A case of Beta Router, after a run of 28 September in which its order O2 went to CDED."""
    week()
    return firm.case()
