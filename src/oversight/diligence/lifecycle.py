"""What is assessed, answered, challenged, tested, made a condition and chosen: their states and moves."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER, WORKING

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who opens assessments and selections, sends questionnaires out and sets conditions."""
READERS = (VENDOR_MANAGER, ANALYST, SUPERVISOR, COMPLIANCE)
"""Who of the firm scores, challenges and tests answers, and answers for a candidate that has no vendor to ask."""
ANSWERING = (VENDOR, *READERS)
"""Who may answer at all: the vendor's accounts its own questionnaire, the firm's people those of the firm's own candidates."""
IN_PROGRESS = ("drafted", "sent", "submitted", "review", "scored", "proposed")
WITH_FIRM = ("submitted", "review", "scored")
"""The answers are in, and nothing is proposed yet: questions can be challenged and returned."""

ASSESSMENT = Lifecycle(
    "assessment",
    (
        State("drafted", "being drafted", "Vendor, period and questions are chosen; nobody outside sees it."),
        State("sent", "with who answers", "The questionnaire is open to who answers it; drafts are saved question by question."),
        State("submitted", "answers in", "Every question has an answer, or the reason why it has none; they no longer change."),
        State("review", "under challenge", "A sample was drawn; answers are scored, challenged, and the sampled ones tested by a second person."),
        State("scored", "scored", "Every answer has its score; conditions are set before it is proposed."),
        State("proposed", "proposed for approval", "The vendor manager recommends; compliance decides."),
        State("approved", "approved", "The vendor may be used until the last day of the approval."),
        State("declined", "declined", "Compliance said no, with the reason.", is_end=True),
        State("lapsed", "lapsed", "The approval ran out or was taken back; a later assessment takes its place.", is_end=True),
        State("withdrawn", "withdrawn", "It was begun and given up before answers came in.", is_end=True),
    ),
    (
        Move("send", ("drafted",), "sent", KEEPERS, "Send the questionnaire", needs=("due_on",), signs="sent", when={"can_be_answered": "nobody can answer it: this vendor has no open outside account; ask an administrator to open one"}),
        Move("submit", ("sent",), "submitted", ANSWERING, "Submit the answers", signs="submitted", when={"is_answered": "questions are left that have neither an answer nor a reason"}),
        Move("send_back", WITH_FIRM, "sent", KEEPERS, "Send back for more", needs=("due_on",), when={"has_returned": "no question is marked for more; open an answer and return it first"}),
        Move("draw", ("submitted",), "review", KEEPERS, "Draw the sample and begin the review"),
        Move("score", ("review",), "scored", READERS, "Close the scoring", signs="scored", when={"is_scored": "answers are left without a score", "is_settled": "a question is marked for more or a challenge is open"}),
        Move("reopen", ("scored", "proposed"), "review", KEEPERS, "Take it back to the review", needs=("why",)),
        Move("propose", ("scored",), "proposed", (VENDOR_MANAGER,), "Propose for approval", needs=("recommendation",), signs="proposed"),
        Move("approve", ("proposed",), "approved", (COMPLIANCE,), "Approve", takes=("valid_until",), not_by=("drafted_by", "submitted_by", "scored_by", "proposed_by"), signs="approved", when={"is_clear": "something blocks it; the list on its page says what"}),
        Move("decline", (*WITH_FIRM, "proposed"), "declined", (COMPLIANCE,), "Decline", needs=("why",), not_by=("submitted_by",), signs="declined"),
        Move("lapse", ("approved",), "lapsed", (COMPLIANCE, SYSTEM), "Take the approval back", needs=("why",), signs="lapsed"),
        Move("withdraw", ("drafted", "sent"), "withdrawn", KEEPERS, "Withdraw", needs=("why",)),
    ),
)  # fmt: skip

ANSWER = Lifecycle(
    "answer",
    (
        State("waiting", "to be answered", "Nothing was submitted yet; a draft may be saved."),
        State("given", "answered", "A version was submitted; it stays as it is."),
        State("returned", "returned for more", "The firm asks for more; the next submission makes another version."),
    ),
    (
        Move("give", ("waiting", "returned"), "given", ANSWERING, "Submit"),
        Move("send_back", ("given",), "returned", READERS, "Return for more", needs=("asked_for",), when={"is_with_firm": "the questionnaire is not with the firm now"}),
        Move("keep", ("returned",), "given", READERS, "Keep it as it is", when={"is_with_firm": "the questionnaire is not with the firm now"}),
    ),
)  # fmt: skip

CHALLENGE = Lifecycle(
    "challenge",
    (
        State("asked", "waits for an answer", "The firm asked something about an answer."),
        State("answered", "answered, to be read", "Who gave the answer replied."),
        State("settled", "settled", "The firm drew its conclusion; question, replies and conclusion stay.", is_end=True),
    ),
    (
        Move("reply", ("asked",), "answered", ANSWERING, "Reply", needs=("why",)),
        Move("ask_again", ("answered",), "asked", READERS, "Ask again", needs=("why",)),
        Move("settle", ("asked", "answered"), "settled", READERS, "Settle", needs=("conclusion",), signs="settled"),
    ),
)

TEST = Lifecycle(
    "test of an answer",
    (
        State("drawn", "to be tested", "The seed chose it; nobody tried it yet."),
        State("tested", "tested", "A second person tried it and wrote down what came out."),
    ),
    (
        Move("test", ("drawn",), "tested", READERS, "Write down the test", needs=("tried", "result"), signs="tested"),
        Move("redo", ("tested",), "drawn", (COMPLIANCE, SYSTEM), "Test it again", needs=("why",)),
    ),
)

CONDITION = Lifecycle(
    "condition",
    (
        State("open", "open", "Somebody of the firm sees to it by its date."),
        State("reported", "reported met", "Its owner says that it is met, and filed the evidence; a second person looks."),
        State("met", "met", "A second person looked at the evidence and agreed.", is_end=True),
        State("dropped", "dropped", "Compliance no longer asks for it, with the reason.", is_end=True),
    ),
    (
        Move("report", ("open",), "reported", (*WORKING, VENDOR_MANAGER), "Report it met", needs=("proof",), signs="reported", when={"has_evidence": "file the evidence beside it first"}),
        Move("confirm", ("reported",), "met", (SUPERVISOR, COMPLIANCE), "Confirm", not_by=("reported_by",), signs="met", when={"has_evidence": "there is no evidence beside it"}),
        Move("refuse", ("reported",), "open", (SUPERVISOR, COMPLIANCE), "Not met yet", needs=("why",), not_by=("reported_by",)),
        Move("drop", ("open", "reported"), "dropped", (COMPLIANCE,), "Drop it", needs=("why",), not_by=("reported_by",)),
    ),
)  # fmt: skip

SELECTION = Lifecycle(
    "selection",
    (
        State("open", "candidates are compared", "Candidates answer one form; the memo is being written."),
        State("proposed", "memo proposed", "The vendor manager proposes whom to choose; compliance decides."),
        State("approved", "decided", "The memo was approved and no longer changes; who lost stays in the comparison.", is_end=True),
        State("dropped", "given up", "Nobody was chosen, with the reason.", is_end=True),
    ),
    (
        Move("propose", ("open",), "proposed", (VENDOR_MANAGER,), "Propose the memo", signs="proposed", when={"is_memo_whole": "the memo is not whole; its page says what is missing"}),
        Move("approve", ("proposed",), "approved", (COMPLIANCE,), "Approve the memo", not_by=("proposed_by",), signs="approved", when={"is_memo_whole": "the memo is not whole; its page says what is missing"}),
        Move("send_back", ("proposed",), "open", (COMPLIANCE,), "Return the memo", needs=("why",)),
        Move("drop", ("open",), "dropped", KEEPERS, "Give it up", needs=("why",)),
    ),
)  # fmt: skip
