"""What happens to the procedures once a day: versions take effect, people who joined are asked, reminders and lapses are told; twice does nothing twice."""

from __future__ import annotations

from dataclasses import dataclass

from oversight import clock
from oversight.accounts.models import Account
from oversight.notices.actions import tell
from oversight.procedures import ages, asking, queries
from oversight.procedures.actions import DESK, take_effect
from oversight.procedures.models import Attestation, Version
from oversight.procedures.standing import in_force
from oversight.record import actions
from oversight.roles import COMPLIANCE


@dataclass(frozen=True)
class Done:
    """What a round did, in numbers."""

    took_effect: int = 0
    asked: int = 0
    fell_away: int = 0
    reminded: int = 0
    lapsed: int = 0

    @property
    def words(self) -> str:
        """The numbers in words."""
        asked = f"{self.asked} people asked to attest, {self.fell_away} no longer asked, {self.reminded} reminded"
        return f"{self.took_effect} versions took effect, {asked}, {self.lapsed} lapses told"


def daily() -> Done:
    """One round, in one transaction."""
    with actions.turn():
        took_effect = _take_effect()
        return Done(took_effect, _ask(), _fall_away(), _remind(), _tell_lapses())


def _take_effect() -> int:
    due = (
        Version.objects.filter(state="approved", effective_on__lte=clock.today(), base__state="approved").select_related("base").order_by("effective_on", "pk")
    )
    for version in due:
        take_effect(version)
    return len(due)


def _ask() -> int:
    held = asking.holders()
    return sum(len(asking.ask_readers(DESK, version, held)) for version in in_force().values() if version.readers)


def _fall_away() -> int:
    """Accounts that were closed are no longer asked."""
    closed = set(Account.objects.filter(is_active=False).values_list("key", flat=True))
    rows = list(Attestation.objects.filter(state="asked", person__in=closed).order_by("pk"))
    if rows:
        actions.move_many(DESK, rows, "fall_away")
    return len(rows)


def _remind() -> int:
    """Each person once before it is due and once when it is late; compliance is told of what is late."""
    told = 0
    for row in queries.due_for_reminding():
        stage = "late" if row.is_overdue else "soon"
        if row.reminded in (stage, "late"):
            continue
        actions.change(DESK, row, verb="remind", reminded=stage)
        words = "overdue since" if stage == "late" else "due on"
        tell(
            DESK, to_keys=[row.person], to_roles=(COMPLIANCE,) if stage == "late" else (), what=f"Attestation {words} {row.due_on}: {row.version}",
            url=row.get_absolute_url() if stage == "soon" else row.version.section.get_absolute_url(), severity="medium" if stage == "late" else "info",
        )  # fmt: skip
        told += 1
    return told


def _tell_lapses() -> int:
    """Owner, deputy and compliance are told once of each lapse."""
    told = 0
    for one in queries.by_age():
        age, version = one.age, one.version
        if age is None or version is None or age.state != ages.LAPSED or one.section.lapse_told_on == age.good_until:
            continue
        actions.change(DESK, one.section, verb="tell_lapse", lapse_told_on=age.good_until)
        what = f"Evidence lapsed: {version.title} had none that suffices after {age.good_until}."
        tell(DESK, to_roles=(COMPLIANCE,), to_keys=[version.owner, version.deputy], what=what, url=one.section.get_absolute_url(), severity="high")
        told += 1
    return told
