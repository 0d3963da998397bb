"""What the documents say is so: generated pages are current, commands documented, links alive, dependencies explained."""

from __future__ import annotations

import ast
import re
import runpy
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import typer

LINK = re.compile(r"(?<!`)\[[^\]]+\]\(([^)\s]+)\)")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="session")
def documents(tracked: list[Path]) -> list[Path]:
    return [path for path in tracked if path.suffix == ".md"]


@pytest.fixture(scope="session")
def guides(root: Path) -> str:
    return "\n".join(path.read_text() for path in sorted((root / "docs/guides").glob("*.md")))


@pytest.fixture(scope="session")
def options() -> dict[str, set[str]]:
    """The options of every command of `bestexec`, by the command's name."""
    from bestexec.cli import app

    commands = typer.main.get_command(app).commands
    flags = {name: [flag for param in command.params for flag in (*param.opts, *param.secondary_opts)] for name, command in commands.items()}
    return {name: {flag for flag in given if flag.startswith("--")} for name, given in flags.items()}


def test_the_generated_pages_are_current(root: Path) -> None:
    pages = runpy.run_path(str(root / "docs/generate.py"))["pages"]()
    stale = [path for path, text in pages.items() if not (root / path).exists() or (root / path).read_text() != text]
    assert stale == [], "run `make docs`"


def test_every_link_within_the_documents_leads_somewhere(documents: list[Path], root: Path) -> None:
    dead = []
    for document in documents:
        for target in LINK.findall(document.read_text()):
            path = target.split("#")[0]
            if path and "://" not in path and not (document.parent / path).exists():
                dead.append(f"{document.relative_to(root)} → {target}")
    assert dead == []


def test_every_command_is_shown_in_a_guide(options: dict[str, set[str]], guides: str) -> None:
    assert [name for name in options if f"$ bestexec {name}" not in guides] == []


def test_every_option_is_named_in_a_guide(options: dict[str, set[str]], guides: str) -> None:
    named = set(re.findall(r"--[a-z-]+", guides))
    assert sorted(f"{name} {flag}" for name, flags in options.items() for flag in flags - named) == []


def test_no_guide_shows_a_command_or_an_option_of_it_that_does_not_exist(options: dict[str, set[str]], guides: str) -> None:
    shown = re.findall(r"^\$ bestexec (?:--workspace \S+ )?(\S+)(.*)$", guides, re.MULTILINE)
    assert [verb for verb, _ in shown if verb not in options] == []
    assert [f"{verb} {flag}" for verb, rest in shown for flag in re.findall(r"--[a-z-]+", rest) if flag not in options[verb]] == []


def test_both_first_commands_stand_in_the_readme(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert [verb for verb in ("make demo", "make test") if verb not in readme] == []


def test_every_make_verb_is_listed_for_contributors(root: Path) -> None:
    verbs = re.findall(r"^([a-z]+):.*## ", (root / "Makefile").read_text(), re.MULTILINE)
    contributing = (root / "CONTRIBUTING.md").read_text()
    assert [verb for verb in verbs if f"`make {verb}`" not in contributing] == []


def test_every_dependency_has_one_page_that_says_why_at_the_version_that_is_pinned(root: Path, configuration: dict[str, Any]) -> None:
    project = configuration["project"]
    requirements = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    pins = dict(line.split("==") for line in (root / "constraints.txt").read_text().splitlines() if "==" in line)
    pinned = {normal(name): version for name, version in pins.items()}
    heads = "".join(path.read_text().split("\n\n")[1] + ";" for path in sorted((root / "docs/decisions").glob("*.md")))
    explained = [(normal(name), version) for name, version in re.findall(r"(?:Parts?: |; )(\S+) (\S+) · license", heads)]
    wanted = {normal(re.split(r"[<>=]", requirement)[0]) for requirement in requirements}
    assert sorted(explained) == sorted((name, pinned[name]) for name in wanted)


def test_the_library_imports_nothing_that_it_does_not_declare(sources: dict[str, ast.Module], configuration: dict[str, Any]) -> None:
    declared = {normal(re.split(r"[<>=]", requirement)[0]) for requirement in configuration["project"]["dependencies"]}
    owners = packages_distributions()
    imported = {name for module in sources.values() for node in ast.walk(module) for name in imports(node)} - set(sys.stdlib_module_names) - {"bestexec"}
    assert sorted(name for name in imported if declared.isdisjoint(normal(owner) for owner in owners.get(name, [name]))) == []


def test_the_library_declares_nothing_that_it_does_not_use(sources: dict[str, ast.Module], configuration: dict[str, Any]) -> None:
    """A package of files, such as a typeface, is used by its name in a string."""
    nodes = [node for module in sources.values() for node in ast.walk(module)]
    used = {name for node in nodes for name in imports(node)} | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    owned = {normal(owner) for name, owners in packages_distributions().items() if name in used for owner in owners}
    declared = [normal(re.split(r"[<>=]", requirement)[0]) for requirement in configuration["project"]["dependencies"]]
    assert [name for name in declared if name not in owned] == []


def imports(node: ast.AST) -> list[str]:
    """The top-level packages that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.split(".")[0]]
    return []


def test_every_decision_says_what_else_was_looked_at_and_what_would_change_it(root: Path) -> None:
    pages = sorted(path for path in (root / "docs/decisions").glob("*.md") if path.name != "README.md")
    assert [path.name for path in pages if not {"**Looked at.**", "**What would change this.**"} <= set(re.findall(r"\*\*[^*]+\*\*", path.read_text()))] == []


def test_every_decision_is_listed_once(root: Path) -> None:
    folder = root / "docs/decisions"
    listed = LINK.findall((folder / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in folder.glob("[0-9]*.md"))
