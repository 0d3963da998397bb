"""Every read of the handling log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from bestexec import UNITS
from oversight import clock
from oversight.accounts.queries import names
from oversight.handling.models import Happening
from oversight.record.models import Word
from oversight.sheets import Column, Row, Sheet

SHARES, USD = (next(unit for unit in UNITS if unit.symbol == symbol) for symbol in ("shares", "$"))
STATES = {"open": "not reviewed", "going": "still going on", "returned": "returned for more", "reviewed": "reviewed"}


def happenings(*, kind: str = "", on: date | None = None, state: str = "", order: str = "") -> QuerySet[Happening]:
    """The log, latest first: of that kind, touching that day of the market, in that state, touching that order."""
    found = Happening.objects.filter(kind=kind) if kind else Happening.objects.all()
    if on:
        found = found.filter(_of_day(on))
    if order:
        line = order.strip()
        found = found.filter(Q(orders=line) | Q(orders__startswith=f"{line}\n") | Q(orders__endswith=f"\n{line}") | Q(orders__contains=f"\n{line}\n"))
    states = {"open": ~Q(state="reviewed"), "going": Q(to_at=None), "returned": Q(state="returned"), "reviewed": Q(state="reviewed")}
    return found.filter(states.get(state, Q())).order_by("-from_at", "-pk")


def of_day(on: date) -> QuerySet[Happening]:
    """What happened on that day of the market, what began before and was still going on included; earliest first."""
    return Happening.objects.filter(_of_day(on)).order_by("from_at", "pk")


def to_review(by: str = "") -> QuerySet[Happening]:
    """What waits for a reviewer, oldest first; with an account's key, only what that person may review: not what they noted or corrected."""
    found = Happening.objects.filter(state="noted").exclude(to_at=None).order_by("from_at", "pk")
    return found.exclude(noted_by=by).exclude(corrected_by=by) if by else found


def still_going() -> QuerySet[Happening]:
    """What has begun and has no end yet; the longest first."""
    return Happening.objects.filter(to_at=None).order_by("from_at", "pk")


def of_order(order_id: str) -> QuerySet[Happening]:
    """What touched the order of that id."""
    return happenings(order=order_id)


def asked_for(row: Happening) -> str:
    """What the reviewer who returned it last asked for, in the reviewer's words; nothing where it was never returned."""
    kind, id_ = row.subject
    said = Word.objects.filter(entry__subject_kind=kind, entry__subject_id=id_, entry__verb="send_back", name="(why)").order_by("-entry_id").first()
    return said.text if said else ""


def known(field: str) -> list[str]:
    """Names that were used before in `vendor` or `venue`, for the form to offer."""
    return list(Happening.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()[:200])


def sheet(found: Iterable[Happening]) -> Sheet:
    """The log as a table."""
    people = names()
    rows = tuple(
        Row(
            (
                row.kind_of.title, row.state_title, row.what, row.vendor, row.venue, row.symbol, row.from_at, row.to_at, row.orders_touched,
                row.shares, row.amount_usd, row.cause, people.get(row.noted_by, row.noted_by), people.get(row.reviewed_by, row.reviewed_by),
            ),
            {"kind": row.get_absolute_url()}, key=str(row.pk), tone="" if row.is_over else "attention",
        )
        for row in found
    )  # fmt: skip
    empty = "Nothing was noted that fits. Note an override, an outage or an error-account trade with the button above, while you remember it."
    return Sheet(
        "handling-log", "Handling log", COLUMNS, rows, source="What people noted; the amount is the loss in the error account, a gain is negative.", empty=empty
    )


def _of_day(on: date) -> Q:
    begins, ends = (datetime.combine(day, time(), clock.MARKET_ZONE) for day in (on, on + timedelta(days=1)))
    return Q(from_at__lt=ends) & (Q(to_at=None) | Q(to_at__gte=begins))


COLUMNS = (
    Column("kind", "Kind"), Column("state", "State"), Column("what", "What happened"), Column("vendor", "Vendor"), Column("venue", "Venue"),
    Column("symbol", "Symbol"),    Column("from_at", "From", kind="instant"), Column("to_at", "To", kind="instant"), Column("orders", "Orders", kind="number"),
    Column("shares", "Shares", unit=SHARES), Column("amount_usd", "Error account", unit=USD), Column("cause", "Why"),
    Column("noted_by", "Noted by", kind="person"), Column("reviewed_by", "Reviewed by", kind="person"),
)  # fmt: skip
