"""What the workspace alone has for a quarter's exam file: sealed runs, what they were made of, and what decided their figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bestexec import checks, metrics, runs, schema, tombstones
from bestexec.errors import Problem
from bestexec.examfile.quarter import Quarter
from bestexec.examfile.write import Member
from bestexec.runs import Run
from bestexec.workspace import Workspace

PERSONAL = frozenset({"account_key", "account", "account_id", "customer", "customer_id"})
"""Columns that say who the customer was: no sealed table has one, and an exam file takes none that does."""


README = """This is an exam file: what a firm measured of a quarter's executions, and what it decided, as one archive that anybody can verify offline.

seal.json        the root of everything in here, and the hash of the list
manifest.json    the list: each member with its size and its hash
proofs.json      the path from each member to the root (RFC 6962)
runs/            sealed runs: each folder is named by the hash of its run.json, which names every input, table, rule and version by its hash
imports/         what came in: files by their hash, with every record accepted, rejected or skipped
definitions/     the formulas and questions behind every figure
disposed/        tombstones: what the firm disposed of under its retention schedule, under which rule, by which two people, when
policy/          the firm's limits in force when this file was made; each run holds those that it was made under

To verify: python verify.py FILE --root HEX. The root is on the cover of the quarter's pack; take verify.py from the published source of bestexec.
"""


def runs_of(workspace: Workspace, quarter: Quarter, wanted: Sequence[str] = ()) -> tuple[Run, ...]:
    """The sealed runs with a day in the quarter, those alone whose ids begin as `wanted` says, by id. Raises Problem when there are none."""
    if wanted:
        return tuple(sorted({run.id: run for run in (runs.find(workspace.runs, each) for each in wanted)}.values(), key=lambda run: run.id))
    folders = [folder for folder in sorted(workspace.runs.iterdir()) if not folder.name.startswith(".")]
    found = tuple(run for run in map(runs.open_run, folders) if any(quarter.holds(date.fromisoformat(day)) for day in run.manifest["days"]))
    if not found:
        raise Problem(f"no run has a day in {quarter}", where=str(workspace.runs), do="measure that quarter first, or name another")
    return found


def of_workspace(workspace: Workspace, sealed: Iterable[Run]) -> dict[str, Member]:
    """Everything the workspace has that explains these runs, by its name in the exam file: `of_runs`, the policy in force and the reports made of them."""
    chosen = tuple(sealed)
    written = [path for run in chosen for path in sorted((workspace.root / "reports").glob(f"*-{run.id[:12]}.*"))]
    reports = {f"reports/{path.name}": path for path in written if path.suffix != ".part"}
    return {**of_runs(workspace, chosen), **in_force(workspace), **reports}


def in_force(workspace: Workspace) -> dict[str, Member]:
    """The policy in force now."""
    return {f"policy/{path.relative_to(workspace.policy).as_posix()}": path for path in _files(workspace.policy)}


def of_runs(workspace: Workspace, sealed: Iterable[Run]) -> dict[str, Member]:
    """The runs with all of their outputs and policies, the manifests of the imports they were made of, the definitions of figures, and the verifier.

    Raises Problem where a run was altered, an import it was made of is gone, or a table would say who a customer was.
    """
    members: dict[str, Member] = {**verifier(), **definitions()}
    for run in sealed:
        wrong = runs.unexplained(run)
        if wrong:
            raise Problem(f"{wrong[0]} is not what was sealed", where=f"run {run.id[:12]}", do="restore it from a backup")
        members |= _stone(workspace, "run", run.id)
        for name in (runs.MANIFEST, *run.manifest["outputs"]):
            if (run.folder / name).exists():
                _refuse_personal(run.folder / name)
                members[f"runs/{run.id}/{name}"] = run.folder / name
        for import_id in run.manifest.get("inputs", {}):
            manifest = workspace.imports / import_id / "manifest.json"
            if not manifest.is_file():
                raise Problem("an import that the run was made of is gone", where=import_id, do="import that file again")
            members[f"imports/{import_id}/manifest.json"] = manifest
            members |= _stone(workspace, "import", import_id)
            for file in json.loads(manifest.read_text(encoding="utf-8"))["files"]:
                members |= _stone(workspace, "raw", file["sha256"])
    return members


def about(quarter: Quarter | str, sealed: Iterable[Run]) -> dict[str, Any]:
    """What the exam file is about: the quarter, the firms, the runs, and the code that made it. It holds no time and no path."""
    chosen = tuple(sealed)
    firms = sorted({firm for run in chosen for firm in run.manifest.get("firm", ())})
    return {"quarter": str(quarter), "firms": firms, "runs": [run.id for run in chosen], "code": runs.code_identity()}


def verifier() -> dict[str, Member]:
    """What a stranger reads first, and the program that verifies."""
    return {"README.txt": README.encode(), "verify.py": Path(__file__).with_name("verify.py")}


def definitions() -> dict[str, Member]:
    """The definitions in force now; the first two have the hashes that run.json names where a run was measured under them."""
    tables = [
        {"name": table.name, "columns": [{"name": each.name, "type": str(each.dtype), "unit": each.unit, "meaning": each.meaning} for each in table.columns]}
        for table in schema.TABLES
    ]
    return {
        "definitions/metrics.json": metrics.definitions_text().encode(),
        "definitions/checks.txt": checks.definitions_text().encode(),
        "definitions/schema.json": (json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode(),
    }


def _stone(workspace: Workspace, kind: str, id: str) -> dict[str, Member]:
    path = tombstones.place(workspace.root, kind, id)
    return {f"{tombstones.FOLDER}/{path.name}": path} if path.is_file() else {}


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def _refuse_personal(path: Path) -> None:
    personal = sorted(PERSONAL & set(pq.read_schema(path).names)) if path.suffix == ".parquet" else []
    if personal:
        raise Problem(f"the table has the column {personal[0]}, which says who a customer was", where=path.name, do="measure again with this version")
