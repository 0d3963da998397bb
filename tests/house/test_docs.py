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
from django.core.management import BaseCommand, get_commands, load_command_class

from .conftest import normal, required

LINK = re.compile(r"(?<!`)\[[^\]]+\]\(([^)\s]+)\)")


PACKAGES = ("bestexec", "oversight")
USED_THROUGH = {"psycopg": "django.db.backends.postgresql"}
"""What Django imports for us, and the word in our settings that makes it."""
both_packages = pytest.mark.parametrize("package", PACKAGES)


@pytest.fixture(scope="session")
def documents(tracked: list[Path]) -> list[Path]:
    return [path for path in tracked if path.suffix == ".md"]


@pytest.fixture(scope="session")
def guides(root: Path) -> str:
    return "\n".join(path.read_text() for path in sorted((root / "docs/guides").rglob("*.md")))


@pytest.fixture(scope="session")
def options() -> dict[str, set[str]]:
    """The options of every command of `bestexec`, by the command's name."""
    from bestexec.cli import app

    commands = typer.main.get_command(app).commands
    flags = {name: [flag for param in command.params for flag in (*param.opts, *param.secondary_opts)] for name, command in commands.items()}
    return {name: {flag for flag in given if flag.startswith("--")} for name, given in flags.items()}


@pytest.fixture(scope="session")
def desk_commands() -> dict[str, set[str]]:
    """The options of every command of `oversight`, Django's own among them, by the command's name."""
    flags = {}
    for name, app in get_commands().items():
        command = app if isinstance(app, BaseCommand) else load_command_class(app, name)
        flags[name] = {flag for action in command.create_parser("oversight", name)._actions for flag in action.option_strings}
    return flags


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


def test_the_command_reads_as_the_interpreter_reads_it(desk_commands: dict[str, set[str]]) -> None:
    """`serve` and `check` stand for ours and for Django's."""
    assert {"--bind", "--workers"} <= desk_commands["serve"]
    assert "--deploy" in desk_commands["check"]


def test_no_document_shows_a_command_of_the_desk_or_an_option_of_it_that_does_not_exist(desk_commands: dict[str, set[str]], documents: list[Path]) -> None:
    text = "\n".join(path.read_text() for path in documents)
    shown = re.findall(r"(?:\$ (?:\S+/)?oversight|manage\.py) ([a-z_]+)([^`\n]*)", text)
    assert shown
    assert sorted({verb for verb, _ in shown if verb not in desk_commands}) == []
    assert sorted({f"{verb} {flag}" for verb, rest in shown for flag in re.findall(r"--[a-z-]+", rest) if flag not in desk_commands[verb]}) == []


def test_every_command_of_the_desk_is_shown_in_a_guide(guides: str) -> None:
    ours = [name for name, app in get_commands().items() if str(app).startswith("oversight.")]
    assert sorted(name for name in ours if not re.search(rf"\$ (?:\S+/)?oversight {name}\b", guides)) == []


def test_every_setting_of_the_desk_is_named_in_a_guide_and_the_other_way_round(root: Path, guides: str) -> None:
    code = "\n".join(path.read_text() for path in sorted((root / "src/oversight").rglob("*.py")))
    setting = re.compile(r"\b(?:OVERSIGHT_[A-Z_]+[A-Z]|BESTEXEC_WORKSPACE|DATABASE_URL)\b")
    assert sorted(set(setting.findall(code)) ^ set(setting.findall(guides))) == []


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
    assert sorted(explained) == sorted((name, pinned[name]) for name in {required(requirement) for requirement in requirements})


@both_packages
def test_a_package_imports_nothing_that_it_does_not_declare(package: str, sources: dict[str, ast.Module], declared: dict[str, list[str]]) -> None:
    owners = packages_distributions()
    imported = {name for module in of(package, sources) for node in ast.walk(module) for name in imports(node)} - set(sys.stdlib_module_names) - set(PACKAGES)
    assert sorted(name for name in imported if set(declared[package]).isdisjoint(normal(owner) for owner in owners.get(name, [name]))) == []


@both_packages
def test_a_package_declares_nothing_that_it_does_not_use(package: str, sources: dict[str, ast.Module], declared: dict[str, list[str]]) -> None:
    """A package of files, such as a typeface, is used by its name in a string; an application or a middleware of Django by its path in one."""
    nodes = [node for module in of(package, sources) for node in ast.walk(module)]
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    used = {name for node in nodes for name in imports(node)} | {text.split(".")[0] for text in strings if re.fullmatch(r"\w+(\.\w+)*", text)}
    owned = {normal(owner) for name, owners in packages_distributions().items() if name in used for owner in owners}
    owned |= {name for name, path in USED_THROUGH.items() if path in strings}
    own = [name for name in declared[package] if package == "bestexec" or name not in declared["bestexec"]]
    assert [name for name in own if name not in owned] == []


def of(package: str, sources: dict[str, ast.Module]) -> list[ast.Module]:
    return [module for path, module in sources.items() if path.startswith(f"{package}/")]


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
