"""A stranger with the file and its root learns what was altered, by name."""

from __future__ import annotations

import ast
import io
import json
import random
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from bestexec.examfile import verify as package
from bestexec.examfile.verify import Exam, disproved, line, prove, read_manifest, verify

from .made import ABOUT, chain, found, listed, owners, packed, root_of, sha256, whole

PROGRAM = Path(sys.modules[package.__module__].__file__ or "")


@pytest.fixture(scope="module")
def archive() -> bytes:
    return packed(whole())


def test_a_whole_file_is_valid_and_says_what_was_held_together(archive: bytes) -> None:
    verdict = verify(io.BytesIO(archive), root_of(archive))
    assert verdict.altered == []
    assert verdict.about == ABOUT
    last = json.loads(whole()["record/entries.jsonl"].splitlines()[-1])["hash"]
    assert verdict.notes == [
        "1 sealed run: each is named by the hash of its run.json, which names its 2 outputs by theirs",
        f"the record's entries 1 to 3 are one chain, whose last hash is {last}; of 1 only the hashes are here",
        "1 document, each named by its hash",
        "the binder answers 1 of 2 questions with evidence that is here",
    ]


@pytest.mark.parametrize("is_root_given", [False, True])
def test_every_single_byte_is_missed_by_nobody(archive: bytes, is_root_given: bool) -> None:
    """All of the file's bytes, one after the other, each flipped in another way: the member it is in is named, and nothing else is."""
    root, flips, bits = root_of(archive) if is_root_given else "", bytearray(archive), random.Random(3)
    for at, owner in enumerate(owners(archive)):
        mask = bits.randrange(1, 256)
        flips[at] ^= mask
        assert [name for name, _ in found(flips, root)] == [owner], f"byte {at} ^ {mask}"
        flips[at] ^= mask


def test_other_readers_open_it_and_find_the_same(archive: bytes) -> None:
    opened = zipfile.ZipFile(io.BytesIO(archive))
    assert opened.testzip() is None
    assert opened.namelist() == ["seal.json", "manifest.json", "proofs.json", *sorted(whole())]
    assert {name: opened.read(name) for name in whole()} == whole()
    assert {(info.date_time, info.compress_type, info.extra) for info in opened.infolist()} == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, b"")}


def test_the_first_bytes_and_the_last_are_those_a_hand_writes(archive: bytes) -> None:
    seal = archive[39:][:186]
    assert seal == b'{"format":"bestexec exam file 1","manifest":"' + seal[45:109] + b'","root":"' + root_of(archive).encode() + b'"}\n'
    fixed = bytes.fromhex("504b030414000008000000002100")
    assert archive[:39] == fixed + struct.pack("<LLL", zlib.crc32(seal), 186, 186) + bytes.fromhex("09000000") + b"seal.json"
    directory = archive.index(b"PK\x01\x02")
    assert archive[-22:] == bytes.fromhex("504b0506000000000c000c00") + struct.pack("<LL", len(archive) - 22 - directory, directory) + b"\0\0"


def test_who_makes_all_of_it_anew_is_seen_by_the_root_alone(archive: bytes) -> None:
    forged = packed({**whole(), "reviews.json": b'["all is well"]'})
    assert found(forged) == []
    assert found(forged, root_of(archive)) == [("root", f"this is another file than the one of that root: its root is {root_of(forged)}")]


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"not an archive at all" * 40, b"\0" * 5000, b'{"format":"bestexec exam file 1"' * 9], ids=["empty", "two", "text", "zeros", "json"]
)
def test_what_is_no_exam_file_is_said_to_be_none(content: bytes) -> None:
    assert [name for name, _ in found(content)] in (["container"], ["manifest.json"])


def test_another_zip_is_no_exam_file() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as opened:
        opened.writestr("seal.json", "{}")
    assert found(other.getvalue()) == [("container", "this is no exam file")]


def test_cut_short_or_longer_is_the_container(archive: bytes) -> None:
    assert found(archive[:-1]) == [("container", "the file is cut short, within container")]
    assert found(archive[:-400])[0][0] == "container"
    assert found(archive + b"\0") == [("container", "the file goes on behind its end")]


def test_compressed_or_in_another_order_it_is_another_container(archive: bytes) -> None:
    opened, again = zipfile.ZipFile(io.BytesIO(archive)), io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as packing:
        for name in opened.namelist():
            packing.writestr(name, opened.read(name))
    assert found(again.getvalue()) == [("container", "this is no exam file")]


@pytest.mark.parametrize("name", ["../up", "/abs", "a/../b", "a//b", ".", "c:/x", "a\\b", "a\nb", "dot./x", "", "seal.json", "container", "x" * 501])
def test_a_name_that_leads_out_is_refused_though_it_was_sealed(name: str) -> None:
    [(member, what)] = found(packed([(name, b"x")]))
    assert member == "manifest.json"
    assert "the name" in what


@pytest.mark.parametrize("names", [("b", "a"), ("a", "a"), ("A", "a")])
def test_names_out_of_order_or_twice_are_refused(names: tuple[str, str]) -> None:
    assert found(packed([(name, b"x") for name in names])) == [("manifest.json", "its names are not in order, or one stands twice")]


@pytest.mark.parametrize(
    ("field", "value"), [("size", -1), ("size", True), ("size", 2**53), ("sha256", "AB"), ("sha256", 5), ("crc32", "zz"), ("name", 7), ("more", 1)]
)
def test_an_entry_of_another_shape_is_no_list(field: str, value: object) -> None:
    entries = [{**listed("a", b"x"), field: value}]
    with pytest.raises(ValueError):
        read_manifest(json.dumps({"about": {}, "format": "bestexec exam file 1", "members": entries}).encode() + b"\n")


@pytest.mark.parametrize("text", [b"[" * 100_000, b"[1]\n", b"{}\n", b"\xff\n", b'{"about":{},"format":"bestexec exam file 1","members":[NaN]}\n', b"null"])
def test_no_text_breaks_the_reader(text: bytes) -> None:
    with pytest.raises(ValueError):
        read_manifest(text)


def test_a_manifest_in_another_form_is_not_the_one_that_was_sealed() -> None:
    exam = Exam({}, [listed("a", b"x")])
    assert read_manifest(exam.manifest).root == exam.root
    with pytest.raises(ValueError, match="canonical"):
        read_manifest(exam.manifest.replace(b'{"about"', b'{ "about"'))


def _told(**members: bytes) -> list[tuple[str, str]]:
    changed = {**whole(), **members}
    return found(packed({name: content for name, content in changed.items() if content != b"-"}))


def _named(end: str) -> str:
    return next(name for name in whole() if name.endswith(end))


@pytest.mark.parametrize(
    ("end", "content", "what"),
    [
        ("fills.parquet", b"PAR1 other PAR1", "it is not what the run sealed under that name"),
        ("policy.toml", b"version = 7", "it is not what the run sealed under that name"),
        ("ab12/manifest.json", b'{"records": 4}', "it says something else of this import than {run}"),
        (".txt", b"other minutes", "its hash is not its name"),
    ],
)
def test_what_members_say_of_each_other_is_held_though_all_was_sealed(end: str, content: bytes, what: str) -> None:
    name = next(each for each in whole() if each.endswith(end) and each != "empty.txt")
    assert _told(**{name: content}) == [(name, what.format(run=_named("run.json")))]


@pytest.mark.parametrize("end", ["fills.parquet", "ab12/manifest.json"])
def test_what_a_run_names_must_be_here(end: str) -> None:
    [(name, what)] = _told(**{_named(end): b"-"})
    assert name == _named("run.json")
    assert what.endswith(f"{end}, and it is not here")


def test_what_a_run_did_not_seal_is_not_of_it() -> None:
    name = _named("fills.parquet").replace("fills", "more")
    assert _told(**{name: b"PAR1"}) == [(name, "it is not what the run sealed under that name")]


def test_a_run_under_another_id_is_told() -> None:
    run = _named("run.json")
    other = {name.replace(run.split("/")[1], "0" * 64): content for name, content in whole().items()}
    assert found(packed(other)) == [(f"runs/{'0' * 64}/run.json", "its hash is not the id of the run")]


def test_a_binder_points_at_nothing_that_is_not_here() -> None:
    assert _told(**{"reviews.json": b"-"}) == [("binder.json", "it points to reviews.json, which is not here")]


BODIES = [json.dumps({"seq": seq}) for seq in range(5, 9)]


@pytest.mark.parametrize(
    ("segment", "what"),
    [
        (chain(BODIES, "a" * 64), ""),
        (chain(BODIES, "a" * 64, withheld=[5, 8]), ""),
        (chain([BODIES[0], *BODIES[2:]], "a" * 64), "entry 7 does not follow the one before it"),
        (chain(BODIES, "a" * 64) + chain([json.dumps({"seq": 9})], "b" * 64), "entry 9 does not follow the one before it"),
        (chain(BODIES, "a" * 64).replace(b'{\\"seq\\": 6}', b'{\\"seq\\":  6}'), "entry 6 is not what was hashed"),
        (chain([json.dumps({"seq": 1})], "a" * 64), "entry 1 does not follow the one before it"),
        (b'{"seq": 1}\n', "it is not what this format has under that name ('before_hash')"),
    ],
)
def test_the_record_is_one_chain(segment: bytes, what: str) -> None:
    assert _told(**{"record/entries.jsonl": segment}) == ([("record/entries.jsonl", what)] if what else [])


def _exam(archive: bytes) -> Exam:
    return read_manifest(zipfile.ZipFile(io.BytesIO(archive)).read("manifest.json"))


def test_a_proof_shows_one_member_without_the_rest(archive: bytes) -> None:
    name = _named("fills.parquet")
    proof, root = prove(_exam(archive), name), root_of(archive)
    assert disproved(proof, io.BytesIO(whole()[name]), root) == ""
    assert disproved(proof, io.BytesIO(whole()[name] + b"x"), root) == f"these are not the bytes of {name}"
    assert disproved(proof, io.BytesIO(whole()[name][:-1]), root) == f"these are not the bytes of {name}"
    assert disproved(proof, io.BytesIO(whole()[name]), "0" * 64) == "the proof does not lead to that root"
    assert disproved(b"[]", io.BytesIO(b""), root) == "this is no proof of this format"


def test_the_proofs_in_the_archive_are_those_the_verifier_writes(archive: bytes) -> None:
    kept = json.loads(zipfile.ZipFile(io.BytesIO(archive)).read("proofs.json"))
    exam = _exam(archive)
    assert kept == {"leaves": 10, "paths": {name: json.loads(prove(exam, name))["path"] for name in whole()}}


@pytest.mark.parametrize("field", ["index", "leaves", "path", "entry"])
def test_a_proof_that_was_altered_leads_elsewhere(archive: bytes, field: str) -> None:
    proof = json.loads(prove(_exam(archive), "reviews.json"))
    proof[field] = {"index": proof["index"] - 1, "leaves": 3, "path": proof["path"][1:], "entry": listed("reviews.json", b"{}")}[field]
    assert disproved(line(proof), io.BytesIO(b"{}" if field == "entry" else b"[]"), root_of(archive)) == "the proof does not lead to that root"


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", "-S", "verify.py", *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def bare(tmp_path: Path, archive: bytes) -> Path:
    """An empty folder with the program and a file: no package of ours, no package of anybody."""
    shutil.copy(PROGRAM, tmp_path / "verify.py")
    (tmp_path / "exam.zip").write_bytes(archive)
    return tmp_path


def test_it_runs_alone(bare: Path, archive: bytes) -> None:
    root = root_of(archive)
    told = _run(bare, "exam.zip", "--root", root.upper())
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.endswith(f"root {root}\nVALID: this is the exam file of that root.\n")
    assert "CONSISTENT: the file agrees with itself." in _run(bare, "exam.zip").stdout


def test_it_names_what_was_altered_and_ends_with_one(bare: Path, archive: bytes) -> None:
    (bare / "exam.zip").write_bytes(archive.replace(b"minutes of the", b"Minutes of the"))
    told = _run(bare, "exam.zip", "--root", root_of(archive))
    assert (told.returncode, told.stdout) == (1, f"ALTERED {_named('.txt')}: its bytes are not those that were sealed\n".replace("empty.txt", _document()))


def _document() -> str:
    return f"documents/{sha256(b'minutes of the third quarter')}.txt"


def test_one_member_is_proved_and_checked_alone(bare: Path, archive: bytes) -> None:
    proof = _run(bare, "exam.zip", "--prove", "reviews.json")
    (bare / "proof.json").write_text(proof.stdout)
    (bare / "member").write_bytes(whole()["reviews.json"])
    good = _run(bare, "member", "--check-proof", "proof.json", "--root", root_of(archive))
    assert (good.returncode, good.stdout) == (0, "VALID: this member is in the exam file of that root, as it is here.\n")
    (bare / "member").write_bytes(b"[1]")
    assert _run(bare, "member", "--check-proof", "proof.json", "--root", root_of(archive)).returncode == 1


@pytest.mark.parametrize(
    "words", [("none.zip",), ("exam.zip", "--root", "12"), ("exam.zip", "--prove", "nothing"), ("exam.zip", "--check-proof", "exam.zip"), (".",), ()]
)
def test_where_it_cannot_look_it_says_so_and_ends_with_two(bare: Path, words: tuple[str, ...]) -> None:
    told = _run(bare, *words)
    assert told.returncode == 2
    assert told.stderr
    assert "Traceback" not in told.stderr


def test_the_program_is_one_short_file_of_the_standard_library_that_python_3_9_reads() -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 500
    module = ast.parse(text, feature_version=(3, 9))
    imported = {name.name for node in ast.walk(module) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(module) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "argparse", "collections.abc", "hashlib", "json", "re", "struct", "sys", "typing", "zlib"}
