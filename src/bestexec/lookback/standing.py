"""Whether the raw files behind the days of a run are still there with the bytes that were imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bestexec import tombstones
from bestexec.errors import Problem
from bestexec.importers.archives import open_raw
from bestexec.lookback.unseen import RAW, Unseen, ordered
from bestexec.runs import Run
from bestexec.store import sha256_of
from bestexec.workspace import Workspace

FEEDS = frozenset({"orders", "routes", "fills"})
"""Tables whose raw files are read whole and held against their hash; files of market data are looked for and, kept by reference, held against their size."""
CONCERNED = FEEDS | {"quotes", "statuses"}
_PIECE = 1 << 20


def raw_standing(run: Run, days: Iterable[date], workspace: Workspace) -> tuple[Unseen, ...]:
    """What is no longer there of the raw files behind `days`: one gap a file, with the days it fed. Empty where everything stands."""
    wanted = {day.isoformat(): day for day in days}
    gaps = []
    for import_id, said in sorted(run.manifest["inputs"].items()):
        rows = said.get("rows", {})
        fed = sorted({wanted[day] for table in CONCERNED & set(rows) for day in rows[table] if day in wanted})
        if fed:
            gaps += [Unseen(RAW, why, tuple(fed)) for why in _wrong(workspace, import_id, said["files"], is_feed=bool(FEEDS & set(rows)))]
    return ordered(gaps)


def _wrong(workspace: Workspace, import_id: str, files: list[dict[str, Any]], *, is_feed: bool) -> list[str]:
    try:
        manifest = json.loads((workspace.imports / import_id / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [f"{file['name']}: the import that read it is gone" for file in files]
    references = manifest.get("references") or [""] * len(files)
    return [f"{file['name']}: {why}" for file, reference in zip(files, references, strict=True) if (why := _why(workspace, file, reference, is_feed=is_feed))]


def _why(workspace: Workspace, file: dict[str, Any], reference: str, *, is_feed: bool) -> str:
    places = [Path(reference)] if reference else [workspace.raw / file["sha256"], workspace.raw / f"{file['sha256']}.zst"]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        stone = tombstones.of(workspace.root, "raw", file["sha256"])
        return f"the raw file was {stone.spoken}" if stone else "the raw file is gone from where it was kept"
    try:
        seen = path.stat()
        if reference and seen.st_size != file["size"]:
            return "the raw file was altered: its size is another"
        if is_feed and _hash(path, seen.st_mtime_ns, seen.st_size) != file["sha256"]:
            return "the raw file was altered: its SHA-256 is another"
    except (OSError, ValueError, Problem) as error:
        return f"the raw file cannot be read: {error}"
    return ""


@lru_cache(maxsize=512)
def _hash(path: Path, changed_ns: int, size: int) -> str:
    """SHA-256 of the bytes as they came: of a file that was compressed on keeping, of what is in it."""
    if path.suffix != ".zst":
        return sha256_of(path)
    digest = hashlib.sha256()
    with open_raw(path) as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
