"""Every read of rooms worth a name."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from oversight import clock
from oversight.accounts.models import Account
from oversight.cases.lifecycle import OPEN, SHARED
from oversight.cases.models import Case
from oversight.findings.models import Finding
from oversight.roles import VENDOR
from oversight.rooms.lifecycle import FIRM, OUTSIDE
from oversight.rooms.models import Room, ShownFile, ShownOrder, Statement

STATES = {"open": "open", "late": "past the vendor's clock", "to_conclude": "both sides have concluded", "concluded": "concluded"}


def rooms(*, state: str = "", vendor: str = "") -> QuerySet[Any]:
    """Every room, the latest first; `firm_says` and `vendor_says` tell whether that side has concluded."""
    said = Statement.objects.filter(room=OuterRef("pk"), kind="conclusion", later=None)
    found = Room.objects.select_related("case__vendor").annotate(
        firm_says=Exists(said.filter(side=FIRM)), vendor_says=Exists(said.filter(side=OUTSIDE)),
        put=Count("hypotheses", distinct=True), shown=Count("orders", filter=Q(orders__state="shown"), distinct=True),
    )  # fmt: skip
    if vendor:
        found = found.filter(case__vendor__key=vendor)
    live = Q(state="open", case__state__in=OPEN)
    asked = {
        "open": live, "concluded": Q(state="concluded"), "late": live & Q(vendor_says=False, vendor_due_on__lt=clock.today()),
        "to_conclude": live & Q(firm_says=True) & (Q(vendor_says=True) | Q(vendor_due_on__lt=clock.today())),
    }  # fmt: skip
    return found.filter(asked.get(state, Q())).order_by("-opened_at", "-pk")


def room(pk: int) -> Room | None:
    """One room with its case and vendor."""
    return Room.objects.select_related("case__vendor").filter(pk=pk).first()


def of_case(case: Case) -> Room | None:
    """The room of that case; None where none was opened."""
    return Room.objects.select_related("case__vendor").filter(case=case).first()


def without_room() -> QuerySet[Case]:
    """Cases under investigation for which nobody has opened a room yet, the oldest first."""
    return Case.objects.filter(state="investigating", room=None).select_related("vendor").order_by("opened_at", "pk")


def of_account(account: Any) -> QuerySet[Any]:
    """The rooms that this outside account shares: its own vendor's, while the case is shared; for anybody else none."""
    if VENDOR not in account.roles or not account.vendor:
        return rooms().none()
    return rooms(vendor=account.vendor).filter(case__state__in=SHARED)


def shared_room(pk: int, account: Any) -> Room | None:
    """The room of that number, where this outside account shares it; None for any other, whether or not it is there."""
    return of_account(account).filter(pk=pk).first()


def is_shared(order: ShownOrder, account: Any) -> bool:
    """Whether this outside account may see the page of the order: shown, and in a room of its own."""
    return order.state == "shown" and order.room.case.is_shared_with(account)


def shown_order(pk: int) -> ShownOrder | None:
    """One order chosen for a room."""
    return ShownOrder.objects.select_related("room__case__vendor", "run").filter(pk=pk).first()


def shown_file(room: Room, filed: int) -> ShownFile | None:
    """The file that stands in this room beside a statement; None for one that was never shown here or was taken back."""
    return ShownFile.objects.filter(room=room, filed=filed, link__state="linked").select_related("filed").first()


def answering(vendor_key: str) -> QuerySet[Account]:
    """The open outside accounts of a vendor, by name."""
    return Account.objects.filter(vendor=vendor_key, is_active=True, held__role=VENDOR, held__ended_at=None).order_by("name", "pk")


def nobody_answers() -> list[Room]:
    """Open rooms whose vendor has no open outside account: nobody can read or write there."""
    live = list(rooms(state="open"))
    able = set(Account.objects.filter(is_active=True, held__role=VENDOR, held__ended_at=None).values_list("vendor", flat=True))
    return [row for row in live if row.case.vendor.key not in able]


def telling(room: Room, most: int = 30) -> list[Finding]:
    """Orders of the vendor that a check found, the worst first and each once, for the firm to choose from: two queries, however many."""
    shown = set(room.orders.filter(state="shown").values_list("key_on", "symbol", "order_id"))
    found = Finding.objects.filter(vendor=room.case.vendor.key).exclude(order_id="").exclude(key_on=None).order_by("rank", "-harm_usd", "-on", "pk")
    chosen: dict[tuple[Any, ...], Finding] = {}
    for row in found[: most * 4]:
        if (key := (row.key_on, row.symbol, row.order_id)) not in shown:
            chosen.setdefault(key, row)
    return list(chosen.values())[:most]
