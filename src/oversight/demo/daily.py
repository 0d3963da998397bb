"""The stage `daily`: the desk opens, works off the quarter behind it, and stands at 08:00 before a fresh morning."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from bestexec import measure, open_workspace
from oversight import clock
from oversight.accounts.actions import open_review
from oversight.actor import Actor, automated
from oversight.arrivals import actions as arrivals
from oversight.arrivals import rounds
from oversight.demo import onboarding
from oversight.demo.answers import ANSWERS, OTHERWISE
from oversight.demo.people import People
from oversight.demo.vendor_file import agreements
from oversight.evidence import actions as evidence
from oversight.findings import actions as findings
from oversight.findings.models import Day, Finding, SampleItem, Suppression
from oversight.handling import actions as handling
from oversight.policy import actions as policy
from oversight.policy import queries as limits
from oversight.record.actions import move
from oversight.roles import ADMINISTRATOR, ANALYST, COMPLIANCE, SUPERVISOR

Say = Callable[[str], None]
VENDORS = ("vendor_a", "vendor_b")
LAST_OF_BACKLOG, DAY_BEFORE, YESTERDAY = date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30)
STATEMENT = "I read the day's exceptions, their answers and the sample, and what is open is escalated."
OUTAGE = (
    b"To our clients\n\nOn 29 September 2026 our order gateway queued new orders from 14:05 to 14:22 UTC after a failed switch-over. Orders sent in these "
    b"minutes were routed late. No order was lost. A report on the cause follows within ten business days.\n"
)


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> Any:
    """That minute of the story, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, month, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def play(say: Say) -> People:
    """Play the days up to the morning of 1 October 2026; returns the people with their password."""
    people = onboarding.finish(onboarding.play(say), say)
    say(f"measuring the quarter up to {LAST_OF_BACKLOG}, and receiving it")
    with at(29, 6, 30):
        _receive(None, LAST_OF_BACKLOG)
    say("answering and signing what lay behind")
    _work(people, days=(29, 29), until=LAST_OF_BACKLOG)
    _log(people)
    say(f"the morning of {YESTERDAY}: {DAY_BEFORE} arrives, is answered and signed")
    with at(30, 6, 30):
        _receive(DAY_BEFORE, DAY_BEFORE)
    _work(people, days=(30, 30), until=DAY_BEFORE)
    agreements.answer_some(people)
    _narrow(people, say)
    say(f"the morning of 1 October: {YESTERDAY} arrives")
    with at(1, 6, 30, month=10):
        _receive(YESTERDAY, YESTERDAY)
    with at(1, 7, 40, month=10):
        _propose(
            people[ANALYST],
            {"min_slippage_usd = 25.00": "min_slippage_usd = 20.00"},
            "Look at slippage from 20 dollars on: six orders of August lay just under.",
        )
        open_review(people[ADMINISTRATOR])
    return people


def _receive(first: date | None, last: date) -> None:
    list(rounds.walk())
    run = measure(open_workspace(settings.WORKSPACE, create=False), first=first, last=last)
    arrivals.receive(automated("receive"), run.id)


def _work(people: People, *, days: tuple[int, int], until: date) -> None:
    """Everything of the days up to `until`: the analyst answers by cause and looks at the sample, the supervisor agrees and signs."""
    analyst, supervisor = people[ANALYST], people[SUPERVISOR]
    opened = Finding.objects.filter(state="open", on__lte=until)
    with at(days[0], 9, 10):
        findings.moved_all(analyst, list(SampleItem.objects.filter(state="drawn", draw__on__lte=until)), "look")
        for check in opened.order_by("check_id").values_list("check_id", flat=True).distinct():
            _answer(analyst, opened.filter(check_id=check), check)
    with at(days[0], 14, 30):
        for finding in Finding.objects.filter(state="escalated", on__lt=date(2026, 8, 24)):
            move(people[COMPLIANCE], finding, "resolve", why="Read with the quarter's venue figures; on the agenda of the next review with the later ones.")
    with at(days[1], 16, 20):
        waiting = list(Finding.objects.filter(state="awaiting_reader", on__lte=until))
        if waiting:
            findings.moved_all(supervisor, waiting, "agree")
        for day in Day.objects.filter(state__in=("open", "late"), on__lte=until).order_by("on"):
            findings.sign(supervisor, day, statement=STATEMENT)


def _answer(by: Actor, rows: QuerySet[Finding], check: str) -> None:
    words = ANSWERS.get(check, OTHERWISE)
    chosen = list(rows)
    if not chosen:
        return
    findings.take(by, chosen)
    if words.how == "escalate":
        findings.escalate(by, chosen, why=words.why)
    else:
        findings.answer(by, chosen, words.how, cause_code=words.cause_code, customer_impact=words.customer_impact, answer=words.why)


def _log(people: People) -> None:
    """The order-handling log of two days, and the vendor's letter about its outage."""
    minutes = [datetime(2026, 9, 29, 10, minute, tzinfo=clock.MARKET_ZONE) for minute in (5, 22)]
    with at(29, 10, 40):
        outage = handling.note(
            people[ANALYST], kind="vendor_outage", vendor=VENDORS[1], from_at=minutes[0], to_at=minutes[1],
            what="New orders queued at the vendor's gateway; the desk sent nothing there until its line was back.", cause="Failed switch-over at the vendor.",
        )  # fmt: skip
        handling.note(
            people[ANALYST], kind="failover", vendor=VENDORS[0], from_at=minutes[0], to_at=minutes[1],
            what="Flow of the second vendor sent through the first for seventeen minutes.", cause="The vendor's outage of the same minutes.",
        )  # fmt: skip
    with at(29, 15, 5):
        evidence.file(
            people[ANALYST], "gateway-notice-2026-09-29.txt", OUTAGE, title="Vendor's notice of its gateway outage",
            shows="When the gateway queued orders, in the vendor's words.",
            effective_on=DAY_BEFORE, subject=outage.subject, what="The vendor's own account of it",
        )  # fmt: skip
    with at(29, 16, 10):
        move(people[SUPERVISOR], outage, "review")
    with at(30, 11, 20):
        handling.note(
            people[ANALYST], kind="override", vendor=VENDORS[1], from_at=datetime(2026, 9, 30, 10, 58, tzinfo=clock.MARKET_ZONE),
            to_at=datetime(2026, 9, 30, 11, 3, tzinfo=clock.MARKET_ZONE), what="One block sent by hand to a venue with size; the router would have split it.",
            cause="The customer asked for one print.",
        )  # fmt: skip


def _narrow(people: People, say: Say) -> None:
    """A suppression and a narrower limit, each by two people; then the day before is measured again under the new limit."""
    with at(30, 10, 5):
        quiet = findings.propose(
            people[ANALYST],
            Suppression(
                check_id="EXE-112", vendor=VENDORS[1], from_on=YESTERDAY, expires_on=date(2026, 10, 29),
                reason="The router is not asked to sweep odd lots until the vendor's release of November; the count stays on the scorecard.",
            ),
        )  # fmt: skip
    with at(30, 11, 30):
        findings.approve(people[SUPERVISOR], quiet)
    with at(30, 13):
        version = _propose(
            people[ANALYST],
            {"max_slippage_bps = 25\n": "max_slippage_bps = 20\n"},
            "Slippage from 20 bps on: the committee asked for a closer look in September.",
        )
    with at(30, 15):
        policy.publish(people[COMPLIANCE], version, why="As the committee asked; the count of August under the new limit is bearable.")
    say(f"{DAY_BEFORE} measured again under the narrower limit: the signed day says that something came later")
    with at(30, 17, 5):
        _receive(DAY_BEFORE, DAY_BEFORE)


def _propose(by: Actor, changes: dict[str, str], summary: str) -> Any:
    """Draft and propose the version in force with these lines changed, and its name counted on."""
    version = limits.in_force()
    assert version is not None, "a version was adopted first"
    text = version.files["policy.toml"]
    for before, after in changes.items():
        assert before in text, f"the policy does not say {before!r}"
        text = text.replace(before, after)
    text = re.sub(r'^version = "(.*?)(\d+)"', lambda label: f'version = "{label[1]}{int(label[2]) + 1}"', text, count=1, flags=re.MULTILINE)
    return move(by, policy.draft(by, {"policy.toml": text}, summary), "propose")
