"""The committee of the sample firm reviews the third quarter: charter, seats, papers, one meeting in two halves, two signatures."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from oversight import clock
from oversight.actor import Actor
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.packs import actions as packs
from oversight.reviews import acting, actions, seating, signing, sitting, tabling, voting
from oversight.reviews.lifecycle import ADOPT, CHAIR, CONDITIONS, MEMBER, OF_VOTES, RETAIN, SECRETARY, WHOLE
from oversight.reviews.models import AgendaItem, Motion, Review
from oversight.roles import COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

SECOND, THIRD = "committee_2", "committee_3"
QUARTER, CROOKED = "2026Q3", "vendor_b"
MEETING = datetime(2026, 10, 27, 10, 0, tzinfo=clock.MARKET_ZONE)
SEATS = (
    (COMMITTEE, CHAIR, "Series 24, general securities principal", "Heads operations; neither the routing desk nor a vendor reports to or pays the chair."),
    (SECOND, MEMBER, "Series 24, general securities principal", "Heads risk; sets no routing and is paid by no volume."),
    (THIRD, MEMBER, "Series 7", "Serves institutions; a brother works at the first vendor, so stands aside from votes on it."),
    (COMPLIANCE, SECRETARY, "Series 14, compliance official", "Keeps charter, agenda and minutes, and has no vote."),
)
PAPERS = (
    (
        "reading-for-27-october.txt",
        "What to read before the meeting, page by page",
        (
            b"Each over 1 July to 30 September 2026. Scorecard by vendor, then by order type, size and session. Venues, used and not used.\n"
            b"Coverage: which days do not tie to the control total, and which orders the second vendor's file lacks. Claims that the data contradicts.\n"
            b"Possible breaches, each with the vendor's answer or that it is pending. Differences to be decided. The case.\n"
            b"Bring your questions by 23 October; they go on the agenda by name.\n"
        ),
    ),
    (
        "flow-to-kncm.txt",
        "Flow of the second vendor to KNCM since 12 August",
        (
            b"From 12 August 2026 on the second vendor sends about three in five retail marketable orders to KNCM, which pays it 16 cents for 100 shares.\n"
            b"Effective over quoted spread is worse there than at the venues used before. The figures stand on the page of the difference.\n"
        ),
    ),
    (
        "venues-not-used.txt",
        "Venues that neither router used, set beside those that they did",
        b"What the tape shows of venues not reached, by symbol; what cannot be told of off-exchange prints is said there.\n",
    ),
)
LATE_PAPER = (
    "release-note-of-october.txt",
    "The second vendor's release note of 23 October",
    b"The default list of venues for retail marketable orders is reviewed in November.\n",
)
WORDS = {
    "findings": (
        "The supervisor summed up cause and answers; those escalated were read one by one.",
        "The answers stand. What recurs in October comes back with its count.",
    ),
    "trading_day": (
        "The supervisor said which days are not signed, and what is still open on them.",
        "They are signed within the week; compliance looks again.",
    ),
    "claims": (
        "Figure, n and period were read beside the vendor's own words.",
        "The vendor manager puts it to the vendor in writing; the claim stays contradicted until a run says otherwise.",
    ),
    "agreements": (
        "The vendor's answer, or that it is pending, was read beside the measured window.",
        "The cure clock runs on; compliance reports to the next meeting.",
    ),
    "procedures": ("The owner said why the evidence is late.", "The owner produces it within ten business days; compliance looks again."),
    "obligations": ("Owner and deputy were heard.", "It is done late, with the reason beside it; it stays marked."),
    "conflicts": (
        "Payment was read beside flow and quality, and weighs nothing in the figures of quality.",
        "Mitigation and disclosure are written by the owner, and accepted by compliance.",
    ),
    "liquidity": ("Share of the tape, and what reaching it would cost, were discussed.", "A try-or-decline memo comes to the next meeting."),
    "cases": ("Stage, interim measure and clocks were read.", "The case goes on as it stands; the notice follows the meeting."),
    "analysis": ("What is left was counted.", "It is looked at before the minutes are signed, or comes back by name."),
    "differences": (
        "What is worse, than what, and in dollars where that can be told, was read from the difference.",
        "It goes on as its page says, on its own clock.",
    ),
    "hand": ("The figure was opened in the meeting.", "Watched monthly; it comes back with the fourth quarter."),
}
OTHERWISE = ("It was read with what is beside it.", "Noted; whoever owns it carries on as the page says.")
CONDITIONS_OF_VENDOR_B = (
    (VENDOR_MANAGER, "Have the vendor confirm in writing that KNCM gets less than 15 % of our retail marketable orders.", date(2026, 11, 30)),
    (SUPERVISOR, "Keep half of the vendor's retail marketable flow at the other vendor until later flow shows the change.", date(2026, 11, 30)),
)
DISSENT = "I would have moved to leave. It changed its venues without a word to us, and the files still lack orders."


def at(day: int, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    """That minute of October 2026, New York time."""
    return clock.stated(datetime(2026, 10, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def before_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """From the calendar to the eve: the charter, the seats, the meeting set, papers filed, the pack bound, all circulated, what came late."""
    compliance, senior, chair = people[COMPLIANCE], people[SENIOR_MANAGER], people[COMMITTEE]
    with at(2, 9, 30):
        actions.raise_owed()
        charter = seating.propose_charter(
            compliance, mode=WHOLE, quorum=2, majority=OF_VOTES, due_days=40, notice_days=5,
            purpose="Reviews execution quality each quarter, decides on material differences, and votes on each router vendor: retain, conditions, case, exit.",
        )  # fmt: skip
    with at(2, 10, 15):
        seating.approve_charter(senior, charter)
        _appoint(people, compliance, senior, chair)
    with at(12, 14, 0):
        actions.convene(compliance, _review(), meeting_at=MEETING, place="Conference room, and by video")
    with at(19, 9, 40):
        for name, title, content in PAPERS:
            tabling.attach_file(compliance, _review(), name, content, title=title)
        packs.bind(compliance, _review())
        tabling.circulate(compliance, _review())
    with at(23, 15, 20):
        actions.add(
            people[SECOND], _review(), title="Price improvement of odd lots, by vendor", why="Odd lots were left out of two reviews of the year before.",
            address="/scorecard/?first=2026-07-01&last=2026-09-30",
        )  # fmt: skip
    with at(26, 16, 30):
        tabling.attach_file(compliance, _review(), *LATE_PAPER[::2], title=LATE_PAPER[1])
        tabling.circulate(compliance, _review())
        actions.generate(compliance, _review())


def play_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """The first half, on 27 October from 10:00: who is there, the first items, the first provider; the second provider's vote has begun."""
    chair, second, third, secretary = _seats(people)
    with at(27, 10, 0):
        actions.open_meeting(secretary, _review())
        for person in (chair, second, third):
            sitting.arrive(person, _review())
    with at(27, 10, 4):
        first = _votes()[0]
        sitting.recuse(third, _review(), item=first, reason="A brother works at this vendor.")
        for item in [item for item in _open_items() if item.source != "differences"][:3]:
            _take_up(secretary, item)
    with at(27, 10, 16):
        motion = voting.move(
            chair, first, kind=RETAIN, text="Retain the vendor: its claims are supported by the quarter's figures, its files are complete.",
            alternatives="Conditions: none of its possible breaches is open past its clock. A challenger was compared in September and was no better.",
        )  # fmt: skip
        for person in (chair, second):
            voting.vote(person, motion, "for")
        voting.close(secretary, motion)
    if len(_votes()) > 1:
        with at(27, 10, 24):
            voting.vote(second, _move_conditions(people, chair), "for", words="With the reroute in place until the flow has followed.")


def finish_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """The second half, and the signatures of 28 October."""
    chair, second, third, secretary = _seats(people)
    with at(27, 10, 38):
        for motion in Motion.objects.filter(item__review=_review(), state="open"):
            voting.vote(third, motion, "against", words=DISSENT)
            voting.vote(chair, motion, "for")
            voting.close(secretary, motion)
    with at(27, 10, 55):
        for item in _open_items():
            if item.source == "differences":
                _decide(people, item)
        acting.set_action(
            secretary,
            _review(),
            what="Ask the second vendor for the orders that its file lacks, by id, for July to September.",
            owner=people[VENDOR_MANAGER].key,
            due_on=date(2026, 11, 13),
            wanted="The vendor's file, and the count that ties to our control total.",
        )
    with at(27, 11, 40):
        _skip_one(chair, second)
        _take_up_the_rest(secretary)
    with at(27, 12, 20):
        actions.adjourn(chair, _review())
    with at(28, 9, 30):
        signing.sign(chair, _review(), statement="Read against my notes; the dissent on the second vendor stands in its author's words.")
    with at(28, 11, 5):
        signing.countersign(second, _review(), statement="Right and complete.")


def _appoint(people: People, compliance: Actor, senior: Actor, chair: Actor) -> None:
    for name, place, registration, why in SEATS:
        by, agrees = (senior, chair) if name == COMPLIANCE else (compliance, senior)
        row = seating.appoint(
            by, person=people[name].key, place=place, registration=registration, is_independent_of_desk=True, is_independent_of_vendors=name != THIRD, why=why,
            from_on=date(2026, 10, 2),
        )  # fmt: skip
        record = f"{registration}, as the register of the firm's representatives shows on 2 October 2026.\n"
        evidence.file(compliance, f"registration-{name}.txt", record.encode(), title=f"Registration of the {row.get_place_display()}", subject=row.subject)
        seating.confirm_seat(agrees, row)


def _seats(people: People) -> tuple[Actor, Actor, Actor, Actor]:
    return people[COMMITTEE], people[SECOND], people[THIRD], people[COMPLIANCE]


def _review() -> Review:
    return Review.objects.select_related("charter").get(quarter=QUARTER, kind="quarterly")


def _open_items() -> list[AgendaItem]:
    """What is still open and ends without a vote, in the order of the agenda."""
    found = _review().items.filter(state="open", is_vote=False).select_related("review").order_by("number")
    return [item for item in found if item.has_no_open_motion]


def _votes() -> list[AgendaItem]:
    """The votes on providers, the one with the most to say last."""
    found = list(_review().items.filter(is_vote=True).select_related("review").order_by("number"))
    return sorted(found, key=lambda item: item.vendor == CROOKED)


def _words(item: AgendaItem) -> tuple[str, str]:
    return WORDS.get(item.subject_kind) or WORDS.get(item.source) or OTHERWISE


def _take_up(by: Actor, item: AgendaItem) -> None:
    discussion, resolution = _words(item)
    sitting.take_up(by, item, discussion=discussion, resolution=resolution)


def _take_up_the_rest(by: Actor) -> None:
    """What is left: what was discussed as one is taken up as one."""
    together: dict[tuple[str, str], list[AgendaItem]] = {}
    for item in _open_items():
        together.setdefault(_words(item), []).append(item)
    for (discussion, resolution), items in together.items():
        sitting.take_up_together(by, items, discussion=discussion, resolution=resolution)


def _move_conditions(people: People, by: Actor) -> Motion:
    terms = [{"what": what, "owner": people[role].key, "due_on": due_on} for role, what, due_on in CONDITIONS_OF_VENDOR_B]
    return voting.move(
        by,
        _votes()[-1],
        kind=CONDITIONS,
        text="Retain the vendor on two conditions, while the case against it goes on.",
        alternatives="To leave now: the fallback takes the whole flow, but one vendor alone is a risk of its own in November. To retain as it is: the "
        "flow to KNCM pays the vendor and costs customers.",
        terms=terms,
    )


def _decide(people: People, item: AgendaItem) -> None:
    """Adopt the decision that was proposed on a difference; closed by whoever of chair and secretary did not propose it. Without one it is taken up."""
    chair, second, third, secretary = _seats(people)
    if ADOPT not in dict(voting.kinds_for(item)):
        _take_up(secretary, item)
        return
    motion = voting.move(
        second, item, kind=ADOPT, text="Adopt the decision as it is proposed.",
        alternatives="To wait for October's fills: the figures are wide enough apart. To decide otherwise: read and set aside in the discussion.",
    )  # fmt: skip
    for person in (chair, second, third):
        voting.vote(person, motion, "for")
    try:
        voting.close(secretary, motion)
    except Refusal:
        voting.close(chair, motion)


def _skip_one(by: Actor, seconding: Actor) -> None:
    """One item is left to compliance, with a reason and a second."""
    minor = [item for item in _open_items() if item.source in ("obligations", "configuration", "refreshes", "liquidity") and item.severity != "high"]
    item = next(iter(minor), None)
    if item is not None:
        sitting.propose_skip(by, item, skip_reason="Compliance works on it and reports in November; nothing here is the committee's to decide before that.")
        sitting.second_skip(seconding, AgendaItem.objects.select_related("review").get(pk=item.pk))
