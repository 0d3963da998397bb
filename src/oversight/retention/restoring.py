"""Restores a backup aside: each byte held against the manifest, the whole of it in place by one rename, and what was found in words."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.obligations.models import Occurrence
from oversight.record import actions
from oversight.retention.backing import FORMAT, MANIFEST, copied, sync
from oversight.retention.models import Restore

Progress = Callable[[str, int, int], None]
DUTY = "restore_quarterly"
MOST_SHOWN = 20


@dataclass
class Restored:
    """A restore that stands, and what was found. `wrong` is empty where every hash held; `notes` say what was looked at."""

    home: Path
    sha256: str
    manifest: dict[str, Any]
    size: int = 0
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def restore(source: Path, home: Path, progress: Progress = lambda what, done, of: None) -> Restored:
    """Copy a backup to `home`, a folder that is not there yet, each file held against its hash. Raises Refusal, leaving nothing, where one does not hold."""
    if home.exists() and any(home.iterdir()):
        raise Refusal(f"{home} holds something. A backup is restored aside, into a folder that is empty or not there.")
    manifest, sha256 = read(source)
    part = home.parent / f".{home.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    made = Restored(home, sha256, manifest)
    try:
        for done, said in enumerate(manifest["files"]):
            progress("copying and comparing", done, len(manifest["files"]))
            made.wrong += _one(source, part, said)
            made.size += said["size"]
        if made.wrong:
            raise Refusal(f"The backup is not whole: {'; '.join(made.wrong[:MOST_SHOWN])}. Nothing was restored.")
        if home.exists():
            home.rmdir()
        for folder in sorted({path.parent for path in part.rglob("*")}):
            sync(folder)
        part.rename(home)
        sync(home.parent)
    except OSError as error:
        raise Refusal(f"Nothing was restored: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    made.notes.append(f"{len(manifest['files']):,} files, {made.size:,} bytes: each has the SHA-256 that the manifest names")
    made.wrong += [f"already when it was backed up: {what}" for what in manifest["wrong"]]
    return made


def read(source: Path) -> tuple[dict[str, Any], str]:
    """(the manifest, its SHA-256). Raises Refusal for a folder that is no backup, or of another format."""
    try:
        content = (source / MANIFEST).read_bytes()
        manifest = json.loads(content)
        known = manifest["format"], manifest["files"], manifest["record"]["seq"], manifest["workspace"]["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"{source} is no whole backup: its {MANIFEST} is missing or cannot be read. One that was cut short has none.") from error
    if known[0] != FORMAT:
        raise Refusal(f"The backup has format {known[0]}, this program reads {FORMAT}.")
    return manifest, hashlib.sha256(content).hexdigest()


def compare_workspace(made: Restored, root: Path, progress: Progress = lambda what, done, of: None) -> None:
    """Hold a workspace, restored by the firm's own means, against the list in the backup. Files that came since are no fault."""
    listed = made.manifest["workspace"]["files"]
    wrong = []
    for done, said in enumerate(listed):
        progress("comparing the workspace", done, len(listed))
        wrong += _differs(root / said["path"], said)
    made.wrong += [f"workspace: {what}" for what in wrong]
    made.notes.append(f"workspace at {root}: {len(listed) - len(wrong):,} of {len(listed):,} listed files are as they were")


def filed(by: Actor, made: Restored, *, backed_up_at: Any, is_proved: bool, seconds: int) -> Restore:
    """File the proof on this desk, beside the duty that asks for it where one is open, and note the restore."""
    owed = Occurrence.objects.filter(duty__key=DUTY, state__in=("due", "missed")).order_by("due_on").first()
    verdict = "proved" if is_proved else "not proved"
    text = proof_text(made, is_proved=is_proved, seconds=seconds).encode()
    proof = evidence.file(
        by, f"restore-{made.sha256[:12]}.txt", text, title=f"Restore of a backup as a test: {verdict}",
        effective_on=clock.today(), subject=owed.subject if owed else None, what="The log of the restore",
    )  # fmt: skip
    row = Restore(
        manifest=made.sha256, backed_up_at=backed_up_at, record_seq=made.manifest["record"]["seq"], record_hash=made.manifest["record"]["hash"],
        files=len(made.manifest["files"]), size=made.size, seconds=seconds, is_proved=is_proved, proof=proof, restored_by=by.key, restored_at=clock.now(),
    )  # fmt: skip
    return actions.create(by, row, verb="restore")


def proof_text(made: Restored, *, is_proved: bool, seconds: int) -> str:
    """The log of the restore, for a person."""
    lines = [
        "Restore of a backup of the desk as a test", "", f"Backup made at      {made.manifest['made_at']} ({made.manifest['clock']} clock)",
        f"Manifest SHA-256    {made.sha256}", f"Restored at         {clock.now().isoformat(timespec='seconds')} ({clock.kind()} clock), in {seconds} s",
        f"Record's head       entry {made.manifest['record']['seq']}, {made.manifest['record']['hash']}", "", "Looked at:",
        *(f"- {note}" for note in made.notes), "", *(["Wrong:", *(f"- {what}" for what in made.wrong)] if made.wrong else ["Nothing was wrong."]), "",
        f"Verdict: {'proved' if is_proved else 'not proved'}.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _one(source: Path, part: Path, said: dict[str, Any]) -> list[str]:
    if Path(said["path"]).is_absolute() or ".." in Path(said["path"]).parts:
        return [f"{said['path']} leads out of the folder"]
    if not (source / said["path"]).is_file():
        return [f"{said['path']} is missing"]
    found = copied(source / said["path"], part / said["path"])
    return [] if found == (said["sha256"], said["size"]) else [f"{said['path']} was altered"]


def _differs(path: Path, said: dict[str, Any]) -> list[str]:
    if not path.is_file():
        return [f"{said['path']} is missing"]
    with path.open("rb") as stream:
        same = path.stat().st_size == said["size"] and hashlib.file_digest(stream, "sha256").hexdigest() == said["sha256"]
    return [] if same else [f"{said['path']} was altered"]
