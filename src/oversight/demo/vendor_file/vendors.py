"""The sample firm's vendor register: chains, arrangements, two routers adopted as the desk comes, reviews, tests, exit plans, one adoption ended."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from oversight import clock
from oversight.actor import Actor
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.record.actions import move
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors import actions
from oversight.vendors.arranging import Arrangement
from oversight.vendors.models import SubVendor, Vendor
from oversight.vendors.readiness import TestReport

SINCE = date(2025, 3, 3)
FLOW = {
    "customer_classes": "retail and institutional, held and not held",
    "order_types": "market, limit, stop, midpoint; no multi-leg options",
    "asset_classes": "US equities",
}
CHAIN = (
    ("vendor_a", "Carteret Colocation", "", "hosting", "Racks of the routing engine", "Carteret, New Jersey", "critical"),
    ("vendor_a", "Hudson Fiber", "Carteret Colocation", "connectivity", "Both lines between the data centers", "New Jersey", "critical"),
    ("vendor_a", "Direct feeds of eleven exchanges", "", "market_data", "Quotes that routes are decided on", "Carteret, Mahwah, Secaucus", "critical"),
    ("vendor_a", "Block desk", "", "broker", "Takes blocks that the router does not split", "New York", "important"),
    ("vendor_b", "Atlantic Cloud", "", "hosting", "Runs the order gateway", "Virginia", "critical"),
    ("vendor_b", "Name unknown", "Atlantic Cloud", "other", "Runs the cloud's second region: asked on 14 September, not answered", "", "important"),
    ("vendor_b", "Consolidated tape", "", "market_data", "The only quotes it decides on", "Virginia", "critical"),
)
"""Of which vendor, who, behind whom, what it is, what it does, where, how critical."""
RESULTS = (
    b"Regular and rigorous review, second quarter of 2026\n\nBy security group and order type: market orders, marketable and resting limits, stops.\n"
    b"Effective over quoted spread, price improvement, fill rate and speed for each, beside six venues that were not used.\n"
)
REASONS = b"Why the flow goes where it goes\n\nShares by wholesaler follow the last quarter's improvement per share; payments are not an input.\n"
ONE_PAGE = (
    b"Best execution review\n\nOur routers achieved excellent results in the second quarter of 2026. "
    b"All order types together: 97 percent at the quote or better.\n"
)
TESTED = (
    b"scenario,expected,seen,outcome\nodd lot inside the quote,midpoint first,midpoint first,passed\nhalt while resting,cancel,cancel,passed\n"
    b"gateway switched over,resend once,resend once,passed\n"
)
FAILOVER = (
    b"Failover test of 12 September 2026\n\n09:31 line closed; 09:33 flow at the clearing firm's router; 09:58 back. "
    b"214 test orders, none lost, none sent twice.\n"
)


def before_selection(people: People, vendors: dict[str, Vendor]) -> None:
    """What the two routers rest on, under which arrangement, until when they are adopted; whose review is relied on; who holds market access; the ways out."""
    a, b = vendors["vendor_a"], vendors["vendor_b"]
    with _at(14, 10, 30):
        _chains(people[VENDOR_MANAGER], a, b)
    arranged = [_arranged(people, a, "100110", _at(14, 11)), _arranged(people, b, "100220", _at(14, 11, 40))]
    _adopted(people, a, b)
    _alternatives(people, vendors)
    _relied_on(people, arranged[0])
    _not_relied_on(people, arranged[1])
    _access(people, a, b)
    _left(people, a, b, vendors["clearing_router"])


def after_selection(people: People, vendors: dict[str, Vendor]) -> None:
    """Both are tested. The adoption of the vendor that meets everything ends: it is live by the rules; the other stays adopted, and its day comes nearer."""
    a, b = vendors["vendor_a"], vendors["vendor_b"]
    with _at(21, 10):
        passed = _tested(people, a, "7.2", passed=64, failed=0)
        _tested(people, b, "5.1", passed=61, failed=3)
    with _at(21, 15):
        move(people[SUPERVISOR], passed, "accept")
    a.refresh_from_db()
    with _at(25, 15, 30):
        if a.is_assessed and a.has_configuration:
            move(people[COMPLIANCE], a, "regularize")


def _chains(vm: Actor, a: Vendor, b: Vendor) -> None:
    actions.add_product(vm, a, name="Smart order router", purpose="Routes US equities orders of every kind", version="7.2", since_on=date(2026, 6, 15))
    actions.add_product(vm, b, name="Equity router", purpose="Routes the second half of the retail flow", version="5.1", since_on=date(2026, 8, 12))
    of = {"vendor_a": a, "vendor_b": b}
    made: dict[str, SubVendor] = {}
    for key, name, behind, kind, purpose, where, criticality in CHAIN:
        facts = {"name": name, "kind": kind, "purpose": purpose, "where": where, "criticality": criticality}
        made[name] = actions.add_sub_vendor(vm, of[key], behind=made.get(behind), **facts, since_on=SINCE)


def _arranged(people: People, vendor: Vendor, crd: str, when: AbstractContextManager[None]) -> Arrangement:
    with when:
        row = actions.draft_arrangement(
            people[VENDOR_MANAGER], vendor, kind="member_agent", party=vendor.name, crd=crd, capacity="agent", **FLOW, from_on=SINCE, until_on=None,
            terms="Look-through data each month. Either side ends it with 90 days' notice.",
        )  # fmt: skip
        paper = f"Routing agreement with {vendor.name}\n\nThe member handles customer orders as agent. Signed 3 March 2025.\n"
        _file(people[VENDOR_MANAGER], f"agreement-{vendor.key}.txt", paper.encode(), f"Routing agreement with {vendor.name}", row.subject)
        return actions.approve_arrangement(people[COMPLIANCE], row)


def _adopted(people: People, a: Vendor, b: Vendor) -> None:
    """Both have routed since 2025 without a diligence on file: each stays live for a time, as proposed by one and decided by another."""
    for vendor, decider, until_on, why, agreed in (
        (a, COMPLIANCE, date(2026, 10, 30), "Most of the flow goes there since 2025; stopping it today would leave no way to the market.",
         "Until the end of October, and no later: most of it is on file."),
        (b, SENIOR_MANAGER, date(2026, 12, 31), "The second way out since 2025. Its papers are thin, and release 5.1 was never tested by us.",
         "Until the end of the year. If the tests and the exit plan are not there by then, we leave."),
    ):  # fmt: skip
        with _at(14, 12, 10):
            actions.propose_adoption(people[VENDOR_MANAGER], vendor, adopted_until=until_on, why=why)
        with _at(14, 14, 30):
            actions.adopt(people[decider], vendor, why=agreed)


def _alternatives(people: People, vendors: dict[str, Vendor]) -> None:
    """What would be agreed with the clearing firm, and for a router of the firm's own: drafts, so that candidates are compared on one form."""
    with _at(15, 9, 20):
        vm, flow = people[VENDOR_MANAGER], {**FLOW, "terms": "", "from_on": date(2027, 1, 4), "until_on": None}
        clearing, own = vendors["clearing_router"], vendors["own_build"]
        actions.draft_arrangement(vm, clearing, kind="carrying_router", party=clearing.name, crd="100330", capacity="mixed", **flow)
        actions.draft_arrangement(vm, own, kind="own_mpid", party=own.name, crd="", capacity="software", **flow)


def _relied_on(people: People, row: Arrangement) -> None:
    """The first vendor's review of the second quarter: received, read, challenged, relied on until the third quarter's is due."""
    with _at(15, 10):
        reliance = actions.open_reliance(people[VENDOR_MANAGER], row, quarter="2026Q2")
        results = _file(people[VENDOR_MANAGER], "review-2026q2.txt", RESULTS, "Review of the second quarter, results", reliance.subject)
        rationale = _file(people[VENDOR_MANAGER], "rationale-2026q2.txt", REASONS, "Review of the second quarter, rationale", reliance.subject)
        actions.receive(people[VENDOR_MANAGER], reliance, received_on=date(2026, 8, 11), results=results, rationale=rationale)
    with _at(16, 11):
        reading = (
            "Covers every order type that we send. Stops are few: 312 orders. Our own effective over quoted spread for June is within one point of theirs."
        )
        notes = _file(people[ANALYST], "reading-2026q2.txt", reading.encode(), "Notes on the review of the second quarter", reliance.subject)
        actions.read(people[ANALYST], reliance, reading=reading, reading_file=notes)
    with _at(17, 14):
        challenge = "Why does the share of one wholesaler stay at 30 % when a second one improved more for orders below $1,000?"
        answer = "For these sizes the shares were changed on 1 July; the table of sizes was sent."
        mail = _file(
            people[SUPERVISOR], "challenge-2026q2.txt", f"{challenge}\n\n{answer}\n".encode(), "Challenge of the review, and its answer", reliance.subject
        )
        actions.answer_challenge(people[SUPERVISOR], reliance, challenge=challenge, answer=answer, challenge_file=mail)
    with _at(18, 10):
        actions.rely(people[COMPLIANCE], reliance)


def _not_relied_on(people: People, row: Arrangement) -> None:
    """The second vendor's review says nothing that could be examined."""
    with _at(15, 10, 40):
        reliance = actions.open_reliance(people[VENDOR_MANAGER], row, quarter="2026Q2")
        _file(people[VENDOR_MANAGER], "best-execution-2026q2.txt", ONE_PAGE, "One page on the second quarter", reliance.subject)
    with _at(18, 10, 20):
        why = (
            "One figure for all order types, no venues that were not used, no rationale. There is nothing to examine it by; the firm reviews this flow itself."
        )
        move(people[COMPLIANCE], reliance, "refuse", why=why)


def _access(people: People, a: Vendor, b: Vendor) -> None:
    how = (
        "Limits on orders, capital and repeats are set by the member's risk desk alone; the firm asks for a change in writing and can have its session stopped."
    )
    for vendor, hour in ((a, 11), (b, 12)):
        with _at(16, hour):
            letter = _file(people[VENDOR_MANAGER], f"market-access-{vendor.key}.txt", how.encode(), f"Letter on market access, {vendor.name}", None)
            row = actions.state_access_control(people[VENDOR_MANAGER], vendor, holder_kind="member", holder=vendor.name, how=how, evidence=letter)
        if vendor == a:
            with _at(17, 9, 30):
                actions.confirm_access(people[COMPLIANCE], row)


def _left(people: People, a: Vendor, b: Vendor, clearing: Vendor) -> None:
    """One plan that was tried, and one that is a draft."""
    vm = people[VENDOR_MANAGER]
    steps = [
        {"what": "Give notice in writing, and tell the committee", "role": VENDOR_MANAGER, "days": 0},
        {"what": "Turn retail flow to the clearing firm's router, one tenth a day", "role": SUPERVISOR, "days": 10},
        {"what": "Compare fills of both ways each morning", "role": ANALYST, "days": 20},
        {"what": "Have six years of orders and routes handed over, and check them against the runs", "role": VENDOR_MANAGER, "days": 60},
    ]
    facts = {
        "notice_days_ours": 90, "notice_days_theirs": 90, "comes_back": "Orders, routes, acknowledgements, rejects and configuration history of six years.",
        "comes_as": "CSV with nanosecond times, and the FIX logs", "steps": steps, "relook_on": date(2027, 3, 31), "fallback_vendor": clearing,
    }  # fmt: skip
    with _at(16, 15):
        test = _file(vm, "failover-2026-09-12.txt", FAILOVER, "Failover test of 12 September 2026", None)
        words = "The clearing firm's line: equities in the regular session; no midpoint orders."
        plan = actions.draft_plan(vm, a, **facts, fallback_words=words, fallback_tested_on=date(2026, 9, 12), fallback_evidence=test)
        actions.propose_plan(vm, plan)
    with _at(17, 10):
        actions.approve_plan(people[COMPLIANCE], plan)
    with _at(17, 16):
        actions.draft_plan(
            vm, b, **{**facts, "fallback_vendor": a}, fallback_words="All of its flow to the first router.", fallback_tested_on=None, fallback_evidence=None
        )


def _tested(people: People, vendor: Vendor, version: str, *, passed: int, failed: int) -> TestReport:
    report = _file(people[ANALYST], f"test-{vendor.key}-{version}.txt", TESTED, f"Test of {vendor.name}, release {version}", None)
    return actions.file_test_report(
        people[ANALYST], vendor, report=report, suite="Golden orders, 64 scenarios", release=version, tested_on=date(2026, 9, 18),
        scenarios_run=passed + failed, scenarios_passed=passed, scenarios_failed=failed,
    )  # fmt: skip


def _file(by: Actor, name: str, content: bytes, title: str, subject: tuple[str, str] | None) -> Filed:
    return evidence.file(by, name, content, title=title, subject=subject)


def _at(day: int, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    """That minute of September 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))
