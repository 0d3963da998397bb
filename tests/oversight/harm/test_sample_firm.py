"""The sample firm's part: what was lost at the venue that pays is counted, approved by two, paid but for one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.oversight.harm.conftest import TUESDAY, Firm

from oversight.actor import Actor, automated
from oversight.demo.people import People
from oversight.demo.quarter_end import harm as story
from oversight.harm import queries
from oversight.harm.models import Harm
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR
from oversight.vendors import actions as vendors


def told(firm: Firm, actor: Callable[..., Actor]) -> Harm:
    people = People({role: actor(role) for role in (ANALYST, SUPERVISOR, COMPLIANCE, SENIOR_MANAGER)}, "")
    vendor = vendors.register(automated("test"), key="vendor_b", name="Beta Router")
    story.after_meeting(people, {"vendor_b": vendor})
    return Harm.objects.get()


def test_four_customers_are_credited_and_one_credit_comes_back(firm: Firm, actor: Callable[..., Actor]) -> None:
    for name in ("O1", "O2", "O3", "O4"):
        firm.fill(name, venue="KNCM", vendor="vendor_b", on=TUESDAY)
    firm.fill("elsewhere", vendor="vendor_b", on=TUESDAY)
    firm.receive(TUESDAY)
    row = told(firm, actor)
    sums, total = queries.states_of(row)
    assert (row.state, row.first_on.isoformat(), row.last_on) == ("credited", "2026-08-12", TUESDAY)
    assert ([(one.state, one.credits, one.usd) for one in sums], total) == ([("paid", 3, Decimal(27)), ("returned", 1, Decimal(9))], Decimal(36))
    assert (row.origin_kind, row.has_report_decision, row.results.get().rejects) == ("finding", True, [])
    assert row.approved_at is not None
    assert row.approved_at.isoformat() == "2026-11-17T15:10:00+00:00"
    assert len({row.opened_by, row.approved_by, row.released_by}) == 3


def test_where_nothing_was_lost_it_is_proposed_that_nobody_was_harmed(firm: Firm, actor: Callable[..., Actor]) -> None:
    firm.fill("O1", px="10.02", venue="KNCM", vendor="vendor_b", on=TUESDAY)
    firm.receive(TUESDAY)
    assert told(firm, actor).state == "none_proposed"
