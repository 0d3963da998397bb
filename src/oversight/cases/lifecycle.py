"""The stages of a remediation case and the moves between them."""

from __future__ import annotations

from oversight.lifecycle import Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR_MANAGER

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who opens a case and leads it."""
DECIDERS = (COMPLIANCE, SUPERVISOR)
OPEN = ("opened", "noticed", "investigating", "planning", "monitored")
"""A case on which somebody must still do something."""
SHARED = ("noticed", "investigating", "planning", "monitored", "closed", "justified", "terminated")
"""Stages in which the vendor knows of the case: from its notice on."""

CASE = Lifecycle(
    "case",
    (
        State("opened", "opened", "What fell short is written down; interim measures may stand. The notice is being prepared."),
        State("noticed", "notice given", "The formal notice with the data is with the vendor; its answer is owed by a day."),
        State("investigating", "joint investigation", "Firm and vendor look for the cause in a room of their own; each writes its conclusion."),
        State("planning", "corrective plan", "The vendor writes what it will do, by when; the firm accepts or rejects."),
        State("monitored", "heightened monitoring", "The plan is carried out under narrower limits and more frequent runs."),
        State("closed", "closed", "Its registered test was passed, or a reasoned vote closed it.", is_end=True),
        State("justified", "justified", "The difference is justified for a scope and a time; the case ends with that.", is_end=True),
        State("terminated", "terminated", "The vendor is left by its exit plan.", is_end=True),
    ),
    (
        Move("give_notice", ("opened",), "noticed", (COMPLIANCE,), "Give notice", not_by=("opened_by",)),
        Move("investigate", ("noticed",), "investigating", KEEPERS, "Begin the joint investigation"),
        Move("ask_plan", ("investigating",), "planning", KEEPERS, "Ask for the corrective plan"),
        Move("monitor", ("planning",), "monitored", DECIDERS, "Begin heightened monitoring"),
        Move("close", ("monitored",), "closed", (COMPLIANCE,), "Close", needs=("why",)),
        Move("terminate", OPEN, "terminated", (COMPLIANCE,), "Terminate", needs=("why",)),
    ),
)  # fmt: skip
