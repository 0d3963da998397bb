"""Every write of reachable venues, memos and published reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.utils.text import get_valid_filename

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.lifecycle import SYSTEM, Refusal
from oversight.liquidity import listing
from oversight.liquidity.lifecycle import DIRECT, NOTERS
from oversight.liquidity.lines import Reject
from oversight.liquidity.models import Memo, Published, Reach
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, SUPERVISOR
from oversight.vendors.models import Vendor

REACH_FACTS = ("venue", "kind", "how", "through", "ats_n_on", "since_on", "until_on")
MEMO_FACTS = ("about", "title", "venue", "vendor", "asked", "reasons", "scope", "cap", "success", "success_metric", "success_side", "success_bound")


@dataclass(frozen=True)
class Listed:
    """What came of a list of venues: entries made, lines that stand already, lines that were not taken."""

    made: tuple[Reach, ...]
    standing: int
    rejects: tuple[Reject, ...]


def state(by: Actor, vendor: Vendor, **facts: Any) -> Reach:
    """Say that a vendor's router reaches a venue. `facts` are REACH_FACTS. Raises Refusal where an entry of those days stands, or for what cannot be."""
    _may(by)
    _check_reach(facts)
    with actions.turn():
        if listing.standing(vendor, facts, Reach.objects.filter(vendor=vendor, venue=facts["venue"])):
            raise Refusal(f"{facts['venue']} is on the list for those days already. End that entry first, where it is reached in another way now.")
        return actions.create(by, _reach(by, vendor, facts), verb="state")


def state_all(by: Actor, vendor: Vendor, name: str, content: bytes) -> Listed:
    """Take a list of venues as CSV; a line that stands already changes nothing. The file is filed as evidence beside the vendor.

    Raises Problem for a file that is no such table, Refusal for a role.
    """
    _may(by)
    lines, rejects = listing.read(content)
    with actions.turn():
        held = list(Reach.objects.filter(vendor=vendor))
        fresh = []
        for facts in lines:
            if not listing.standing(vendor, facts, held):
                fresh.append(_reach(by, vendor, facts))
                held.append(fresh[-1])
        if fresh:
            said = f"{len(lines)} venues that the router of {vendor} reaches."
            filed = evidence.file(by, get_valid_filename(name or "venues.csv"), content, title=f"Reachable venues: {vendor}", shows=said)
            evidence.link(by, filed, vendor.subject, "The list of venues as it came")
        made = actions.create_many(by, fresh, verb="state")
    return Listed(tuple(made), len(lines) - len(fresh), tuple(rejects))


def end(by: Actor, row: Reach, *, until_on: date | None = None, why: str = "") -> Reach:
    """Say that a router reaches a venue no more, and until when it did."""
    if until_on and until_on < row.since_on:
        raise Refusal(f"End: it began on {row.since_on}, so it did not end before that.")
    return actions.move(by, row, "end", until_on=until_on, why=why)


def file_ats_n(by: Actor, row: Reach, *, ats_n_on: date | None = None, why: str = "") -> Reach:
    """Note the day of the Form ATS-N that was looked at; the entry is then confirmed anew."""
    if ats_n_on and ats_n_on > clock.today():
        raise Refusal("Note its Form ATS-N: a filing of the future cannot have been looked at.")
    return actions.move(by, row, "file_ats_n", ats_n_on=ats_n_on, why=why)


def draft(by: Actor, **facts: Any) -> Memo:
    """Begin a memo. `facts` are MEMO_FACTS."""
    _may(by)
    _check_memo(facts)
    return actions.create(by, Memo(**facts, state=Memo.LIFECYCLE.start, drafted_by=by.key, drafted_at=clock.now()), verb="draft")


def revise(by: Actor, memo: Memo, **facts: Any) -> Memo:
    """Other words in a draft; who revises it does not decide on it."""
    _may(by)
    if unknown := set(facts) - set(MEMO_FACTS):
        raise ValueError(f"not facts of a memo: {sorted(unknown)}")
    _check_memo({name: getattr(memo, name) for name in MEMO_FACTS} | facts)
    with actions.turn():
        if not Memo.objects.filter(pk=memo.pk, state="drafted").exists():
            raise Refusal("This memo is no draft any more. Send it back first, or look at it again on its day.")
        return actions.change(by, memo, verb="revise", signs="drafted", **facts)


def propose(by: Actor, memo: Memo, *, why: str = "") -> Memo:
    """Ask for a second person's decision, and tell those who may decide."""
    with actions.turn():
        moved = actions.move(by, memo, "propose", why=why)
        tell(by, to_roles=(COMPLIANCE, SUPERVISOR), what=f"A memo waits for a decision: {memo}.", url=memo.get_absolute_url())
    return moved


def try_it(by: Actor, memo: Memo, *, ends_on: date | None = None, relook_on: date | None = None, why: str = "") -> Memo:
    """Decide to try, until a day that lies ahead; the next look is not before it."""
    if ends_on and ends_on < clock.today():
        raise Refusal("Try it: its last day has passed already.")
    if ends_on and relook_on and relook_on < ends_on:
        raise Refusal("Try it: the next look would come before the trial has ended.")
    return actions.move(by, memo, "try_it", ends_on=ends_on, relook_on=relook_on, why=why)


def decline(by: Actor, memo: Memo, *, relook_on: date | None = None, why: str = "") -> Memo:
    """Decide not to try, and when to look again."""
    if relook_on and relook_on <= clock.today():
        raise Refusal("Decline: the day of the next look must lie ahead.")
    return actions.move(by, memo, "decline", relook_on=relook_on, why=why)


def conclude(by: Actor, memo: Memo, *, result: str = "", relook_on: date | None = None, why: str = "") -> Memo:
    """Note what a trial showed, and when to look again."""
    if relook_on and relook_on <= clock.today():
        raise Refusal("Note the result: the day of the next look must lie ahead.")
    return actions.move(by, memo, "conclude", result=result, relook_on=relook_on, why=why)


def publish(by: Actor, name: str, content: bytes | IO[bytes], *, kind: str, venue: str, first_on: date, last_on: date) -> Published:
    """File a report that a venue or broker published. Raises Refusal for a period that ends before it begins or lies ahead, and for bytes that are not kept."""
    _may(by)
    if last_on < first_on or first_on > clock.today():
        raise Refusal("The period ends before it begins, or lies ahead. Look at the two days.")
    with actions.turn():
        filed = evidence.file(by, name, content, title=f"{dict(listing.PUBLISHED)[kind]}, {venue}, {first_on} to {last_on}", effective_on=last_on)
        row = Published(
            kind=kind, venue=venue, first_on=first_on, last_on=last_on, filed=filed, noted_by=by.key, noted_at=clock.now(), state=Published.LIFECYCLE.start
        )
        actions.create(by, row, verb="file")
        evidence.link(by, filed, row.subject, "The report as it was published")
    return row


def _reach(by: Actor, vendor: Vendor, facts: dict[str, Any]) -> Reach:
    return Reach(vendor=vendor, state=Reach.LIFECYCLE.start, stated_by=by.key, stated_at=clock.now(), **facts)


def _may(by: Actor) -> None:
    if not by.roles & {*NOTERS, SYSTEM}:
        raise Refusal("The analysis of venues is kept by analysts, supervisors, compliance and vendor managers.", is_forbidden=True)


def _check_reach(facts: dict[str, Any]) -> None:
    if not facts.get("venue") or not facts.get("since_on"):
        raise Refusal("The venue and since when it is reached are needed.")
    if facts.get("until_on") and facts["until_on"] < facts["since_on"]:
        raise Refusal("It would have ended before it began. Look at the two days.")
    if (facts.get("how", DIRECT) == DIRECT) == bool(facts.get("through")):
        raise Refusal("Name the broker where the venue is reached through one, and nobody where it is reached directly.")


def _check_memo(facts: dict[str, Any]) -> None:
    for name in ("title", "asked", "reasons"):
        if not (facts.get(name) or "").strip():
            raise Refusal({"title": "A title is missing.", "asked": "What is asked is missing.", "reasons": "What speaks for and against is missing."}[name])
    if facts.get("about") == "venue" and not facts.get("venue"):
        raise Refusal("A memo on a new venue names it by its MIC.")
    if len({bool(facts.get("success_metric")), bool(facts.get("success_side")), facts.get("success_bound") is not None}) > 1:
        raise Refusal("A success figure has three parts: the metric, at least or at most, and the figure. Give all of them or none.")


MOVES = {
    ("reach", "end"): end, ("reach", "file_ats_n"): file_ats_n, ("memo", "propose"): propose, ("memo", "try_it"): try_it, ("memo", "decline"): decline,
    ("memo", "conclude"): conclude,
}  # fmt: skip
