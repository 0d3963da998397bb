"""The reports and notices that are owed as data, and the states of a customer's request, a public report, another firm's report and a yearly notice."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, AUDITOR, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR

MAKERS = (ANALYST, SUPERVISOR, COMPLIANCE)
"""Who takes requests in, makes reports and examines those of others."""
SECOND = (SUPERVISOR, COMPLIANCE)
"""Who checks what another made, and lets it go out."""
READERS = (*MAKERS, SENIOR_MANAGER, AUDITOR)
"""Who sees which customer asked, and what the customer was sent."""


@dataclass(frozen=True)
class Report:
    """One kind of public report: what it is called, its authority, the duty of the calendar that it does, and whether its period is a quarter or a month."""

    key: str
    title: str
    cite: str
    duty: str
    every: str


REPORTS = (
    Report("rule606a", "Rule 606(a) routing report", "17 CFR 242.606(a)", "rule606a_quarterly", "quarter"),
    Report("rule605", "Rule 605 report", "17 CFR 242.605", "rule605_monthly", "month"),
)
REPORT_BY_KEY = {report.key: report for report in REPORTS}
NOTICES = (
    ("rule606b2", "606(b)(2): routing reports are there for the asking", "17 CFR 242.606(b)", "rule606b2_yearly"),
    ("rule607", "607: payment for order flow and how orders are routed", "17 CFR 242.607", "rule607_yearly"),
)
"""(key, title, authority, duty) of each yearly notice."""
B1, B3 = "b1", "b3"
KINDS = ((B1, "606(b)(1): where orders went and when they traded"), (B3, "606(b)(3): how not-held orders were handled"))

REQUEST = Lifecycle(
    "customer's request",
    (
        State("received", "received", "A customer asked. Which report is owed is not decided, and the shorter clock runs."),
        State("decided", "report decided", "Which report is owed is decided, with the figures of the tests; it is to be made."),
        State("made", "made, to be checked", "The report is kept and met its schema; a second person checks it."),
        State("checked", "checked", "It can be sent."),
        State("rest_owed", "sent, the rest is owed", "The report was sent; the running month follows after its end."),
        State("sent", "sent", "All that was owed was sent.", is_end=True),
        State("declined", "declined", "Two people say why no report is owed; the customer was told.", is_end=True),
        State("withdrawn", "withdrawn", "The customer took the request back.", is_end=True),
    ),
    (
        Move("decide", ("received", "decided"), "decided", MAKERS, "Decide which report", needs=("kind", "basis"), takes=("not_held_pct", "monthly_usd"), signs="decided"),
        Move("make", ("decided", "rest_owed"), "made", MAKERS, "Keep the report", signs="made", when={"has_fresh_report": "no file of the report is kept since it was last sent"}),
        Move("send_back", ("made",), "decided", SECOND, "Send back", needs=("why",), not_by=("made_by",)),
        Move("check", ("made",), "checked", SECOND, "Checked", needs=("checked_how",), not_by=("made_by",), signs="checked"),
        Move("send_first", ("checked",), "rest_owed", SECOND, "Sent; the running month follows", needs=("sent_how",), takes=("late_reason",), signs="sent", when={"owes_rest": "nothing follows: say that all of it was sent"}),
        Move("send", ("checked",), "sent", SECOND, "Sent", needs=("sent_how",), takes=("late_reason",), signs="sent", when={"owes_no_rest": "the running month is not in it: say that it was sent and the rest follows"}),
        Move("decline", ("received", "decided"), "declined", (COMPLIANCE,), "No report is owed", needs=("why",), not_by=("noted_by",), signs="declined"),
        Move("withdraw", ("received", "decided", "made", "checked", "rest_owed"), "withdrawn", SECOND, "The customer withdrew it", needs=("why",)),
    ),
)  # fmt: skip

PUBLICATION = Lifecycle(
    "public report",
    (
        State("made", "made, to be checked", "Its files are filed and met their schema; a second person checks them."),
        State("returned", "returned", "The second person found something; it is made again."),
        State("checked", "checked", "It can be published."),
        State("published", "published", "It is public, at the address and since the day that stand here, and stays so for three years."),
        State("corrected", "corrected", "A later report took its place; it stays as it was.", is_end=True),
        State("retired", "no longer owed", "Its three years are over; the firm may take it down.", is_end=True),
        State("dropped", "dropped", "It was never published; the reason is in the record.", is_end=True),
    ),
    (
        Move("check", ("made",), "checked", SECOND, "Checked", needs=("checked_how",), not_by=("made_by",), signs="checked"),
        Move("send_back", ("made", "checked"), "returned", SECOND, "Return it", needs=("why",), not_by=("made_by",)),
        Move("publish", ("checked",), "published", SECOND, "Published", needs=("published_on", "address"), takes=("receipt", "late_reason"), signs="published", not_by=("made_by",)),
        Move("correct", ("published",), "corrected", (SYSTEM,), "Put another in its place", when={"has_successor": "no published report names it as the one it corrects"}),
        Move("retire", ("published",), "retired", (*SECOND, SYSTEM), "Its three years are over", when={"is_past_keeping": "it is owed to the public until the day that stands here"}),
        Move("drop", ("made", "returned", "checked"), "dropped", SECOND, "Drop it", needs=("why",)),
    ),
)  # fmt: skip

ADOPTION = Lifecycle(
    "report of another firm",
    (
        State("received", "not examined", "The file is on file. It is neither relied upon nor adopted by reference."),
        State("examined", "examined", "It was held against the firm's own orders, cell by cell; a second person decides."),
        State("adopted", "adopted", "Adopted by reference, with the examination beside it.", is_end=True),
        State("refused", "refused", "Not adopted; the firm makes its own, or the other firm corrects.", is_end=True),
    ),
    (
        Move("examine", ("received", "examined"), "examined", MAKERS, "Note the examination", needs=("cells", "differing", "conclusion"), takes=("unexplained",), signs="examined", when={"has_comparison": "no comparison with the firm's own orders is filed beside it"}),
        Move("adopt", ("examined",), "adopted", SECOND, "Adopt by reference", needs=("why",), not_by=("examined_by",), signs="settled", when={"is_explained": "cells differ without an explanation: let the other firm correct them, or refuse the report"}),
        Move("refuse", ("received", "examined"), "refused", SECOND, "Do not adopt", needs=("why",), signs="settled"),
        Move("reopen", ("adopted", "refused"), "received", (COMPLIANCE,), "Examine again", needs=("why",)),
    ),
)  # fmt: skip

NOTICE = Lifecycle(
    "yearly notice",
    (
        State("drafted", "drafted", "Its text is filed; a second person reads it."),
        State("approved", "approved", "It can be sent."),
        State("sent", "sent, delivery open", "It was sent; what came back is followed up."),
        State("delivered", "delivered", "Every customer has it, or the reason why not stands here.", is_end=True),
        State("dropped", "dropped", "It was never sent; the reason is in the record.", is_end=True),
    ),
    (
        Move("approve", ("drafted",), "approved", SECOND, "Approve the text", not_by=("drafted_by",), signs="approved"),
        Move("send", ("approved",), "sent", MAKERS, "Sent", needs=("sent_on", "addressed", "sent_how"), signs="sent"),
        Move("follow_up", ("sent",), "sent", MAKERS, "Note what came back", takes=("returned", "reached", "unreachable", "unreachable_why"), signs="followed"),
        Move("close", ("sent",), "delivered", SECOND, "Delivered", signs="closed", when={"is_settled": "notices that came back are neither delivered by another way nor written down as unreachable, with the reason"}),
        Move("drop", ("drafted", "approved"), "dropped", SECOND, "Drop it", needs=("why",)),
    ),
)  # fmt: skip
