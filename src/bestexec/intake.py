"""Takes raw files in: kept whole, read once, published in one step, never twice."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypedDict

import polars as pl

from bestexec import store, tombstones
from bestexec.errors import Problem
from bestexec.importers import fix, identify
from bestexec.importers.base import Batch, Importer, Kept, head_of
from bestexec.importers.mapped.mapping import mappings_in
from bestexec.importers.mapped.reading import Mapped
from bestexec.policy import Alias, fix_aliases
from bestexec.workspace import Workspace

REPORT = {
    "files": pl.String, "importer": pl.String, "status": pl.String, "records": pl.Int64, "accepted": pl.Int64,
    "rejected": pl.Int64, "skipped": pl.Int64, "notes": pl.String, "import_id": pl.String,
}  # fmt: skip
"""Columns of what `import_files` tells: one row a group of files. Status: imported, already imported, refused."""


@dataclass(frozen=True)
class Receipt:
    """How files came in: when, with which facts stated, copied or by reference, the key that accounts are hashed under, and the aliases of the day."""

    received_at: int
    options: Mapping[str, str]
    by_reference: bool
    secret: bytes
    aliases: tuple[Alias, ...]


class Reading(TypedDict):
    """What a FIX log is read with: the hash of the table of aliases, and the earlier readings of the same bytes whose place it takes, first one first."""

    aliases: str
    replaces: tuple[str, ...]


Before = dict[str, list[tuple[str, Reading]]]
"""Import id and reading of each file that was read before, by the file's hash."""


def import_files(
    workspace: Workspace,
    paths: Sequence[str | Path],
    *,
    received_at: int,
    options: Mapping[str, str] | None = None,
    by_reference: bool = False,
    secret: bytes = b"",
    progress: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> pl.DataFrame:
    """Import files and folders of files; returns one row a group of files read together (columns as REPORT).

    `received_at` (epoch ns) is when the firm had them: `measure --known-at` goes by it. `options` are facts the files do not
    state: `date`, `zone`, `firm`, `symbol`; `secret` keys the hash that stands for an account. A file known by its hash is
    not imported twice, but a FIX log is read again once the firm's aliases of codes say something else: measurements take what it gives then
    in the place of what it gave before. One that no importer knows, or cannot read at all, is `refused`, the reason in `notes`; the others go on.
    """
    files = _files(paths)
    receipt = Receipt(received_at, dict(options or {}), by_reference, secret, fix_aliases.read(workspace.policy))
    rows: list[dict[str, Any]] = []
    with workspace.writing():
        _sweep(workspace)
        groups, refused = _groups(files, tuple(Mapped(mapping) for mapping in mappings_in(workspace.mappings)))
        rows += refused
        before = _read_before(workspace) if any(importer is fix for importer, _ in groups) else {}
        for done, (importer, group) in enumerate(groups):
            progress(f"importing {group[0].name}", done, len(groups))
            rows.append(_import_group(workspace, importer, group, receipt, before))
        progress("imported", len(groups), len(groups))
    return pl.DataFrame(rows, schema=REPORT)


def _sweep(workspace: Workspace) -> None:
    """Remove what a killed import left unpublished, and finish a killed disposal; the lock is held, so nobody is writing it."""
    for staging in workspace.imports.glob(".staging-*"):
        shutil.rmtree(staging)
    for part in workspace.raw.glob(".*.part"):
        part.unlink()
    tombstones.resume(workspace.root)


def _files(paths: Sequence[str | Path]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise Problem("no such file or folder", where=str(path), do="check the name")
        found += sorted(item for item in path.rglob("*") if item.is_file() and not _is_aside(item, path)) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def _is_aside(item: Path, folder: Path) -> bool:
    """Whether a file found in a folder is not a feed: hidden, or words about the files."""
    hidden = any(part.startswith(".") for part in item.relative_to(folder).parts)
    stem = item.stem.lower()
    return hidden or item.suffix.lower() in {".md", ".toml"} or "readme" in stem or stem in {"license", "truth"}


def _groups(files: Sequence[Path], own: tuple[Importer, ...]) -> tuple[list[tuple[Importer, tuple[Path, ...]]], list[dict[str, Any]]]:
    """The files by importer, grouped as each importer reads them together; what nobody knows is told."""
    known: dict[int, tuple[Importer, list[Path]]] = {}
    refused = []
    for path in files:
        try:
            importer = identify(path.name, head_of(path), own)
            known.setdefault(id(importer), (importer, []))[1].append(path)
        except Problem as problem:
            refused.append(_row((path.name,), "", "refused", note=str(problem)))
    groups = []
    for importer, paths in known.values():
        by_folder: dict[Path, dict[str, Path]] = {}
        for path in paths:
            by_folder.setdefault(path.parent, {})[path.name] = path
        for named in by_folder.values():
            groups += [(importer, tuple(named[name] for name in group)) for group in importer.groups(tuple(named))]
    return groups, refused


def _import_group(workspace: Workspace, importer: Importer, group: tuple[Path, ...], receipt: Receipt, before: Before) -> dict[str, Any]:
    names = tuple(path.name for path in group)
    try:
        for path in group:
            _refuse_disposed(path, workspace)
        kept = tuple(_kept(path, workspace, receipt) for path in group)
        read = _reading(workspace, importer, kept, before)
        import_id = _identity(kept, read)
        target = workspace.imports / import_id
        if target.exists():
            return _row(names, importer.name, "already imported", import_id=import_id)
        with store.ImportWriter(workspace.imports / f".staging-{import_id}") as writer:
            for batch in importer.read(kept):
                writer.add(batch)
            if read["replaces"]:
                writer.add(Batch({}, 0, 0, notes=(f"read again with other aliases; it takes the place of import {read['replaces'][-1][:12]}",)))
            manifest = writer.finish(_manifest(importer, kept, receipt) | {name: value for name, value in read.items() if value})
            store.publish(writer.staging, target)
        return _row(names, importer.name, "imported", manifest, import_id=import_id)
    except Problem as problem:
        return _row(names, importer.name, "refused", note=str(problem))
    except OSError as error:
        return _row(names, importer.name, "refused", note=f"{error.strerror} · free disk space and import it again")


def _refuse_disposed(path: Path, workspace: Workspace) -> None:
    """Raises Problem for a file that the firm disposed of: it does not come back by another import of the same bytes."""
    stone = tombstones.of(workspace.root, "raw", store.sha256_of(path)) if any((workspace.root / tombstones.FOLDER).glob("raw-*")) else None
    if stone is not None:
        raise Problem(f"this file was {stone.spoken}", where=path.name, do="ask compliance; under another name it would be the same record")


def _kept(path: Path, workspace: Workspace, receipt: Receipt) -> Kept:
    kept = store.keep(path, workspace.raw, receipt.options, by_reference=receipt.by_reference)
    return replace(kept, secret=receipt.secret, aliases=receipt.aliases)


def _read_before(workspace: Workspace) -> Before:
    """Every reading of each FIX log, those that were disposed of too: the last is the one whose place none has taken."""
    found: Before = {}
    for path in workspace.imports.glob("[0-9a-f]*/manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if manifest["importer"] == fix.name:
            read = Reading(aliases=manifest.get("aliases", ""), replaces=tuple(manifest.get("replaces", ())))
            found.setdefault(manifest["files"][0]["sha256"], []).append((path.parent.name, read))
    return {sha256: sorted(readings, key=lambda named: len(named[1]["replaces"])) for sha256, readings in found.items()}


def _reading(workspace: Workspace, importer: Importer, kept: tuple[Kept, ...], before: Before) -> Reading:
    """What a FIX log is read with: the table of aliases in force, in the place of every earlier reading with another one; what was disposed of stays so."""
    if importer is not fix:
        return Reading(aliases="", replaces=())
    aliases, earlier = fix_aliases.hash_of(kept[0].aliases), before.get(kept[0].sha256, [])
    if earlier and (earlier[-1][1]["aliases"] == aliases or tombstones.place(workspace.root, "import", earlier[-1][0]).is_file()):
        return earlier[-1][1]
    return Reading(aliases=aliases, replaces=tuple(name for name, _ in earlier))


def _identity(kept: tuple[Kept, ...], read: Reading) -> str:
    """The import's id: the file's own hash, or for several files, aliases or earlier readings the hash of all of them."""
    parts = [*sorted(item.sha256 for item in kept), *(f"after {name}" for name in read["replaces"])]
    parts += [f"aliases {read['aliases']}"] if read["aliases"] else []
    return parts[0] if len(parts) == 1 else hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _manifest(importer: Importer, kept: tuple[Kept, ...], receipt: Receipt) -> dict[str, Any]:
    return {
        "importer": importer.name,
        "files": [{"name": item.name, "sha256": item.sha256, "size": item.size} for item in kept],
        "references": [str(item.path) for item in kept] if receipt.by_reference else [],
        "received_at": receipt.received_at,
        "options": dict(receipt.options),
    }


def _row(
    names: tuple[str, ...], importer: str, status: str, manifest: Mapping[str, Any] | None = None, *, note: str = "", import_id: str | None = None
) -> dict[str, Any]:  # fmt: skip
    counts = {name: manifest[name] for name in ("records", "accepted", "rejected")} if manifest else {}
    skipped = sum(manifest["skipped"].values()) if manifest else None
    notes = "; ".join(manifest["notes"]) if manifest else note
    return {"files": " + ".join(names), "importer": importer, "status": status, "notes": notes, "import_id": import_id, "skipped": skipped, **counts}
