"""The project's own files, as the house tests look at them."""

from __future__ import annotations

import ast
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Every file of the project: what git keeps, or would keep once added."""
    if shutil.which("git") is None or not (root / ".git").exists():
        pytest.skip("not a git checkout, so the project's files cannot be told from others")
    ask = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(ask, cwd=root, capture_output=True, text=True, check=True)
    files = (root / name for name in listing.stdout.split("\0") if name)
    return sorted(path for path in files if path.is_file())


@pytest.fixture(scope="session")
def sources(root: Path) -> dict[str, ast.Module]:
    """Every module of `src`, parsed, by its path from there."""
    src = root / "src"
    return {path.relative_to(src).as_posix(): ast.parse(path.read_text()) for path in sorted(src.rglob("*.py"))}


@pytest.fixture(scope="session")
def configuration(root: Path) -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text())
