"""Makes a sealed run again and says whether it came out the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from bestexec import checks, metrics, policy, runs, tombstones
from bestexec.errors import Problem
from bestexec.linking.asof import AsOf
from bestexec.pipeline import Asked, Progress, compute, quiet
from bestexec.workspace import Workspace


@dataclass(frozen=True)
class Verdict:
    """What verification found.

    `state` is one of `altered`, `intact` (bytes as sealed; not made again), `recomputed equal`, `recomputed differently`,
    `recomputed under newer definitions`, `disposed of` (tables gone under the retention schedule, everything else as sealed). `differences` are one line each.
    """

    state: str
    differences: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return self.state in ("intact", "recomputed equal", "disposed of")


def verify(workspace: Workspace, run: runs.Run, *, recompute: bool = True, progress: Progress = quiet) -> Verdict:
    """Hold the run against its seal, then (unless told not to) make it again from the same imports and its own policy."""
    wrong = runs.unexplained(run)
    if wrong:
        return Verdict("altered", tuple(f"{name}: not the bytes that were sealed" for name in wrong))
    stone = runs.disposed(run)
    if stone is not None and runs.altered(run):
        return Verdict("disposed of", (f"its tables were {stone.spoken}",))
    if not recompute:
        return Verdict("intact", ())
    gone = [found for import_id in run.manifest["inputs"] if (found := tombstones.of(workspace.root, "import", import_id))]
    if gone:
        return Verdict("intact", tuple(f"not made again: the rows of import {each.id[:12]} were {each.spoken}" for each in gone))
    limits = policy.load(run.folder / "policy")
    manifest, outputs = compute(workspace, asked_of(run.manifest), limits, progress)
    differences = [*_changes(run.manifest, manifest), *_outputs(run, outputs)]
    if not differences:
        return Verdict("recomputed equal", ())
    newer = run.manifest["definitions"] != {"metrics": metrics.definitions_hash(), "checks": checks.definitions_hash()}
    return Verdict("recomputed under newer definitions" if newer else "recomputed differently", tuple(differences))


def asked_of(manifest: Mapping[str, Any]) -> Asked:
    """What a sealed run was asked to measure, bound to the imports that it was made of."""
    asked = manifest["asked"]
    first, last = (date.fromisoformat(asked[name]) if asked[name] else None for name in ("first", "last"))
    return Asked(first, last, as_of=AsOf(asked["as_of"]), only=tuple(manifest["inputs"]))


def _changes(sealed: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    return [f"{name}: differs from what was sealed" for name in sorted(made) if sealed.get(name) != _as_json(made[name])]


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    return [_as_json(item) for item in value] if isinstance(value, list | tuple) else value


def _outputs(run: runs.Run, made: Mapping[str, pl.DataFrame]) -> list[str]:
    differences = []
    for name in sorted(made):
        if f"{name}.parquet" not in run.manifest["outputs"]:
            differences.append(f"{name}: not among what was sealed, for the code of then did not make it")
            continue
        sealed = run.table(name)
        if not sealed.equals(made[name], null_equal=True):
            differences.append(f"{name}: {_how_different(sealed, made[name])}")
    return differences


def _how_different(sealed: pl.DataFrame, made: pl.DataFrame) -> str:
    if sealed.height != made.height:
        return f"{sealed.height} rows sealed, {made.height} made"
    if sealed.columns != made.columns:
        return f"columns {sorted(set(sealed.columns) ^ set(made.columns))} differ"
    return "columns " + ", ".join(column for column in made.columns if not sealed[column].equals(made[column], null_equal=True)) + " differ"


def latest(workspace: Workspace) -> runs.Run:
    """The run sealed last in this workspace. Raises Problem when there is none."""
    sealed = [path for path in workspace.runs.iterdir() if not path.name.startswith(".")]
    if not sealed:
        raise Problem("nothing has been measured yet", where=str(workspace.root), do="run `bestexec measure`")
    return runs.open_run(max(sealed, key=lambda path: (path.stat().st_mtime_ns, path.name)))


def chosen(workspace: Workspace, wanted: str = "") -> runs.Run:
    """The run whose id starts with `wanted`, or the one sealed last."""
    return runs.find(workspace.runs, wanted) if wanted else latest(workspace)
