"""The kinds of vendor, their states and moves."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR_MANAGER

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who keeps the vendor file."""

VENDOR = Lifecycle(
    "vendor",
    (
        State("candidate", "candidate", "Looked at, compared with others; no order goes there."),
        State("approved", "approved", "Its due diligence was approved; it may be tested."),
        State("tested", "tested", "A test report is filed; a pilot may begin."),
        State("pilot", "pilot", "It routes a capped part of the flow."),
        State("live", "live", "It routes the firm's flow."),
        State("suspended", "suspended", "No order goes there until somebody lifts it: its yearly refresh is overdue, or it was stopped by hand."),
        State("exiting", "exiting", "It is being left, by the exit plan."),
        State("ended", "ended", "It routes nothing any more.", is_end=True),
        State("declined", "declined", "It was not chosen; the memo says why. It stays in comparisons.", is_end=True),
    ),
    (
        Move("approve", ("candidate",), "approved", (COMPLIANCE,), "Approve", not_by=("registered_by",), signs="approved", when={"is_assessed": "its due diligence is not approved yet"}),
        Move("decline", ("candidate",), "declined", (COMPLIANCE,), "Decline", needs=("why",)),
        Move("accept_test", ("approved",), "tested", (SUPERVISOR, COMPLIANCE), "Accept the test report", not_by=("registered_by",), when={"has_test_report": "no test report is filed"}),
        Move("begin_pilot", ("tested",), "pilot", (COMPLIANCE,), "Begin the pilot", needs=("pilot_cap_orders",), when={"has_arrangement": "no arrangement is in force", "has_configuration": "no configuration is in force"}),
        Move("go_live", ("pilot",), "live", (COMPLIANCE,), "Go live", not_by=("registered_by",), when={"has_test_report": "no test report is filed", "has_exit_plan": "there is no exit plan with a tested fallback", "has_access_control": "who holds market-access control is not settled"}),
        Move("suspend", ("pilot", "live"), "suspended", (COMPLIANCE, SUPERVISOR, SYSTEM), "Suspend", needs=("why",)),
        Move("resume", ("suspended",), "live", (COMPLIANCE,), "Lift the suspension", needs=("why",), when={"is_assessed": "its due diligence is not approved or has run out"}),
        Move("begin_exit", ("approved", "tested", "pilot", "live", "suspended"), "exiting", (COMPLIANCE,), "Begin the exit", needs=("why",)),
        Move("end", ("exiting",), "ended", (COMPLIANCE,), "End", needs=("why",)),
    ),
)  # fmt: skip
