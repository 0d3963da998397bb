"""Filed bytes stay: written once, never altered in silence, whatever happens while they are written."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from pytest_django import Settings
from tests.databases import Migrated

from oversight.actor import Actor
from oversight.evidence import actions, queries, store
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.record.models import Entry

Act = Callable[..., Actor]
LETTER = b"The vendor confirmed the outage in writing.\n"
SHA = hashlib.sha256(LETTER).hexdigest()


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_filed_bytes_lie_under_their_hash_and_the_record_says_who_filed_them(actor: Act, home: Path) -> None:
    by = actor("analyst")
    filed = actions.file(by, "letter.txt", LETTER, title="Outage letter", effective_on=date(2026, 9, 30))
    assert (filed.sha256, filed.size, filed.kind) == (SHA, 44, "text/plain; charset=utf-8")
    assert (home / "evidence" / SHA[:2] / SHA).read_bytes() == LETTER
    entry = Entry.objects.get()
    assert (entry.actor, entry.verb, entry.subject_kind, entry.subject_id) == (by.key, "file", "filed", str(filed.pk))
    assert [word.name for word in entry.words.order_by("name")] == ["name", "shows", "title"]
    assert "Outage letter" not in entry.body


def test_the_same_bytes_twice_are_one_file_and_two_filings(actor: Act, home: Path) -> None:
    by = actor("analyst")
    first, second = actions.file(by, "a.txt", LETTER), actions.file(by, "b.txt", LETTER)
    assert [file.name for file in (home / "evidence").rglob("*") if file.is_file()] == [SHA]
    assert [(filed.name, filed.sha256) for filed in Filed.objects.order_by("pk")] == [("a.txt", SHA), ("b.txt", SHA)]
    assert first.pk != second.pk


def test_bytes_altered_on_the_disk_are_refused_by_name_when_opened_and_when_filed_again(actor: Act, home: Path) -> None:
    by = actor("analyst")
    actions.file(by, "a.txt", LETTER)
    place = store.place(SHA)
    place.chmod(0o640)
    place.write_bytes(LETTER + b"!")
    said = f"The file evidence/{SHA[:2]}/{SHA} was altered after it was filed"
    with pytest.raises(Refusal, match=said):
        store.read(SHA)
    with pytest.raises(Refusal, match=said):
        actions.file(by, "b.txt", LETTER)
    assert Filed.objects.count() == 1
    assert [file.name for file in (home / "evidence").glob("*.part")] == []


def test_bytes_that_are_gone_are_refused_by_name(actor: Act) -> None:
    actions.file(actor("analyst"), "a.txt", LETTER)
    store.place(SHA).unlink()
    with pytest.raises(Refusal, match=f"evidence/{SHA[:2]}/{SHA} are not in the store"):
        store.read(SHA)


def test_a_file_above_the_limit_leaves_nothing_behind(actor: Act, home: Path, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 43
    with pytest.raises(Refusal, match="too large"):
        actions.file(actor("analyst"), "a.txt", LETTER)
    assert [file for file in (home / "evidence").rglob("*") if file.is_file()] == []
    assert (Filed.objects.count(), Entry.objects.count()) == (0, 0)


def test_an_empty_file_is_not_filed(actor: Act) -> None:
    with pytest.raises(Refusal, match="The file is empty"):
        actions.file(actor("analyst"), "a.txt", b"")


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_only_reads_files_nothing(actor: Act, role: str, home: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.file(actor(role), "a.txt", LETTER)
    assert refusal.value.is_forbidden
    assert not (home / "evidence").exists()


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"size": 1}, {"kind": "image/png"}, {"filed_by": "a-other"}, {"expires_on": date(2030, 1, 1)}])
def test_the_database_refuses_to_change_what_was_filed(actor: Act, change: dict[str, object]) -> None:
    filed = actions.file(actor("analyst"), "a.txt", LETTER)
    with pytest.raises(DatabaseError, match="evidence_filed is append-only"), transaction.atomic():
        Filed.objects.filter(pk=filed.pk).update(**change)


def test_the_database_refuses_to_delete_what_was_filed(actor: Act) -> None:
    filed = actions.file(actor("analyst"), "a.txt", LETTER)
    with pytest.raises(DatabaseError, match="evidence_filed is append-only"), transaction.atomic():
        Filed.objects.filter(pk=filed.pk).delete()


def test_the_sweep_lists_and_removes_only_what_no_filing_names_and_nobody_touched_lately(actor: Act, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    actions.file(actor("analyst"), "a.txt", LETTER)
    loose, young = store.keep([b"left by a kill"]).sha256, store.keep([b"being filed now"]).sha256
    part = home / "evidence" / "0123.part"
    part.write_bytes(b"half")
    long_ago = time.time() - 100_000
    for file in (store.place(SHA), store.place(loose), part):
        os.utime(file, (long_ago, long_ago))
    call_command("sweep_evidence")
    assert capsys.readouterr().out.splitlines() == ["0123.part", loose, "2 files that no filing names."]
    call_command("sweep_evidence", "--remove")
    assert sorted(file.name for file in (home / "evidence").rglob("*") if file.is_file()) == sorted([SHA, young])


def test_the_sweep_never_takes_what_was_touched_within_the_hour(home: Path) -> None:
    store.keep([b"being filed now"])
    assert actions.sweep(hours=0, is_removing=True) == []


FILING = """
import os, django
django.setup()
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.evidence import actions
by = Actor("a-test", frozenset({"analyst"}))
print("ready", flush=True)
for number in range(100_000):
    filed = actions.file(by, f"{number}.txt", f"letter {number % 7} {os.getpid()}\\n".encode() * 20_000)
    print(number, filed.sha256, flush=True)
"""


@pytest.mark.check
def test_killed_while_filing_nothing_that_was_said_is_lost_and_no_row_lacks_its_bytes(tmp_path: Path, root: Path, migrated: Migrated) -> None:
    home = tmp_path / "desk"
    home.mkdir()
    environment = {**os.environ, "OVERSIGHT_HOME": str(home), "DATABASE_URL": f"sqlite:///{home}/desk.sqlite3"}
    shutil.copy(migrated.file, home / "desk.sqlite3")
    said: list[str] = []
    for lines_before_the_kill in (1, 4, 9):
        filing = subprocess.Popen([sys.executable, "-c", FILING], env=environment, stdout=subprocess.PIPE, text=True)
        assert filing.stdout is not None
        lines = [filing.stdout.readline() for _ in range(lines_before_the_kill + 1)]
        filing.send_signal(signal.SIGKILL)
        rest = filing.communicate()[0].splitlines(keepends=True)
        said += [line.split()[1] for line in [*lines, *rest] if line.endswith("\n") and line != "ready\n"]
    with sqlite3.connect(home / "desk.sqlite3") as database:
        rows = database.execute("SELECT id, sha256 FROM evidence_filed ORDER BY id").fetchall()
        entries = database.execute("SELECT subject_id FROM record_entry WHERE verb = 'file' ORDER BY seq").fetchall()
    database.close()
    filed = [sha for _, sha in rows]
    assert set(said) <= set(filed)
    assert len(said) <= len(filed) <= len(said) + 3, "at most the one filing of each kill was done and not yet said"
    assert [id_ for (id_,) in entries] == [str(id_) for id_, _ in rows]
    assert {sha: hashlib.sha256((home / "evidence" / sha[:2] / sha).read_bytes()).hexdigest() for sha in filed} == {sha: sha for sha in filed}


def test_expiring_leaves_out_what_a_later_filing_stands_in_for(actor: Act) -> None:
    by = actor("compliance")
    gone = actions.file(by, "a.txt", LETTER, title="expired", expires_on=date(2026, 9, 30))
    soon = actions.file(by, "b.txt", LETTER, title="soon", expires_on=date(2026, 10, 31))
    actions.file(by, "c.txt", LETTER, title="later", expires_on=date(2026, 11, 1))
    actions.file(by, "d.txt", LETTER, title="never")
    assert [filed.title for filed in queries.expiring(30)] == ["expired", "soon"]
    assert [filed.standing for filed in (gone, soon)] == ["expired", "expires soon"]
    actions.file(by, "e.txt", LETTER, title="renewed", supersedes=gone, expires_on=date(2027, 9, 30))
    assert [filed.title for filed in queries.expiring(30)] == ["soon"]
    assert [filed.title for filed in queries.files(standing="expired")] == []
    assert [filed.title for filed in queries.files(standing="superseded")] == ["expired"]


def test_an_expiry_before_the_effective_date_is_refused(actor: Act) -> None:
    with pytest.raises(Refusal, match="expire before it takes effect"):
        actions.file(actor("analyst"), "a.txt", LETTER, effective_on=date(2026, 10, 2), expires_on=date(2026, 10, 1))


def test_a_link_stands_once_and_a_wrong_one_is_withdrawn_with_a_reason(actor: Act) -> None:
    by = actor("analyst")
    filed, subject = actions.file(by, "a.txt", LETTER), actions.file(by, "b.txt", LETTER)
    wrong = actions.link(by, filed, subject.subject, "the same outage")
    with pytest.raises(Refusal, match="linked there already"):
        actions.link(by, filed, subject.subject)
    with pytest.raises(Refusal, match="why is missing"):
        actions.withdraw(by, wrong, "")
    actions.withdraw(by, wrong, "another outage")
    assert list(queries.of_subject(*subject.subject)) == []
    assert (wrong.state, wrong.withdrawn_by) == ("withdrawn", by.key)
    again = actions.link(by, filed, subject.subject)
    assert [link.pk for link in queries.of_subject(*subject.subject)] == [again.pk]


@pytest.mark.parametrize("subject", [("filed", "999"), ("nothing", "1"), ("filed", "x"), ("account", "a-nobody"), ("filed", "1' OR 1=1")])
def test_nothing_is_linked_to_what_is_not_there(actor: Act, subject: tuple[str, str]) -> None:
    by = actor("analyst")
    filed = actions.file(by, "a.txt", LETTER)
    with pytest.raises(Refusal, match="Nothing was linked"):
        actions.link(by, filed, subject)
