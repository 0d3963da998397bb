"""Everything that bytes lie for, in the workspace and on the desk, each with its class and the days that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings

from bestexec import Problem, Workspace, disposal_items, open_workspace
from oversight import clock
from oversight.evidence import store
from oversight.evidence.models import Filed, Link
from oversight.record.models import Recorded
from oversight.record.queries import model_of
from oversight.retention.classes import DESK, OF_APPS, OF_KINDS, WORKSPACE, of_tables

EVIDENCE, EXAM_FILE = "evidence", "exam_file"


@dataclass(frozen=True)
class Item:
    """One thing. `classes` are those it falls under, the longest of which holds; `counts_from` is None where nobody knows when its period began.

    `subjects` are the (kind, id) of the rows that its file is filed beside; `paths` its files below its root.
    """

    root: str
    kind: str
    id: str
    classes: tuple[str, ...]
    counts_from: date | None
    first_on: date | None
    last_on: date | None
    size: int
    paths: tuple[str, ...]
    subjects: frozenset[tuple[str, str]] = field(default=frozenset())

    @property
    def key(self) -> tuple[str, str, str]:
        return self.root, self.kind, self.id


def workspace() -> Workspace | None:
    """The firm's workspace; None where there is none yet."""
    try:
        return open_workspace(settings.WORKSPACE, create=False) if Path(settings.WORKSPACE).is_dir() else None
    except Problem:
        return None


def root_of(name: str) -> Path:
    """The folder that a root is called after."""
    return Path(settings.WORKSPACE if name == WORKSPACE else settings.HOME)


def every() -> list[Item]:
    """All of them. Reads the manifests of the workspace and three tables of the desk, however many rows."""
    return [*_of_workspace(), *_of_evidence(), *_of_exam_files()]


def _of_workspace() -> Iterator[Item]:
    found = workspace()
    for one in disposal_items(found) if found else ():
        record_class = OF_KINDS.get(one.kind) or of_tables(one.tables)
        yield Item(WORKSPACE, one.kind, one.id, (record_class,), one.counts_from, one.first_on, one.last_on, one.size, one.paths)


def _of_evidence() -> Iterator[Item]:
    """Filed bytes by their hash, named by filings and by rows of other apps; the latest day counts. What counsel keeps apart is listed to nobody."""
    apps_of = {model.RECORD: model._meta.app_label for model in apps.get_models() if issubclass(model, Recorded)}
    beside: dict[int, set[tuple[str, str]]] = {}
    for filed_id, kind, id_ in Link.objects.filter(state="linked").values_list("filed_id", "subject_kind", "subject_id"):
        beside.setdefault(filed_id, set()).add((kind, id_))
    for kind, id_, filed_id in _naming():
        beside.setdefault(filed_id, set()).add((kind, id_))
    days: dict[str, set[date]] = {}
    classes: dict[str, set[str]] = {}
    subjects: dict[str, set[tuple[str, str]]] = {}
    for pk, sha256, filed_at, effective_on, expires_on in Filed.objects.values_list("pk", "sha256", "filed_at", "effective_on", "expires_on"):
        days.setdefault(sha256, set()).update(day for day in (_day(filed_at), effective_on, expires_on) if day)
        subjects.setdefault(sha256, set()).update({*beside.get(pk, ()), ("filed", str(pk))})
        classes.setdefault(sha256, set()).update({OF_APPS.get(apps_of.get(kind, ""), "evidence") for kind, _ in beside.get(pk, ())} or {"evidence"})
    for sha256, record_class, day in _beyond_filings():
        days.setdefault(sha256, set()).update({day} if day else ())
        classes.setdefault(sha256, set()).add(record_class)
        subjects.setdefault(sha256, set())
    for sha256 in sorted(days.keys() - _apart()):
        path = store.place(sha256)
        if path.is_file():
            spoken, place = days[sha256], path.relative_to(settings.HOME).as_posix()
            first, last = min(spoken, default=None), max(spoken, default=None)
            yield Item(DESK, EVIDENCE, sha256, tuple(sorted(classes[sha256])), last, first, last, path.stat().st_size, (place,), frozenset(subjects[sha256]))


def _naming() -> Iterator[tuple[str, str, int]]:
    """(kind, id, filing) of recorded rows that name a filing in a field of their own."""
    for relation in Filed._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and issubclass(model, Recorded) and model not in (Filed, Link):
            name = relation.field.attname
            for pk, filed_id in model._default_manager.exclude(**{name: None}).values_list("pk", name):
                yield model.RECORD, str(pk), filed_id


def _apart() -> set[str]:
    """The hashes of bytes that rows which stand apart name: no list shows them, and nobody disposes of them here."""
    keeping = [model for model in apps.get_models() if issubclass(model, Recorded) and model.IS_APART and model.BYTES]
    return {sha256 for model in keeping for sha256 in model._default_manager.values_list(model.BYTES, flat=True)}


def _beyond_filings() -> Iterator[tuple[str, str, date | None]]:
    """(hash, class, day) of bytes in the store that rows other than filings name."""
    for model in apps.get_models():
        if issubclass(model, Recorded) and model.BYTES and model is not Filed:
            instants = [field.name for field in model._meta.concrete_fields if field.get_internal_type() == "DateTimeField"]
            for sha256, *at in model._default_manager.exclude(**{model.BYTES: ""}).values_list(model.BYTES, *instants):
                yield sha256, OF_APPS.get(model._meta.app_label, "evidence"), max((_day(each) for each in at if each), default=None)


def _of_exam_files() -> Iterator[Item]:
    """Exam files in the desk's folder, by root; counted from the day they were made."""
    model = model_of(EXAM_FILE)
    assert model is not None, "the app of exam files is a part of the desk"
    made = {getattr(row, "root"): _day(getattr(row, "made_at")) for row in model._default_manager.all()}  # noqa: B009 -- its app stands above
    for path in sorted((Path(settings.HOME) / "exams").glob("[0-9a-f]*.zip")):
        day = made.get(path.stem)
        place = path.relative_to(settings.HOME).as_posix()
        yield Item(DESK, EXAM_FILE, path.stem, (OF_KINDS[EXAM_FILE],), day, day, day, path.stat().st_size, (place,))


def _day(at: datetime) -> date:
    return at.astimezone(clock.MARKET_ZONE).date()
