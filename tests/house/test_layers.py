"""Each module has its place in the line and imports downward only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CLOCK = {"now", "today", "utcnow", "time", "time_ns"}
ENVIRONMENT = {"environ", "getenv", "environb"}
EDGES = ("bestexec/cli.py", "bestexec/api.py")
"""Where a person's hands reach in: the command line and the notebook."""


@pytest.fixture(scope="session")
def layers(configuration: dict[str, Any]) -> list[str]:
    """The layers of pyproject.toml from top to bottom, those that share a level one after the other."""
    contracts = {contract["id"]: contract for contract in configuration["tool"]["importlinter"]["contracts"]}
    return [name.strip() for level in contracts["downward"]["layers"] for name in level.split("|")]


def test_imports_go_downward_and_never_to_a_network_or_a_web_framework(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_layer_is_a_module_and_every_module_a_layer(root: Path, layers: list[str]) -> None:
    package = root / "src/bestexec"
    modules = {path.stem for path in package.glob("*.py")} | {path.parent.name for path in package.glob("*/__init__.py")}
    assert set(layers) == modules - {"__init__"}


def test_only_the_edges_read_the_clock_or_the_environment(sources: dict[str, ast.Module]) -> None:
    """A run's bytes depend on its inputs alone. `os.environ` and the clock are looked for by name."""
    reads = []
    for name, module in sources.items():
        for node in ast.walk(module):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            is_clock = node.value.id in {"datetime", "date", "dt", "time"} and node.attr in CLOCK
            if is_clock or (node.value.id == "os" and node.attr in ENVIRONMENT):
                reads.append(f"{name}:{node.lineno} {node.value.id}.{node.attr}")
    assert [read for read in reads if not read.startswith(EDGES)] == []
