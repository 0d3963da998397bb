"""Whatever is tampered with, the first broken row is named, and what is broken in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.actor import automated
from oversight.handling.models import Happening
from oversight.record import actions, heads, proof, triggers
from oversight.record.actions import Act, chained, committed
from oversight.record.models import Entry, Word
from oversight.record.queries import head, verify

Attacker = Callable[..., None]
GUARDS = {
    "sqlite": (
        "record_entry_append_only_delete",
        "record_entry_append_only_update",
        "record_entry_chain",
        "record_word_append_only_delete",
        "record_word_append_only_update",
    ),
    "postgresql": ("record_entry_append_only", "record_entry_chain", "record_word_append_only"),
}


def test_an_untouched_record_holds(story: Happening) -> None:
    verdict = verify()
    assert (verdict.is_intact, verdict.seq, verdict.hash, verdict.words, verdict.withheld, verdict.broken) == (True, *head(), 5, 0, None)


def test_an_empty_record_holds(db: None) -> None:
    assert (verify().is_intact, verify().seq, head()) == (True, 0, (0, "0" * 64))


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE record_entry SET body = replace(body, '120', '110') WHERE seq = 2", "entry 2: the body is not what was hashed, or the hash was replaced"),
        (f"UPDATE record_entry SET hash = '{'a' * 64}' WHERE seq = 2", "entry 2: the body is not what was hashed, or the hash was replaced"),
        ("UPDATE record_entry SET actor = 'a-000000000009' WHERE seq = 3", "entry 3: the column actor says something else than the body that was hashed"),
        ("UPDATE record_entry SET at = '2026-10-01 12:00:01+00:00' WHERE seq = 1", "entry 1: the column at says something else than the body that was hashed"),
        ("UPDATE record_entry SET subject_id = '77' WHERE seq = 4", "entry 4: the column subject_id says something else than the body that was hashed"),
        ("UPDATE record_word SET text = 'Which wire?' WHERE text = 'Which cable?'", "entry 3: the word (why) is not the one whose hash the entry holds"),
        ("UPDATE record_word SET salt = 'b' WHERE text = 'Which cable?'", "entry 3: the word (why) is not the one whose hash the entry holds"),
        (
            "INSERT INTO record_word (entry_id, name, salt, text) VALUES (4, 'what', 's', 't')",
            "entry 4: the word what was added: the entry holds no hash of it",
        ),
        ("DELETE FROM record_word WHERE entry_id = 2; DELETE FROM record_entry WHERE seq = 2", "entry 2: missing: after entry 1 comes entry 3"),
        ("DELETE FROM record_word WHERE entry_id = 1; DELETE FROM record_entry WHERE seq = 1", "entry 1: missing: after entry 0 comes entry 2"),
    ],
)
def test_tampering_is_named(statement: str, broken: str, story: Happening, attacker: Attacker) -> None:
    attacker(*statement.split("; "))
    verdict = verify()
    assert (str(verdict.broken), verdict.is_intact, verdict.seq) == (broken, False, int(broken.split()[1].rstrip(":")) - 1)


def test_the_first_of_two_broken_rows_is_named(story: Happening, attacker: Attacker) -> None:
    attacker("UPDATE record_entry SET verb = 'x' WHERE seq = 4", "UPDATE record_entry SET verb = 'x' WHERE seq = 2")
    assert str(verify().broken) == "entry 2: the column verb says something else than the body that was hashed"


def test_a_row_that_was_rewritten_with_its_hash_breaks_the_link(story: Happening, attacker: Attacker) -> None:
    second = Entry.objects.get(seq=2)
    body = second.body.replace('"120"', '"110"')
    rewritten = chained(second.before_hash, body)
    attacker(f"UPDATE record_entry SET body = '{body}', hash = '{rewritten}' WHERE seq = 2")
    assert str(verify().broken) == f"entry 3: the link is broken: it says that the hash before is {second.hash}, and it is {rewritten}"


def test_a_tail_that_was_rewritten_whole_is_caught_by_a_head_kept_outside(story: Happening, attacker: Attacker) -> None:
    kept = dict([head()])
    last = Entry.objects.latest("seq")
    body = last.body.replace('"analyst"', '"auditor"')
    rewritten = chained(last.before_hash, body)
    attacker(f"UPDATE record_entry SET body = '{body}', hash = '{rewritten}' WHERE seq = 4")
    assert verify().broken is None
    assert str(verify(kept).broken) == f"entry 4: the head exported for it was {kept[4]}, and its hash is {rewritten}: the record was written anew"


def test_entries_cut_off_the_end_are_caught_by_a_head_kept_outside(story: Happening, attacker: Attacker) -> None:
    kept = dict([head()])
    attacker("DELETE FROM record_word WHERE entry_id = 4", "DELETE FROM record_entry WHERE seq = 4")
    assert verify().broken is None
    assert str(verify(kept).broken) == "entry 4: missing: the record ends at entry 3, but this head was exported when it was longer"


def test_a_body_that_the_desk_never_wrote_is_named(story: Happening, attacker: Attacker) -> None:
    last = Entry.objects.latest("seq")
    attacker(f"UPDATE record_entry SET body = 'no json', hash = '{chained(last.before_hash, 'no json')}' WHERE seq = 4")
    assert str(verify().broken) == "entry 4: the body is none that the desk wrote: the record was written anew"


def test_a_withheld_word_is_counted_and_breaks_nothing(story: Happening, attacker: Attacker) -> None:
    attacker("DELETE FROM record_word WHERE entry_id = 3")
    verdict = verify()
    assert (verdict.broken, verdict.words, verdict.withheld) == (None, 4, 1)


def test_a_lost_guard_is_named(story: Happening, attacker: Attacker) -> None:
    assert triggers.missing() == ()
    attacker()
    assert (verify().unguarded, verify().is_intact, verify().broken) == (GUARDS[connection.vendor], False, None)


def test_a_disabled_guard_is_as_good_as_lost(story: Happening) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot disable a trigger")
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_word DISABLE TRIGGER record_word_append_only")
    assert triggers.missing() == ("record_word_append_only",)


def test_a_long_record_is_walked_in_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "BATCH", 10)
    actions.append_all(automated("test"), [Act("note", ("thing", str(number)), why=f"number {number}") for number in range(35)])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        verdict = verify()
    assert (verdict.seq, verdict.words, verdict.broken) == (35, 35, None)
    assert len(asked) == 4 * 2 + 1 + 1 + 1, "four batches of entries and words, the end, stray words, the guards"


def test_the_command_says_that_the_record_holds(story: Happening) -> None:
    said = StringIO()
    call_command("verify_record", stdout=said)
    assert said.getvalue() == f"The record holds: 4 entries, 5 words and 0 of 0 heads; 0 words are withheld, their hashes remain.\nHead: entry 4, {head()[1]}\n"


def test_the_command_names_the_first_broken_row_and_ends_with_1(story: Happening, attacker: Attacker) -> None:
    attacker("UPDATE record_entry SET body = replace(body, '120', '110') WHERE seq = 2")
    said, first = StringIO(), Entry.objects.get(seq=1).hash
    with pytest.raises(SystemExit) as ended:
        call_command("verify_record", stdout=said)
    lines = said.getvalue().splitlines()
    assert (ended.value.code, lines[0], lines[-1]) == (
        1,
        "BROKEN at entry 2: the body is not what was hashed, or the hash was replaced.",
        f"Head: entry 1, {first}",
    )
    assert [line.split("trigger ")[1].split(";")[0] for line in lines[2:-1]] == list(GUARDS[connection.vendor])


def test_a_head_is_exported_once_a_day_and_is_itself_an_entry(story: Happening, tmp_path: Path) -> None:
    seq, hash_ = head()
    said = StringIO()
    call_command("export_head", out=tmp_path / "heads", stdout=said)
    file = tmp_path / "heads" / "head-2026-10-01.json"
    assert json.loads(file.read_text()) == {"date": "2026-10-01", "seq": seq, "hash": hash_, "entries": 4, "clock": "stated"}
    entry = Entry.objects.latest("seq")
    assert (entry.seq, entry.actor, entry.verb, entry.subject_kind, entry.subject_id) == (5, "system:export-head", "export", "head", "2026-10-01")
    assert json.loads(entry.body)["facts"] == {"seq": 4, "hash": hash_, "entries": 4}
    call_command("export_head", out=tmp_path / "heads", stdout=said)
    assert said.getvalue() == f"Wrote {file}\nToday's head is there already; nothing was written.\n"
    assert ([path.name for path in file.parent.iterdir()], Entry.objects.count()) == (["head-2026-10-01.json"], 5)


def test_the_record_is_held_against_exported_heads(story: Happening, tmp_path: Path, attacker: Attacker) -> None:
    call_command("export_head", out=tmp_path, stdout=StringIO())
    said = StringIO()
    call_command("verify_record", head=[tmp_path], stdout=said)
    assert said.getvalue().startswith("The record holds: 5 entries, 5 words and 1 of 1 heads;")
    attacker("DELETE FROM record_entry WHERE seq = 5", "DELETE FROM record_word WHERE entry_id = 4", "DELETE FROM record_entry WHERE seq = 4")
    with pytest.raises(SystemExit):
        call_command("verify_record", head=[tmp_path / "head-2026-10-01.json"], stdout=said)
    assert "BROKEN at entry 4: missing: the record ends at entry 3" in said.getvalue()


def test_a_broken_record_is_not_exported(story: Happening, tmp_path: Path, attacker: Attacker) -> None:
    attacker("UPDATE record_entry SET verb = 'x' WHERE seq = 2")
    with pytest.raises(CommandError, match="nothing was exported: entry 2: the column verb says"):
        call_command("export_head", out=tmp_path, stdout=StringIO())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{}", '{"date": "2026-10-01", "seq": "x", "hash": "y"}', "[]"])
def test_a_file_that_is_no_head_is_named(text: str, tmp_path: Path, db: None) -> None:
    file = tmp_path / "head-2026-10-01.json"
    file.write_text(text)
    with pytest.raises(CommandError, match="is not a head of the record") as refused:
        call_command("verify_record", head=[file], stdout=StringIO())
    assert refused.value.returncode == 2


def test_heads_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    for day, hash_ in (("01", "a" * 64), ("02", "b" * 64)):
        (tmp_path / f"head-2026-10-{day}.json").write_text(json.dumps({"date": f"2026-10-{day}", "seq": 3, "hash": hash_, "entries": 3}))
    with pytest.raises(ValueError, match="says another hash of entry 3"):
        heads.read(tmp_path)


def test_the_hash_of_a_word_is_that_of_its_salt_a_line_feed_and_the_text(story: Happening) -> None:
    word = Word.objects.get(text="Which cable?")
    assert json.loads(Entry.objects.get(seq=3).body)["words"]["(why)"] == committed(word.salt, "Which cable?")
