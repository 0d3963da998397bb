"""Every write of configuration: the two documents, versions decided on by two, what was measured before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from oversight import clock
from oversight.actor import Actor, automated
from oversight.configuration import analyzing
from oversight.configuration.lifecycle import DECIDERS, WRITERS
from oversight.configuration.models import DECIDED, DOCUMENTS, Analysis, Document, Version
from oversight.configuration.terms import Setting, checked
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import ANALYST, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor


def draft_document(by: Actor, vendor: Vendor, kind: str, *, text: str, changed: str = "") -> Document:
    """A draft of the vendor's statement or profile, on the base of the approved one."""
    _may(by)
    if kind not in DOCUMENTS:
        raise Refusal("There is no such document.")
    _said(text)
    with actions.turn():
        of = Document.objects.filter(vendor=vendor, kind=kind)
        number = (of.aggregate(last=Max("number"))["last"] or 0) + 1
        base = of.filter(state="approved").first()
        row = Document(
            vendor=vendor, kind=kind, number=number, base=base, text=text.strip(), changed=changed.strip(), drafted_by=by.key, drafted_at=clock.now(),
            state=Document.LIFECYCLE.start,
        )  # fmt: skip
        return actions.create(by, row, verb="draft")


def revise_document(by: Actor, row: Document, *, text: str, changed: str = "") -> Document:
    """Other words in a draft of one's own."""
    _may(by)
    _said(text)
    with actions.turn():
        _is_own_draft(by, row)
        return actions.change(by, row, verb="revise", text=text.strip(), changed=changed.strip())


def propose_document(by: Actor, row: Document, *, why: str = "") -> Document:
    """Sign it as the first, and ask for the second signature."""
    with actions.turn():
        moved = actions.move(by, row, "propose", why=why)
        _ask(by, f"The {row} is signed by one: a second person decides on it.", row)
    return moved


def approve_document(by: Actor, row: Document, *, why: str = "") -> Document:
    """Sign it as the second; the version before is superseded."""
    with actions.turn():
        for before in Document.objects.filter(vendor_id=row.vendor_id, kind=row.kind, state="approved").exclude(pk=row.pk):
            actions.move(automated("configuration"), before, "supersede")
        return actions.move(by, row, "approve", why=why)


def draft(
    by: Actor, vendor: Vendor, *, settings: Sequence[Setting], effective_from: datetime, summary: str, release: str = "", release_note: Filed | None = None
) -> Version:
    """A draft of the next version, on the base of the last one decided on. Raises Refusal where nothing differs or a setting cannot be."""
    _may(by)
    rows = _checked(settings, summary)
    with actions.turn():
        base = Version.objects.filter(vendor=vendor, state__in=DECIDED).order_by("-approved_at", "-number").first()
        _differs(rows, base)
        number = (Version.objects.filter(vendor=vendor).aggregate(last=Max("number"))["last"] or 0) + 1
        row = Version(
            vendor=vendor, number=number, base=base, effective_from=effective_from, settings=rows, summary=summary.strip(), release=release.strip(),
            release_note=release_note, drafted_by=by.key, drafted_at=clock.now(), state=Version.LIFECYCLE.start,
        )  # fmt: skip
        return actions.create(by, row, verb="draft")


def revise(
    by: Actor, row: Version, *, settings: Sequence[Setting], effective_from: datetime, summary: str, release: str = "", release_note: Filed | None = None
) -> Version:
    """Other settings in a draft of one's own."""
    _may(by)
    rows = _checked(settings, summary)
    with actions.turn():
        _is_own_draft(by, row)
        _differs(rows, row.base)
        values: dict[str, Any] = {
            "settings": rows,
            "effective_from": effective_from,
            "summary": summary.strip(),
            "release": release.strip(),
            "release_note": release_note,
        }
        return actions.change(by, row, verb="revise", **values)


def analyze(
    by: Actor, row: Version, *, metrics: Sequence[str], first: date, last: date, expected: str, filters: Mapping[str, Sequence[str]] | None = None
) -> Analysis:
    """Read the chosen figures over a period before the change, and keep them with the runs they rest on; again while it is a draft, in their place."""
    _may(by)
    if not expected.strip():
        raise Refusal("Say what the change should do, and what it might hurt: the second person decides on that.")
    kept = {name: list(values) for name, values in (filters or {}).items()}
    read: dict[str, Any] = {
        "metrics": list(metrics), "filters": kept, "first": first, "last": last, "before": analyzing.readings(row.vendor.key, metrics, kept, first, last),
        "expected": expected.strip(), "before_by": by.key, "before_at": clock.now(),
    }  # fmt: skip
    with actions.turn():
        if not Version.objects.filter(pk=row.pk, state="draft").exists():
            raise Refusal("This version is no draft any more: what was read before the change stays as the second person saw it.")
        held = Analysis.objects.filter(version_id=row.pk).first()
        if held is None:
            return actions.create(by, Analysis(version=row, **read), verb="analyze")
        return actions.change(by, held, verb="analyze", **read)


def conclude(by: Actor, row: Version, *, concluded: str) -> Analysis:
    """Read the same figures over as many trading days after the change, and say what it did.

    Raises Refusal before the router is set so, and until the last of these days was measured.
    """
    _may(by)
    if not concluded.strip():
        raise Refusal("Say what the change did, and whether it stays.")
    with actions.turn():
        held = Analysis.objects.filter(version_id=row.pk).select_related("version__vendor").first()
        if held is None:
            raise Refusal("Nothing was read before the change, so there is nothing to set beside it.")
        if held.is_complete:
            raise Refusal("This was read and concluded already. What was filed is not changed.")
        after = _days_after(held)
        read = analyzing.readings(held.version.vendor.key, held.metrics, held.filters, after[0], after[-1])
        values: dict[str, Any] = {
            "after": read,
            "after_first": after[0],
            "after_last": after[-1],
            "concluded": concluded.strip(),
            "after_by": by.key,
            "after_at": clock.now(),
        }
        done = actions.change(by, held, verb="conclude", **values)
        _ask(by, f"Read after the change: {held.version}.", held.version)
    return done


def propose(by: Actor, row: Version, *, why: str = "") -> Version:
    """Ask for a second person's decision."""
    with actions.turn():
        moved = actions.move(by, row, "propose", why=why)
        _ask(by, f"The {row} is proposed: a second person decides on it.", row)
    return moved


def approve(by: Actor, row: Version, *, why: str = "") -> Version:
    """Decide that the router is to be set so, and tell who has the vendor do it."""
    with actions.turn():
        moved = actions.move(by, row, "approve", why=why)
        what = f"Approved: {row}. Have the router set so, and note when it was."
        tell(by, to_roles=(VENDOR_MANAGER,), to_keys=(row.proposed_by,), what=what, url=row.get_absolute_url())
    return moved


def put_in_force(by: Actor, row: Version, *, in_force_from: datetime | None = None, why: str = "") -> Version:
    """Note since which instant the router is set so; the version before held until then."""
    if in_force_from is None:
        return actions.move(by, row, "put_in_force", why=why)
    if in_force_from > clock.now():
        raise Refusal("It would be set so in the future. Note it when the vendor has confirmed it.")
    with actions.turn():
        if row.base and row.base.state == "approved":
            raise Refusal(f"{row.base} was approved before it and is not noted as set. Note that one first, or withdraw it.")
        before = Version.objects.filter(vendor_id=row.vendor_id, state="in_force").exclude(pk=row.pk).first()
        if before and before.in_force_from and in_force_from <= before.in_force_from:
            raise Refusal(f"{before} is in force since a later instant. Look at the two.")
        if before:
            actions.move(automated("configuration"), before, "supersede", in_force_until=in_force_from)
        moved = actions.move(by, row, "put_in_force", why=why, in_force_from=in_force_from)
        tell(by, to_roles=(ANALYST, SUPERVISOR), what=f"In force: {row}.", url=row.get_absolute_url())
    return moved


def _days_after(held: Analysis) -> Sequence[date]:
    version = held.version
    if version.in_force_from is None:
        raise Refusal("The router is not set so yet.")
    count = len(analyzing.days(held.first, held.last))
    after, until = analyzing.days_after(version.in_force_from, count), analyzing.measured_until()
    if until is None or until < after[-1]:
        raise Refusal(f"The {count} trading days after the change end on {after[-1]}; measured is until {until or 'no day'}. Read it then.")
    return after


def _checked(settings: Sequence[Setting], summary: str) -> list[dict[str, str]]:
    if not summary.strip():
        raise Refusal("Say what changes, and why: a second person decides on it.")
    return checked(settings)


def _differs(rows: list[dict[str, str]], base: Version | None) -> None:
    if base is not None and rows == base.settings:
        raise Refusal(f"Nothing differs from version {base.number}.")


def _is_own_draft(by: Actor, row: Document | Version) -> None:
    if row.drafted_by != by.key:
        raise Refusal("Revise: this is somebody else's draft. Start one of your own.", is_forbidden=True)
    if not type(row)._default_manager.filter(pk=row.pk, state="draft").exists():
        raise Refusal("This draft was proposed or withdrawn; its words no longer change.")


def _said(text: str) -> None:
    if not text.strip():
        raise Refusal("It says nothing yet.")


def _may(by: Actor) -> None:
    if not by.roles & set(WRITERS):
        raise Refusal("Configuration is written by analysts, supervisors, compliance and vendor managers.", is_forbidden=True)


def _ask(by: Actor, what: str, row: Any) -> None:
    tell(by, to_roles=DECIDERS, what=what, url=row.get_absolute_url())


MOVES: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("configuration_document", "propose"): propose_document, ("configuration_document", "approve"): approve_document,
    ("configuration", "propose"): propose, ("configuration", "approve"): approve, ("configuration", "put_in_force"): put_in_force,
}  # fmt: skip
