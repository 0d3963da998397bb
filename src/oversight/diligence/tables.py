"""The tables on the pages of due diligence: answers, areas, candidates side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oversight.accounts.queries import names
from oversight.diligence import scoring
from oversight.diligence.choices import Selection
from oversight.diligence.dossier import Dossier, Line
from oversight.diligence.judgements import Condition
from oversight.diligence.scoring import Breakdown, Total
from oversight.diligence.stating import Claimed
from oversight.roles import BY_KEY
from oversight.sheets import Column, Row, Sheet

SHOWN = {
    "unanswered": "without an answer", "returned": "returned for more", "challenged": "challenged", "claims": "with a claim", "sampled": "sampled",
    "unscored": "not scored", "gates": "gates", "low": "below 3 points", "files": "evidence expired or expiring",
}  # fmt: skip
"""The filters over answers, by what the address calls them."""
LONGEST = 160


def kept(lines: Iterable[Line], shown: str, area: str, claims: Mapping[str, list[Claimed]]) -> list[Line]:
    """The lines that fit the filter."""
    return [line for line in lines if _fits(line, shown, claims) and area in ("", line.question.area)]


def _fits(line: Line, shown: str, claims: Mapping[str, list[Claimed]]) -> bool:
    fits = {
        "unanswered": not line.has_answer, "returned": line.answer.state == "returned", "challenged": bool(line.challenges),
        "claims": line.question.claim is not None or str(line.answer.pk) in claims, "sampled": line.test is not None,
        "unscored": line.current is not None and line.score is None, "gates": line.answer.is_gate,
        "low": line.score is not None and line.score.points < scoring.PASS, "files": bool(line.expiring),
    }  # fmt: skip
    return fits.get(shown, True)


def answers(of: Dossier, lines: Iterable[Line], claims: Mapping[str, list[Claimed]]) -> Sheet:
    """The answers with what became of each."""
    titles = of.assessment.form.areas
    rows = tuple(
        Row(
            (
                line.question.id, titles.get(line.question.area, line.question.area), line.question.text, _short(line.shown) if line.current else "",
                line.answer.state_title, line.answer.weight, line.score.points if line.score else None, line.part.arithmetic, _tested(line),
                len(line.open_challenges) or None, "; ".join(each.standing or "stated" for each in claims.get(str(line.answer.pk), ())), len(line.links),
                len(line.versions),
            ),
            {"question": line.answer.get_absolute_url()}, key=str(line.answer.pk), tone="attention" if line.gate_reason and line.current else "",
        )
        for line in lines
    )  # fmt: skip
    return Sheet("answers", "Answers", ANSWERS, rows, source=scoring.RULE, empty="No answer fits. Choose another filter.")


def areas(of: Dossier, made: Breakdown) -> Sheet:
    """The score by area, and the whole."""
    gates = {key: [line for line in lines if line.answer.is_gate] for key, _, lines in of.areas}
    rows = [Row((*_sum(total), _gates(gates[key])), {"area": f"?area={key}#answers"}, key=key) for key, total in made.areas.items()]
    rows.append(Row((*_sum(made.whole), _gates(of.gates)), key="all", tone="group"))
    return Sheet("score", "Score by area", AREAS, tuple(rows), source=scoring.RULE)


def conditions(found: Iterable[Condition]) -> Sheet:
    """Conditions with who sees to each and by when."""
    people = names()
    rows = tuple(
        Row(
            (
                row.words, "overdue" if row.is_overdue else row.state_title, row.due_on, BY_KEY[row.owner_role].title,
                row.answer.question_id if row.answer else "", people.get(row.met_by, ""), row.met_at,
            ),
            {"words": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet("conditions", "Conditions", CONDITIONS, rows, empty="No condition is set.")


def compared(found: Sequence[Dossier], made: Sequence[Breakdown]) -> Sheet:
    """The candidates side by side: each area's score, the whole, gates."""
    columns = (Column("area", "Area"), *(Column(f"c{of.assessment.pk}", of.assessment.vendor.name, kind="number") for of in found))
    keys = made[0].areas if made else {}
    rows = [Row((total.title, *(each.areas[key].percent for each in made)), {"area": f"?area={key}"}, key=key) for key, total in keys.items()]
    links = {f"c{of.assessment.pk}": of.assessment.get_absolute_url() for of in found}
    rows.append(Row(("all areas", *(f"{each.whole.percent} ({each.whole.arithmetic})" for each in made)), links, key="all", tone="group"))
    rows.append(Row(("gates", *(_gates(of.gates) for of in found)), key="gates", tone="group"))
    rows.append(Row(("state", *(of.assessment.state_title for of in found)), key="state"))
    return Sheet("comparison", "Candidates by area", columns, tuple(rows), source=scoring.RULE, empty="No candidate yet. Add the first one below.")


def side_by_side(selection: Selection, found: Sequence[Dossier], area: str, *, differing: bool) -> Sheet:
    """The answers to each question of the one form, side by side, each with its points."""
    columns = [Column("question", "Question", kind="code"), Column("text", "What was asked")]
    for of in found:
        columns += [Column(f"a{of.assessment.pk}", of.assessment.vendor.name), Column(f"p{of.assessment.pk}", "Points", kind="number")]
    rows = []
    for question in selection.form.asked:
        lines = [of.by_id[question.id] for of in found]
        said = {line.shown for line in lines}
        if (area and question.area != area) or (differing and len(said) < 2):
            continue
        cells = [cell for line in lines for cell in (_short(line.shown) or "—", line.score.points if line.score else None)]
        links = {f"a{line.answer.assessment_id}": line.answer.get_absolute_url() for line in lines}
        rows.append(Row((question.id, question.text, *cells), links, key=question.id, tone="attention" if any(line.gate_reason for line in lines) else ""))
    empty = "No question fits. Loosen the filter." if found else "Candidates stand here side by side once one is added."
    return Sheet("side-by-side", "Answers side by side", tuple(columns), tuple(rows), source="Points go from 0 to 4.", empty=empty)


def selections(found: Iterable[Selection]) -> Sheet:
    """The selections."""
    people = names()
    rows = tuple(
        Row(
            (row.title, row.state_title, ", ".join(each.assessment.vendor.name for each in row.candidates.all()),
             ", ".join(each.assessment.vendor.name for each in row.candidates.all() if each.verdict == "chosen"), row.opened_at,
             people.get(row.approved_by, ""), row.approved_at),
            {"title": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    empty = "No selection yet. Begin one with the button above: candidates answer one form and are compared, the alternatives among them."
    return Sheet("selections", "Selections", SELECTIONS, rows, empty=empty)


def _sum(total: Total) -> tuple[Any, ...]:
    return total.title, total.asked, total.scored, total.earned, total.possible, total.percent


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _gates(gates: Sequence[Line]) -> str:
    """How many gates are passed, of how many; nothing where there is none."""
    return f"{sum(not line.gate_reason for line in gates)} of {len(gates)} passed" if gates else ""


def _tested(line: Line) -> str:
    if line.test is None:
        return ""
    return line.test.get_result_display() if line.test.state == "tested" else "to be tested"


ANSWERS = (
    Column("question", "Question", kind="code"), Column("area", "Area", is_for_files=True), Column("text", "What was asked"), Column("answer", "Answer"),
    Column("state", "State"), Column("weight", "Weight", kind="number", is_for_files=True), Column("points", "Points", kind="number"),
    Column("earned", "Weight × points ÷ 4"), Column("test", "Second-person test"), Column("challenges", "Open challenges", kind="number"),
    Column("claim", "Claim"), Column("files", "Files", kind="number"), Column("versions", "Versions", kind="number"),
)  # fmt: skip
AREAS = (
    Column("area", "Area"), Column("asked", "Questions", kind="number"), Column("scored", "Scored", kind="number"), Column("earned", "Earned", kind="number"),
    Column("possible", "Could be earned", kind="number"), Column("share", "Score", kind="number"), Column("gates", "Gates"),
)  # fmt: skip
CONDITIONS = (
    Column("words", "What must happen"), Column("state", "State", kind="tag"), Column("due_on", "By", kind="day"), Column("owner", "Who sees to it"),
    Column("answer", "Answer", kind="code"), Column("met_by", "Confirmed by", kind="person"), Column("met_at", "Confirmed", kind="instant"),
)  # fmt: skip
SELECTIONS = (
    Column("title", "Selection"), Column("state", "State", kind="tag"), Column("candidates", "Candidates"), Column("chosen", "Chosen"),
    Column("opened_at", "Begun", kind="instant"), Column("approved_by", "Approved by", kind="person"), Column("approved_at", "Approved", kind="instant"),
)  # fmt: skip
