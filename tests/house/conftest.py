"""The project's own files, as the house tests look at them."""

from __future__ import annotations

import ast
import re
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
    """Every module of `src` that people write (Django writes the migrations), parsed, by its path from there."""
    src = root / "src"
    written = (path for path in sorted(src.rglob("*.py")) if "migrations" not in path.parts)
    return {path.relative_to(src).as_posix(): ast.parse(path.read_text()) for path in written}


@pytest.fixture(scope="session")
def configuration(root: Path) -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text())


@pytest.fixture(scope="session")
def declared(configuration: dict[str, Any]) -> dict[str, list[str]]:
    """What each of our two packages may import, by the names of distributions: the library its own, the desk the desk's as well."""
    project = configuration["project"]
    library = [required(line) for line in project["dependencies"]]
    return {"bestexec": library, "oversight": [*library, *(required(line) for line in project["optional-dependencies"]["desk"])]}


def normal(name: str) -> str:
    """A package's name as the packaging standard compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(requirement: str) -> str:
    """Whom a requirement names: `django-allauth[mfa]>=65` → `django-allauth`."""
    return normal(re.split(r"[<>=!~\[; ]", requirement)[0])
