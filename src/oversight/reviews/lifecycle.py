"""What a review is made of, with the states and moves of each part; who may sit, and by which rule a motion carries."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER, WORKING

SEATED = (COMMITTEE, COMPLIANCE, SUPERVISOR, SENIOR_MANAGER)
"""Roles whose accounts may hold a seat; who acts in the room is the seat's account, and its seat says what it may do."""
DOERS = (*WORKING, COMMITTEE, VENDOR_MANAGER, SENIOR_MANAGER)
"""Who may own an action, and confirm that of another."""
KEEPERS = (COMPLIANCE,)
"""Who keeps the charter, the agenda and the minutes."""
CHARTERERS = (COMPLIANCE, SENIOR_MANAGER)
"""Who writes a charter and appoints to seats; one of SEATED who did not, agrees."""

WHOLE, ONE = "committee", "small_firm"
MODES = ((WHOLE, "a committee"), (ONE, "small firm: one designated principal, and an independent second signer"))
CHAIR, MEMBER, SECRETARY, PRINCIPAL, SECOND = "chair", "member", "secretary", "principal", "second_signer"
PLACES = ((CHAIR, "chair"), (MEMBER, "member"), (SECRETARY, "secretary, without a vote"), (PRINCIPAL, "designated principal"), (SECOND, "independent second signer"))  # fmt: skip
OF_MODE = {WHOLE: (CHAIR, MEMBER, SECRETARY), ONE: (PRINCIPAL, SECOND, SECRETARY)}
"""The places that count under each mode."""
VOTING = (CHAIR, MEMBER, PRINCIPAL)
SKIPPING = (*VOTING, SECOND)
"""Whose reason, and whose second, lets an item be skipped."""
PRESIDING = (CHAIR, PRINCIPAL, SECRETARY)
"""Who notes others as present or gone, and closes a vote."""
ALONE = (CHAIR, PRINCIPAL, SECOND)
"""Places that one person holds at a time."""

OF_VOTES, OF_PRESENT, TWO_THIRDS, UNANIMOUS = "majority_of_votes", "majority_of_present", "two_thirds", "no_vote_against"
RULES = (
    (OF_VOTES, "more votes for than against"), (OF_PRESENT, "more than half of the seats present vote for it"),
    (TWO_THIRDS, "at least two thirds of the votes for and against are for it"), (UNANIMOUS, "somebody is for it, and nobody against"),
)  # fmt: skip
FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
CHOICES = ((FOR, "for"), (AGAINST, "against"), (ABSTAIN, "abstain"))

QUARTERLY, EXTRAORDINARY = "quarterly", "extraordinary"
KINDS = ((QUARTERLY, "quarterly"), (EXTRAORDINARY, "extraordinary"))
PREPARED = ("raised", "convened")
"""Before the meeting."""
AGENDA_OPEN = ("raised", "convened", "in_session")
"""While items are still added."""

RESOLVE, ADOPT, REJECT = "resolve", "adopt", "reject"
RETAIN, CONDITIONS, CASE, EXIT = "retain", "conditions", "case", "exit"
CLOSE_CASE = "close_case"
ON_PROVIDER, ON_DIFFERENCE = (RETAIN, CONDITIONS, CASE, EXIT), (ADOPT, REJECT)
MOTIONS = (
    (RESOLVE, "resolution"), (ADOPT, "adopt the proposed decision on the difference"), (REJECT, "reject the proposed decision on the difference"),
    (RETAIN, "retain the provider"), (CONDITIONS, "retain the provider with conditions"), (CASE, "open a case against the provider"), (EXIT, "leave the provider"),
    (CLOSE_CASE, "close the case by reasoned vote"),
)  # fmt: skip

CHARTER = Lifecycle(
    "charter",
    (
        State("proposed", "proposed", "Written by one person; a second agrees before it holds."),
        State("in_force", "in force", "Reviews are held under it."),
        State("superseded", "superseded", "A later version took its place; reviews held under it stay as they were.", is_end=True),
        State("declined", "declined", "A second person did not agree, and why; or it was taken back.", is_end=True),
    ),
    (
        Move("approve", ("proposed",), "in_force", SEATED, "Agree", not_by=("proposed_by",), signs="approved", when={"is_workable": "no meeting could be held under it: look at its quorum"}),
        Move("decline", ("proposed",), "declined", SEATED, "Decline", needs=("why",), signs="declined"),
        Move("supersede", ("in_force",), "superseded", (SYSTEM,), "Supersede"),
    ),
)  # fmt: skip

SEAT = Lifecycle(
    "seat",
    (
        State("proposed", "proposed", "Appointed by one person; a second agrees before it counts."),
        State("in_force", "in force", "It counts from its first day, while its account is open and holds a role that may sit."),
        State("ended", "ended", "It counts no more; what was voted and signed from it stays.", is_end=True),
        State("declined", "declined", "A second person did not agree, and why; or it was taken back.", is_end=True),
    ),
    (
        Move("confirm", ("proposed",), "in_force", SEATED, "Agree", not_by=("appointed_by", "person"), signs="confirmed", when={"is_free": "somebody holds that place, or this person holds another; end that seat first", "is_sound": "a second signer is independent of the routing desk and of vendors, and is not the principal"}),
        Move("decline", ("proposed",), "declined", SEATED, "Decline", needs=("why",), signs="declined"),
        Move("end", ("in_force",), "ended", (*CHARTERERS, SYSTEM), "End the seat", needs=("until_on", "why"), signs="ended"),
    ),
)  # fmt: skip

_ENDED = {"is_complete": "the agenda is empty, or an item of it is still open", "has_no_open_motion": "a motion is still open"}
_SIGNED = {**_ENDED, "was_quorate": "an item ended without the quorum that the charter asks"}
REVIEW = Lifecycle(
    "review",
    (
        State("raised", "to be prepared", "The quarter is over and its review is owed by its day; nobody has set the meeting yet."),
        State("convened", "convened", "The meeting is set; agenda and papers are with the seats."),
        State("in_session", "in session", "Items are taken up, motions voted on; what is said is in the minutes at once."),
        State("adjourned", "to be signed", "Every item has ended; the minutes wait for the first signature."),
        State("half_signed", "signed by one", "The first signature froze the minutes; the second signs the same bytes."),
        State("signed", "signed", "Two signed the same minutes; the review is locked.", is_end=True),
    ),
    (
        Move("convene", ("raised", "convened"), "convened", KEEPERS, "Set the meeting", needs=("meeting_at", "place"), signs="convened", when={"has_charter": "no charter is in force; write one, and let a second person agree"}),
        Move("open", ("convened",), "in_session", SEATED, "Open the meeting", signs="opened"),
        Move("adjourn", ("in_session",), "adjourned", SEATED, "Close the meeting", signs="adjourned", when=_ENDED),
        Move("resume", ("adjourned",), "in_session", SEATED, "Take the meeting up again", needs=("why",)),
        Move("sign", ("adjourned",), "half_signed", SEATED, "Sign first", signs="first_signed", when=_SIGNED),
        Move("send_back", ("half_signed",), "adjourned", SEATED, "Do not sign: the minutes are not right", needs=("why",), not_by=("first_signed_by",)),
        Move("countersign", ("half_signed",), "signed", SEATED, "Sign second, and lock", not_by=("first_signed_by",), signs="signed", when=_SIGNED),
    ),
)  # fmt: skip

_IN_SESSION = {"is_in_session": "the review is not in session"}
_NO_MOTION = {**_IN_SESSION, "has_no_open_motion": "a motion on it is open; close the vote, or withdraw it"}
ITEM = Lifecycle(
    "agenda item",
    (
        State("open", "open", "The review cannot be signed before it has ended, in one of three ways."),
        State("skipping", "skip proposed", "One seat gave a reason to skip it; another must second that. It is still open."),
        State("taken_up", "taken up", "It was discussed, and what was resolved is written down.", is_end=True),
        State("decided", "decided by motion", "A motion on it carried.", is_end=True),
        State("skipped", "skipped", "A seat said why, another seconded it; both are named in the minutes.", is_end=True),
    ),
    (
        Move("take_up", ("open", "skipping"), "taken_up", SEATED, "Take up", needs=("discussion", "resolution"), signs="ended", when={**_NO_MOTION, "needs_no_vote": "a vote on a provider ends by a motion, or is skipped with a reason and a second"}),
        Move("propose_skip", ("open",), "skipping", SEATED, "Propose to skip", needs=("skip_reason",), signs="skip", when=_NO_MOTION),
        Move("put_back", ("skipping",), "open", SEATED, "Do not skip", needs=("why",), when=_IN_SESSION),
        Move("second_skip", ("skipping",), "skipped", SEATED, "Second the skipping", not_by=("skip_by",), signs="ended", when=_NO_MOTION),
        Move("decide", ("open", "skipping"), "decided", (SYSTEM,), "Decide by motion", signs="ended", when=_IN_SESSION),
        Move("reopen", ("taken_up", "skipped"), "open", SEATED, "Open it again", needs=("why",), when=_IN_SESSION),
    ),
)  # fmt: skip

PAPER = Lifecycle(
    "paper",
    (
        State("attached", "attached", "On file beside the review by its hash; nobody was told of it yet."),
        State("circulated", "circulated", "Every seat was told of it; the minutes say when, and whether that was in time."),
        State("withdrawn", "withdrawn", "Taken off the table, and why; it stays on file.", is_end=True),
    ),
    (
        Move("circulate", ("attached",), "circulated", KEEPERS, "Circulate", signs="circulated", when={"is_on_the_table": "the meeting is over"}),
        Move("withdraw", ("attached", "circulated"), "withdrawn", KEEPERS, "Withdraw", needs=("why",), when={"is_on_the_table": "the meeting is over"}),
    ),
)  # fmt: skip

RECUSAL = Lifecycle(
    "recusal",
    (
        State("stated", "stated", "The seat counts for nothing in what it names: no vote, no quorum."),
        State("lifted", "lifted", "Another seat saw that it was stated in error, and said why.", is_end=True),
    ),
    (Move("lift", ("stated",), "lifted", SEATED, "Lift", needs=("why",), not_by=("person",), signs="lifted", when={"is_on_the_table": "the meeting is over"}),),
)  # fmt: skip

MOTION = Lifecycle(
    "motion",
    (
        State("open", "open", "Seats that are present and not recused vote on it, each once."),
        State("carried", "carried", "By the charter's rule; what it decides is done.", is_end=True),
        State("lost", "lost", "By the charter's rule; its item is still open.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back by who moved it, or by the chair; its votes stay.", is_end=True),
    ),
    (
        Move("carry", ("open",), "carried", SEATED, "Close the vote: carried", signs="closed", when=_IN_SESSION),
        Move("lose", ("open",), "lost", SEATED, "Close the vote: lost", signs="closed", when=_IN_SESSION),
        Move("withdraw", ("open",), "withdrawn", SEATED, "Withdraw", needs=("why",), signs="closed", when=_IN_SESSION),
    ),
)  # fmt: skip

ACTION = Lifecycle(
    "action",
    (
        State("open", "open", "Its owner owes it by its day; each review looks at it until it is done."),
        State("done", "done, to be confirmed", "Its owner says what was done; another person looks at that."),
        State("confirmed", "confirmed", "Another person saw that it was done.", is_end=True),
        State("dropped", "dropped", "Another person than its owner said that it is asked no more, and why.", is_end=True),
    ),
    (
        Move("do", ("open",), "done", DOERS, "Note as done", needs=("done_words",), signs="done", when={"is_proved": "file what proves it beside it first"}),
        Move("send_back", ("done",), "open", DOERS, "Not done yet", needs=("why",), not_by=("owner", "done_by")),
        Move("confirm", ("done",), "confirmed", DOERS, "Confirm that it is done", not_by=("owner", "done_by"), signs="confirmed"),
        Move("drop", ("open", "done"), "dropped", (COMMITTEE, COMPLIANCE), "Drop", needs=("why",), not_by=("owner",), signs="dropped"),
    ),
)  # fmt: skip
