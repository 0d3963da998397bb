"""The code is named, captioned and sized as the house asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

BANNED = {
    "util", "utils", "helper", "helpers", "common", "manager", "service", "handler", "processor", "data", "info", "base2", "new", "old", "impl", "abstract",
}  # fmt: skip
SAID_ANYWAY = {
    "data_grade": "the product's word for what a feed can and cannot support",
    "new_york": "the city",
    "vendor_manager": "the firm's word for who keeps the vendor file",
    "senior_manager": "the rules' word for who answers for the firm",
    "data_upload": "settings of Django",
    "new_file": "Django calls it on what takes uploads",
    "receive_data_chunk": "the same",
    "raw_data": "the same",
}
LONG = {
    "src/oversight/cases/migrations/0001_initial.py": "the whole of an app's first tables, written by Django",
    "src/oversight/reviews/migrations/0001_initial.py": "the same",
    "src/bestexec/examfile/verify.py": "one file that a stranger reads and runs, with nothing beside it",
    "tests/house/addresses.py": "one address a line",
    "tests/line/browser/test_case_life.py": "one journey, told from the first button to the last",
    "tests/line/browser/test_committee.py": "the same",
    "tests/bestexec/test_quotes.py": "one rule, state or search of the book a test, each with its quotes in sight",
}
LONGEST = 350


def words(name: str) -> list[str]:
    """The words of a snake_case or CamelCase name."""
    return re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)


def names(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that the module itself gives: to a class, function, parameter or value.

    A comprehension's own names live for a line and are free; those in a model's `Meta` are Django's.
    """
    passing = {name for node in ast.walk(module) if isinstance(node, ast.comprehension) for name in ast.walk(node.target)}
    passing |= {name for node in ast.walk(module) if isinstance(node, ast.ClassDef) and node.name == "Meta" for name in ast.walk(node)}
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in passing:
            yield node.lineno, node.id


def is_banned(name: str) -> bool:
    for said in SAID_ANYWAY:
        name = re.sub(said, "", name, flags=re.IGNORECASE)
    return not BANNED.isdisjoint(word.lower() for word in words(name))


def test_every_module_opens_with_one_sentence(sources: dict[str, ast.Module]) -> None:
    wrong = []
    for path, module in sources.items():
        first, *rest = (ast.get_docstring(module) or "").removesuffix(" READ THIS FIRST.").splitlines() or [""]
        if not re.fullmatch(r"[^.]([^.]|\.(?! ))*\.", first) or (rest and rest[0].strip()):
            wrong.append(path)
    assert wrong == []


def test_no_file_is_named_for_a_kind_of_code_rather_than_for_its_subject(tracked: list[Path], root: Path) -> None:
    ours = [path.relative_to(root) for path in tracked if path.suffix == ".py"]
    assert [str(path) for path in ours if is_banned(path.stem)] == []


def test_no_name_in_the_package_is_one_of_the_words_that_say_nothing(sources: dict[str, ast.Module]) -> None:
    assert [f"{path}:{line} {name}" for path, module in sources.items() for line, name in names(module) if is_banned(name)] == []


def test_a_word_counts_wherever_it_stands_in_a_name() -> None:
    texts = ("OrderHandler", "old_quotes", "load_data", "HTTPService", "renewal", "information", "data_grade", "VENDOR_MANAGER")
    assert [name for name in texts if is_banned(name)] == ["OrderHandler", "old_quotes", "load_data", "HTTPService"]


def test_a_file_longer_than_350_lines_says_why(tracked: list[Path], root: Path) -> None:
    lengths = {path.relative_to(root).as_posix(): len(path.read_text().splitlines()) for path in tracked if path.suffix == ".py"}
    assert sorted(path for path, length in lengths.items() if length > LONGEST) == sorted(LONG)
