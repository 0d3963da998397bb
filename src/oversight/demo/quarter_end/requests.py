"""The sample firm is asked by FINRA about its routing to one venue: a letter, five items, a production and a reader's room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.demo.people import People
from oversight.evidence.models import Filed, Link
from oversight.findings.models import RunDay
from oversight.record.actions import move
from oversight.requests import actions, counseling, gathering, papers, producing, rooming
from oversight.requests.models import Document, Item, Request
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
LETTER = """Market Regulation
9 November 2026                                                                            Matter 2026-0471

To the firm: chief compliance officer

This office is reviewing the routing of retail marketable orders to KNCM in the third quarter of 2026. Under Rule 8210 you are asked to provide, by
23 November 2026, for the period from 1 July to 30 September 2026:

1. The written supervisory procedures on best execution and on the oversight of third-party routers that were in effect.
2. Documents sufficient to show the share of retail marketable orders routed to KNCM, how the firm measured it, and when it first knew of a change.
3. Minutes and papers of the committee that reviewed execution quality of the period, and any analysis that it was given.
4. All payments that the firm received from KNCM or an affiliate of it, directly or through a vendor.
5. Communications with the vendor of the router about KNCM, up to the day of this letter.

A description of what is withheld, with the ground, is to accompany the response.
"""
SHARE_ASKED = "Documents sufficient to show the share of retail marketable orders routed to KNCM, how the firm measured it, and when it first knew of a change."
ITEMS: tuple[tuple[str, str, str, datetime | None], ...] = (
    ("1", COMPLIANCE, "The written supervisory procedures on best execution and on the oversight of third-party routers that were in effect.", None),
    (
        "2", ANALYST, SHARE_ASKED, datetime(2026, 10, 1, 8, tzinfo=clock.MARKET_ZONE),
    ),
    (
        "3", SUPERVISOR, "Minutes and papers of the committee that reviewed execution quality of the period, and any analysis that it was given.",
        datetime(2026, 10, 27, 10, tzinfo=clock.MARKET_ZONE),
    ),
    ("4", VENDOR_MANAGER, "All payments that the firm received from KNCM or an affiliate of it, directly or through a vendor.", None),
    ("5", VENDOR_MANAGER, "Communications with the vendor of the router about KNCM, up to the day of this letter.", None),
)  # fmt: skip
MEASURED = b"""How the share of KNCM was measured

Orders are retail, marketable and held; the share is the part of their routed shares whose first route named KNCM. The figure is read from the sealed run in
force on each day, so that a figure given today can be made again from the same bytes. The step of 12 August 2026 was seen in the venue figures of the first
week of October, when the quarter was measured as a whole; the difference was identified on 2 October 2026.
"""
SAMPLED = b"""Orders looked at one by one, 5 to 16 October 2026

order 1  account key 7f2c91d0aa  KNCM  executed at the offer, quote two cents wide
order 2  account key 1b0e44c9d7  KNCM  executed outside the quote, with the customer harm file
order 3  account key 93aa0d5510  elsewhere, no remark
"""
SAMPLED_REDACTED = SAMPLED.replace(b"7f2c91d0aa", b"[redacted] ").replace(b"1b0e44c9d7", b"[redacted] ").replace(b"93aa0d5510", b"[redacted] ")
ADVICE_MEMO = b"""Privileged and confidential: prepared at the request of counsel

Memorandum of compliance to counsel, 30 October 2026: questions on the notice to the vendor and on what may be said to others of it.
"""
COMMITTEE_NOTE = b"""Note of the supervisor on the committee's meeting of 27 October 2026

The committee took up the flow to KNCM, looked at effective over quoted spread there and elsewhere, and decided to change the configuration. Its papers are kept
by their hash beside the review.
"""
ASKING = b"""To Market Regulation, matter 2026-0471

We ask for time until 30 November 2026 for item 5. The vendor is searching the mailbox of its own gateway desk.
"""
GRANTED = b"""Note of a call of 18 November 2026 with the examiner of matter 2026-0471

Time for item 5 until 30 November is granted; items 1 to 4 by the first day.
"""
PRIVATE_NOTE = (
    "Item 5 as worded reaches the memorandum of 30 October. It was written to ask for advice, so it is withheld; the log names it by date and kind alone. "
    "If they press, offer a call before a motion. Nobody outside counsel needs to know that we discussed this."
)
LOG_LINE = "Memorandum of compliance to counsel, 30 October 2026, 1 page, asking for legal advice."
SEARCHED = (
    "Ledger of payments read for every payee of the quarter; bank statements of July to October searched for KNCM and the names in its Form ATS-N; "
    "agreements with both vendors read for shared credits. The firm received nothing. What KNCM pays the vendor is in item 2."
)
COVERING = (
    "This answers items 1 to 4 of your letter. Item 5 follows by 30 November 2026, as granted on 18 November. Figures are those of the sealed runs in force on "
    "the days that you ask about; what became known later is said as such."
)


def after_meeting(people: People, vendors: dict[str, Vendor]) -> None:
    """From the letter of 9 November to the first reader in the room on 20 November 2026."""
    row = _received(people)
    _gathered(people, row)
    _reviewed(people, row)
    _produced(people, row)


def _received(people: People) -> Request:
    compliance, counsel = people[COMPLIANCE], people[SENIOR_MANAGER]
    with _at(9, 10, 20):
        row = actions.open_request(
            compliance, "letter-2026-0471.txt", LETTER.encode(), authority="finra", asked_by="Market Regulation", reference="2026-0471", rule="FINRA 8210",
            about="Routing of retail marketable orders to KNCM in the third quarter of 2026: procedures, figures, committee, payments, communications.",
            received_on=date(2026, 11, 9), due_on=date(2026, 11, 23), first_on=FIRST, last_on=LAST, counsel=[counsel.key],
            outside_counsel="outside counsel of the firm, by telephone",
        )  # fmt: skip
    with _at(9, 11):
        for number, role, question, known_at in ITEMS:
            actions.add_item(compliance, row, number=number, question=question, owner=people[role].key, known_at=known_at)
        move(compliance, move(compliance, row, "split"), "begin")
    return row


def _gathered(people: People, row: Request) -> None:
    compliance, analyst, supervisor, vm = (people[role] for role in (COMPLIANCE, ANALYST, SUPERVISOR, VENDOR_MANAGER))
    with _at(10, 9, 30):
        papers.put_in(compliance, _item(row, "1"), "procedures", LAST.isoformat())
        _hand_in(compliance, row, "1")
    with _at(11, 14):
        for run_id in _runs():
            papers.put_in(analyst, _item(row, "2"), "manifest", run_id)
        gathering.take_in(analyst, _item(row, "2"), "how-measured.txt", MEASURED, title="How the share of KNCM was measured")
        gathering.take_in(analyst, _item(row, "2"), "orders-looked-at.txt", SAMPLED, title="Orders looked at one by one")
        _hand_in(analyst, row, "2")
    with _at(12, 11, 15):
        for filed in _beside(("review",)):
            gathering.choose(supervisor, _item(row, "3"), filed)
        gathering.take_in(supervisor, _item(row, "3"), "committee-note.txt", COMMITTEE_NOTE, title="Note on the committee's meeting of 27 October")
        gathering.take_in(supervisor, _item(row, "3"), "memorandum.txt", ADVICE_MEMO, title="Memorandum of 30 October")
        _hand_in(supervisor, row, "3")
    with _at(13, 10):
        actions.owned("find_nothing")(vm, _item(row, "4"), search_made=SEARCHED)
    with _at(13, 16, 30):
        move(compliance, _item(row, "4"), "confirm_nothing")
    with _at(16, 9, 45):
        asked = actions.ask_extension(
            compliance, row, "asking-for-time.txt", ASKING, asked_until_on=date(2026, 11, 30), reason="The vendor searches its own mailbox for item 5."
        )
        for filed in _beside(("case",)):
            gathering.choose(vm, _item(row, "5"), filed)
    with _at(18, 15, 10):
        actions.grant(compliance, asked, until_on=date(2026, 11, 30), name="note-of-the-call.txt", letter=GRANTED)
        actions.assign(compliance, _item(row, "5"), owner=vm.key, due_on=date(2026, 11, 25), why="More time was granted for it.")


def _reviewed(people: People, row: Request) -> None:
    counsel = people[SENIOR_MANAGER]
    with _at(17, 10):
        counseling.write(counsel, row, title="Item 5 and the memorandum of 30 October", ground="attorney_client", note=PRIVATE_NOTE)
    with _at(17, 11, 30):
        for document in Document.objects.filter(request=row, state="waiting").exclude(placements__item__number="5").select_related("filed").order_by("pk"):
            _decided(counsel, document)
    with _at(18, 9, 20):
        for number in ("1", "2", "3"):
            actions.counseled("review")(counsel, _item(row, number))


def _decided(counsel: Actor, document: Document) -> None:
    if document.filed.title == "Memorandum of 30 October":
        counseling.withhold(counsel, document, ground="attorney_client", log_line=LOG_LINE)
    elif document.filed.title == "Orders looked at one by one":
        said = {"redacts": "The account keys of three orders.", "ground": "personal"}
        counseling.redact_with(counsel, document, "orders-looked-at-redacted.txt", SAMPLED_REDACTED, **said)
    else:
        counseling.clear(counsel, document)


def _produced(people: People, row: Request) -> None:
    compliance, senior = people[COMPLIANCE], people[SENIOR_MANAGER]
    with _at(19, 10, 30):
        production = producing.draft(compliance, row, covering=COVERING)
    with _at(19, 13, 15):
        producing.release(senior, production)
    with _at(19, 14):
        link = rooming.make_room(compliance, production.request, reader="Market Regulation, examiner of matter 2026-0471", last_on=date(2026, 12, 19))
    with _at(19, 14, 40):
        move(senior, link.room, "release")
        producing.hand_over(compliance, production, delivered_to="Market Regulation, matter 2026-0471", delivered_how="room")
    with _at(19, 16, 10):
        visit, _ = rooming.enter(link.secret, link.passphrase, who="Examiner, Market Regulation")
        for one in production.given.order_by("number")[:2]:
            rooming.note(visit, production, one.sha256, produced=one)


def _hand_in(by: Actor, row: Request, number: str) -> None:
    actions.owned("hand_in")(by, _item(row, number))


def _item(row: Request, number: str) -> Item:
    return Item.objects.select_related("request").get(request=row, number=number)


def _runs() -> list[str]:
    """The runs in force for the quarter; the first two, where there are more."""
    days = RunDay.objects.filter(is_current=True, on__range=(FIRST, LAST)).order_by("on")
    return list(dict.fromkeys(days.values_list("run_id", flat=True)))[:2]


def _beside(kinds: Iterable[str], most: int = 3) -> list[Filed]:
    """What the firm filed beside things of these kinds, the earliest first, superseded files left out."""
    links = Link.objects.filter(subject_kind__in=kinds, state="linked", filed__superseded_by=None, linked_at__lte=clock.now())
    return list({link.filed_id: link.filed for link in links.select_related("filed").order_by("linked_at", "pk")}.values())[:most]


def _at(day: int, hour: int, minute: int = 0) -> Any:
    return clock.stated(datetime(2026, 11, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))
