"""Every write of arrangements: drafted by one, corrected until a second person decides, ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import SYSTEM, Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, SUPERVISOR
from oversight.vendors.arranging import Arrangement
from oversight.vendors.kinds import BY_KEY, CAPACITIES
from oversight.vendors.lifecycle import KEEPERS
from oversight.vendors.models import Vendor

FACTS = ("kind", "party", "crd", "capacity", "customer_classes", "order_types", "asset_classes", "terms", "from_on", "until_on")


def draft(by: Actor, vendor: Vendor, **facts: Any) -> Arrangement:
    """Write an arrangement down; `facts` are FACTS. Raises Refusal for a capacity that its kind does not have, or a member without its CRD number."""
    _may(by)
    if vendor.state in vendor.LIFECYCLE.ends:
        raise Refusal(f"{vendor} is {vendor.state_title}: no arrangement with it begins any more.")
    check(facts)
    row = Arrangement(vendor=vendor, **facts, drafted_by=by.key, drafted_at=clock.now(), state=Arrangement.LIFECYCLE.start)
    with actions.turn():
        actions.create(by, row, verb="draft")
        tell(by, to_roles=(COMPLIANCE, SUPERVISOR), what=f"An arrangement with {vendor} is drafted: a second person decides on it.", url=row.get_absolute_url())
    return row


def correct(by: Actor, row: Arrangement, *, why: str = "", **facts: Any) -> Arrangement:
    """Other facts in a draft; whoever corrects it does not approve it."""
    _may(by)
    check({**{name: getattr(row, name) for name in FACTS}, **facts})
    with actions.turn():
        if not Arrangement.objects.filter(pk=row.pk, state="drafted").exists():
            raise Refusal("A second person decided on this arrangement, so its words no longer change. Draft another one.")
        return actions.change(by, row, verb="correct", why=why, signs="corrected", **facts)


def approve(by: Actor, row: Arrangement, *, why: str = "") -> Arrangement:
    """Put it in force. Refused where two arrangements would hold the same flow under the same kind on the same days."""
    with actions.turn():
        for other in Arrangement.objects.filter(vendor_id=row.vendor_id, state="in_force", kind=row.kind, **{name: getattr(row, name) for name in FLOW}):
            if other.from_on <= (row.until_on or date.max) and row.from_on <= (other.until_on or date.max):
                raise Refusal(f"{other} is in force for the same flow from {other.from_on}. End that one first, or say how the flows differ.")
        return actions.move(by, row, "approve", why=why)


FLOW = ("customer_classes", "order_types", "asset_classes")


def end(by: Actor, row: Arrangement, *, until_on: date | None = None, why: str = "") -> Arrangement:
    """Flow goes there under it until `until_on`, and no more after that day."""
    if until_on and until_on < row.from_on:
        raise Refusal(f"It would end before it begins on {row.from_on}.")
    if until_on and until_on > clock.today():
        raise Refusal("It would end in the future: note it on the day itself, so that what is shown as ended has ended.")
    return actions.move(by, row, "end", why=why, until_on=until_on)


def check(facts: dict[str, Any]) -> None:
    """Raise Refusal, in words, for facts that do not go together."""
    kind = BY_KEY.get(facts.get("kind", ""))
    if kind is None:
        raise Refusal("There is no such kind of arrangement.")
    if facts["capacity"] not in kind.capacities:
        allowed = "; ".join(CAPACITIES[capacity] for capacity in kind.capacities)
        raise Refusal(f"Under “{kind.title}” the capacity is: {allowed}.")
    crd = facts.get("crd", "")
    if crd and not (crd.isdecimal() and crd.isascii()):
        raise Refusal("A CRD number has digits alone.")
    if kind.is_member and not crd:
        raise Refusal(f"Under “{kind.title}” a FINRA member stands on the other side: its CRD number is missing.")
    if not kind.is_member and crd:
        raise Refusal(f"Under “{kind.title}” no member handles the flow, so no CRD number belongs here.")
    if facts.get("until_on") and facts["until_on"] < facts["from_on"]:
        raise Refusal("It would end before it begins. Look at the two dates.")
    missing = [name for name in ("party", *FLOW) if not str(facts.get(name, "")).strip()]
    if missing:
        raise Refusal("Say who handles which flow: the other firm, customers, order types and instruments.")


def _may(by: Actor) -> None:
    if not by.roles & {*KEEPERS, SYSTEM}:
        raise Refusal("Arrangements are written down by vendor managers and compliance.", is_forbidden=True)
