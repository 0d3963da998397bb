"""Every read of the procedures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from bestexec import CHECKS
from oversight import clock
from oversight.accounts.models import Account
from oversight.accounts.queries import names
from oversight.procedures import ages, starters
from oversight.procedures.chapters import BY_KEY as CHAPTERS
from oversight.procedures.lifecycle import WAS_IN_FORCE
from oversight.procedures.models import Attestation, Printing, Section, Version
from oversight.procedures.standing import Proved, Standing, in_force, standings
from oversight.procedures.starter import Starter
from oversight.roles import BY_KEY as ROLES
from oversight.sheets import Column, Row, Sheet

STATES = {**ages.STATES, "unapproved": "not in force yet", "changing": "a change is open"}
REMIND_DAYS = 3
"""So many days before an attestation is due, its person is reminded."""


def found(*, chapter: str = "", state: str = "", owner: str = "", on: date | None = None) -> list[Standing]:
    """Every section, lapsed first: of that chapter, in that state, owned by that account or with it as deputy."""
    rows = [one for one in standings(on) if (not chapter or one.section.chapter == chapter) and (not state or is_in(one, state))]
    if owner:
        rows = [one for one in rows if one.shown and owner in (one.shown.owner, one.shown.deputy)]
    return sorted(rows, key=lambda one: one.order)


def is_in(one: Standing, state: str) -> bool:
    """Whether a section is in one of STATES."""
    if state == "unapproved":
        return one.version is None
    if state == "changing":
        return bool(one.open)
    return one.age is not None and one.age.state == state


def by_age(on: date | None = None) -> list[Standing]:
    """The sections in force by the age of their evidence, lapsed first."""
    return [one for one in found(on=on) if one.version]


def is_owner(key: str) -> bool:
    """Whether this account owns a section in force or is a deputy for one; one query."""
    return any(key in (version.owner, version.deputy) for version in in_force().values())


def standing_of(section: Section, on: date | None = None) -> Standing | None:
    """Where one section stands; None where it is neither in force nor being written."""
    return next((one for one in standings(on) if one.section.pk == section.pk), None)


def claims_of(on: date | None = None) -> dict[str, list[Version]]:
    """The versions in force that claim each check of the library, by the check's id; one query."""
    held: dict[str, list[Version]] = {check.id: [] for check in CHECKS}
    for version in in_force(on).values():
        for check_id in version.checks:
            held.setdefault(check_id, []).append(version)
    return held


def unclaimed(on: date | None = None) -> list[str]:
    """The checks of the library that no section in force claims."""
    return [check_id for check_id, versions in claims_of(on).items() if not versions]


def proposals(by: str = "") -> QuerySet[Version]:
    """Versions that wait for a second person, oldest first; with an account's key, those that it did not write."""
    waiting = Version.objects.filter(state="proposed").select_related("section").order_by("proposed_at", "pk")
    return waiting.exclude(drafted_by=by).exclude(proposed_by=by) if by else waiting


def drafts_of(by: str) -> QuerySet[Version]:
    """The drafts of an account."""
    return Version.objects.filter(state="draft", drafted_by=by).select_related("section").order_by("pk")


def latest(section: Section) -> Version | None:
    """The version approved last: what a draft is based on."""
    return section.versions.filter(state__in=WAS_IN_FORCE).order_by("-number").first()


def starters_left() -> list[Starter]:
    """The starters that the firm has not taken."""
    taken = set(Section.objects.exclude(starter="").values_list("starter", flat=True))
    return [starter for starter in starters.STARTERS if starter.key not in taken]


def to_attest(account: Account) -> QuerySet[Attestation]:
    """What this account is asked to read, the most urgent first."""
    return Attestation.objects.filter(person=account.key, state="asked").select_related("version__section").order_by("due_on", "pk")


def attestations(*, state: str = "", person: str = "") -> QuerySet[Attestation]:
    """Who is asked and who has attested, the most urgent first: in that state, or `overdue`; of that account."""
    rows = Attestation.objects.select_related("version__section").order_by("due_on", "pk")
    rows = rows.filter(person=person) if person else rows
    if state == "overdue":
        return rows.filter(state="asked", due_on__lt=clock.today())
    return rows.filter(state=state) if state else rows


def due_for_reminding() -> QuerySet[Attestation]:
    """Attestations asked for and due within REMIND_DAYS, or overdue."""
    return attestations(state="asked").filter(due_on__lte=clock.today() + timedelta(days=REMIND_DAYS))


def printings(limit: int = 20) -> list[Printing]:
    """The printings that were filed, the latest first."""
    return list(Printing.objects.select_related("filed")[:limit])


def sheet(rows: Iterable[Standing]) -> Sheet:
    """The sections as a table."""
    people, today = names(), clock.today()
    drawn = tuple(_row(one, people, today) for one in rows)
    return Sheet(
        "procedures", "Sections, those with lapsed evidence first", COLUMNS, drawn,
        source="Evidence is a file beside the section, a confirmed duty or a run that evaluated all of its checks; how old it may be, the approved text says.",
        empty="No section fits. Take over the starter sections with the button above, or loosen the filter.",
    )  # fmt: skip


def sheet_by_age(on: date | None = None) -> Sheet:
    """The sections in force by the age of each piece of their evidence: for the page of duties, and as of any day."""
    people, day = names(), on or clock.today()
    pairs = sorted(((one, proved) for one in by_age(on) for proved in one.proved), key=lambda pair: (ages.RANK[pair[1].age.state], pair[1].age.good_until))
    rows = tuple(_age_row(one, proved, people, day) for one, proved in pairs)
    return Sheet(
        "evidence-by-age", f"Procedures by the age of their evidence, {day}", AGE_COLUMNS, rows,
        source="Days are counted from the evidence's own date; before the first evidence, from the day on which the section came into force.",
        empty="No section of the procedures is in force, so nothing can lapse. Approve the first one under Procedures.",
    )  # fmt: skip


def sheet_of_attestations(rows: Iterable[Attestation]) -> Sheet:
    """Who is asked to read what, as a table."""
    people = names()
    drawn = tuple(
        Row(
            (
                people.get(row.person, row.person), ROLES[row.role].title if row.role in ROLES else "by name", str(row.version),
                "overdue" if row.is_overdue else row.state_title, row.due_on, row.attested_at, row.asked_at,
            ),
            {"version": row.version.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in rows
    )  # fmt: skip
    empty = "Nobody is asked to attest. An approved section asks the roles that it names; look at its page."
    return Sheet("attestations", "Attestations", ATTESTATION_COLUMNS, drawn, source="Who attests says: I have read this version.", empty=empty)


def sheet_of_checks(on: date | None = None) -> Sheet:
    """Every check of the library with the sections in force that claim it, unclaimed ones first."""
    claimed = claims_of(on)
    checks = sorted(CHECKS, key=lambda check: (bool(claimed[check.id]), check.id))
    rows = tuple(
        Row(
            (check.id, check.title, check.severity, ", ".join(version.title for version in claimed[check.id]) or "nobody", len(claimed[check.id])),
            {"sections": claimed[check.id][0].section.get_absolute_url()} if len(claimed[check.id]) == 1 else {},
            key=check.id, tone="" if claimed[check.id] else "attention",
        )
        for check in checks
    )  # fmt: skip
    return Sheet("checks-claimed", "Checks, and the sections that claim them", CHECK_COLUMNS, rows, source="Only sections in force count.")


def _row(one: Standing, people: dict[str, str], today: date) -> Row:
    age, shown = one.age, one.shown
    change = ", ".join(f"{version.state_title} (version {version.number})" for version in one.open)
    return Row(
        (
            CHAPTERS[one.section.chapter].title, one.title, age.title if age else "not in force yet", age.last_on if age else None,
            age.good_until if age else None, one.version.number if one.version else None, one.version.effective_on if one.version else None,
            people.get(shown.owner, "nobody") if shown else "", people.get(shown.deputy, "nobody") if shown else "", change,
            f"{one.attested} of {one.asked}{f', {one.overdue} overdue' if one.overdue else ''}" if one.asked else "",
        ),
        {"title": one.section.get_absolute_url()}, key=str(one.section.pk), tone="attention" if (age and age.state == ages.LAPSED) or one.overdue else "",
    )  # fmt: skip


def _age_row(one: Standing, proved: Proved, people: dict[str, str], day: date) -> Row:
    age = proved.age
    owner = one.version.owner if one.version else ""
    return Row(
        (
            one.title, age.title, proved.proof.what, age.last_on, (day - age.last_on).days if age.last_on else None, proved.proof.days, age.good_until,
            people.get(owner, owner), CHAPTERS[one.section.chapter].title,
        ),
        {"title": one.section.get_absolute_url(), **({"last_on": proved.address} if proved.address and age.last_on else {})},
        key=f"{one.section.pk}-{proved.proof.kind}", tone="attention" if age.state == ages.LAPSED else "",
    )  # fmt: skip


COLUMNS = (
    Column("chapter", "Chapter"), Column("title", "Section", kind="words"),
    Column("state", "Evidence", kind="tag"), Column("last_on", "Last evidence", kind="day"),
    Column("good_until", "Suffices until", kind="day"), Column("version", "Version", kind="number"), Column("effective_on", "In force since", kind="day"),
    Column("owner", "Owner", kind="person"), Column("deputy", "Deputy", kind="person"), Column("change", "Open change"), Column("attested", "Attested"),
)  # fmt: skip
AGE_COLUMNS = (
    Column("title", "Section", kind="words"), Column("state", "Evidence", kind="tag"), Column("what", "What shows it"), Column("last_on", "Last", kind="day"),
    Column("age_days", "Age, days", kind="number"), Column("days", "May be, days", kind="number"), Column("good_until", "Suffices until", kind="day"),
    Column("owner", "Owner", kind="person"), Column("chapter", "Chapter"),
)  # fmt: skip
ATTESTATION_COLUMNS = (
    Column("person", "Who", kind="person"), Column("role", "Asked as"), Column("version", "Section"), Column("state", "State", kind="tag"),
    Column("due_on", "Due", kind="day"), Column("attested_at", "Attested", kind="instant"), Column("asked_at", "Asked", kind="instant"),
)  # fmt: skip
CHECK_COLUMNS = (
    Column("check", "Check", kind="code"), Column("title", "What it looks for"), Column("severity", "Severity", kind="severity"),
    Column("sections", "Claimed by"), Column("number", "Sections", kind="number"),
)  # fmt: skip
