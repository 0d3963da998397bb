"""Every write of the vendor register: vendors, what they are made of, what they may do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import SYSTEM, Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.adoption_actions import adopt, propose_adoption
from oversight.vendors.arrangement_actions import approve as approve_arrangement
from oversight.vendors.arrangement_actions import correct as correct_arrangement
from oversight.vendors.arrangement_actions import draft as draft_arrangement
from oversight.vendors.arrangement_actions import end as end_arrangement
from oversight.vendors.lifecycle import KEEPERS
from oversight.vendors.models import Product, SubVendor, Vendor
from oversight.vendors.readiness_actions import approve_plan, confirm_access, draft_plan, file_test_report, propose_plan, revise_plan, state_access_control
from oversight.vendors.reliance_actions import answer_challenge, lapse, open_reliance, read, receive, rely

__all__ = [
    "adopt", "answer_challenge", "approve_arrangement", "approve_plan", "confirm_access", "correct_arrangement", "draft_arrangement", "draft_plan",
    "end_arrangement", "file_test_report", "lapse", "open_reliance", "propose_adoption", "propose_plan", "read", "receive", "rely",
    "revise_plan", "state_access_control",
]  # fmt: skip
KEY = re.compile(r"[\w .:/+=#@|-]{1,60}")


def register(by: Actor, *, key: str, name: str, summary: str = "") -> Vendor:
    """Put a vendor on the register, as a candidate. Raises Refusal where the key is taken or cannot be one, or the role may not."""
    may_keep(by)
    if not KEY.fullmatch(key) or key != key.strip():
        raise Refusal("The name in the data has letters, digits and . : / + = # @ | - alone, at most 60, as the files spell it.")
    if not name.strip():
        raise Refusal("The legal name is missing.")
    with actions.turn():
        if Vendor.objects.filter(key=key).exists():
            raise Refusal(f"“{key}” is on the register already.")
        row = Vendor(key=key, name=name.strip(), summary=summary.strip(), registered_by=by.key, registered_at=clock.now(), state=Vendor.LIFECYCLE.start)
        return actions.create(by, row, verb="register")


def describe(by: Actor, row: Vendor, *, name: str, summary: str, why: str = "") -> Vendor:
    """Another legal name or description; the key never changes. Raises Refusal for an end state."""
    may_keep(by)
    if row.state in row.LIFECYCLE.ends:
        raise Refusal(f"{row} is {row.state_title}: nothing of it changes any more.")
    if not name.strip():
        raise Refusal("The legal name is missing.")
    return actions.change(by, row, verb="describe", why=why, name=name.strip(), summary=summary.strip())


def begin_pilot(by: Actor, row: Vendor, *, pilot_cap_orders: int, why: str = "") -> Vendor:
    """Let the vendor route up to that many orders a day."""
    return actions.move(by, row, "begin_pilot", why=why, pilot_cap_orders=_capped(pilot_cap_orders))


def change_cap(by: Actor, row: Vendor, *, pilot_cap_orders: int | None = None, why: str = "") -> Vendor:
    """Another cap for a pilot that goes on."""
    return actions.move(by, row, "change_cap", why=why, pilot_cap_orders=_capped(pilot_cap_orders))


def suspend(by: Actor, row: Vendor, *, why: str = "") -> Vendor:
    """Stop the vendor now, and tell everybody who sends orders there. `by` may be an automated actor: an overdue refresh."""
    with actions.turn():
        moved = actions.move(by, row, "suspend", why=why)
        to = (ANALYST, SUPERVISOR, COMPLIANCE, VENDOR_MANAGER)
        tell(by, to_roles=to, what=f"{row.name} is suspended: no order goes there until it is lifted.", url=row.get_absolute_url(), severity="high")
    return moved


def resume(by: Actor, row: Vendor, *, why: str = "") -> Vendor:
    """Lift the suspension of a vendor that was live."""
    return _resumed(by, row, "resume", why)


def resume_pilot(by: Actor, row: Vendor, *, why: str = "") -> Vendor:
    """Go on with a pilot that was stopped."""
    return _resumed(by, row, "resume_pilot", why)


def resume_adopted(by: Actor, row: Vendor, *, why: str = "") -> Vendor:
    """Lift the suspension of a vendor that was adopted, for what is left of its time."""
    return _resumed(by, row, "resume_adopted", why)


def add_product(by: Actor, vendor: Vendor, *, name: str, purpose: str, version: str, since_on: date) -> Product:
    """A product of the vendor that the firm uses."""
    may_keep(by)
    _not_ended(vendor)
    row = Product(vendor=vendor, name=name, purpose=purpose, version=version, since_on=since_on, added_by=by.key, added_at=clock.now(), state="in_use")
    return actions.create(by, row, verb="add")


def release(by: Actor, product: Product, *, version: str, since_on: date, why: str = "") -> Product:
    """Another version of the product is in use from that day on. The register then says that the test report is of an earlier one."""
    may_keep(by)
    if product.state != "in_use":
        raise Refusal(f"{product} is used no more.")
    if since_on < product.since_on:
        raise Refusal(f"Version {product.version} is in use since {product.since_on}; a later version cannot begin before it.")
    with actions.turn():
        changed = actions.change(by, product, verb="release", why=why, version=version, since_on=since_on)
        url = reverse("vendors:vendor", args=[product.vendor_id])
        tell(by, to_roles=(SUPERVISOR, VENDOR_MANAGER), what=f"Another release is in use: {product}. Is it tested?", url=url, severity="low")
    return changed


def add_sub_vendor(by: Actor, vendor: Vendor, *, behind: SubVendor | None = None, **facts: Any) -> SubVendor:
    """A firm that the vendor rests on, directly or behind another; `facts` are name, kind, purpose, where, criticality, since_on."""
    may_keep(by)
    _not_ended(vendor)
    if behind is not None and (behind.vendor_id != vendor.pk or behind.state != "standing"):
        raise Refusal("It would stand behind something that is not in this vendor's chain, or no more.")
    row = SubVendor(vendor=vendor, behind=behind, **facts, added_by=by.key, added_at=clock.now(), state="standing")
    return actions.create(by, row, verb="add")


def end_part(by: Actor, row: Product | SubVendor, *, ended_on: date | None = None, why: str = "") -> Product | SubVendor:
    """The vendor rests on it, or the firm uses it, no more; `ended_on` is the last day."""
    if ended_on and ended_on < row.since_on:
        raise Refusal(f"It would have ended before it began on {row.since_on}.")
    if ended_on and ended_on > clock.today():
        raise Refusal("It would end in the future. Note it when it has ended.")
    return actions.move(by, row, "end", why=why, ended_on=ended_on)


def may_keep(by: Actor) -> None:
    """Refuse whoever does not keep the vendor file."""
    if not by.roles & {*KEEPERS, SYSTEM}:
        raise Refusal("The vendor file is kept by vendor managers and compliance.", is_forbidden=True)


def _capped(orders: int | None) -> int | None:
    if orders is not None and orders < 1:
        raise Refusal("A pilot's cap is at least one order a day.")
    return orders


def _not_ended(vendor: Vendor) -> None:
    if vendor.state in vendor.LIFECYCLE.ends:
        raise Refusal(f"{vendor} is {vendor.state_title}: nothing is added to its file any more.")


def _resumed(by: Actor, row: Vendor, name: str, why: str) -> Vendor:
    with actions.turn():
        moved = actions.move(by, row, name, why=why)
        tell(by, to_roles=(ANALYST, SUPERVISOR, VENDOR_MANAGER), what=f"{row.name} is {row.state_title} again.", url=row.get_absolute_url())
    return moved


MOVES: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("vendor", "begin_pilot"): begin_pilot, ("vendor", "change_cap"): change_cap, ("vendor", "suspend"): suspend,
    ("vendor", "resume"): resume, ("vendor", "resume_pilot"): resume_pilot,
    ("vendor", "propose_adoption"): propose_adoption, ("vendor", "adopt"): adopt, ("vendor", "resume_adopted"): resume_adopted,
    ("product", "end"): end_part, ("sub_vendor", "end"): end_part,
    ("arrangement", "approve"): approve_arrangement, ("arrangement", "end"): end_arrangement,
    ("reliance", "receive"): receive, ("reliance", "read"): read, ("reliance", "challenge"): answer_challenge, ("reliance", "rely"): rely,
    ("access_control", "confirm"): confirm_access, ("exit_plan", "propose"): propose_plan, ("exit_plan", "approve"): approve_plan,
}  # fmt: skip
