"""Every write of the procedures: sections, their versions, who attests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.lifecycle import refuse as refuse_move
from oversight.notices.actions import tell
from oversight.procedures import asking, content, printing, queries, starters
from oversight.procedures.content import FIELDS
from oversight.procedures.lifecycle import APPROVERS, READERS, WRITERS
from oversight.procedures.models import Attestation, Printing, Section, Version
from oversight.record import actions
from oversight.roles import COMPLIANCE

DESK = automated("procedures")
BLANK: dict[str, Any] = {
    "title": "", "text": "", "runbook": "", "citations": [], "checks": [], "metrics": [], "duties": [], "proofs": [], "owner": "", "owner_role": "",
    "deputy": "", "deputy_role": "", "readers": [], "read_within_days": 14,
}  # fmt: skip


def take_over(by: Actor, keys: Iterable[str]) -> list[Section]:
    """Open a section with a first draft for each of these starters. Raises Refusal for one that is not shipped or was taken before."""
    _may_write(by)
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        raise Refusal("No starter was chosen.")
    unknown = [key for key in wanted if key not in starters.BY_KEY]
    if unknown:
        raise Refusal(f"There is no starter “{unknown[0][:40]}”.")
    with actions.turn():
        left = {starter.key for starter in queries.starters_left()}
        taken = [starters.BY_KEY[key].title for key in wanted if key not in left]
        if taken:
            raise Refusal(f"Taken over before: {', '.join(taken)}. Nothing was changed.")
        people = asking.first_holders()
        chosen = [starters.BY_KEY[key] for key in wanted]
        return [_opened(by, one.chapter, {**BLANK, **one.content(people)}, "Taken over from the starter.", one.key) for one in chosen]


def open_section(by: Actor, chapter: str, values: Mapping[str, Any], summary: str = "") -> Section:
    """Open a section of the firm's own with a first draft; `values` are what it says, by the names in content.FIELDS."""
    _may_write(by)
    with actions.turn():
        return _opened(by, chapter, _whole(values), summary, "")


def draft(by: Actor, section: Section, values: Mapping[str, Any], summary: str) -> Version:
    """A draft of another version, on the base of the one approved last. Raises Refusal where nothing differs from it or no reason is given."""
    _may_write(by)
    if not summary.strip():
        raise Refusal("Say what changes, and why.")
    with actions.turn():
        base = queries.latest(section)
        whole = _whole(values)
        if base is not None and base.hash == content.content_hash(whole):
            raise Refusal("Nothing differs from the version approved last.")
        return _drafted(by, section, base, whole, summary)


def revise(by: Actor, version: Version, values: Mapping[str, Any], summary: str, *, seen: str = "") -> Version:
    """Other words in a draft of one's own. `seen` is the hash of what the person began from: Refusal where it was changed meanwhile."""
    _may_write(by)
    if version.state != "draft":
        raise Refusal(f"This version is already “{version.state_title}”; its text no longer changes. Start a draft from it.")
    if version.drafted_by != by.key:
        raise Refusal("This is somebody else's draft. Start one of your own from it.", is_forbidden=True)
    whole = _whole(values)
    with actions.turn():
        kept = Version.objects.get(pk=version.pk)
        if kept.state != "draft" or (seen and kept.hash != seen):
            raise Refusal("This draft was changed or moved meanwhile, perhaps by you in another window. Look at it before you go on; nothing was saved.")
        return actions.change(by, version, verb="revise", hash=content.content_hash(whole), summary=summary.strip(), **whole)


def propose(by: Actor, version: Version, *, why: str = "") -> Version:
    """Ask for a second person's decision, and tell those who may decide. Raises Refusal naming what is left to fill in or missing."""
    ready(version, "Propose")
    with transaction.atomic():
        moved = actions.move(by, version, "propose", why=why)
        tell(by, to_roles=APPROVERS, what=f"Procedure proposed: {version}. A second person decides on it.", url=version.get_absolute_url())
    return moved


def send_back(by: Actor, version: Version, *, why: str = "") -> Version:
    """Return a proposal to its drafter, who is told."""
    with transaction.atomic():
        moved = actions.move(by, version, "send_back", why=why)
        tell(by, to_keys=[version.drafted_by], what=f"Procedure returned for more: {version}.", url=version.get_absolute_url(), severity="medium")
    return moved


def approve(by: Actor, version: Version, *, effective_on: date | None = None, why: str = "") -> Version:
    """Approve what another wrote, in force from `effective_on`. The version before gives way on that day; its readers are asked anew.

    Raises Refusal naming the placeholders left, what is missing, or that another version was approved meanwhile.
    """
    given = {"effective_on": effective_on, "why": why}
    ready(version, "Approve")
    refuse_move(version.LIFECYCLE, version.LIFECYCLE.move("approve"), version, person=by.key, roles=by.roles, given=given)
    assert effective_on is not None, "the move needs it"
    if effective_on < clock.today():
        raise Refusal(f"Approve: {effective_on} is over. A procedure takes effect today or later.")
    if version.base and version.base.effective_on and effective_on < version.base.effective_on:
        raise Refusal(f"Approve: the version before takes effect on {version.base.effective_on}; this one cannot do so earlier.")
    try:
        with actions.turn():
            actions.move(by, version, "approve", effective_on=effective_on, why=why)
            if version.section.title != version.title:
                actions.change(by, version.section, verb="rename", title=version.title)
            asking.ask_readers(by, version)
            if effective_on <= clock.today():
                take_effect(version)
    except IntegrityError as error:
        raise Refusal("Another version of this section was approved meanwhile. Start a draft from that one.") from error
    return version


def take_effect(version: Version) -> None:
    """What gives way when `version` takes effect: the version before, and what was still asked about it."""
    before = Version.objects.filter(pk=version.base_id, state="approved").first() if version.base_id else None
    if before is not None:
        actions.move(DESK, before, "supersede")
        asking.fall_away(before)


def retire(by: Actor, version: Version, *, why: str = "") -> Version:
    """Give the section up, from today; nobody is asked to read it any more."""
    with transaction.atomic():
        moved = actions.move(by, version, "retire", why=why)
        asking.fall_away(version)
        tell(by, to_roles=(COMPLIANCE,), to_keys=[version.owner], what=f"Procedure retired: {version}.", url=version.section.get_absolute_url())
    return moved


def ask(by: Actor, version: Version, people: Iterable[Account], due_on: date) -> list[Attestation]:
    """Ask people by name to attest to an approved version by a day. Raises Refusal for who is no reader, or a day that is over."""
    if COMPLIANCE not in by.roles:
        raise Refusal("Asking for an attestation is for compliance.", is_forbidden=True)
    if version.state != "approved":
        raise Refusal("Only an approved version is attested to.")
    if due_on < clock.today():
        raise Refusal(f"{due_on} is over. Give a day that people can meet.")
    chosen = list(people)
    outside = [str(account) for account in chosen if not account.is_active or not account.roles & set(READERS)]
    if outside or not chosen:
        raise Refusal(f"Not a reader of procedures: {', '.join(outside)}." if outside else "Nobody was chosen.")
    asked = asking.ask_people(by, version, {account.key: "" for account in chosen}, due_on)
    if not asked:
        raise Refusal("They were all asked about this version before.")
    return asked


def attest(by: Actor, row: Attestation, *, why: str = "") -> Attestation:
    """Say that one has read the version. Raises Refusal for anybody else than the person asked."""
    if row.person != by.key:
        raise Refusal("Only the person who is asked can attest; nobody attests for another.", is_forbidden=True)
    return actions.move(by, row, "attest", why=why)


def file_printing(by: Actor, day: date) -> Printing:
    """Print the procedures of that day and file the document by its hash. Raises Refusal where just these bytes were filed for it before."""
    printed = printing.as_of(day)
    made = printing.document(printed)
    sha256 = hashlib.sha256(made).hexdigest()
    if Printing.objects.filter(on=day, sha256=sha256).exists():
        raise Refusal(f"Just this printing of {day} is filed already.")
    with actions.turn():
        filed = evidence.file(
            by, f"procedures-{day}.pdf", made, title=f"{printing.TITLE} as of {day}", effective_on=day,
            shows=f"{len(printed.sections)} sections in force; {printed.adrift_count} lines unapproved or adrift.",
        )  # fmt: skip
        row = Printing(
            on=day, filed=filed, sha256=sha256, sections=len(printed.sections), adrift=printed.adrift_count, printed_by=by.key, printed_at=clock.now()
        )
        actions.create(by, row, verb="print")
        evidence.link(by, filed, row.subject)
    return row


def ready(version: Version, what: str) -> None:
    """Raise Refusal, in words, for a version that is not tailored or not whole."""
    lacking = [*version.untailored, *version.missing]
    if lacking:
        raise Refusal(f"{what}: {'; '.join(lacking)}.")


def _may_write(by: Actor) -> None:
    if not by.roles & set(WRITERS):
        raise Refusal("Procedures are written by compliance, supervisors and vendor managers.", is_forbidden=True)


def _whole(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"not what a version says: {sorted(unknown)}")
    whole = {**BLANK, **values}
    if not whole["title"].strip():
        raise Refusal("A section needs a title.")
    return whole


def _opened(by: Actor, chapter: str, values: dict[str, Any], summary: str, starter: str) -> Section:
    section = Section(chapter=chapter, title=values["title"], starter=starter, opened_by=by.key, opened_at=clock.now())
    actions.create(by, section, verb="open")
    _drafted(by, section, None, values, summary)
    return section


def _drafted(by: Actor, section: Section, base: Version | None, values: dict[str, Any], summary: str) -> Version:
    number = (section.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    row = Version(
        section=section, number=number, base=base, summary=summary.strip(), hash=content.content_hash(values), drafted_by=by.key, drafted_at=clock.now(),
        state=Version.LIFECYCLE.start, **values,
    )  # fmt: skip
    return actions.create(by, row, verb="draft")


MOVES: dict[tuple[str, str], Callable[..., Any]] = {
    ("procedure_version", "propose"): propose,
    ("procedure_version", "send_back"): send_back,
    ("procedure_version", "approve"): approve,
    ("procedure_version", "retire"): retire,
    ("attestation", "attest"): attest,
}
