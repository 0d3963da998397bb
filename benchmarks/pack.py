"""Times a quarter's pack over many orders: page, PDF/A, workbook and JSON, twice, in processes of their own; the bytes must be the same."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

QUARTER = "2026Q3"
GOAL_S = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Print seconds, memory, pages and whether the bytes are the same; 1 where a drawing takes longer than the goal or differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pack", description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True, help="a workspace with the sealed quarter, such as `bestexec demo --orders 1000000` leaves")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        told = _environment(home / "desk", asked.workspace.resolve())
        _run(told, "-c", _PREPARE)
        drawn = [_drawn(told, home / name) for name in ("one", "two")]
        print("| drawing | seconds | highest memory, GB | pages | JSON, MB | PDF, MB |\n|---|---:|---:|---:|---:|---:|")
        for name, (seconds, memory, files) in zip(("first", "second"), drawn, strict=True):
            sizes = {file.suffix: file.stat().st_size / 1e6 for file in files}
            print(f"| {name} | {seconds:.0f} | {memory:.1f} | {_pages(files)} | {sizes['.json']:.1f} | {sizes['.pdf']:.1f} |")
        is_same = [_sums(files) for _, _, files in drawn]
        print("the same bytes" if is_same[0] == is_same[1] else f"NOT the same bytes: {is_same}")
        return int(is_same[0] != is_same[1] or max(seconds for seconds, _, _ in drawn) > GOAL_S)


_PREPARE = f"""
import django
django.setup()
from django.core.management import call_command
from oversight.actor import automated
from oversight.reviews import actions
from oversight.vendors import actions as vendors
call_command("migrate", verbosity=0)
call_command("receive", verbosity=0)
for key, name in (("vendor_a", "Router A"), ("vendor_b", "Router B")):
    vendors.register(automated("receive"), key=key, name=name)
assert actions.raise_owed() == 1, "no review of {QUARTER} is owed"
"""


def _environment(home: Path, workspace: Path) -> dict[str, str]:
    home.mkdir(parents=True)
    return os.environ | {
        "OVERSIGHT_HOME": str(home), "BESTEXEC_WORKSPACE": str(workspace), "OVERSIGHT_SECRET_KEY": "benchmark" * 8, "OVERSIGHT_MFA": "offered",
        "OVERSIGHT_URL": "http://testserver", "DJANGO_SETTINGS_MODULE": "oversight.settings",
        "OVERSIGHT_CLOCK": f"2026-10-15T12:00:00+00:00@{datetime.now(UTC).isoformat(timespec='seconds')}",
    }  # fmt: skip


def _drawn(told: dict[str, str], to: Path) -> tuple[float, float, list[Path]]:
    """(seconds, GB, files) of one drawing in a process of its own."""
    begun = time.perf_counter()
    _run(told, "-m", "django", "pack", "--quarter", QUARTER, "--to", str(to))
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6, sorted(to.iterdir())


def _run(told: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, *words], env=told, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _sums(files: Sequence[Path]) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in files}


def _pages(files: Sequence[Path]) -> int:
    document = next(file for file in files if file.suffix == ".pdf").read_bytes()
    return max((int(count) for count in re.findall(rb"/Type ?/Pages[^>]*?/Count (\d+)", document)), default=0)


if __name__ == "__main__":
    sys.exit(main())
