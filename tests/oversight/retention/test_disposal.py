"""Two people, exactly the list, a tombstone for each thing; what was altered stays, what was cut short is carried on."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

import bestexec
from bestexec import tombstone_of
from oversight.actor import automated
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.moving import make
from oversight.record.models import Entry
from oversight.record.queries import verify
from oversight.retention import actions, disposing, queries, verifying
from oversight.retention.models import Disposed

from .conftest import NEW, OLD, Place, raw_bytes


def test_the_list_is_exactly_what_is_over_and_free_by_hash_and_size(firm: Place) -> None:
    old, quotes = firm.imported(OLD), firm.imported(OLD, "quotes")
    firm.imported(NEW)
    row = actions.propose_disposal(firm.compliance, ["trading"], reason="Their time is over.")
    said = {one["kind"]: one for one in row.items}
    assert sorted(said) == ["import", "raw"]
    assert said["raw"]["pieces"] == [{"path": f"raw/{old}", "sha256": old, "size": len(raw_bytes(OLD, "fills"))}]
    assert [piece["path"] for piece in said["import"]["pieces"]] == [f"imports/{old}/fills/2019-03-04.parquet", f"imports/{old}/rejects.parquet"]
    assert (said["raw"]["ended_on"], said["raw"]["period"], said["raw"]["cite"]) == ("2025-03-04", "6 years", "17 CFR 240.17a-4(a)")
    assert (firm.workspace / "raw" / quotes).is_file()


def test_nobody_approves_their_own_list_and_nothing_goes_unapproved(firm: Place) -> None:
    old = firm.imported(OLD)
    row = actions.propose_disposal(firm.compliance, ["trading"], reason="Their time is over.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        make(firm.compliance, row, "approve", {})
    with pytest.raises(Refusal, match="once a second person approved it"):
        disposing.carry_out(firm.compliance, row)
    with pytest.raises(Refusal, match="proposed by compliance"):
        actions.propose_disposal(firm.analyst, ["trading"], reason="x")
    assert (firm.workspace / "raw" / old).is_file()


def test_bytes_go_the_tombstone_stands_and_the_record_knows_it(firm: Place) -> None:
    old = firm.imported(OLD)
    row = firm.approved("trading")
    with pytest.raises(Refusal, match="carried out by compliance"):
        disposing.carry_out(firm.senior, row)
    done = disposing.carry_out(firm.compliance, row)
    assert (done.state, done.stayed) == ("done", [])
    assert not (firm.workspace / "raw" / old).exists()
    assert not list((firm.workspace / "imports" / old).rglob("*.parquet"))
    assert (firm.workspace / "imports" / old / "manifest.json").is_file()
    stone = tombstone_of(firm.workspace, "raw", old)
    assert stone is not None
    assert (stone.proposed_by, stone.approved_by, stone.reference) == (firm.compliance.key, firm.senior.key, f"disposal no. {row.pk}")
    assert (stone.record_class, stone.period, stone.citation, stone.ended_on) == (
        "Orders, routes and executions",
        "6 years",
        "17 CFR 240.17a-4(a)",
        "2025-03-04",
    )
    file = firm.workspace / "disposed" / f"raw-{old}.json"
    gone = Disposed.objects.get(kind="raw")
    assert gone.tombstone == hashlib.sha256(file.read_bytes()).hexdigest()
    entry = Entry.objects.get(subject_kind="disposed", subject_id=str(gone.pk))
    assert json.loads(entry.body)["changes"]["tombstone"] == [None, gone.tombstone]
    assert verify().is_intact
    assert queries.strange_tombstones() == []


def test_evidence_that_was_disposed_of_is_said_to_be_so(firm: Place) -> None:
    filed = firm.filed("an old note", OLD)
    assert verifying.verify() == verifying.Found(1, 0, ())
    disposing.carry_out(firm.compliance, firm.approved("evidence"))
    with pytest.raises(Refusal, match=r"These bytes were disposed of on 2026-10-01 under FINRA 4511\(b\): Other evidence, 6 years, ended on 2025-03-04"):
        store.read(filed.sha256)
    assert verifying.verify() == verifying.Found(0, 1, ())


def test_an_altered_file_stays_and_is_named(firm: Place) -> None:
    old = firm.imported(OLD)
    row = firm.approved("trading")
    (firm.workspace / "raw" / old).write_bytes(b"something else")
    done = disposing.carry_out(firm.compliance, row)
    assert done.stayed == [["raw", old, f"raw/{old} was altered: its bytes are not those that were proposed"]]
    assert (firm.workspace / "raw" / old).read_bytes() == b"something else"
    assert Disposed.objects.filter(kind="raw").count() == 0


def test_cut_short_after_the_first_it_is_carried_on_by_the_command(firm: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    old = firm.imported(OLD)
    row = firm.approved("trading")
    noted = disposing._note
    calls = []

    def cut(*given: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        noted(*given)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr(disposing, "_note", cut)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        disposing.carry_out(firm.compliance, row)
    monkeypatch.undo()
    row.refresh_from_db()
    assert row.state == "approved"
    assert not (firm.workspace / "raw" / old).exists(), "the second one's bytes went before the process died"
    done = disposing.carry_out(automated("dispose"), row)
    assert (done.state, done.stayed) == ("done", [])
    assert sorted(Disposed.objects.values_list("kind", flat=True)) == ["import", "raw"]
    assert queries.strange_tombstones() == []


def test_a_tombstone_that_somebody_else_laid_is_pointed_out(firm: Place) -> None:
    folder = firm.workspace / "disposed"
    folder.mkdir()
    stone = bestexec.Tombstone("raw", "a" * 64, (), "Orders", "6 years", "x", "2025-01-01", "k-1", "k-2", "2026-01-01T00:00:00+00:00", "disposal no. 1")
    (folder / f"raw-{'a' * 64}.json").write_bytes(stone.content)
    assert queries.strange_tombstones() == [f"workspace/disposed/raw-{'a' * 64}.json"]


def test_a_declined_list_is_not_carried_out_and_its_things_can_be_proposed_again(firm: Place) -> None:
    firm.imported(OLD)
    row = firm.approved("trading")
    with pytest.raises(Refusal, match="Nothing of these classes"):
        actions.propose_disposal(firm.compliance, ["trading"], reason="again")
    make(firm.senior, row, "decline", {"why": "not yet"})
    assert disposing.waiting() == []
    assert actions.propose_disposal(firm.compliance, ["trading"], reason="again").count == 2


def test_the_database_refuses_to_change_what_was_disposed_of(firm: Place) -> None:
    firm.imported(OLD)
    disposing.carry_out(firm.compliance, firm.approved("trading"))
    for statement in ("UPDATE retention_disposed SET size = 1", "DELETE FROM retention_disposed"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def longer(firm: Place) -> None:
    """From today on such things are kept ten years: those of March 2019 until March 2029."""
    row = actions.state_period(firm.compliance, record_class="trading", months=120, from_on=date(2026, 10, 1), reason="Counsel reads it so.")
    make(firm.senior, row, "approve", {})


def test_a_longer_period_that_came_meanwhile_stops_the_approval(firm: Place) -> None:
    firm.imported(OLD)
    row = actions.propose_disposal(firm.compliance, ["trading"], reason="Their time is over.")
    longer(firm)
    with pytest.raises(Refusal, match="the time of 2 of 2 is not over as things stand now"):
        actions.approve_disposal(firm.senior, row)


def test_a_longer_period_that_came_after_the_approval_keeps_the_bytes(firm: Place) -> None:
    old = firm.imported(OLD)
    row = firm.approved("trading")
    longer(firm)
    done = disposing.carry_out(firm.compliance, row)
    words = "its time is not over as things stand now: Orders, routes and executions until 2029-03-04"
    assert sorted(done.stayed) == [["import", old, words], ["raw", old, words]]
    assert (firm.workspace / "raw" / old).is_file()


def test_a_file_that_is_filed_again_meanwhile_stays(firm: Place) -> None:
    filed = firm.filed("the same words", OLD)
    row = firm.approved("evidence")
    firm.filed("the same words", NEW)
    done = disposing.carry_out(firm.compliance, row)
    assert [why for *_, why in done.stayed] == ["its time is not over as things stand now: Other evidence until 2032-09-28"]
    assert store.read(filed.sha256) == b"the same words"
