"""A vendor's file at a glance: what each part of it says of one vendor, and where to read on."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from oversight import clock
from oversight.agreements import queries as agreements
from oversight.claims import queries as claims
from oversight.configuration import queries as configuration
from oversight.conflicts import queries as conflicts
from oversight.diligence import queries as diligence
from oversight.refreshes import approval
from oversight.vendors.models import Vendor

SHOWN = 5
"""So many lines a part shows here; the rest are counted."""


@dataclass(frozen=True)
class Part:
    """One part of the file: its figure first, then what needs a person; each line is (words, address). `needs` where somebody has to act."""

    title: str
    address: str
    figure: str
    words: str
    lines: tuple[tuple[str, str], ...] = ()
    needs: bool = False


def parts(vendor: Vendor) -> tuple[Part, ...]:
    """Diligence, claims, agreements, configuration, conflicts, refresh. Its number of queries does not grow with what is on file."""
    return _diligence(vendor), _claims(vendor), _agreements(vendor), _configuration(vendor), _conflicts(vendor), _refresh(vendor)


def _diligence(vendor: Vendor) -> Part:
    row = diligence.latest(vendor)
    if row is None:
        return Part("Due diligence", reverse("diligence:assessments"), "none", "Nobody has begun one.", needs=True)
    counts = diligence.counts([row.pk])[row.pk]
    until = f"valid until {row.valid_until}" if row.valid_until else f"answers due {row.due_on}" if row.due_on else "no date set"
    open_ = [(counts["challenges"], "challenges open"), (counts["conditions"], "conditions open"), (counts["left"], "questions without an answer")]
    words = "; ".join([until, *(f"{number} {what}" for number, what in open_ if number)])
    is_over = row.valid_until is not None and row.valid_until < clock.today()
    return Part("Due diligence", row.get_absolute_url(), row.state_title, words, needs=is_over or bool(counts["challenges"]))


def _claims(vendor: Vendor) -> Part:
    found = claims.of_vendor(vendor)
    address = f"{reverse('claims:ledger')}?vendor={vendor.key}"
    counts = {line.standing.title: sum(other.standing.key == line.standing.key for other in found) for line in found}
    against = [line for line in found if line.standing.key == "contradicted"]
    words = ", ".join(f"{number} {title}" for title, number in counts.items()) or "No answer or clause has made one yet."
    lines = [(f"{line.claim.words} ({line.standing.words})", line.claim.get_absolute_url()) for line in against[:SHOWN]]
    more = [(f"{len(against) - SHOWN} more are contradicted", f"{address}&standing=contradicted")] if len(against) > SHOWN else []
    return Part("Claims", address, f"{len(against)} of {len(found)} contradicted" if found else "none", words, (*lines, *more), bool(against))


def _agreements(vendor: Vendor) -> Part:
    state = agreements.state_of(vendor)
    cure = f"; next cure clock {state.next_cure_on}" if state.next_cure_on else ""
    late = f"; {state.overdue} past their cure clock" if state.overdue else ""
    words = f"{state.met} of {state.clauses} clauses met, {state.missed} missed, {state.not_measurable} not measurable{cure}{late}" if state.clauses else ""
    address = f"{reverse('agreements:agreements')}?vendor={vendor.key}"
    figure = f"{state.open_breaches} possible breach{'' if state.open_breaches == 1 else 'es'} open"
    return Part("Agreements", address, figure, words or "No clause is in force.", needs=bool(state.open_breaches))


def _configuration(vendor: Vendor) -> Part:
    standing = next(iter(configuration.standings(vendor.key)), None)
    address = f"{reverse('configuration:versions')}?vendor={vendor.key}"
    if standing is None:
        return Part("Configuration", address, "none", "Neither statement nor flow profile is written.", needs=True)
    lacking = [f"{title.lower()} not approved" for _, title in standing.lacking]
    waiting = [f"{len(standing.open)} version{'' if len(standing.open) == 1 else 's'} not decided"] if standing.open else []
    since = [f"in force from {standing.in_force.effective_from.astimezone(clock.MARKET_ZONE):%Y-%m-%d}"] if standing.in_force else []
    lines = tuple((f"Version {row.number}: {row.state_title}", row.get_absolute_url()) for row in standing.open[:SHOWN])
    figure = f"version {standing.in_force.number}" if standing.in_force else "none in force"
    return Part("Configuration", address, figure, "; ".join([*since, *lacking, *waiting]), lines, bool(lacking) or standing.in_force is None)


def _conflicts(vendor: Vendor) -> Part:
    found = list(conflicts.of_vendor(vendor))
    late = [row for row in found if row.is_overdue]
    lines = tuple((f"{row}: {row.state_title}", row.get_absolute_url()) for row in found[:SHOWN])
    words = f"{len(late)} without this year's result" if late else "each has this year's result" if found else "None is on the register."
    return Part("Conflicts of interest", f"{reverse('conflicts:register')}?vendor={vendor.key}", f"{len(found)} on the register", words, lines, bool(late))


def _refresh(vendor: Vendor) -> Part:
    one = approval.approval_of(vendor)
    address = one.refresh.get_absolute_url() if one.refresh else f"{reverse('refreshes:refreshes')}?vendor={vendor.key}"
    if one.until_on is None or one.days_left is None:
        return Part("Annual refresh", address, "no approval yet", "The year is counted from the first approval.")
    words = f"approved until {one.until_on}, counted from {one.base_on}"
    figure = f"{one.days_left} days left" if one.days_left >= 0 else f"{-one.days_left} days late"
    return Part("Annual refresh", address, figure, words, needs=one.has_run_out)
