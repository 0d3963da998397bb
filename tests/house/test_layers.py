"""Each module has its place in the line and imports downward only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CLOCK = {"now", "today", "utcnow", "time", "time_ns", "localtime", "localdate"}
CLOCKS = {"datetime", "date", "dt", "time", "timezone"}
ENVIRONMENT = {"environ", "getenv", "environb"}
EDGES = {
    "bestexec/cli/__init__.py": "the command line",
    "bestexec/cli/intake.py": "the command line",
    "bestexec/api.py": "the notebook",
    "oversight/clock.py": "the desk's one clock",
    "oversight/environment.py": "the desk's settings of the deployment",
    "oversight/command.py": "the command line",
    "oversight/wsgi.py": "the web server",
    "oversight/evidence/store.py": "compares with the times that the file system gave its files",
    "oversight/accounts/adapters.py": "compares with the times that the sign-in library gave a session",
    "oversight/demo/place.py": "writes the settings that the demonstration then reads",
}
"""Where a person's hands reach in, or the machine's."""
COMMANDS = "/management/commands/"
"""The desk's command line; none of it may read the clock but through `clock`."""


@pytest.fixture(scope="session")
def layers(configuration: dict[str, Any]) -> dict[str, list[str]]:
    """The layers of pyproject.toml by package, from top to bottom, those that share a level one after the other."""
    contracts = configuration["tool"]["importlinter"]["contracts"]
    layered = {contract["containers"][0]: contract["layers"] for contract in contracts if contract["type"] == "layers"}
    return {package: [name.strip() for level in levels for name in level.split("|")] for package, levels in layered.items()}


def test_imports_go_downward_and_never_to_a_network_or_a_web_framework(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("package", ["bestexec", "oversight"])
def test_every_layer_is_a_module_and_every_module_a_layer(package: str, root: Path, layers: dict[str, list[str]]) -> None:
    folder = root / "src" / package
    modules = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    assert sorted(layers[package]) == sorted(modules - {"__init__"})


def test_only_the_edges_read_the_clock_or_the_environment(sources: dict[str, ast.Module]) -> None:
    """A run's bytes depend on its inputs alone, and the desk's clock can be stated. Both are looked for by name."""
    reads = {name: [*clock_reads(module), *environment_reads(module)] for name, module in sources.items()}
    inner = {name: found for name, found in reads.items() if found and name not in EDGES and COMMANDS not in name}
    assert inner == {}
    assert [name for name in EDGES if name not in sources or not (reads[name] or name.startswith("bestexec/"))] == [], "no longer needed"


def test_no_command_of_the_desk_asks_another_clock(sources: dict[str, ast.Module]) -> None:
    assert {name: clock_reads(module) for name, module in sources.items() if COMMANDS in name and clock_reads(module)} == {}


def clock_reads(module: ast.Module) -> list[str]:
    """`datetime.now`, `time.time`, Django's `timezone.now` and fields that fill themselves in."""
    named = [node for node in ast.walk(module) if isinstance(node, ast.Attribute) and node.attr in CLOCK and called(node.value) in CLOCKS]
    fields = [node for node in ast.walk(module) if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add")]
    return [f"{node.lineno}: {ast.unparse(node)}" for node in (*named, *fields)]


def environment_reads(module: ast.Module) -> list[str]:
    nodes = (node for node in ast.walk(module) if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and called(node.value) == "os")
    return [f"{node.lineno}: {ast.unparse(node)}" for node in nodes]


def called(node: ast.expr) -> str:
    """The last name of what stands before the dot: `datetime` of `datetime.now` and of `dt.datetime.now`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
