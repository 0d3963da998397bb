"""What is done about selections: candidates, the memo, the decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from oversight import clock
from oversight.actor import Actor
from oversight.diligence import opening
from oversight.diligence.choices import VERDICTS, Candidate, Selection
from oversight.diligence.lifecycle import KEEPERS
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, VENDOR_MANAGER
from oversight.vendors.models import Vendor


def begin(by: Actor, *, title: str, need: str, areas: Collection[str] = ()) -> Selection:
    """Begin a selection: what is needed, and the one form of questions for every candidate."""
    _may(by)
    if not title.strip() or not need.strip():
        raise Refusal("A title, and what is needed, are missing.")
    with actions.turn():
        form = opening.form_of(by, areas)
        row = Selection(title=title.strip(), need=need.strip(), form=form, opened_by=by.key, opened_at=clock.now(), state=Selection.LIFECYCLE.start)
        return actions.create(by, row, verb="begin")


def add(by: Actor, selection: Selection, vendor: Vendor, *, first_on: date, last_on: date, is_by_firm: bool = False) -> Candidate:
    """Add a candidate: an assessment of it on the selection's form. Raises Refusal once the memo is proposed."""
    _may(by)
    with actions.turn():
        fresh = _open(selection)
        made = opening.begin(
            by, vendor=vendor, first_on=first_on, last_on=last_on, is_by_firm=is_by_firm, form=fresh.form, purpose=f"Candidate of “{fresh.title}”."
        )
        return actions.create(by, Candidate(selection=fresh, assessment=made), verb="add_candidate")


def write(by: Actor, selection: Selection, *, summary: str, alternatives: str, verdicts: Mapping[int, tuple[str, str]]) -> Selection:
    """Write the memo: `verdicts` are (chosen or lost, reason) by the candidate's number. It changes until it is proposed."""
    _may(by)
    with actions.turn():
        fresh = _open(selection)
        actions.change(by, fresh, verb="write_memo", summary=summary.strip(), alternatives=alternatives.strip())
        for candidate in fresh.candidates.all():
            verdict, reason = verdicts.get(candidate.pk, (candidate.verdict, candidate.reason))
            if verdict not in ("", *dict(VERDICTS)):
                raise Refusal("A candidate is chosen, or not chosen.")
            actions.change(by, candidate, verb="judge", verdict=verdict, reason=reason.strip())
    selection.refresh_from_db()
    return selection


def propose(by: Actor, selection: Selection) -> Selection:
    """Propose the memo; compliance is told. Raises Refusal naming what is missing."""
    _whole(selection)
    with actions.turn():
        actions.move(by, selection, "propose")
        url = f"{selection.get_absolute_url()}memo/"
        tell(by, to_roles=(COMPLIANCE,), what=f"A selection memo waits for your decision: {selection}", url=url, severity="low")
    return selection


def approve(by: Actor, selection: Selection) -> Selection:
    """Approve the memo; it no longer changes. Raises Refusal naming what is missing, and for who proposed it."""
    with actions.turn():
        if selection.state == "proposed":
            _whole(selection)
        actions.move(by, selection, "approve")
        tell(by, to_roles=(VENDOR_MANAGER,), what=f"The selection memo is approved: {selection}", url=f"{selection.get_absolute_url()}memo/")
    return selection


def _whole(selection: Selection) -> None:
    if missing := selection.missing:
        raise Refusal(f"The memo is not whole. Missing: {'; '.join(missing)}.")


def _open(selection: Selection) -> Selection:
    fresh = Selection.objects.select_related("form").get(pk=selection.pk)
    if fresh.state != "open":
        raise Refusal(f"The memo is “{fresh.state_title}”, so nothing in it changes. {_what_then(fresh)}")
    return fresh


def _what_then(selection: Selection) -> str:
    return "Compliance can return it." if selection.state == "proposed" else "Begin another selection."


def _may(by: Actor) -> None:
    if not by.roles & set(KEEPERS):
        raise Refusal("Selections are kept by vendor managers and compliance.", is_forbidden=True)
