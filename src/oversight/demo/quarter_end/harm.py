"""What the sample firm's customers lost outside the quote at the venue that pays, and how they had it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from oversight import clock
from oversight.cases.models import Case
from oversight.demo.people import People
from oversight.evidence import store
from oversight.findings.models import Finding
from oversight.harm import actions, queries, results
from oversight.harm.models import Harm
from oversight.record.actions import move
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR
from oversight.vendors.models import Vendor

DIVERTED, QUARTER_ENDS = date(2026, 8, 12), date(2026, 9, 30)
VENUE = "KNCM"
CLOSED_ACCOUNT = 3
"""Of the credits sent, the one that came back."""


def at(month: int, day: int, hour: int, minute: int = 0) -> Any:
    """That minute of the story, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, month, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def after_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """Opened the day after the notice, counted, proposed, approved on 17 November, paid two days later; one credit came back."""
    with at(10, 29, 10, 20):
        row = _open(people, vendors["vendor_b"])
    with at(10, 29, 10, 35):
        count = actions.count(people[ANALYST], row)
    with at(11, 16, 11, 5):
        if not count.credit_usd:
            actions.propose_none(people[ANALYST], row, conclusion="By this count no fill at the venue was outside the displayed quote.")
            return
        words = f"{count.harmed_orders} orders were filled outside the quote that was displayed and large enough, {count.exact_usd:,.2f} dollars in all."
        answer = "The vendor has had the list since its notice of 28 October. Pay every customer, whatever the amount."
        actions.propose(people[ANALYST], row, conclusion=f"{words} {answer}")
    with at(11, 17, 10, 10):
        actions.approve(people[COMPLIANCE], row, why="I read the ten largest and the ten smallest in the inspector.")
    with at(11, 17, 14, 30):
        actions.release(people[SUPERVISOR], row)
    _decide_reporting(people, row)
    with at(11, 19, 16, 15):
        actions.take_results(people[SUPERVISOR], row, "credits-results-2026-11-19.csv", _results(row))


def _open(people: People, vendor: Vendor) -> Harm:
    found = Finding.objects.filter(check_id="EXE-101", vendor=vendor.key, venue=VENUE).exclude(state="vanished").order_by("on", "pk").first()
    return actions.open_harm(
        people[ANALYST], title=f"Fills outside the quote at {VENUE}", case=Case.objects.filter(vendor=vendor).order_by("number").first(),
        what=f"From {DIVERTED} the router of {vendor} sends most retail marketable orders to {VENUE}, which pays it. Some were filled outside the quote.",
        origin=found.subject if found else ("", ""), check_id="EXE-101", first_on=DIVERTED, last_on=max(DIVERTED, queries.last_measured() or QUARTER_ENDS),
        period_why="From the day on which flow moved to the venue to the last day measured; before it the venue had next to none of these orders.",
        vendor=vendor.key, venue=VENUE, counterfactual="quote_at_t0",
        counterfactual_why="The check asks only about orders no larger than the size displayed, so the quote could have been had.",
        arithmetic_why="Net within an order, for a customer sees one order; cents by largest remainder, so that the credits are the loss.",
    )  # fmt: skip


def _decide_reporting(people: People, row: Harm) -> None:
    with at(11, 17, 15, 40):
        made = actions.decide_reporting(
            people[COMPLIANCE], row, is_to_report=False, rule="FINRA 4530(b)",
            why_so="The firm has come to no conclusion of its own; the case against the vendor is open and the review decides on the difference. "
            "Counsel was asked on 16 November and looks at it again when the case closes.",
        )  # fmt: skip
    with at(11, 18, 9, 25):
        move(people[SENIOR_MANAGER], made, "second")


def _results(row: Harm) -> bytes:
    """What the firm's cashier sent back: every credit paid but one, whose account is closed."""
    assert row.credit_file is not None, "the file was made"
    sent = [line for line in csv.DictReader(io.StringIO(store.read(row.credit_file.sha256).decode())) if line["record"] == "credit"]
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([name for name, _ in results.COLUMNS])
    for place, line in enumerate(sent, 1):
        came_back = place == min(CLOSED_ACCOUNT, len(sent))
        what = ("returned", "2026-11-19", "", "Account closed in October") if came_back else ("paid", "2026-11-19", f"ACH-1119-{place:04d}", "")
        lines.writerow([line["credit"], line["account_key"], line["amount_usd"], *what])
    return text.getvalue().encode()
