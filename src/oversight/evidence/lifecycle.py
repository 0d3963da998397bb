"""The states of a link between evidence and what it shows."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import VENDOR, VENDOR_MANAGER, WORKING

FILERS = (*WORKING, VENDOR_MANAGER)
"""Who files evidence, says what it shows, and takes a wrong link back."""
KEEPERS = (*FILERS, SYSTEM)
"""Who files beside anything; an outside account files beside what takes its files alone."""

LINK = Lifecycle(
    "link",
    (
        State("linked", "linked", "The file is shown beside what it is evidence of."),
        State("withdrawn", "withdrawn", "The link was wrong; file and link stay, with who took it back and why.", is_end=True),
    ),
    (Move("withdraw", ("linked",), "withdrawn", (*FILERS, VENDOR), "Withdraw the link", needs=("why",), signs="withdrawn"),),
)
