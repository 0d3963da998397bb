"""Every write of the desk: views kept, shared, dropped."""

from __future__ import annotations

from oversight import clock
from oversight.actor import Actor
from oversight.desk.models import SavedView
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.roles import COMPLIANCE, SUPERVISOR

SHARING = (SUPERVISOR, COMPLIANCE)


def keep(by: Actor, name: str, address: str) -> SavedView:
    """Keep the page at `address` under a name, for oneself. Raises Refusal where one's own view has that name."""
    if SavedView.objects.filter(kept_by=by.key, name=name, is_dropped=False).exists():
        raise Refusal(f"You already keep a view named “{name}”. Choose another name, or drop that one first.")
    return actions.create(by, SavedView(name=name, address=address, kept_by=by.key, kept_at=clock.now()), verb="keep")


def share(by: Actor, view: SavedView) -> SavedView:
    """Show it to everybody, or to its keeper alone again. Raises Refusal unless a supervisor or compliance asks."""
    if not by.roles & set(SHARING):
        raise Refusal("Only a supervisor or compliance shares a view.", is_forbidden=True)
    return actions.change(by, view, verb="keep to oneself" if view.is_shared else "share", is_shared=not view.is_shared)


def drop(by: Actor, view: SavedView) -> SavedView:
    """List it no more. Raises Refusal for another person's, unless it is shared and a supervisor or compliance asks."""
    if view.kept_by != by.key and not (view.is_shared and by.roles & set(SHARING)):
        raise Refusal("Only the person who keeps a view drops it; a shared one also a supervisor or compliance.", is_forbidden=True)
    return actions.change(by, view, verb="drop", is_dropped=True)
