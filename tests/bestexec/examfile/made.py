"""Small exam files, made in memory: good ones, and ones that a dishonest maker would seal."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from bestexec.examfile.verify import Exam, verify

ABOUT = {"quarter": "2026Q3"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def listed(name: str, content: bytes) -> dict[str, Any]:
    return {"crc32": f"{zlib.crc32(content):08x}", "name": name, "sha256": sha256(content), "size": len(content)}


def packed(members: Sequence[tuple[str, bytes]] | Mapping[str, bytes]) -> bytes:
    """An archive of these members in this order, whatever they are: what `write` refuses, a dishonest maker can still seal."""
    given = sorted(members.items()) if isinstance(members, Mapping) else list(members)
    exam, contents = Exam(dict(ABOUT), [listed(*each) for each in given]), iter(content for _, content in given)
    return b"".join(piece if isinstance(piece, bytes) else next(contents) for _, piece in exam.pieces())


def found(archive: bytes | bytearray, root: str = "") -> list[tuple[str, str]]:
    return verify(io.BytesIO(archive), root).altered


def root_of(archive: bytes) -> str:
    return verify(io.BytesIO(archive)).root


def owners(archive: bytes) -> list[str]:
    """Whose each byte is, as Python's own reader of zip files has it: a member's name, or container."""
    owner = ["container"] * len(archive)
    for info in zipfile.ZipFile(io.BytesIO(archive)).infolist():
        head = archive[info.header_offset :][:30]
        start = info.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        owner[start : start + info.file_size] = [info.filename] * info.file_size
    return owner


def chain(bodies: Sequence[str], before: str, withheld: Sequence[int] = ()) -> bytes:
    """A segment of the record: one line an entry, that of a withheld one without its body."""
    lines = []
    for body in bodies:
        hash_ = sha256(f"{before}\n{body}".encode())
        seq = json.loads(body)["seq"]
        lines.append({"before_hash": before, "hash": hash_} | ({"seq": seq} if seq in withheld else {"body": body}))
        before = hash_
    return b"".join(json.dumps(each).encode() + b"\n" for each in lines)


def whole() -> dict[str, bytes]:
    """A member of every kind that the verifier holds against others."""
    table, limits = b"PAR1 fills PAR1", b'version = "2026-07"\n'
    facts = {"records": 3, "accepted": 2, "rejected": 1}
    run = json.dumps({"outputs": {"fills.parquet": {"sha256": sha256(table)}, "policy/policy.toml": {"sha256": sha256(limits)}}, "inputs": {"ab12": facts}})
    folder = f"runs/{sha256(run.encode())}"
    document = b"minutes of the third quarter"
    bodies = [json.dumps({"seq": seq, "verb": verb}) for seq, verb in ((1, "create"), (2, "approve"), (3, "sign"))]
    binder = {"questions": [{"key": "who", "evidence": [{"member": "reviews.json"}]}, {"key": "when", "evidence": []}]}
    return {
        f"{folder}/run.json": run.encode(), f"{folder}/fills.parquet": table, f"{folder}/policy/policy.toml": limits,
        "imports/ab12/manifest.json": json.dumps({**facts, "received_at": 5}).encode(), "record/entries.jsonl": chain(bodies, "0" * 64, withheld=[2]),
        f"documents/{sha256(document)}.txt": document, "reviews.json": b"[]", "binder.json": json.dumps(binder).encode(), "empty.txt": b"",
    }  # fmt: skip
