"""The one write of exam files: make one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from bestexec import Problem, Workspace, canonical_json, exam_about, exam_members, exam_policy, write_exam_file
from oversight import clock
from oversight.actor import Actor
from oversight.exams import documents, telling
from oversight.exams.binder import Evidence, bound, spoken
from oversight.exams.kinds import KINDS, Span
from oversight.exams.models import ExamFile, folder
from oversight.findings import queries as findings
from oversight.findings.models import RunDay
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.vendors.quarters import Quarter

Progress = Callable[[str, int, int], None]


def make(by: Actor, quarter: Quarter, to: Path | None = None, progress: Progress = lambda what, done, of: None) -> ExamFile:
    """Make the quarter's exam file, at `to` or where the desk keeps its own. The same things make the same file, and no second row.

    Rows and record are read while nobody writes; packing lets others work. Whoever is killed leaves no half file. Raises Refusal where a run, a document
    or the disk fails.
    """
    if quarter.first > clock.today():
        raise Refusal(f"{quarter} has not begun.")
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".making-") as made:
        try:
            gathered = _gathered(quarter, Path(made), progress)
            target = to or folder() / f".{quarter}.zip"
            written = write_exam_file(target, gathered.about, gathered.members, progress)
        except Problem as problem:
            raise Refusal(f"The exam file was not made: {problem}") from problem
    questions = gathered.binder["questions"]
    row = ExamFile(
        quarter=str(quarter), root=written.root, size=written.size, members=written.members, record_last=gathered.record_last, questions=len(questions),
        answered=sum(bool(question["evidence"]) for question in questions), made_by=by.key, made_at=clock.now(),
    )  # fmt: skip
    if to is None:
        target.rename(row.place)
    with actions.turn():
        return ExamFile.objects.filter(root=row.root).first() or actions.create(by, row, verb="make")


@dataclass(frozen=True)
class Gathered:
    """Everything that goes in."""

    about: dict[str, Any]
    members: dict[str, bytes | Path]
    binder: dict[str, Any]
    record_last: int


def _gathered(quarter: Quarter, made: Path, progress: Progress) -> Gathered:
    span = Span(quarter.first, quarter.last)
    progress("reading the desk", 0, 1)
    with actions.turn():
        told = telling.tell(span, made)
        segment = telling.segment(span, made / "record" / "entries.jsonl")
        files, listed = documents.gathered(told)
        run_ids = sorted(set(RunDay.objects.filter(on__range=(span.first, span.last)).values_list("run_id", flat=True)))
    sealed = [findings.sealed(run_id) for run_id in run_ids]
    workspace = Workspace(settings.WORKSPACE)
    members: dict[str, bytes | Path] = {**exam_members(workspace, sealed), **exam_policy(workspace)}
    members |= {kind.member: made / kind.member for kind in KINDS} | files
    if segment.first:
        members["record/entries.jsonl"] = made / "record" / "entries.jsonl"
    members["documents.json"] = (canonical_json(listed) + "\n").encode()
    evidence = {name: Evidence(name.rpartition("/")[2]) for name in members}
    evidence |= {kind.member: Evidence(kind.about, told.rows.get(kind.name, 0)) for kind in KINDS}
    evidence |= {one["member"]: Evidence("a filed document", None, frozenset(kind for kind, _ in one["beside"])) for one in listed}
    evidence |= {f"runs/{run.id}/{name}": Evidence(name, facts.get("rows")) for run in sealed for name, facts in run.manifest["outputs"].items()}
    if segment.first:
        evidence["record/entries.jsonl"] = Evidence("the record, chained by hash", segment.last - segment.first + 1)
    binder = bound(str(quarter), evidence)
    members["binder.json"] = (canonical_json(binder) + "\n").encode()
    members["binder.txt"] = spoken(binder).encode()
    about = exam_about(str(quarter), sealed) | {"record": {"first": segment.first, "last": segment.last, "head": segment.head}}
    return Gathered(about, members, binder, segment.last)
