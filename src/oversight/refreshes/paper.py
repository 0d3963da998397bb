"""The report to senior management as plain values: the same on the page and in the PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from oversight import clock
from oversight.accounts.queries import names
from oversight.lifecycle import spaced
from oversight.refreshes.changes import ANSWERS, CHANGED, NOT_KNOWN, UNCHANGED
from oversight.refreshes.gathering import SOURCES
from oversight.refreshes.models import Gathering, Refresh
from oversight.refreshes.promised import STANDINGS
from oversight.sheets import Column, shown

NOT_GATHERED = "The year has not been gathered yet."
CHANGES_SHOWN = ("answers", "configurations", "sub_vendors", "happenings", "exceptions")
APART = ("conditions", "conflicts", "agreements")
"""Sources with a section of their own."""
INSTANT = Column("at", "At", kind="instant")


@dataclass(frozen=True)
class Section:
    """A table of texts. `right` are places of numbers, `free` of columns that share the width; `links` lead, by the place of a column
    and row by row, to what is behind a cell."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    free: tuple[int, ...] = ()
    empty: str = ""
    links: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def drawn(self) -> list[list[tuple[str, bool, str]]]:
        """Each row's cells as (text, whether it is a number, where it leads), for a template."""
        return [
            [(text, place in self.right, self.links[place][number] if place in self.links else "") for place, text in enumerate(row)]
            for number, row in enumerate(self.rows)
        ]


@dataclass(frozen=True)
class Paper:
    """What the report says. `dated` is its day, `runs` the sealed runs that its figures rest on."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    dated: date
    runs: tuple[str, ...]


def paper(row: Refresh) -> Paper:
    """The report as it stands: what was answered, gathered and assessed; nothing of who acknowledged it."""
    gathering = row.gatherings.order_by("-pk").first()
    changes = list(row.changes.order_by("place"))
    material: dict[str, Any] = gathering.material if gathering else {"sources": {}, "claims": []}
    by_key = material["sources"]
    sections = (
        _assessment(row), _changes(changes), _desk(by_key), _claims(material["claims"], is_gathered=gathering is not None),
        _conditions(row, by_key.get("conditions"), str(gathering.last_on) if gathering else ""),
        *(_listed(key, by_key.get(key)) for key in APART if key != "conditions"), _named(row),
    )  # fmt: skip
    return Paper(
        title=f"Yearly refresh of {row.vendor.name}, {row.year}", lead=_lead(row, gathering, changes, material), facts=_facts(row, gathering),
        sections=sections, notes=_notes(row, changes), dated=_day(row.presented_at) or clock.today(), runs=tuple(gathering.runs) if gathering else (),
    )  # fmt: skip


def signed(row: Refresh) -> Paper:
    """The same with the questions, their answers and the acknowledgements, each by the hash of the paper that was presented."""
    whole = paper(row)
    notes = (*whole.notes, f"SHA-256 of the paper that was presented and acknowledged: {row.sha256}")
    return replace(whole, sections=(*whole.sections, _questions(row), _acknowledgements(row)), notes=notes, dated=row.completed_on or clock.today())


def _lead(row: Refresh, gathering: Gathering | None, changes: list[Any], material: dict[str, Any]) -> str:
    counts, standings = Counter(one.changed for one in changes), Counter(line["standing"] for line in material["claims"])
    said = f"{counts[CHANGED]} of {len(changes)} questions on the year report a change and {counts[NOT_KNOWN]} are not known"
    held = ", ".join(f"{standings[key]} {title}" for key, title in STANDINGS.items() if standings[key])
    none = "The vendor makes no claim." if gathering else "No claim was held against the year yet."
    claims = f"Of {sum(standings.values())} claims over the year: {held}." if held else none
    wanted = f"Recommendation: {row.get_recommendation_display()}." if row.recommendation else "No recommendation yet."
    period = f"From {gathering.first_on} to {gathering.last_on}" if gathering else f"From {row.first_on} on"
    left = row.conditions.filter(state="open").count() + len(material["sources"].get("conditions", {"lines": ()})["lines"])
    return f"{wanted} {period}, {said}. {claims} {left} condition{' is' if left == 1 else 's are'} open."


def _facts(row: Refresh, gathering: Gathering | None) -> tuple[tuple[str, str], ...]:
    return (
        ("Vendor", f"{row.vendor.name} ({row.vendor.key})"), ("State of the vendor", row.vendor.state_title),
        ("Counted from", f"{row.first_on}{', as stated' if row.is_stated else ''}"), ("Due", row.due_on.isoformat()),
        ("Gathered", _at(gathering.gathered_at) if gathering else "not yet"), ("Gathered by", _who(row.gathered_by)),
        ("Paper handed in by", _who(row.drafted_by)), ("Handed in", _at(row.drafted_at)),
        ("Approved for presentation by", _who(row.presented_by)), ("Presented", _at(row.presented_at)),
    )  # fmt: skip


def _assessment(row: Refresh) -> Section:
    parts = [part.strip() for part in row.assessment.splitlines() if part.strip()]
    return Section("Assessment", ("In the vendor manager's words",), tuple((part,) for part in parts), free=(0,), empty="It is not written yet.")


def _changes(changes: list[Any]) -> Section:
    told = [one for one in changes if one.changed in (CHANGED, NOT_KNOWN)]
    rows = tuple((one.title, ANSWERS[one.changed], one.words) for one in told)
    empty = "Nothing changed, by the answers given." if all(one.changed for one in changes) else "The questions on what changed are not all answered yet."
    return Section("What changed, as the vendor manager answered", ("Question", "Answer", "In words"), rows, free=(2,), empty=empty)


def _desk(by_key: dict[str, Any]) -> Section:
    rows, urls = [], []
    for key in CHANGES_SHOWN:
        source = by_key.get(key)
        for line in source["lines"] if source else ():
            rows.append((SOURCES[key][0], line["what"], line["state"], line["on"]))
            urls.append(line["url"])
        if source is None or not source["lines"]:
            rows.append((SOURCES[key][0], _nothing(source), "", ""))
            urls.append("")
    return Section("What changed, as the desk shows it", ("Source", "What", "State", "On"), tuple(rows), free=(1,), links={1: tuple(urls)})


def _nothing(source: dict[str, Any] | None) -> str:
    if source is None:
        return NOT_GATHERED
    return f"not available: {source['why']}" if source["why"] else "nothing in the period"


def _claims(lines: list[dict[str, Any]], *, is_gathered: bool) -> Section:
    rows = tuple(
        (
            line["words"], STANDINGS[line["standing"]], line["value"] or "—", f"{line['n']:,}" if line["n"] is not None else "—",
            f"{line['first']} to {line['last']}" if line["first"] else "—", STANDINGS[line["ledger"]], line["why"],
        )
        for line in lines
    )  # fmt: skip
    heads = ("Claim", "Over the year", "Figure", "n", "Period", "In the ledger", "Why")
    empty = "The vendor makes no claim." if is_gathered else NOT_GATHERED
    links = {place: tuple(line[name] for line in lines) for place, name in ((0, "url"), (2, "rows"))}
    return Section("Last year's claims against the year's data", heads, rows, right=(2, 3), free=(0, 6), empty=empty, links=links)


def _conditions(row: Refresh, source: dict[str, Any] | None, until: str) -> Section:
    """Those that the paper sets, and those open from before: overdue where their day lies before `until`."""
    own = [
        (one.what, f"{one.state_title}, set by this paper", one.due_on.isoformat(), one.get_absolute_url()) for one in row.conditions.order_by("due_on", "pk")
    ]
    before = [
        (line["what"], "overdue from before" if str(line["on"]) < until else "open from before", line["on"], line["url"])
        for line in (source or {"lines": ()})["lines"]
    ]  # fmt: skip
    rows = [*own, *before]
    empty = f"Not available: {source['why']}" if source and source["why"] else "No condition is open."
    return Section(
        "Conditions", ("What must be done", "State", "By"), tuple(one[:3] for one in rows), free=(0,), empty=empty, links={0: tuple(one[3] for one in rows)}
    )


def _listed(key: str, source: dict[str, Any] | None) -> Section:
    lines = source["lines"] if source else []
    empty = NOT_GATHERED if source is None else f"Not available: {source['why']}" if source["why"] else "None on the desk."
    rows = tuple((line["what"], line["state"], line["on"]) for line in lines)
    return Section(SOURCES[key][0], ("What", "State", "Since"), rows, free=(0,), empty=empty, links={0: tuple(line["url"] for line in lines)})


def _named(row: Refresh) -> Section:
    rows = tuple((_who(one.person), _at(one.named_at)) for one in row.acknowledgements.filter(state__in=("named", "acknowledged")).order_by("pk"))
    return Section("Presented to", ("Senior manager", "Named"), rows, free=(0,), empty="Nobody is named yet.")


def _questions(row: Refresh) -> Section:
    rows = tuple(
        (one.text, _who(one.asked_by), one.answer or one.state_title, _who(one.answered_by) if one.answered_by else "") for one in row.questions.order_by("pk")
    )
    return Section("Questions and answers", ("Question", "Asked by", "Answer", "Answered by"), rows, free=(0, 2), empty="Nobody asked anything.")


def _acknowledgements(row: Refresh) -> Section:
    found = row.acknowledgements.exclude(state="superseded").order_by("pk")
    rows = tuple((_who(one.person), one.state_title, _at(one.acknowledged_at), one.words, one.sha256[:16]) for one in found)
    return Section("Acknowledgements", ("Senior manager", "State", "At", "In their words", "Paper"), rows, free=(3,))


def _notes(row: Refresh, changes: list[Any]) -> tuple[str, ...]:
    unchanged = [one.title for one in changes if one.changed == UNCHANGED]
    notes = [f"Answered as unchanged, each in words on the desk: {', '.join(unchanged)}."] if unchanged else []
    if row.is_stated:
        notes.append(f"The year is counted from {row.first_on} as stated by hand: {row.stated_why}")
    notes.append("Over the year: the figure of the whole period against what was promised; in the ledger: how the claim stood when the year was gathered.")
    return tuple(notes)


def _who(key: str) -> str:
    if key.startswith("system:"):
        return f"the desk itself ({spaced(key.partition(':')[2])})"
    return names().get(key, key) if key else "nobody yet"


def _at(value: Any) -> str:
    return shown(INSTANT, value) if value else "not yet"


def _day(value: Any) -> date | None:
    return value.astimezone(clock.MARKET_ZONE).date() if value else None
