"""The sample firm's agreements with its two vendors: clauses as arithmetic, rights to data, what was proved and reported of July and August."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.agreements import actions
from oversight.agreements.models import Agreement, Breach, Clause, Entitlement
from oversight.agreements.obtainable import BY_KEY as OBTAINABLE
from oversight.agreements.templates_of_clauses import BY_KEY as TEMPLATES
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.record.actions import move
from oversight.roles import ANALYST, COMPLIANCE, VENDOR_MANAGER
from oversight.vendors.models import Vendor

SIGNED, FIRST = date(2026, 6, 16), date(2026, 7, 1)
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
CLAUSES = {
    "vendor_a": (
        ("receipt_to_route", "4.1", "2"), ("route_to_ack", "4.2", "1.5"), ("first_fill_p90", "4.3", "100"), ("market_fill_rate", "4.4", "99"),
        ("effective_over_quoted", "4.5", "65"), ("net_price_improvement", "4.6", "0.005"), ("reject_rate", "4.7", "0.5"), ("clock_order", "5.2", "0"),
        ("outage_minutes", "6.1", "10"), ("release_notice", "7.1", "10"), ("incident_report", "7.3", "10"),
    ),
    "vendor_b": (
        ("receipt_to_route", "SLA-1", "2.5"), ("route_to_ack", "SLA-2", "1.25"), ("first_fill_p90", "SLA-3", "100"), ("market_fill_rate", "SLA-4", "99"),
        ("effective_over_quoted", "SLA-5", "60"), ("net_price_improvement", "SLA-6", "0.0055"), ("unapproved_venues", "SLA-7", "0"),
        ("flow_to_payers", "SLA-8", "0"), ("control_total", "SLA-9", "0"), ("orders_unreconciled", "SLA-10", "0"), ("outage_minutes", "SLA-11", "10"),
        ("release_notice", "SLA-12", "10"),
    ),
}  # fmt: skip
"""By vendor: the template, the paper's number, the agreed target in the printed unit."""
TERMS: dict[str, dict[str, Any]] = {
    "vendor_a": {
        "title": "Order routing agreement with service levels", "notice_days": 90, "monthly_fee_usd": Decimal(18000), "effective_until": date(2027, 6, 30),
        "terms": "Venues are added with the firm's consent alone. Records are the firm's; they come back within thirty days of the end.",
    },
    "vendor_b": {
        "title": "Routing services agreement", "notice_days": 120, "monthly_fee_usd": Decimal(12000), "effective_until": None,
        "terms": "The service levels stand in an annex. The vendor may change destinations with notice of thirty days.",
    },
}  # fmt: skip
RIGHTS = {
    "vendor_a": ("child_orders", "routes", "acks", "rejects", "fees", "iois", "configuration", "releases", "report_606", "look_through"),
    "vendor_b": ("child_orders", "routes", "acks", "rejects", "fees", "releases", "report_606", "look_through"),
}
WANTING = {
    ("vendor_b", "releases", AUGUST): "The note of the release of 12 August names no change of destinations, though flow moved that day. Asked again.",
    ("vendor_b", "fees", JULY): "The file of 21 July is empty; the others are complete.",
}
NEVER_CAME = {("vendor_b", "look_through", AUGUST)}
RECONCILED = (
    (date(2026, 7, 31), 14, 4267,
    "Compared order by order with the order system. Fourteen orders of the month are not in the vendor's file; the list went to it."),
    (date(2026, 8, 31), 11, 4221,
    "Compared order by order with the order system. Eleven orders are not in the file. The vendor has not sent July's missing orders."),
)  # fmt: skip

SENT_AGAIN = "The orders lay in a batch that our export skipped after a restart. They were sent again this morning, with a file of their own."
REPLIES = (
    ("flow_to_payers", "The release of 12 August lowered the cost counted for this venue. Payments are not used. We look into the table of costs.",
    date(2026, 10, 16)),
    ("control_total", "Same cause as with July's list: the export skips a batch after a restart. A counter at its end comes with the October release.",
    date(2026, 10, 30)),
    ("receipt_to_route", "The gateway queued new orders on 29 September after a failed switch-over; the letter of that day says when.", date(2026, 10, 9)),
)  # fmt: skip


def at(day: int, hour: int, minute: int = 0) -> Any:
    """That minute of September 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def after_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """The agreements of both vendors put in force, their rights to data written down, July and August proved and reported."""
    for place, key in enumerate(CLAUSES):
        with at(21 + place, 9, 30):
            drafted = _draft(people, vendors[key])
        with at(21 + place, 14, 15):
            actions.put_in_force(people[COMPLIANCE], drafted)
        with at(23, 9, 10 + 20 * place):
            rights = _rights(people, vendors[key])
        with at(24, 10, 5 + 20 * place):
            _prove(people, rights)
    with at(24, 15):
        reports = _report(people, Clause.objects.get(template="orders_unreconciled", agreement__vendor=vendors["vendor_b"]))
    with at(25, 11):
        for report in reports:
            actions.confirm(people[COMPLIANCE], report)
    with at(25, 14, 20):
        july = _waiting("orders_unreconciled")[0]
        actions.answer(people["vendor_b"], july, answer=SENT_AGAIN, promised_on=date(2026, 9, 30))
    with at(25, 16, 5):
        actions.dispute(
            people[VENDOR_MANAGER], july, firm_words="The file that came today holds nine of the fourteen. Five are still missing; the list went back."
        )


def answer_some(people: People) -> None:
    """The second vendor answers the first of what the quarter's figures brought up, on the day after they came; the rest waits."""
    with at(30, 14, 40):
        for template, words, promised_on in REPLIES:
            for breach in _waiting(template)[:1]:
                actions.answer(people["vendor_b"], breach, answer=words, promised_on=promised_on)


def _waiting(template: str) -> list[Breach]:
    """Possible breaches of the second vendor's clause of that template without an answer, the first window first."""
    found = Breach.objects.filter(state="possible", clause__template=template, clause__agreement__vendor__key="vendor_b")
    return list(found.select_related("clause__agreement__vendor", "latest").order_by("first_on", "pk"))


def _draft(people: People, vendor: Vendor) -> Agreement:
    by = people[VENDOR_MANAGER]
    row = actions.draft(by, vendor, signed_on=SIGNED, effective_from=FIRST, **TERMS[vendor.key])
    for key, number, bound in CLAUSES[vendor.key]:
        one = TEMPLATES[key]
        actions.add_clause(
            by, row, number=number, title=one.title, words=one.words, measure=one.measure, side=one.side, bound=Decimal(bound) / one.measure.unit.scale,
            window=one.window, window_days=one.window_days, least_n=one.least_n, cure_days=one.cure_days, credit=one.credit, template=key,
        )  # fmt: skip
    evidence.file(
        by, f"agreement-{vendor.key}-{SIGNED}.txt", _paper(row), title=f"Signed: {row.title}", shows="The agreement as signed, with its service levels.",
        effective_on=FIRST, expires_on=row.effective_until, subject=row.subject, what="The signed document",
    )  # fmt: skip
    return row


def _paper(row: Agreement) -> bytes:
    levels = [f"{one.number}  {one.title}: {one.target}, {one.window_words}. Credit: {one.credit_words}." for one in row.clauses.order_by("pk")]
    head = f"{row.title}\nBetween the firm and {row.vendor}\nSigned {row.signed_on}, in force from {row.effective_from}, notice {row.notice_days} days\n"
    return f"{head}\nService levels\n\n{chr(10).join(levels)}\n\nSigned for both sides.\n".replace("\xa0", " ").encode()


def _rights(people: People, vendor: Vendor) -> list[Entitlement]:
    made = []
    for number, key in enumerate(RIGHTS[vendor.key], 1):
        one = OBTAINABLE[key]
        given: dict[str, Any] = {"clause": f"9.{number}", "format": one.usual_format, "clock_days": one.usual_days + 4, "from_on": FIRST}
        made.append(move(people[COMPLIANCE], actions.note_right(people[VENDOR_MANAGER], vendor, what=key, **given), "activate"))
    return made


def _prove(people: People, rights: list[Entitlement]) -> None:
    """July and August, from the imports; what came by mail is filed."""
    for right in rights:
        for month in (JULY, AUGUST):
            told = (right.vendor.key, right.what, month)
            if told in NEVER_CAME:
                continue
            days = right.clock_days - 2 if right.vendor.key == "vendor_a" else right.clock_days - 1 + (2 if month == AUGUST and right.what == "acks" else 0)
            words = WANTING.get(told, "")
            actions.prove(
                people[ANALYST], right, month, delivered_on=_end(month) + timedelta(days=days), is_complete=not words, what=words, **_shown(right, month)
            )


def _shown(right: Entitlement, month: date) -> dict[str, Any]:
    if right.what in ("configuration", "releases", "report_606"):
        note = f"{right.vendor}: {right.obtainable.title} of {month:%Y-%m}\n{right.obtainable.holds}\n"
        return {"name": f"{right.what}-{month:%Y-%m}.txt", "content": note.encode()}
    return {"import_name": f"{right.vendor.key}_{right.what}_{month:%Y-%m}.csv"}


def _report(people: People, clause: Clause) -> list[Any]:
    made = []
    for on, missing, compared, words in RECONCILED:
        row = actions.report(people[VENDOR_MANAGER], clause, on=on, value=Decimal(missing), n=compared, what=words)
        listed = f"Orders of {on:%Y-%m} compared: {compared}\nNot in the vendor's file: {missing}\n"
        evidence.file(
            people[VENDOR_MANAGER], f"compared-{on:%Y-%m}.txt", listed.encode(), title=f"Orders compared, {on:%Y-%m}", effective_on=on, subject=row.subject
        )
        made.append(row)
    return made


def _end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
