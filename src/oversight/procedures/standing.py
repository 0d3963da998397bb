"""Where every section stands on a day: what is in force, how old its evidence is, what is being changed, who has read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from oversight import clock
from oversight.evidence.models import Link
from oversight.procedures import ages, duties, performing
from oversight.procedures.ages import Age
from oversight.procedures.chapters import PLACE
from oversight.procedures.content import DUTY, FILED, RUN, Proof
from oversight.procedures.duties import Duty
from oversight.procedures.lifecycle import WAS_IN_FORCE
from oversight.procedures.models import Attestation, Section, Version, day_of

NO_ORDER = len(ages.RANK)


@dataclass(frozen=True)
class Proved:
    """One proof of a section with its age, and the address of the last evidence where it has one."""

    proof: Proof
    age: Age
    address: str = ""
    said: str = ""


@dataclass(frozen=True)
class Standing:
    """One section on a day. `version` is the one in force, None where none is; `open` are drafts and proposals."""

    section: Section
    version: Version | None
    proved: tuple[Proved, ...]
    open: tuple[Version, ...]
    coming: Version | None
    asked: int
    attested: int
    overdue: int

    @property
    def age(self) -> Age | None:
        """The age that needs somebody first."""
        return ages.worst(one.age for one in self.proved)

    @property
    def shown(self) -> Version | None:
        """The version to look at: in force, else coming, else the one being written."""
        return self.version or self.coming or (self.open[0] if self.open else None)

    @property
    def title(self) -> str:
        return self.version.title if self.version else self.section.title

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Lapsed first; then the chapters as they are printed."""
        age = self.age
        return (ages.RANK[age.state] if age else NO_ORDER, age.good_until.toordinal() if age else 0, PLACE[self.section.chapter], self.section.pk)


def in_force(on: date | None = None) -> dict[int, Version]:
    """The version of each section that is or was in force on that day (today), by the section's number; one query.

    The state does not say it, the dates do: approved, effective by that day, not followed by another that is, and its section not retired by then.
    """
    day = on or clock.today()
    held: dict[int, Version] = {}
    for version in Version.objects.filter(state__in=WAS_IN_FORCE, effective_on__lte=day).select_related("section").order_by("effective_on", "number"):
        if version.retired_on is None or version.effective_on is None or version.retired_on >= version.effective_on:
            held[version.section_id] = version
    return {pk: version for pk, version in held.items() if version.retired_on is None or version.retired_on > day}


def standings(on: date | None = None) -> list[Standing]:
    """Every section that is in force or being written on that day, in the order of the chapters. The number of queries does not grow with them."""
    day = on or clock.today()
    sections, held, opened = Section.objects.all(), in_force(day), _open(day)
    coming = _coming(day)
    counts = _counts(held.values())
    evidence = Evidence.of(held.values(), day)
    found = [
        Standing(
            section, held.get(section.pk), evidence.proved(held[section.pk]) if section.pk in held else (), tuple(opened[section.pk]), coming.get(section.pk),
            *counts.get(held[section.pk].pk if section.pk in held else 0, (0, 0, 0)),
        )
        for section in sections if section.pk in held or section.pk in coming or opened[section.pk]
    ]  # fmt: skip
    return sorted(found, key=lambda one: (PLACE[one.section.chapter], one.section.pk))


@dataclass(frozen=True)
class Evidence:
    """The last evidence of every kind on a day."""

    filed: Mapping[int, Link]
    evaluated: Mapping[str, performing.Evaluated]
    calendar: Mapping[str, Duty]
    since: Mapping[int, date]
    day: date

    @classmethod
    def of(cls, versions: Iterable[Version], day: date) -> Evidence:
        """Read what was there by the end of `day`."""
        held, today = list(versions), clock.today()
        needs = {proof.kind for version in held for proof in version.proofs_of}
        filed = _filed({version.section_id for version in held}, day) if FILED in needs else {}
        evaluated = performing.last_evaluated(day if day < today else None) if RUN in needs else {}
        calendar = duties.every() if DUTY in needs else {}
        return cls(filed, evaluated, calendar, _since({version.section_id for version in held}), day)

    def proved(self, version: Version) -> tuple[Proved, ...]:
        """Each proof of the version with its age."""
        return tuple(self._proved(version, proof) for proof in version.proofs_of)

    def _proved(self, version: Version, proof: Proof) -> Proved:
        since = self.since.get(version.section_id, self.day)
        if proof.kind == FILED:
            link = self.filed.get(version.section_id)
            on, address, said = (evidence_on(link), link.filed.get_absolute_url(), link.filed.title) if link else (None, "", "")
        elif proof.kind == RUN:
            last = self._run(version)
            on, address, said = (last.on, last.run.get_absolute_url(), f"run {last.run.pk[:12]}") if last else (None, "", "")
        else:
            assert proof.kind == DUTY, f"no such proof: {proof.kind}"
            on, address, said = self._duty(version)
        return Proved(proof, ages.age(proof.days, on, since, self.day), address, said)

    def _run(self, version: Version) -> performing.Evaluated | None:
        """The run up to which all of the section's checks were evaluated: of their last runs, the earliest; None where one was never evaluated."""
        found = [self.evaluated.get(check) for check in version.checks]
        return min((one for one in found if one), key=lambda one: one.on) if found and all(found) else None

    def _duty(self, version: Version) -> tuple[date | None, str, str]:
        """The day up to which all of the section's duties were confirmed: of their last confirmations, the earliest."""
        named = duties.of(version.duties, self.calendar)
        confirmed = [(duty.confirmed_by(self.day), duty) for duty in named]
        if not confirmed or any(on is None for on, _ in confirmed):
            return None, next((duty.url for on, duty in confirmed if on is None), ""), ""
        on, duty = min(((on, duty) for on, duty in confirmed if on is not None), key=lambda pair: pair[0])
        return on, duty.url, duty.title


def evidence_on(link: Link) -> date:
    """The day that a filing is evidence of: its effective date where it states one, else the day it was filed."""
    filed = link.filed
    on = filed.effective_on or day_of(filed.filed_at)
    assert on is not None, "a filing has an instant"
    return on


def _filed(sections: set[int], day: date) -> dict[int, Link]:
    """The latest filing beside each section, of those filed by that day and not expired on it; one query."""
    wanted = Link.objects.filter(subject_kind=Section.RECORD, subject_id__in=[str(pk) for pk in sections], state="linked").select_related("filed")
    found: dict[int, Link] = {}
    for link in wanted.order_by("linked_at", "pk"):
        on, pk, ends = evidence_on(link), int(link.subject_id), link.filed.expires_on
        is_there = on <= day and (day_of(link.linked_at) or day) <= day and (ends is None or ends >= day)
        if is_there and (pk not in found or on >= evidence_on(found[pk])):
            found[pk] = link
    return found


def _since(sections: set[int]) -> dict[int, date]:
    """The first day on which each section was in force."""
    rows = Version.objects.filter(section__in=sections, state__in=WAS_IN_FORCE).order_by("-effective_on").values_list("section_id", "effective_on")
    return {pk: on for pk, on in rows if on is not None}


def _open(day: date) -> dict[int, list[Version]]:
    """Drafts and proposals by section, of now or, for a day that is over, those that had been drafted and not decided by its end."""
    found: dict[int, list[Version]] = defaultdict(list)
    today = clock.today()
    wanted = Q(state__in=("draft", "proposed")) if day >= today else Q()
    for version in Version.objects.filter(wanted).select_related("section").order_by("-number"):
        decided = [on for on in (version.approved_on, day_of(version.withdrawn_at)) if on is not None]
        if day >= today or ((day_of(version.drafted_at) or day) <= day and not any(on <= day for on in decided)):
            found[version.section_id].append(version)
    return found


def _coming(day: date) -> dict[int, Version]:
    """Versions approved by that day whose effective day is still to come."""
    found = Version.objects.filter(state__in=WAS_IN_FORCE, effective_on__gt=day).select_related("section").order_by("-effective_on", "-number")
    return {
        version.section_id: version for version in found if (version.approved_on or day) <= day and (version.retired_on is None or version.retired_on > day)
    }


def _counts(versions: Iterable[Version]) -> dict[int, tuple[int, int, int]]:
    """(asked and given together, given, overdue) by version."""
    late = Q(state="asked", due_on__lt=clock.today())
    rows = (
        Attestation.objects.filter(version__in=[version.pk for version in versions], state__in=("asked", "attested"))
        .values("version_id").annotate(every=Count("pk"), given=Count("pk", filter=Q(state="attested")), late=Count("pk", filter=late)).order_by("version_id")
    )  # fmt: skip
    return {row["version_id"]: (row["every"], row["given"], row["late"]) for row in rows}
