"""What people keep, as tables: the venues that a router reaches, and memos."""

from __future__ import annotations

from collections.abc import Iterable

from oversight.accounts.queries import names
from oversight.liquidity.models import Memo, Reach
from oversight.sheets import Column, Row, Sheet


def reach(found: Iterable[Reach]) -> Sheet:
    """A router's list of venues."""
    people = names()
    rows = tuple(
        Row(
            (
                row.venue, row.venue_name or ("" if row.is_known_venue else "not a known MIC"), row.vendor.name, row.kind_of.title, row.way, row.state_title,
                row.ats_n_on, "missing" if row.lacks_ats_n else "", row.since_on, row.until_on, people.get(row.stated_by, row.stated_by),
                people.get(row.confirmed_by, row.confirmed_by),
            ),
            {"venue": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.lacks_ats_n and row.state in ("stated", "confirmed") else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No venue is listed. Add one, or take a list as CSV with the buttons above; the vendor's venue list is a good beginning."
    return Sheet(
        "reach", "Venues that the router reaches", REACH, rows, source="What people entered; confirmed by a second person where it says so.", empty=empty
    )


def memos(found: Iterable[Memo]) -> Sheet:
    """Memos, declined ones among them."""
    rows = tuple(
        Row(
            (
                row.title, row.get_about_display(), row.venue, row.vendor.name if row.vendor else "", row.state_title, row.cap, row.due_on,
                "overdue" if row.is_overdue else "", row.drafted_at, row.decided_at,
            ),
            {"title": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No memo fits. Write one with the button above before a venue, an order type or a fee tier is tried or refused."
    return Sheet("memos", "Memos: new venues, order types, fee tiers", MEMOS, rows, source="What people proposed and decided; declined ones stay.", empty=empty)


REACH = (
    Column("venue", "Venue", kind="code"), Column("name", "Name"), Column("vendor", "Vendor", is_for_files=True), Column("kind", "Kind"),
    Column("how", "Reached"),
    Column("state", "State", kind="tag"), Column("ats_n_on", "Form ATS-N of", kind="day"), Column("lacks", "Form ATS-N", kind="tag"),
    Column("since_on", "Since", kind="day"), Column("until_on", "Until", kind="day"), Column("stated_by", "Entered by", kind="person"),
    Column("confirmed_by", "Confirmed by", kind="person"),
)  # fmt: skip
MEMOS = (
    Column("title", "Memo", kind="words"),
    Column("about", "About"), Column("venue", "Venue", kind="code"), Column("vendor", "Vendor"), Column("state", "State", kind="tag"),
    Column("cap", "Cap"), Column("due_on", "Next look", kind="day"), Column("overdue", "Overdue", kind="tag"), Column("drafted_at", "Drafted", kind="instant"),
    Column("decided_at", "Decided", kind="instant"),
)  # fmt: skip
