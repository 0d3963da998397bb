"""The same pack gives the same bytes in another process, folder, time zone and hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RENDER = """
import sys
from hashlib import sha256
from importlib import import_module
from bestexec.report import html, pdf, xlsx
from bestexec.report.quality import assemble
sys.path.insert(0, sys.argv[1])
pack = assemble(import_module("report.given").run_figures())
for drawn in (html.render(pack).encode(), pdf.render(pack), xlsx.render(pack)):
    print(sha256(drawn).hexdigest())
"""


def hashes(folder: Path, zone: str, seed: str) -> list[str]:
    """SHA-256 of page, document and workbook, made in `folder`."""
    folder.mkdir()
    tests = str(Path(__file__).resolve().parents[1])
    told = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "HOME": str(folder), "TMPDIR": str(folder)}
    made = subprocess.run([sys.executable, "-c", RENDER, tests], cwd=folder, env=told, capture_output=True, text=True, check=True)
    return made.stdout.split()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return hashes(tmp_path_factory.mktemp("first") / "a", "UTC", "1")


def test_page_document_and_workbook_are_the_same_bytes_elsewhere(first: list[str], tmp_path: Path) -> None:
    assert len(first) == 3
    assert hashes(tmp_path / "another folder", "Asia/Tokyo", "2") == first
