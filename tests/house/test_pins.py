"""What is installed is what is pinned, under licenses that a firm can live with."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import pytest

from .conftest import normal, required

TOOLS_OF_PYTHON = {"pip", "setuptools", "wheel"}
"""They come with every environment and no command of ours runs them after set-up."""
BENCH_ALONE = {"chdb", "chdb-core", "simplefix"}
"""Peers that `make bench` installs and nothing else needs."""
REFUSED = re.compile(r"\b([AL]?GPL|Affero|GNU |SSPL|Server Side Public|BUSL|Business Source|Commons Clause|Non-?Commercial|CC-BY-NC)", re.IGNORECASE)
ACCEPTED_ANYWAY = {
    "psycopg": "LGPL-3.0: imported, never changed, of the extra `desk` alone, and only where a firm chooses PostgreSQL (decision 027)",
    "psycopg-binary": "the same, compiled; it can be replaced by the firm's own build, which is what the LGPL asks",
}


def license(distribution: Distribution) -> str:
    """All that its metadata says of the license: expression, classifiers, the first line of the free text; failing those, of its license file."""
    metadata = distribution.metadata
    classifiers = [value for value in metadata.get_all("Classifier") or () if value.startswith("License ::")]
    said = [metadata.get("License-Expression") or "", (metadata.get("License") or "").strip().split("\n")[0], *classifiers]
    return " · ".join(said if any(said) else [license_file(distribution)])


def license_file(distribution: Distribution) -> str:
    """The heading of the license file that comes with it."""
    files = [file for file in distribution.files or () if file.name.upper().startswith(("LICENSE", "COPYING")) and ".dist-info" in str(file)]
    return files[0].read_text(encoding="utf-8").strip().split("\n")[0] if files else ""


@pytest.fixture(scope="session")
def pins(root: Path) -> dict[str, str]:
    lines = [line for line in (root / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    return {normal(name): version for name, version in (line.split("==") for line in lines)}


@pytest.fixture(scope="session")
def installed() -> dict[str, Distribution]:
    return {normal(found.name): found for found in distributions() if normal(found.name) not in TOOLS_OF_PYTHON | {"bestexec"}}


def test_a_pin_is_a_name_and_a_version_and_the_list_is_sorted(root: Path) -> None:
    lines = [line for line in (root / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line)] == []
    assert lines == sorted(lines, key=lambda line: normal(line.split("==")[0]))


def test_what_is_installed_is_what_is_pinned(pins: dict[str, str], installed: dict[str, Distribution]) -> None:
    expected = {name: version for name, version in pins.items() if name in installed or name not in BENCH_ALONE}
    assert {name: found.version for name, found in installed.items()} == expected, "run `make setup`, or `make clean setup`"


def test_every_requirement_of_the_project_is_pinned(pins: dict[str, str], configuration: dict[str, Any]) -> None:
    project = configuration["project"]
    wanted = [*project["dependencies"], *(requirement for extra in project["optional-dependencies"].values() for requirement in extra)]
    assert [name for name in (required(requirement) for requirement in wanted) if name not in pins] == []


def test_nothing_installed_is_under_a_license_that_reaches_into_the_firm(installed: dict[str, Distribution]) -> None:
    refused = {name: license(found) for name, found in installed.items() if REFUSED.search(license(found))}
    assert sorted(refused) == sorted(ACCEPTED_ANYWAY), refused


def test_everything_installed_states_a_license(installed: dict[str, Distribution]) -> None:
    assert [name for name, found in installed.items() if not license(found).strip(" ·")] == []


def test_a_license_that_is_refused_is_told_from_one_that_is_not() -> None:
    texts = (
        "GPL-3.0-or-later",
        "AGPL-3.0",
        "GNU General Public License v2",
        "SSPL-1.0",
        "CC-BY-NC-4.0",
        "LGPL-3.0",
        "GNU Lesser General Public License",
        "MIT",
        "MPL-2.0",
    )
    assert [text for text in texts if REFUSED.search(text)] == list(texts[:7])


def test_the_license_is_read_off_its_file_where_the_metadata_says_nothing(installed: dict[str, Distribution]) -> None:
    assert license(installed["axe-playwright-python"]) == "MIT License"


def test_the_wheel_carries_every_file_of_both_packages_and_the_pins(root: Path, tracked: list[Path], tmp_path: Path) -> None:
    """Pages, style, scripts and shipped policies among them; each run holds the hash of the pins, also where only the wheel is installed."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    src = root / "src"
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert archive.read("bestexec/constraints.txt") == (root / "constraints.txt").read_bytes()
    ours = {path.relative_to(src).as_posix() for path in tracked if path.is_relative_to(src)}
    assert carried == {*ours, "bestexec/constraints.txt"}
    assert {"oversight/templates/base.html", "oversight/static/oversight/desk.css", "bestexec/default_policy/policy.toml"} <= carried
