"""A quarter's exam file of the desk: valid, the same each time, without a word that is not a regulator's to read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from tests.oversight.harm.conftest import MONDAY, RAW, Firm, firm
from tests.oversight.reviews.conftest import MEETING, Room, committee, room

import bestexec
from oversight import clock
from oversight.evidence import actions as evidence
from oversight.evidence import store
from oversight.exams import actions, queries
from oversight.exams.binder import QUESTIONS, Evidence, bound, spoken
from oversight.exams.kinds import KINDS, LEFT_OUT, Span
from oversight.exams.models import ExamFile
from oversight.harm.models import Harm
from oversight.lifecycle import Refusal
from oversight.record.models import Entry, Recorded, Word
from oversight.roles import EVERY_ROLE
from oversight.vendors.quarters import Quarter

__all__ = ("committee", "firm", "room")
QUARTER = Quarter(2026, 3)
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings: LazySettings, tmp_path: Path) -> Path:
    """The desk's folder, and an empty workspace."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.WORKSPACE = tmp_path / "workspace"
    return settings.HOME


@pytest.fixture
def harmed(firm: Firm, home: Path) -> Firm:
    """Two customers who lost, their credits in a file; one run of Monday, the import it names in the workspace."""
    firm.fill("O1", account="k-of-customer-1")
    firm.fill("O2", px="10.055", qty=100, account="k-of-customer-2")
    run = firm.receive()
    facts = run.manifest["inputs"][RAW]
    (firm.root / "imports" / RAW / "manifest.json").write_text(json.dumps({**facts, "references": [str(firm.root / "raw.csv")]}), encoding="utf-8")
    firm.credited()
    return firm


def held(row: ExamFile) -> tuple[list[tuple[str, str]], list[str]]:
    return queries.verdict(row)


def members(row: ExamFile) -> dict[str, bytes]:
    with zipfile.ZipFile(row.place) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rows(row: ExamFile, name: str) -> list[dict[str, Any]]:
    return json.loads(members(row)[f"decisions/{name}.json"])


def test_it_is_valid_and_its_members_hold_each_other(harmed: Firm) -> None:
    last = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
    assert last is not None
    row = actions.make(harmed["compliance"], QUARTER)
    run_id = next((harmed.root / "runs").iterdir()).name
    outputs = len(json.loads(members(row)[f"runs/{run_id}/run.json"])["outputs"])
    altered, notes = held(row)
    assert altered == []
    first = json.loads(members(row)["record/entries.jsonl"].splitlines()[0])
    assert notes[:2] == [
        f"1 sealed run: each is named by the hash of its run.json, which names its {outputs} outputs by theirs",
        f"the record's entries {json.loads(first['body'])['seq']} to {row.record_last} are one chain, whose last hash is {last[1]}",
    ]
    assert row.record_last == last[0]
    assert notes[-1] == f"the binder answers {row.answered} of {row.questions} questions with evidence that is here"


def test_it_tells_the_rows_of_the_quarter_without_free_words(harmed: Firm) -> None:
    row = actions.make(harmed["compliance"], QUARTER)
    [harm] = rows(row, "harm")
    assert (harm["state"], harm["check_id"], harm["first_on"]) == ("credited", "EXE-101", MONDAY.isoformat())
    assert "what" not in harm
    assert [one["on"] for one in rows(row, "run_days")] == [MONDAY.isoformat()]
    assert {one["check_id"] for one in rows(row, "findings")} >= {"EXE-101"}
    assert rows(row, "reviews") == []


def test_no_word_of_the_record_and_no_customer_is_in_it(harmed: Firm) -> None:
    filed = Harm.objects.get().credit_file
    assert filed is not None
    assert b"k-of-customer-1" in store.read(filed.sha256)
    row = actions.make(harmed["compliance"], QUARTER)
    content = row.place.read_bytes()
    assert filed.sha256 not in json.dumps(json.loads(members(row)["documents.json"]))
    assert not [word for word in (b"k-of-customer-1", b"k-of-customer-2", b"@firm.example", b"Fills at XNAS were outside the quote") if word in content]
    words = {text for text in Word.objects.values_list("text", flat=True) if len(text) > 20}
    assert len(words) > 5
    assert [text for text in words if text.encode() in content] == []


def test_made_twice_it_is_the_same_file_and_one_row(harmed: Firm, tmp_path: Path) -> None:
    first = actions.make(harmed["compliance"], QUARTER)
    again = actions.make(harmed["compliance"], QUARTER, tmp_path / "again.zip")
    assert again == first
    assert (tmp_path / "again.zip").read_bytes() == first.place.read_bytes()
    assert ExamFile.objects.count() == Entry.objects.filter(subject_kind="exam_file").count() == 1


def test_what_happens_after_makes_another_file_and_the_first_stays(harmed: Firm) -> None:
    first = actions.make(harmed["compliance"], QUARTER)
    before = first.place.read_bytes()
    evidence.file(harmed["compliance"], "note.txt", b"A note.\n")
    second = actions.make(harmed["compliance"], QUARTER)
    assert second.root != first.root
    assert first.place.read_bytes() == before
    assert held(first)[0] == held(second)[0] == []
    verbs = [json.loads(json.loads(line)["body"])["verb"] for line in members(second)["record/entries.jsonl"].splitlines()]
    assert "make" in verbs, "the first making is in the record of the second"


def test_one_flipped_byte_is_named(harmed: Firm) -> None:
    row = actions.make(harmed["compliance"], QUARTER)
    content = bytearray(row.place.read_bytes())
    content[content.index(b'"credit_file_id":') + 3] ^= 1
    row.place.write_bytes(content)
    assert held(row)[0] == [("decisions/harm.json", "its bytes are not those that were sealed")]


def test_stopped_anywhere_it_leaves_no_half_file_and_no_row(harmed: Firm, home: Path) -> None:
    said: list[str] = []
    actions.make(harmed["compliance"], QUARTER, home / "counted.zip", lambda what, done, of: said.append(what))
    ExamFile.objects.all()._raw_delete("default")  # type: ignore[attr-defined]  # as if none had been made
    for stop in (0, 1, len(said) // 2, len(said) - 1):
        calls = iter(range(len(said)))

        def stopping(what: str, done: int, of: int, calls: Any = calls, stop: int = stop) -> None:
            if next(calls) == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            actions.make(harmed["compliance"], QUARTER, None, stopping)
        assert [path.name for path in (home / "exams").iterdir() if not path.name.startswith(".")] == []
        assert ExamFile.objects.count() == 0
    row = actions.make(harmed["compliance"], QUARTER)
    assert [path.name for path in (home / "exams").iterdir()] == [f"{row.root}.zip", *(p.name for p in (home / "exams").iterdir() if p.name.endswith(".part"))]


def test_signed_minutes_are_among_its_documents_and_in_the_binder(committee: Room, home: Path) -> None:
    committee.raised()
    with clock.stated(MEETING):
        review = committee.signed()
    review.refresh_from_db()
    assert review.filed is not None
    with clock.stated(datetime(2026, 11, 9, 15, tzinfo=UTC)):
        row = actions.make(committee.secretary, QUARTER)
    name = f"documents/{review.filed.sha256}.pdf"
    assert members(row)[name] == store.read(review.filed.sha256)
    questions = {question["key"]: question for question in queries.binder(row)}
    assert [each["member"] for each in questions["minutes"]["evidence"]] == ["decisions/review_minutes.json", "decisions/review_signatures.json", name]
    assert [each["rows"] for each in questions["minutes"]["evidence"]] == [1, 2, None]
    assert questions["payment"]["evidence"] == []
    assert "Which conflicts of interest exist, how is each mitigated, and who accepted it?\n   no evidence collected\n" in members(row)["binder.txt"].decode()
    assert held(row)[0] == []


def test_altered_evidence_is_not_packed(harmed: Firm) -> None:
    filed = Harm.objects.get().approved_count.filed  # type: ignore[union-attr]  # it was approved
    path = store.place(filed.sha256)
    path.chmod(0o600)
    path.write_bytes(b"other")
    with pytest.raises(Refusal, match="was altered after it was filed"):
        actions.make(harmed["compliance"], QUARTER)


def test_an_altered_run_is_not_packed(harmed: Firm) -> None:
    run = next((harmed.root / "runs").iterdir())
    (run / "fills.parquet").write_bytes(b"other")
    with pytest.raises(Refusal, match=r"The exam file was not made: .*fills\.parquet"):
        actions.make(harmed["compliance"], QUARTER)


def test_a_quarter_to_come_has_none(harmed: Firm) -> None:
    with pytest.raises(Refusal, match="2027Q1 has not begun"):
        actions.make(harmed["compliance"], Quarter(2027, 1))


def test_a_quarter_with_nothing_still_says_so(home: Path, actor: Callable[..., Any]) -> None:
    row = actions.make(actor("compliance"), Quarter(2025, 1))
    assert held(row)[0] == []
    assert rows(row, "reviews") == []
    assert not [name for name in members(row) if name.startswith("runs/")]


def test_every_kind_of_the_record_is_told_or_left_out_for_a_reason() -> None:
    known = sorted(model.RECORD for model in apps.get_models() if issubclass(model, Recorded) and model.RECORD)
    told, left = [kind.model.RECORD for kind in KINDS], [record for _, records in LEFT_OUT for record in records]
    assert sorted([*told, *left]) == known


def test_every_kind_can_be_asked_of_a_quarter_and_names_its_own_member() -> None:
    span = Span(date(2026, 7, 1), date(2026, 9, 30))
    assert [kind.model._default_manager.filter(kind.where(span)).count() for kind in KINDS] == [0] * len(KINDS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)


OUTPUTS = (
    "fills", "orders", "routes", "tape", "tape_symbols", "tape_venues", "excluded", "not_evaluated", "unlinked", "completeness", "control", "reconciled",
    "match_rates", "unmatched", "grade", "findings", "competing", "standing", "violations", "detected", "changes", "verdicts", "claimed",
)  # fmt: skip
"""Outputs of a sealed run that the binder points at."""


def test_the_binder_asks_many_questions_each_with_somewhere_to_look() -> None:
    assert len(QUESTIONS) >= 25
    assert len({one.key for one in QUESTIONS}) == len({one.asks for one in QUESTIONS}) == len(QUESTIONS)
    told = {kind.member: Evidence(kind.about, 1) for kind in KINDS} | {f"runs/x/{name}.parquet": Evidence(name, 1) for name in OUTPUTS}
    others = (
        "definitions/metrics.json",
        "definitions/checks.txt",
        "policy/policy.toml",
        "runs/x/policy/policy.toml",
        "imports/a/manifest.json",
        "record/entries.jsonl",
    )
    told |= {name: Evidence(name) for name in others}
    told |= {f"documents/{kind}": Evidence(kind, None, frozenset({kind})) for kind in ("review", "review_paper", "procedures_printing")}
    whole = {question["key"]: {each["member"] for each in question["evidence"]} for question in bound("2026Q3", told)["questions"]}
    for question in QUESTIONS:
        assert len(whole[question.key]) >= len(question.evidence), question.key
    assert all(not question["evidence"] for question in bound("2026Q3", {name: Evidence(found.about, 0) for name, found in told.items()})["questions"])
    assert spoken(bound("2026Q3", {})).count("no evidence collected") == len(QUESTIONS)


def test_every_output_that_the_binder_points_at_is_one_that_runs_have(tmp_path: Path) -> None:
    samples = Path(__file__).resolve().parents[3] / "samples"
    workspace = bestexec.open_workspace(tmp_path / "workspace")
    bestexec.import_files(workspace, [samples], received_at=1_790_000_000_000_000_000)
    assert {f"{name}.parquet" for name in OUTPUTS} <= set(bestexec.measure(workspace).manifest["outputs"])


def test_the_command_writes_where_it_is_told_and_says_the_root(harmed: Firm, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("exam_file", "--quarter", "2026Q3", "--to", str(tmp_path / "exam.zip"), stdout=out)
    row = ExamFile.objects.get()
    assert f"root {row.root}\nVerify it with: python verify.py exam.zip --root {row.root}" in out.getvalue()
    assert (row.made_by, row.is_here, (tmp_path / "exam.zip").stat().st_size) == ("system:exam_file", False, row.size)
    for words, what in ((("2026",), "is not a quarter"), (("2027Q2",), "has not begun")):
        with pytest.raises(CommandError, match=what) as refused:
            call_command("exam_file", "--quarter", *words)
        assert refused.value.returncode == 2


def test_compliance_makes_it_and_the_auditor_reads_verifies_and_takes_it(harmed: Firm, browser: Callable[..., Client]) -> None:
    compliance, auditor = browser("compliance", name="maker"), browser("auditor")
    assert b"No exam file was made yet." in compliance.get("/exams/").content
    answer = compliance.post("/exams/make/", {"quarter": "2026Q3"})
    row = ExamFile.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/exams/{row.pk}/")
    assert compliance.post("/exams/make/", {"quarter": "1999Q1"}).status_code == 409
    page = auditor.get(f"/exams/{row.pk}/").content.decode()
    assert row.root in page
    assert "no evidence collected" in page
    assert "Make the exam file" not in auditor.get("/exams/").content.decode()
    assert "<h2>Valid</h2>" in auditor.get(f"/exams/{row.pk}/?verify=1").content.decode()
    taken = auditor.get(f"/exams/{row.pk}/bytes/")
    assert b"".join(taken.streaming_content) == row.place.read_bytes()  # type: ignore[attr-defined]  # it is streamed
    assert taken["Content-Disposition"] == 'attachment; filename="exam-2026Q3.zip"'
    assert auditor.get(f"/exams/{row.pk}/?format=csv").content.count(b"\n") == len(QUESTIONS) + 1
    row.place.unlink()
    assert auditor.get(f"/exams/{row.pk}/bytes/").status_code == 404
    assert "The desk has not the bytes" in auditor.get(f"/exams/{row.pk}/").content.decode()


@pytest.mark.parametrize("role", sorted({*EVERY_ROLE} - {"compliance", "auditor", "senior_manager"}))
def test_nobody_else_sees_it(role: str, harmed: Firm, browser: Callable[..., Client]) -> None:
    row = actions.make(harmed["compliance"], QUARTER)
    client = browser(role, name="other")
    assert {client.get(url).status_code for url in ("/exams/", f"/exams/{row.pk}/", f"/exams/{row.pk}/bytes/")} == {403}
    assert client.post("/exams/make/", {"quarter": "2026Q3"}).status_code == 403
