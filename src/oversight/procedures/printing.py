"""The written supervisory procedures of a day, from approved and dated versions alone: as values, and bound as a document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bestexec import Block, Callout, Cell, Facts, Heading, Items, Problem, Table, TableColumn, Text, Volume, render_volume
from oversight import clock
from oversight.accounts.queries import names
from oversight.citations import Citation
from oversight.findings import queries as findings
from oversight.findings.models import Run
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.procedures import content, drift, duties, performing, prose
from oversight.procedures.chapters import CHAPTERS, Chapter
from oversight.procedures.drift import Adrift
from oversight.procedures.duties import Duty
from oversight.procedures.models import Version
from oversight.procedures.standing import Standing, standings

TITLE = "Written supervisory procedures"
EVIDENCE = (
    TableColumn("Evidence"), TableColumn("Shown by"), TableColumn("May be, days", align="right"), TableColumn("Last"), TableColumn("Until"),
    TableColumn("State"),
)  # fmt: skip
ABOUT = "Oversight of orders routed by a third-party router, for best execution."


@dataclass(frozen=True)
class Printed:
    """The procedures as of a day. `chapters` hold what was approved and in force; `adrift` what was not, or has drifted; `identity` hashes the versions."""

    day: date
    firm: str
    chapters: tuple[tuple[Chapter, tuple[Standing, ...]], ...]
    adrift: tuple[tuple[str, tuple[Adrift, ...]], ...]
    identity: str
    is_today: bool
    people: Mapping[str, str]
    calendar: Mapping[str, Duty]

    @property
    def sections(self) -> tuple[Standing, ...]:
        return tuple(one for _, ones in self.chapters for one in ones)

    @property
    def adrift_count(self) -> int:
        return sum(len(ones) for _, ones in self.adrift)


def as_of(day: date) -> Printed:
    """The procedures as they were in force on that day. Raises Refusal for a day to come: what holds then is not settled."""
    today = clock.today()
    if day > today:
        raise Refusal(f"{day} is to come, and what will be in force then is not settled. Print today or a day before.")
    every = standings(day)
    held = [one for one in every if one.version]
    chapters = tuple((chapter, tuple(one for one in held if one.section.chapter == chapter.key)) for chapter in CHAPTERS)
    calendar = duties.every()
    found = drift.adrift(every, day, calendar)
    grouped = tuple((title, tuple(one for one in found if one.kind == kind)) for kind, title in drift.KINDS.items())
    identity = hashlib.sha256("\n".join(f"{one.section.pk} {one.version.hash} {one.version.effective_on}" for one in held if one.version).encode()).hexdigest()
    return Printed(
        day, firm(), tuple((chapter, ones) for chapter, ones in chapters if ones), tuple((title, ones) for title, ones in grouped if ones), identity,
        day == today, names(), calendar,
    )  # fmt: skip


def firm() -> str:
    """The reporting firm, as the last run received says it."""
    last = Run.objects.order_by("-received_at", "-pk").first()
    try:
        return ", ".join(findings.sealed(last.pk).manifest["firm"]) if last else "The firm"
    except Problem:
        return "The firm"


def document(printed: Printed) -> bytes:
    """The document, dated with the day that it is of: the same values, the same bytes."""
    cover = (
        ("As of", printed.day.isoformat()),
        ("In force", f"{_number(len(printed.sections), 'section')} in {_number(len(printed.chapters), 'chapter')}"),
        ("Unapproved or adrift", f"{_number(printed.adrift_count, 'line')} in the last chapter" if printed.adrift_count else "nothing known"),
        (
            "Made from",
            "versions that a second person approved, as they were in force on the day above; drafts and proposals are only named in the last chapter",
        ),
        ("Identity of the versions", printed.identity),
    )
    foot = f"From approved versions · identity {printed.identity[:16]}"
    return render_volume(Volume(TITLE, ABOUT, printed.firm, printed.day, cover, foot, tuple(_blocks(printed))))


def authority(citation: Citation) -> str:
    """A citation in a sentence: its standing and when that was looked at stand with it, and what is doubtful."""
    marked = "" if content.binds(citation) else " Binds nobody."
    return f"{citation.key} ({citation.standing}, looked at {citation.as_of}): {citation.says}{marked}{f' {citation.note}' if citation.note else ''}"


def performers(version: Version, calendar: Mapping[str, Duty] | None = None) -> tuple[tuple[str, str], ...]:
    """What performs a section: checks, metrics and duties in words, those that there are."""
    checks = [f"{key} {performing.BY_ID[key].title}" if key in performing.BY_ID else f"{key} (not in the library)" for key in version.checks]
    metrics = [figures.BY_KEY[key].title if key in figures.BY_KEY else f"{key} (not among the metrics)" for key in version.metrics]
    named = [duty.said for duty in duties.of(version.duties, calendar)]
    found = (("Checks", checks), ("Metrics", metrics), ("Duties", named))
    return tuple((name, "; ".join(said)) for name, said in found if said)


def _blocks(printed: Printed) -> Iterator[Block]:
    yield from _opening(printed)
    for chapter, ones in printed.chapters:
        yield Heading(chapter.title)
        yield Text(chapter.about)
        for one in ones:
            yield from _section(one, printed)
    yield from _last(printed)


def _opening(printed: Printed) -> Iterator[Block]:
    yield Heading("What this is")
    yield Text(
        f"{printed.firm}: the procedures that were in force on {printed.day}. Each section was written by one person and approved by another; "
        "it names its authorities with their standing, who owns it and who stands in, what performs it, and what evidence shows that it is done."
    )
    if printed.sections:
        people = printed.people
        columns = (
            TableColumn("Section"),
            TableColumn("Version"),
            TableColumn("In force since"),
            TableColumn("Approved"),
            TableColumn("By"),
            TableColumn("Hash", code=True),
        )
        rows = tuple(
            (
                Cell(one.title), Cell(version.number), Cell(version.effective_on), Cell(version.approved_on), Cell(people.get(version.approved_by, "")),
                Cell(version.hash[:16]),
            )
            for one in printed.sections if (version := one.version)
        )  # fmt: skip
        yield Table("Versions in force", columns, rows, "The hash covers all that the version says.")
    else:
        yield Callout("attention", "Nothing was in force.", "No section had been approved and taken effect by that day.")


def _section(one: Standing, printed: Printed) -> Iterator[Block]:
    version, people = one.version, printed.people
    assert version, "only what is in force is printed"
    yield Heading(one.title, 2)
    yield Facts((
        ("Owner", _held(version.owner_title, people.get(version.owner, ""))), ("Deputy", _held(version.deputy_title, people.get(version.deputy, ""))),
        ("In force", f"version {version.number}, since {version.effective_on}; approved {version.approved_on} by {people.get(version.approved_by, 'nobody')}"),
        ("Read by", f"{', '.join(version.reader_titles)}; within {_number(version.read_within_days, 'day')}" if version.readers else "nobody is asked to"),
    ))  # fmt: skip
    yield from written(version.text)
    if version.runbook.strip():
        yield Heading("Runbook", 3)
        yield from written(version.runbook)
    performed = performers(version, printed.calendar)
    if performed:
        yield Heading("Performed by", 3)
        yield Facts(performed)
    rows = tuple(
        (
            Cell(each.proof.what), Cell(content.KINDS[each.proof.kind]), Cell(each.proof.days), Cell(each.age.last_on or "none"), Cell(each.age.good_until),
            Cell(each.age.title),
        )
        for each in one.proved
    )  # fmt: skip
    strong = tuple(place for place, each in enumerate(one.proved) if each.age.tone == "late")
    yield Table(f"Evidence: {one.title}", EVIDENCE, rows, "As of the day of this printing.", strong)
    yield Heading("Authorities", 3)
    yield Items(tuple(authority(citation) for citation in content.cited(version.citations)))


def written(text: str) -> Iterator[Block]:
    """A procedure's text as blocks."""
    for part in prose.parts(text):
        if part.kind == prose.HEADING:
            yield Heading(part.lines[0], 3)
        elif part.kind == prose.PARAGRAPH:
            yield Text(part.lines[0])
        else:
            yield Items(part.lines, is_numbered=part.kind == prose.STEPS)


def _last(printed: Printed) -> Iterator[Block]:
    yield Heading("Unapproved or adrift")
    yield Text("What follows is no part of the procedures in force. It is named so that nobody takes silence for order.")
    if not printed.is_today:
        words = "Limits, duties and owners are compared on the day itself; how they stood on a day that is over is not kept, so nothing is said of them here."
        yield Callout("note", "Of a day that is over.", words)
    if not printed.adrift:
        yield Text("Nothing is known to be unapproved or adrift.")
    for title, ones in printed.adrift:
        yield Heading(title, 2)
        rows = tuple((Cell(one.what), Cell(one.how)) for one in ones)
        yield Table(_number(len(rows), "line"), (TableColumn("What"), TableColumn("How")), rows, f"As of {printed.day}.")


def _held(role: str, person: str) -> str:
    """`compliance (Compliance officer)`: the role first, for people change."""
    return f"{role} ({person})" if role and person.lower() != role.lower() else role or person or "nobody"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
