"""The library stands without the desk: it imports, and its tests run, where no web framework is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT_THE_DESK = """
import sys
from importlib.machinery import PathFinder

class Library(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        absent = {"allauth", "csp", "django", "django_htmx", "gunicorn", "ninja", "oversight", "psycopg", "whitenoise"}
        return None if name.partition(".")[0] in absent else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Library
try:
    import django
except ImportError:
    pass
else:
    sys.exit("django can still be imported")
"""
EVERY_MODULE = """
import importlib, pkgutil, bestexec

names = [module.name for module in pkgutil.walk_packages(bestexec.__path__, "bestexec.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""
TESTS = """
import pytest

sys.exit(pytest.main(["-p", "no:django", "-p", "no:xdist", "-p", "no:randomly", *sys.argv[1:]]))
"""


def ran(code: str, root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The code in an interpreter of its own, in which nothing of the desk can be imported."""
    return subprocess.run([sys.executable, "-c", WITHOUT_THE_DESK + code, *words], cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.check
def test_every_module_of_the_library_imports_without_the_desk(root: Path, sources: dict[str, object]) -> None:
    answer = ran(EVERY_MODULE, root)
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) == len([path for path in sources if path.startswith("bestexec/") and path != "bestexec/__init__.py"])


@pytest.mark.check
@pytest.mark.parametrize("words", [["--collect-only", "tests/bestexec", "tests/line/test_line.py"], ["tests/bestexec/market"]], ids=["collected", "run"])
def test_the_tests_of_the_library_need_nothing_of_the_desk(words: list[str], root: Path) -> None:
    answer = ran(TESTS, root, *words)
    assert answer.returncode == 0, answer.stdout + answer.stderr


HEAVY = """
import sys

%s
print(sorted({"scipy", "statsmodels", "altair", "pandas"} & set(sys.modules)))
"""


@pytest.mark.parametrize("enters", ["import bestexec.cli, bestexec.checks, bestexec.demonstration", "import django; django.setup(); import oversight.urls"])
def test_statistics_and_charts_are_loaded_by_what_needs_them_alone(enters: str, root: Path) -> None:
    """They take longer to load than most commands to run."""
    answer = subprocess.run([sys.executable, "-c", HEAVY % enters], cwd=root, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, "[]\n"), answer.stdout + answer.stderr
