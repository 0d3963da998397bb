"""Every write of interim measures and heightened monitoring: proposed by one, decided by another, ended with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.cases import narrowing, publishing, telling
from oversight.cases.interim import CAP, PULL, REROUTE, Measure
from oversight.cases.lifecycle import DECIDERS, PROPOSERS
from oversight.cases.models import Case, Monitoring
from oversight.configuration.models import Version
from oversight.handling.models import Happening
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

NEEDED = {REROUTE: ("percent", "say which part of the flow, in percent"), PULL: ("venue", "name the venue"), CAP: ("cap_orders", "say how many orders a day")}


def propose_measure(
    by: Actor, case: Case, *, kind: str, what: str, from_on: date, until_on: date | None = None, percent: Decimal | None = None,
    to_vendor: Vendor | None = None, venue: str = "", cap_orders: int | None = None,
) -> Measure:  # fmt: skip
    """Propose what is done now; another person decides. Raises Refusal where the kind lacks its number, or the days cannot be."""
    telling.may(by, PROPOSERS, "Propose an interim measure")
    given = {"percent": percent, "venue": venue.strip().upper(), "cap_orders": cap_orders}
    name, words = NEEDED.get(kind, ("", ""))
    if name and not given[name]:
        raise Refusal(f"Propose an interim measure: {words}.")
    if not what.strip():
        raise Refusal("Propose an interim measure: say which flow, and why now.")
    if until_on is not None and until_on < max(from_on, clock.today()):
        raise Refusal("Its last day would lie before its first, or in the past.")
    if percent is not None and not 0 < percent <= 100:
        raise Refusal("A part of the flow is above 0 and at most 100 %.")
    if to_vendor is not None and to_vendor.pk == case.vendor_id:
        raise Refusal("It would reroute to the vendor that the case is about.")
    row = Measure(
        case=case, kind=kind, what=what.strip(), from_on=from_on, until_on=until_on, to_vendor=to_vendor, **given, proposed_by=by.key,
        proposed_at=clock.now(), state=Measure.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        telling.still_open(case, "Propose an interim measure")
        actions.create(by, row, verb="propose")
        telling.firm(by, case, f"an interim measure is proposed: {row.title}. A second person decides.", DECIDERS, "high")
    return row


def decide(by: Actor, row: Measure, *, why: str = "") -> Measure:
    """Put a measure in force, and tell everybody who sends orders. It is carried out by a configuration version or by hand, and says by which."""
    with actions.turn():
        moved = actions.move(by, row, "decide", why=why)
        telling.firm(by, row.case, f"from {row.from_on}: {row.title}. Carry it out, and say by what.", (ANALYST, SUPERVISOR, VENDOR_MANAGER), "high")
    return moved


def carry_out(by: Actor, row: Measure, *, configuration: Version | None = None, happening: Happening | None = None) -> Measure:
    """Say by what a measure in force is carried out. Raises Refusal for a configuration of a vendor that has no part in it."""
    telling.may(by, PROPOSERS, "Say by what it is carried out")
    if configuration is None and happening is None:
        raise Refusal("Name the configuration version or the entry of the handling log.")
    if configuration is not None and configuration.vendor_id not in (row.case.vendor_id, row.to_vendor_id):
        raise Refusal(f"That configuration is {configuration.vendor}'s, which has no part in this measure.")
    given: dict[str, Any] = {name: row_ for name, row_ in (("configuration", configuration), ("happening", happening)) if row_ is not None}
    with actions.turn():
        if Measure.objects.get(pk=row.pk).state != "in_force":
            raise Refusal("The measure is not in force.")
        return actions.change(by, row, verb="carry_out", **given)


def propose_monitoring(
    by: Actor, case: Case, *, limits: Mapping[str, Decimal], from_on: date, to_on: date | None = None, every_days: int = 1, reason: str,
) -> Monitoring:  # fmt: skip
    """Propose narrower limits and a shorter period for the vendor's next runs. Raises Refusal for a limit that no check reads, or that is no narrower."""
    telling.may(by, PROPOSERS, "Propose heightened monitoring")
    if from_on < clock.today():
        raise Refusal("It would hold from a day in the past: runs of that day are sealed under the limits of then.")
    if to_on is not None and to_on <= from_on:
        raise Refusal("It would no longer hold before it began.")
    if not 1 <= every_days <= 63:
        raise Refusal("From one run to the next it is one trading day to 63, a quarter.")
    if not reason.strip():
        raise Refusal("Say why these limits.")
    kept = dict(sorted(limits.items()))
    wrong = narrowing.why_not(kept, from_on)
    if wrong:
        raise Refusal(f"Propose heightened monitoring: {wrong}.")
    known = narrowing.narrowable(from_on)
    if not any(value != known[name].value for name, value in kept.items()):
        raise Refusal("No limit is narrower than the policy's: nothing would be heightened.")
    row = Monitoring(
        case=case, limits={name: f"{value:f}" for name, value in kept.items()}, from_on=from_on, to_on=to_on, every_days=every_days, reason=reason.strip(),
        proposed_by=by.key, proposed_at=clock.now(), state=Monitoring.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        telling.still_open(case, "Propose heightened monitoring")
        actions.create(by, row, verb="propose")
        telling.firm(by, case, "heightened monitoring is proposed: a second person approves.", DECIDERS, "medium", row.get_absolute_url())
    return row


def approve_monitoring(by: Actor, row: Monitoring, *, why: str = "") -> Monitoring:
    """Put narrower limits in force and publish them beside the policy, where the next run reads them."""
    with actions.turn():
        moved = actions.move(by, row, "approve", why=why)
        days = f"{row.every_days} trading day{'' if row.every_days == 1 else 's'}"
        said = f"its vendor's runs are held to narrower limits from {row.from_on}, at least every {days}."
        telling.firm(by, row.case, said, (ANALYST, SUPERVISOR, COMPLIANCE, VENDOR_MANAGER), "medium", row.get_absolute_url())
    publishing.publish(by)
    return moved


def end_monitoring(by: Actor, row: Monitoring, *, why: str = "") -> Monitoring:
    """End narrower limits before their day; the text beside the policy says so from then on."""
    with actions.turn():
        moved = actions.move(by, row, "end", why=why)
        telling.firm(by, row.case, "heightened monitoring ended before its day.", (COMPLIANCE, SUPERVISOR), "medium", row.get_absolute_url())
    publishing.publish(by)
    return moved
