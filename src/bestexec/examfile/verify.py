"""Says whether an exam file is what was sealed, or names what was altered.

    python verify.py exam-2026Q3.zip --root HEX            valid, or what was altered
    python verify.py exam-2026Q3.zip --prove NAME          writes a proof that one member is in it
    python verify.py MEMBER --check-proof PROOF --root HEX checks one member alone against such a proof

It needs Python 3.9 or newer and nothing else, opens nothing but the files named, unpacks nothing and uses no network. Take it from the published source
rather than out of the archive that it is to judge. The root is printed on the cover of the quarter's pack; without it this proves only that the file agrees
with itself. The format is written down in docs/exam_file.md. Exit code: 0 valid, 1 altered, 2 could not look.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, Union

FORMAT, PROOF_FORMAT = "bestexec exam file 1", "bestexec exam proof 1"
SEAL, MANIFEST, PROOFS = "seal.json", "manifest.json", "proofs.json"
"""The three members that stand first: what follows from the list of the others, and that list."""
CONTAINER, ROOT = "container", "root"
"""What is named where no member is at fault: the bytes around the members, or the root that was given."""
CHUNK = 1 << 20
MOST_MANIFEST = 1 << 28
"""Bytes of manifest that are read at all: a quarter's list has some thousand members of 200 bytes."""
HEX64 = re.compile(r"[0-9a-f]{64}")
NO_HASH = "0" * 64
"""What the first entry of a record names as the hash before."""

Entry = dict[str, Any]
"""A member in the manifest: {"crc32", "name", "sha256", "size"}."""
Piece = tuple[str, Union[bytes, Entry]]  # noqa: UP007 -- read when it runs, by Python 3.9 too
Finding = tuple[str, str]
"""(member, container or root; what is wrong with it)."""


class Verdict(NamedTuple):
    """What was found: `altered` is empty for a valid file; `notes` say what was held together, in words."""

    altered: list[Finding]
    notes: list[str]
    root: str
    about: dict[str, Any]


def canonical(value: Any) -> str:
    """`value` as the one JSON text that RFC 8785 gives it. Raises ValueError for what has none: NaN, infinity, a whole number beyond 2^53 − 1."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(json.dumps(name, ensure_ascii=False) + ":" + canonical(each) for name, each in pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([canonical(each) for each in value]) + "]"
    if isinstance(value, str):
        value.encode("utf-16-be")  # a lone surrogate has no canonical form
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        raise ValueError(f"{value} is beyond 2^53 - 1: write it as text")
    return json.dumps(value)


def _number(value: float) -> str:
    """A float as ECMAScript prints it: the shortest digits that read back the same."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{value} is no JSON number")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        text = digits.ljust(point, "0")
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return text if value > 0 else "-" + text


def line(value: Any) -> bytes:
    """Canonical JSON in UTF-8 and a line feed: within the text none can stand."""
    return canonical(value).encode() + b"\n"


def leaf_hash(content: bytes) -> bytes:
    """RFC 6962: a leaf is hashed behind the byte 0."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: two hashes are joined behind the byte 1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree(leaves: list[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """(root, the path of each leaf to it, from below) of one leaf hash or more, split at the largest power of two below their number (RFC 6962)."""
    if len(leaves) == 1:
        return leaves[0], [[]]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    (left, left_paths), (right, right_paths) = tree(leaves[:half]), tree(leaves[half:])
    return node_hash(left, right), [[*path, right] for path in left_paths] + [[*path, left] for path in right_paths]


def leads_to(leaf: bytes, index: int, leaves: int, path: list[bytes]) -> bytes | None:
    """The root that the path of leaf `index` among so many leads to; None where the path has another length than that place asks (RFC 9162, 2.1.3.2)."""
    at, last, found = index, leaves - 1, leaf
    if not 0 <= index < leaves:
        return None
    for step in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            found = node_hash(step, found)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


class Exam:
    """An exam file as it follows from the list of its members: everything but their own bytes.

    The leaves of its tree are the canonical JSON of {"about", "format"} and of each entry, in the order of the manifest.
    """

    def __init__(self, about: dict[str, Any], members: list[Entry]) -> None:
        self.about, self.members = about, members
        self.leaves = [canonical(each).encode() for each in ({"about": about, "format": FORMAT}, *members)]
        root, self.paths = tree([leaf_hash(leaf) for leaf in self.leaves])
        self.root = root.hex()
        self.manifest = line({"about": about, "format": FORMAT, "members": members})
        self.seal = line({"format": FORMAT, "manifest": hashlib.sha256(self.manifest).hexdigest(), "root": self.root})
        self.proofs = line({"leaves": len(self.leaves), "paths": {entry["name"]: self.path(place) for place, entry in enumerate(members)}})

    def path(self, place: int) -> list[str]:
        """The path to the root of the member at that place of the manifest."""
        return [step.hex() for step in self.paths[place + 1]]

    def pieces(self) -> Iterator[Piece]:
        """The whole archive in order: (who it is of, its bytes, or the entry of the member whose bytes come here)."""
        offset, central = 0, []
        pieces: list[Piece] = [(SEAL, self.seal), (MANIFEST, self.manifest), (PROOFS, self.proofs)]
        pieces += [(entry["name"], entry) for entry in self.members]
        for name, content in pieces:
            crc, size = (zlib.crc32(content), len(content)) if isinstance(content, bytes) else (int(content["crc32"], 16), content["size"])
            header = _local_header(name, crc, size)
            central.append(_central_header(name, crc, size, offset))
            yield CONTAINER, header
            yield name, content
            offset += len(header) + size
        directory = b"".join(central)
        yield CONTAINER, directory + _end(len(central), len(directory), offset)


MAX16, MAX32 = 0xFFFF, 0xFFFFFFFF
UTF8_NAMES, STORED, MIDNIGHT, FIRST_DAY = 0x0800, 0, 0, 0x0021
"""The fixed fields of a header: names in UTF-8, nothing compressed, 1980-01-01 00:00."""


def _local_header(name: str, crc: int, size: int) -> bytes:
    is_big, raw = size >= MAX32, name.encode()
    extra = struct.pack("<HHQQ", 1, 16, size, size) if is_big else b""
    shown, needs = min(size, MAX32), 45 if is_big else 20
    fields = (needs, UTF8_NAMES, STORED, MIDNIGHT, FIRST_DAY, crc, shown, shown, len(raw), len(extra))
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields) + raw + extra


def _central_header(name: str, crc: int, size: int, offset: int) -> bytes:
    raw, large = name.encode(), [size, size] * (size >= MAX32) + [offset] * (offset >= MAX32)
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    shown, needs = min(size, MAX32), 45 if large else 20
    fields = (needs, needs, UTF8_NAMES, STORED, MIDNIGHT, FIRST_DAY, crc, shown, shown, len(raw), len(extra), 0, 0, 0, 0, min(offset, MAX32))
    return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *fields) + raw + extra


def _end(count: int, size: int, offset: int) -> bytes:
    wide = b""
    if count >= MAX16 or size >= MAX32 or offset >= MAX32:
        wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
        wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)
    shown = min(count, MAX16)
    return wide + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, shown, shown, min(size, MAX32), min(offset, MAX32), 0)


def wrong_name(name: Any) -> str:
    """Why no member may have this name; empty for a name that is safe on every system."""
    if not isinstance(name, str) or not name or len(name.encode("utf-8", "replace")) > 500:
        return "is no text of 1 to 500 bytes"
    if re.search(r'[\x00-\x1f\x7f\\:*?"<>|]', name):
        return "holds a sign that file systems forbid"
    if any(part in ("", ".", "..") or part != part.rstrip(". ") for part in name.split("/")):
        return "leads out of the folder it is unpacked in, or is not plain"
    return "is kept for the archive itself" if name in (SEAL, MANIFEST, PROOFS, CONTAINER, ROOT) else ""


def read_manifest(text: bytes) -> Exam:
    """The exam file that a manifest describes. Raises ValueError, in words for a person, where it is none."""
    try:
        told = json.loads(text)
        about, members, stated = told["about"], told["members"], told["format"]
        if stated != FORMAT:
            raise ValueError(f"its format is {str(stated)[:40]!r}, and this program reads {FORMAT!r}")
        names = _names(members)
        exam = Exam(about, members)
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError, RecursionError, struct.error):
        raise ValueError("it is no list of members as this format has it") from None
    if exam.manifest != text:
        raise ValueError("it is not in canonical form")
    if names != sorted(names, key=str.encode) or len({name.casefold() for name in names}) != len(names):
        raise ValueError("its names are not in order, or one stands twice")
    return exam


def _names(members: list[Entry]) -> list[str]:
    for entry in members:
        if sorted(entry) != ["crc32", "name", "sha256", "size"]:
            raise ValueError("an entry has other fields than this format has")
        wrong = wrong_name(entry["name"])
        if wrong:
            raise ValueError(f"the name {str(entry['name'])[:80]!r} {wrong}")
        if type(entry["size"]) is not int or not 0 <= entry["size"] < 2**53 or not HEX64.fullmatch(entry["sha256"]):
            raise ValueError(f"the entry of {entry['name']} has no size or no hash")
        if not re.fullmatch("[0-9a-f]{8}", entry["crc32"]):
            raise ValueError(f"the entry of {entry['name']} has no checksum")
    return [entry["name"] for entry in members]


def verify(file: BinaryIO, root: str = "") -> Verdict:
    """Hold every byte of an exam file against its list, the list against the root, and what the members say of each other. Bounded memory."""
    file.seek(len(_local_header(SEAL, 0, 0)))
    seal = file.read(SEAL_SIZE)
    file.seek(len(_local_header(MANIFEST, 0, 0)), 1)
    text = file.readline(MOST_MANIFEST)
    try:
        exam = read_manifest(text)
    except ValueError as error:
        found = (MANIFEST, str(error)) if FORMAT.encode() in seal else (CONTAINER, "this is no exam file")
        return Verdict([found], [], "", {})
    altered = _of_root(exam, seal, root)
    if altered and altered[0][0] == MANIFEST:
        return Verdict(altered, ["where the list of members is altered the rest cannot be judged"], exam.root, exam.about)
    altered += _of_bytes(exam, file)
    told = Contents(file, exam)
    notes = told.hold() if not altered else []
    return Verdict(altered + told.wrong, notes, exam.root, exam.about)


SEAL_SIZE = len(line({"format": FORMAT, "manifest": NO_HASH, "root": NO_HASH}))


def _of_root(exam: Exam, seal: bytes, root: str) -> list[Finding]:
    """Which of manifest, seal and given root is the odd one out: a list altered anywhere has another hash *and* another root than the seal says."""
    has_root = exam.root.encode() in seal
    has_list = hashlib.sha256(exam.manifest).hexdigest().encode() in seal
    if root != exam.root and ((root and root.encode() in seal) or not (has_root or has_list)):
        return [(MANIFEST, "it is not the list that was sealed")]
    found = [] if seal == exam.seal else [(SEAL, "it does not name the root and the list of this file")]
    return [*found, (ROOT, f"this is another file than the one of that root: its root is {exam.root}")] if root and root != exam.root else found


def _of_bytes(exam: Exam, file: BinaryIO) -> list[Finding]:
    """Every byte from the first to the last, each member's held against its hash and all others against the canonical form."""
    altered: dict[str, str] = {}
    file.seek(0)
    for owner, piece in exam.pieces():
        if isinstance(piece, bytes):
            content = file.read(len(piece))
            size, is_same = len(content), content == piece
        else:
            digest, size = _hashed(file, piece["size"])
            is_same = digest == piece["sha256"]
        if size < (len(piece) if isinstance(piece, bytes) else piece["size"]):
            altered.setdefault(CONTAINER, f"the file is cut short, within {owner}")
            break
        if not is_same and owner != SEAL:
            altered.setdefault(owner, _NOT_THOSE.get(owner, "its bytes are not those that were sealed"))
    else:
        if file.read(1):
            altered.setdefault(CONTAINER, "the file goes on behind its end")
    return sorted(altered.items())


_NOT_THOSE = {CONTAINER: "the bytes around the members are not those of the canonical form", PROOFS: "these are not the paths of this list"}


def _hashed(file: BinaryIO, size: int) -> tuple[str, int]:
    digest, left = hashlib.sha256(), size
    while left:
        content = file.read(min(CHUNK, left))
        if not content:
            break
        digest.update(content)
        left -= len(content)
    return digest.hexdigest(), size - left


class Contents:
    """What the members say of each other: runs of their outputs and imports, the record of its own chain, documents of their hash, the binder of evidence."""

    def __init__(self, file: BinaryIO, exam: Exam) -> None:
        self.file, self.exam = file, exam
        self.entries = {entry["name"]: entry for entry in exam.members}
        self.wrong: list[Finding] = []
        self.offsets: dict[str, int] = {}

    def hold(self) -> list[str]:
        """What was held together, in words; what does not hold is in `wrong`, by member."""
        offset = 0
        for name, piece in self.exam.pieces():
            self.offsets[name] = offset
            offset += len(piece) if isinstance(piece, bytes) else piece["size"]
        notes = []
        for told in (self._runs, self._tombstones, self._record, self._documents, self._binder):
            try:
                notes += told()
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                self.wrong.append((self.reading, f"it is not what this format has under that name ({error})"))
        return notes

    def _json(self, name: str) -> Any:
        self.reading = name
        self.file.seek(self.offsets[name])
        return json.loads(self.file.read(self.entries[name]["size"]))

    def _runs(self) -> list[str]:
        runs = sorted(name for name in self.entries if re.fullmatch(r"runs/[^/]+/run\.json", name))
        outputs = sum([self._run(name) for name in runs])
        return [f"{_counted(len(runs), 'sealed run')}: each is named by the hash of its run.json, which names its {outputs} outputs by theirs"] if runs else []

    def _run(self, name: str) -> int:
        """A run's folder is the hash of its run.json; its outputs are those it sealed, no more and no fewer; its imports say what it says of them."""
        told, folder = self._json(name), name[: -len("run.json")]
        if self.entries[name]["sha256"] != folder.split("/")[1]:
            self.wrong.append((name, "its hash is not the id of the run"))
        sealed = {folder + output: facts["sha256"] for output, facts in told["outputs"].items()}
        stone = f"disposed/run-{folder.split('/')[1]}.json"
        gone = {piece["path"]: piece["sha256"] for piece in self._json(stone)["pieces"]} if stone in self.entries else {}
        for output in sorted({*sealed, *(other for other in self.entries if other.startswith(folder))} - {name}):
            if output not in self.entries and sealed[output] != gone.get(output):
                self.wrong.append((name, f"the run sealed {output}, and it is not here"))
            elif output in self.entries and self.entries[output]["sha256"] != sealed.get(output):
                self.wrong.append((output, "it is not what the run sealed under that name"))
        for import_id, facts in sorted(told.get("inputs", {}).items()):
            self._import(name, f"imports/{import_id}/manifest.json", facts)
        return len(sealed)

    def _tombstones(self) -> list[str]:
        told = [self._json(name) for name in sorted(self.entries) if name.startswith("disposed/")]
        return [f"{one['kind']} {one['id'][:12]}: disposed of on {one['disposed_at'][:10]} under {one['citation']}, {one['record_class']}" for one in told]

    def _import(self, run: str, name: str, facts: dict[str, Any]) -> None:
        if name not in self.entries:
            self.wrong.append((run, f"the run was made of {name}, and it is not here"))
        else:
            told = self._json(name)
            if any(told.get(fact) != value for fact, value in facts.items()):
                self.wrong.append((name, f"it says something else of this import than {run}"))

    def _record(self) -> list[str]:
        """Each entry's hash is the SHA-256 of the hash before, a line feed and its body; of a withheld one only the two hashes are here."""
        name = "record/entries.jsonl"
        if name not in self.entries:
            return []
        self.reading = name
        self.file.seek(self.offsets[name])
        left, first, seq, before, withheld = self.entries[name]["size"], 0, 0, "", 0
        while left > 0:
            text = self.file.readline(left)
            left -= len(text)
            told = json.loads(text)
            body = told.get("body")
            at = told["seq"] if body is None else json.loads(body)["seq"]
            first, seq, before, withheld = first or at, seq or at - 1, before or told["before_hash"], withheld + (body is None)
            if at != seq + 1 or told["before_hash"] != before or (at == 1 and before != NO_HASH):
                self.wrong.append((name, f"entry {at} does not follow the one before it"))
                break
            if body is not None and hashlib.sha256(f"{before}\n{body}".encode()).hexdigest() != told["hash"]:
                self.wrong.append((name, f"entry {at} is not what was hashed"))
                break
            seq, before = at, told["hash"]
        gone = f"; of {withheld} only the hashes are here" if withheld else ""
        return [f"the record's entries {first} to {seq} are one chain, whose last hash is {before}{gone}"] if seq else []

    def _documents(self) -> list[str]:
        documents = [name for name in self.entries if name.startswith("documents/")]
        for name in documents:
            if name.split("/")[1].split(".")[0] != self.entries[name]["sha256"]:
                self.wrong.append((name, "its hash is not its name"))
        return [f"{_counted(len(documents), 'document')}, each named by its hash"] if documents else []

    def _binder(self) -> list[str]:
        if "binder.json" not in self.entries:
            return []
        questions = self._json("binder.json")["questions"]
        for question in questions:
            for evidence in question["evidence"]:
                if evidence["member"] not in self.entries:
                    self.wrong.append(("binder.json", f"it points to {evidence['member']}, which is not here"))
        answered = sum([bool(question["evidence"]) for question in questions])
        return [f"the binder answers {answered} of {len(questions)} questions with evidence that is here"]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def prove(exam: Exam, name: str) -> bytes:
    """The proof that a member is in the exam file, as one line of canonical JSON. Raises ValueError where there is no such member."""
    places = [place for place, entry in enumerate(exam.members) if entry["name"] == name]
    if not places:
        raise ValueError(f"no member is called {name}")
    place = places[0]
    return line({"entry": exam.members[place], "format": PROOF_FORMAT, "index": place + 1, "leaves": len(exam.leaves), "path": exam.path(place)})


def disproved(proof: bytes, member: BinaryIO, root: str) -> str:
    """Why this proof does not show that these bytes are in the exam file of that root; empty where it does."""
    try:
        told = json.loads(proof)
        entry, path = told["entry"], [bytes.fromhex(step) for step in told["path"]]
        led = leads_to(leaf_hash(canonical(entry).encode()), told["index"], told["leaves"], path)
        size, digest = entry["size"], entry["sha256"]
        if told["format"] != PROOF_FORMAT or type(size) is not int:
            return "this is no proof of this format"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "this is no proof of this format"
    if led is None or led.hex() != root:
        return "the proof does not lead to that root"
    if _hashed(member, size) != (digest, size) or member.read(1):
        return f"these are not the bytes of {entry['name']}"
    return ""


def main(words: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Says whether an exam file is what was sealed, or names what was altered.")
    parser.add_argument("file", help="the exam file; with --check-proof the member by itself")
    parser.add_argument("--root", default="", help="the root printed on the pack's cover, 64 hexadecimal digits")
    parser.add_argument("--prove", metavar="NAME", help="write a proof that this member is in the file, to standard output")
    parser.add_argument("--check-proof", metavar="PROOF", help="check the file, a member by itself, against this proof")
    asked = parser.parse_args(words)
    root = asked.root.strip().lower()
    if (root or asked.check_proof) and not HEX64.fullmatch(root):
        print("verify.py: --root takes the 64 hexadecimal digits of a root, and a proof proves nothing without one", file=sys.stderr)
        return 2
    try:
        with open(asked.file, "rb") as file:  # noqa: PTH123 -- one file, and no path to reckon with
            if asked.check_proof:
                return _print_proof(asked.check_proof, file, root)
            return _print_proving(file, root, asked.prove) if asked.prove else _print_verdict(verify(file, root), root)
    except (OSError, ValueError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2


def _print_verdict(verdict: Verdict, root: str) -> int:
    for name, what in verdict.altered:
        print(f"ALTERED {name}: {what}")
    for note in verdict.notes:
        print(f"  {note}")
    if verdict.altered:
        return 1
    print(f"root {verdict.root}")
    print(
        "VALID: this is the exam file of that root." if root else "CONSISTENT: the file agrees with itself. Who altered all of it anew is seen by --root alone."
    )
    return 0


def _print_proving(file: BinaryIO, root: str, name: str) -> int:
    verdict = verify(file, root)
    if verdict.altered:
        return _print_verdict(verdict, root)
    file.seek(len(_local_header(SEAL, 0, 0)) + SEAL_SIZE + len(_local_header(MANIFEST, 0, 0)))
    sys.stdout.write(prove(read_manifest(file.readline(MOST_MANIFEST)), name).decode())
    return 0


def _print_proof(path: str, member: BinaryIO, root: str) -> int:
    with open(path, "rb") as proof:  # noqa: PTH123 -- as above
        wrong = disproved(proof.read(MOST_MANIFEST), member, root)
    print(f"ALTERED: {wrong}" if wrong else "VALID: this member is in the exam file of that root, as it is here.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
