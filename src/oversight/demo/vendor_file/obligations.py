"""What the sample firm owes: its profile, its self-assessment, who does what, and the first two weeks of doing it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from oversight import clock
from oversight.actor import Actor
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.obligations import actions, assessing, assessment, escalating, profiling, queries
from oversight.obligations.bank import ASSESSMENT_AREAS, DONE, NOT_APPLICABLE, NOT_DONE, PARTLY
from oversight.obligations.models import Occurrence
from oversight.record import actions as record
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

DEPUTIES = {SUPERVISOR: COMPLIANCE, COMPLIANCE: SUPERVISOR, VENDOR_MANAGER: ANALYST, ANALYST: SUPERVISOR}
ANSWERS: tuple[tuple[str, str, int | None, str], ...] = (
    ("routes_through_vendor", "yes", None, "Two vendors' routers, since January 2025."),
    ("capacity", "introducing", None, "Accounts are carried by the clearing firm."),
    ("accounts", "under", 41_870, "Count of the clearing firm's statement of 31 August 2026."),
    ("market_center", "no", None, ""),
    (
        "relies_on_review",
        "yes",
        None,
        "For the first vendor's flow, one quarter at a time, once its review was read and challenged. All other flow we review ourselves.",
    ),
    ("retail", "both", None, "Nine in ten orders are retail."),
    ("held", "yes", None, ""),
    ("not_held", "yes", None, "Institutions, and blocks worked by the desk."),
    ("blocks", "yes", None, ""),
    ("directed", "yes", None, "Few: under one in a thousand."),
    ("principal", "agency", None, ""),
    ("extended_hours", "yes", None, "Pre-market and post-market; nothing overnight."),
    ("pfof", "yes", None, "Through the second vendor, which passes on part of what venues pay it."),
    ("fees", "yes", None, "Exchange fees of directed orders."),
    ("ats", "no", None, ""),
    ("affiliates", "no", None, "Owners asked in writing on 3 August 2026."),
    ("market_access", "no", None, "Orders enter under the vendors' identifiers."),
    ("cat", "agent", None, "The clearing firm reports for us."),
)
DOES_NOT_APPLY = (
    ("options", "The firm has no options principal and offers no options; the clearing firm blocks them."),
    ("otc", "Orders in unlisted stocks are refused at entry since March 2025."),
    ("fractional", "Whole shares only; the order ticket takes no fractions."),
    ("crypto", "Not offered, and no plan to."),
    ("fixed_income", "Bonds are sent to the clearing firm's desk and reviewed there; this desk does not measure them."),
)
GAPS: dict[str, tuple[str, str]] = {
    "diligence_candidates": (NOT_DONE, "Both vendors came by recommendation. Nobody wrote down why."),
    "diligence_tested": (PARTLY, "Latency was compared once, with the vendor's own figures."),
    "diligence_year": (NOT_DONE, ""),
    "subvendors": (PARTLY, "The first vendor named its hosting. The second did not answer."),
    "contract_sla": (PARTLY, "The first agreement has targets; the second says “commercially reasonable”."),
    "contract_data": (PARTLY, "Both agreements give the right. The second vendor's file lacks orders most weeks."),
    "settings_known": (PARTLY, "Known by mail, not registered, not approved by a second person."),
    "logic": (NOT_DONE, ""),
    "venues_reached": (NOT_DONE, ""),
    "every_order": (PARTLY, "Counted by hand at month-end."),
    "silent_change": (NOT_DONE, ""),
    "review_types": (PARTLY, "Stops and odd lots were left out in two of four quarters."),
    "review_others": (NOT_DONE, "Only venues that we use were compared."),
    "conflict_register": (PARTLY, "Payments are listed; tiers and affiliates of the vendors are not."),
    "vendor_conflicts": (NOT_DONE, "Asked the second vendor in May; no answer."),
    "adopted606": (NOT_APPLICABLE, "We publish our own."),
    "deputies": (NOT_DONE, "Owners by habit, deputies by chance."),
    "pull": (PARTLY, "The supervisor may; it is not written down."),
    "fallback": (NOT_DONE, ""),
    "restored": (NOT_DONE, ""),
}
PULLS = (
    (
        SUPERVISOR,
        "venue",
        "Call the vendor's trading desk and ask for the venue to be switched off; confirm by mail; note it in the handling log; tell compliance.",
    ),
    (
        SUPERVISOR,
        "vendor",
        "Switch the order system's default to the other vendor; tell both vendors' desks; note it in the handling log; tell compliance at once.",
    ),
    (COMPLIANCE, "everything", "Ask the supervisor to hold orders at entry; tell senior management within the hour."),
)
LANE = (
    b"week,order_id,quantity,handled_as_told,word\n"
    b"2026-W37,C-118204,42000,yes,worked over two hours as asked\n2026-W37,C-118377,18500,yes,one print at the midpoint\n"
)
LANE_LATE = (
    b"week,order_id,quantity,handled_as_told,word\n"
    b"2026-W38,C-119022,25000,yes,worked over the afternoon\n2026-W38,C-119180,60000,no,limit changed by phone and not noted\n"
)
SHARE = b"months,not_held_shares,all_shares,share_percent\n2026-03 to 2026-08,61204400,286001900,21.4\n"
PAYMENTS = b"month,payer,statement_usd,ledger_usd,difference_usd\n2026-08,KNCM,4118.20,4118.20,0.00\n2026-08,XNAS rebates,806.44,806.44,0.00\n"


def at(day: int, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    """That minute of September 2026, New York time."""
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def before_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """The first week: what is owed, what is missing, who does it."""
    compliance, supervisor = people[COMPLIANCE], people[SUPERVISOR]
    with at(14, 9, 20):
        for question, choice, figure, words in ANSWERS:
            profiling.answer(compliance, question, choice, figure=figure, words=words)
        waiting = [profiling.answer(compliance, question, NOT_APPLICABLE, words=words) for question, words in DOES_NOT_APPLY]
    with at(14, 11, 40):
        for row in waiting:
            profiling.sign(supervisor, row)
    _assess(people)
    with at(15, 15):
        _name_owners(people)
        for role, what, how in PULLS:
            actions.give_pull(compliance, role=role, what=what, how=how)
        _begin_signing_days(compliance)
        steps = [*queries.steps(), {"severity": "high", "after": 10, "role": COMMITTEE}]
        matrix = escalating.propose(compliance, steps, why="The committee wants to hear of what stays undone for two weeks.")
    with at(15, 16, 10):
        escalating.approve(supervisor, matrix)
        actions.daily()
        _do(people[ANALYST], "order_by_order", "2026-W37", "Two orders, both handled as told.", "order-by-order-2026-W37.csv", LANE)
        _do(
            people[ANALYST],
            "deminimis_monthly",
            "2026-08",
            "Not-held shares: 21.4 % over six months, so the report is owed on request.",
            "not-held-2026-08.csv",
            SHARE,
        )
        note = "August agrees to the cent; the statement of KNCM came by mail on the 9th."
        _do(compliance, "payments_monthly", "2026-08", note, "payments-2026-08.csv", PAYMENTS)
    for day in (16, 17, 18):
        with at(day, 6):
            actions.daily()


def after_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """The second week: somebody is out, something is missed and done late, something waits for a second person."""
    analyst, supervisor = people[ANALYST], people[SUPERVISOR]
    with at(18, 16):
        actions.note_absence(analyst, person=analyst.key, from_on=date(2026, 9, 21), until_on=date(2026, 9, 23))
    for day in (21, 22, 23, 24):
        with at(day, 6):
            actions.daily()
    with at(24, 11):
        words = "Three orders; one limit was changed by phone and not noted. Put to the desk."
        late = "The owner was out and the deputy overlooked it; both saw it on the 23rd."
        _do(analyst, "order_by_order", "2026-W38", words, "order-by-order-2026-W38.csv", LANE_LATE, late)
        row = actions.ensure(
            people[VENDOR_MANAGER], key="complete_file", title="Complete order file asked for and received", due_on=date(2026, 10, 5),
            vendor=vendors["vendor_b"],
            severity="high", owner_role=VENDOR_MANAGER, deputy_role=ANALYST, cites=["FINRA RN 21-29", "17 CFR 240.17a-4"],
            wanted="The corrected file, counted.",
            runbook="List the orders of our system that the vendor's file lacks; ask for them in writing; count again.",
            proof="file", why="Its file lacked orders.",
        )  # fmt: skip
        actions.assign(supervisor, row.duty, owner=people[VENDOR_MANAGER].key, deputy=analyst.key, why="The vendor's file is the vendor manager's.")
    with at(25, 10):
        closed = Occurrence.objects.get(duty__key="gap_pull")
        actions.done(supervisor, closed, note="Three entries on the page of duties, with how it is done; read out to the desk on the 17th.")
        deputies = Occurrence.objects.get(duty__key="gap_deputies")
        actions.done(people[COMPLIANCE], deputies, note="Every duty has an owner and a deputy since the 15th.")
        actions.ask_waiver(
            people[COMPLIANCE], queries.occurrences().get(duty__key="profile_yearly", period="year to 2026-09"), why="The profile was made on the 14th."
        )
    with at(25, 14):
        record.move(people[COMPLIANCE], closed, "confirm")
        waiver = Occurrence.objects.get(duty__key="profile_yearly", state="waiver_asked")
        record.move(supervisor, waiver, "waive", why="Read eleven days ago, question by question. The next reading is due in a year.")
        actions.daily()


def _assess(people: People) -> None:
    """The self-assessment, begun on one day, left, finished on the next; its gaps go on the calendar."""
    compliance = people[COMPLIANCE]
    with at(14, 14):
        row = assessing.begin(compliance)
        areas = assessment.areas(row)
        for area in areas[: len(ASSESSMENT_AREAS) // 2]:
            assessing.answer(compliance, row, {asked.key: GAPS.get(asked.key, (DONE, "")) for asked in area.questions})
    with at(15, 10):
        for area in areas[len(ASSESSMENT_AREAS) // 2 :]:
            assessing.answer(compliance, row, {asked.key: GAPS.get(asked.key, (DONE, "")) for asked in area.questions})
        statement = "Answered from files and from talks with the desk on 14 and 15 September. Where I did not see it, I wrote that it is not done."
        assessing.finish(compliance, row, statement=statement)
        assessing.plan(compliance, row, {gap.asked.key: gap.due_on for gap in assessment.gaps(row)})


def _name_owners(people: People) -> None:
    for role, deputy in DEPUTIES.items():
        rows = list(queries.without_owner().filter(owner_role=role))
        actions.assign_many(people[COMPLIANCE], rows, owner=people[role].key, deputy=people[deputy].key, why="Agreed with each of them on 15 September.")


def _begin_signing_days(compliance: Actor) -> None:
    row = queries.duty("exceptions_daily")
    assert row is not None, "the profile switched it on"
    why = "The desk's first runs come in on 29 September; until then the old daily sheet is kept."
    actions.amend(compliance, row, why=why, owed_from=date(2026, 10, 1))


def _do(by: Actor, key: str, period: str, note: str, name: str, content: bytes, late: str = "") -> None:
    row = queries.occurrences().get(duty__key=key, period=period)
    evidence.file(by, name, content, title=f"{row.duty.title}, {period}", shows=note, effective_on=clock.today(), subject=row.subject, what="What was done")
    actions.done(by, row, note=note, late_reason=late)
