"""Who is asked to read which version: by role when it is approved, by role when a person joins, by name when compliance says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from oversight import clock
from oversight.accounts.models import Holding
from oversight.actor import Actor, automated
from oversight.notices.actions import tell
from oversight.procedures.lifecycle import READERS
from oversight.procedures.models import Attestation, Version
from oversight.record import actions

DESK = automated("procedures")


def first_holders() -> dict[str, str]:
    """By role, the key of the open account that has held it longest."""
    held = Holding.objects.filter(role__in=READERS, ended_at=None, account__is_active=True).order_by("-given_at", "-pk").select_related("account")
    return {holding.role: holding.account.key for holding in held}


def holders() -> list[tuple[str, str]]:
    """(key, role) of every open account that can own a procedure or attest to one, by name; one query."""
    held = Holding.objects.filter(role__in=READERS, ended_at=None, account__is_active=True).order_by("account__name", "role")
    return list(held.values_list("account__key", "role"))


def ask_readers(by: Actor, version: Version, held: list[tuple[str, str]] | None = None) -> list[Attestation]:
    """Ask whoever holds one of the version's roles and was not asked about it yet."""
    wanted: dict[str, str] = {}
    for key, role in holders() if held is None else held:
        if role in version.readers:
            wanted.setdefault(key, role)
    from_on = max(version.effective_on or clock.today(), clock.today())
    return ask_people(by, version, wanted, from_on + timedelta(days=version.read_within_days))


def ask_people(by: Actor, version: Version, wanted: Mapping[str, str], due_on: date) -> list[Attestation]:
    """Ask these accounts (key: role) by that day, and tell them; whoever was asked about this version before is left out."""
    before = set(version.attestations.values_list("person", flat=True))
    rows = [
        Attestation(version=version, person=key, role=role, due_on=due_on, asked_by=by.key, asked_at=clock.now(), state=Attestation.LIFECYCLE.start)
        for key, role in wanted.items() if key not in before
    ]  # fmt: skip
    if not rows:
        return []
    with actions.turn():
        actions.create_many(by, rows, verb="ask")
        for row in Attestation.objects.filter(version=version, person__in=[row.person for row in rows]).order_by("pk"):
            tell(by, to_keys=[row.person], what=f"Read and attest by {due_on}: {version}", url=row.get_absolute_url())
    return rows


def fall_away(version: Version) -> None:
    """Nobody is asked about this version any more; what was attested stays."""
    open_ = list(version.attestations.filter(state="asked").order_by("pk"))
    if open_:
        actions.move_many(DESK, open_, "fall_away")
