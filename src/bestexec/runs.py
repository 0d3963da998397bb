"""The sealed run: what went in, what came out, by which code, policy and definitions, each by its hash."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from bestexec import tombstones
from bestexec.errors import Problem
from bestexec.store import publish, sha256_of, write_json, write_parquet

FORMAT = 1
MANIFEST = "run.json"


@dataclass(frozen=True)
class Run:
    """One sealed run. Its id is the sha256 of its run.json, which holds no time, path, host or thread count."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        return self.folder.name

    def table(self, name: str, columns: Collection[str] | None = None) -> pl.DataFrame:
        """An output by name, whole or only those of `columns` that it has.

        Raises Problem if the run has none of that name, or if its bytes are not those that were sealed.
        """
        sealed = self.manifest["outputs"].get(f"{name}.parquet")
        if sealed is None:
            raise Problem(f"the run has no table {name}", where=self.id[:12], do=f"it has {', '.join(sorted(self.manifest['outputs']))}")
        path = self.folder / f"{name}.parquet"
        stone = disposed(self)
        if stone is not None and not path.is_file():
            raise Problem(f"the run's tables were {stone.spoken}", where=f"run {self.id[:12]}", do="run.json, its policy and the record remain")
        if not path.is_file() or sha256_of(path) != sealed["sha256"]:
            raise Problem("a sealed table was altered or is gone", where=str(path), do="restore it from a backup, or measure again")
        return pl.read_parquet(path, columns=None if columns is None else [name for name in pl.read_parquet_schema(path) if name in columns])


def seal(runs: Path, manifest: Mapping[str, Any], outputs: Mapping[str, pl.DataFrame], policy: Path) -> Run:
    """Write `outputs`, a copy of the `policy` folder and run.json to a staging folder, name it by the hash of run.json, publish it in one step."""
    staging = runs / ".staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        for name, frame in outputs.items():
            write_parquet(frame, staging / f"{name}.parquet")
        sealed = {path.name: {"sha256": sha256_of(path), "rows": outputs[path.stem].height} for path in sorted(staging.iterdir())}
        shutil.copytree(policy, staging / "policy", ignore=shutil.ignore_patterns(".*"))
        sealed |= {path.relative_to(staging).as_posix(): {"sha256": sha256_of(path)} for path in sorted((staging / "policy").rglob("*")) if path.is_file()}
        write_json({"format": FORMAT, **manifest, "outputs": sealed}, staging / MANIFEST)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise Problem(f"the run could not be written: {error.strerror}", where=str(runs), do="free disk space and measure again") from error
    target = runs / sha256_of(staging / MANIFEST)
    if target.exists():
        shutil.rmtree(staging)
    else:
        publish(staging, target)
    return open_run(target)


def open_run(folder: Path) -> Run:
    """The run in `folder`. Raises Problem if there is none."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Problem("no run here", where=str(folder), do="measure first, or name a run by the start of its id")
    return Run(folder, json.loads(path.read_text(encoding="utf-8")))


def find(runs: Path, wanted: str) -> Run:
    """The one run whose id starts with `wanted`. Raises Problem for none or several."""
    found = [folder for folder in sorted(runs.iterdir()) if folder.name.startswith(wanted) and not folder.name.startswith(".")]
    if len(found) != 1:
        raise Problem(f"{len(found)} runs have an id that starts with {wanted}", where=str(runs), do="give more of the id" if found else "measure first")
    return open_run(found[0])


def altered(run: Run) -> tuple[str, ...]:
    """What no longer has the bytes that were sealed: file names, `run.json` among them; empty when the run is intact."""
    wrong = [MANIFEST] if sha256_of(run.folder / MANIFEST) != run.id else []
    for name, sealed in sorted(run.manifest["outputs"].items()):
        path = run.folder / name
        if not path.is_file() or sha256_of(path) != sealed["sha256"]:
            wrong.append(name)
    return tuple(wrong)


def disposed(run: Run) -> tombstones.Tombstone | None:
    """Under what the run's tables were disposed of, or None. A tombstone counts where the hashes that it names are those that were sealed."""
    stone = tombstones.of(run.folder.parents[1], "run", run.id)
    sealed = {name: facts["sha256"] for name, facts in run.manifest["outputs"].items()}
    return stone if stone and all(sealed.get(Path(piece.path).name) == piece.sha256 for piece in stone.pieces) else None


def unexplained(run: Run) -> tuple[str, ...]:
    """What `altered` names and no tombstone accounts for: empty where the run is intact, or what is gone was disposed of."""
    stone = disposed(run)
    gone = {Path(piece.path).name for piece in stone.pieces if not (run.folder / Path(piece.path).name).exists()} if stone else set()
    return tuple(name for name in altered(run) if name not in gone)


def code_identity() -> dict[str, str | None]:
    """Version of the package, hash of its source, hash of the pinned packages it runs with."""
    return {"version": version("bestexec"), "source": _source_hash(), "constraints": _constraints_hash()}


def _source_hash() -> str:
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\0{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _constraints_hash() -> str | None:
    beside, in_checkout = Path(__file__).parent / "constraints.txt", Path(__file__).parents[2] / "constraints.txt"
    for path in (beside, in_checkout):
        if path.is_file():
            return sha256_of(path)
    return None
