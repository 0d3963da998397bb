"""Writes what the program knows best itself: the pages of metrics, checks, tables and lifecycles, and the module lists of ARCHITECTURE.md."""

from __future__ import annotations

import ast
import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from bestexec import checks, metrics, schema
from bestexec.linking import columns
from bestexec.linking.clocks import LEGS
from bestexec.linking.exclusions import EXCLUSIONS
from bestexec.linking.feed_lags import FEED_LAGS
from bestexec.linking.grade import GRADE_DAYS
from bestexec.linking.match_rates import MATCH_RATES
from bestexec.linking.routes import LINKED_ROUTES
from bestexec.quotes.consolidating import CONSOLIDATED
from bestexec.routed import FIRST_LOOKS, OWNED, SURVIVAL
from bestexec.verdicts.leaking import LEAKING

ROOT = Path(__file__).resolve().parents[1]
WRITTEN_BY = "<!-- Written by `make docs` from the code; a change here is lost. -->\n\n"
LISTS = (("bestexec", "downward", "text layers"), ("oversight", "desk-downward", "text desk layers"))
"""Each package with the contract that orders its modules, and the mark of its list in ARCHITECTURE.md."""
LINKED = (
    *columns.LINKED.values(),
    columns.QUOTED_TIME,
    columns.TAPE_SYMBOLS,
    MATCH_RATES,
    EXCLUSIONS,
    GRADE_DAYS,
    LEGS,
    FEED_LAGS,
    CONSOLIDATED,
    LINKED_ROUTES,
    LEAKING,
    FIRST_LOOKS,
    OWNED,
    SURVIVAL,
)
LIFECYCLES = """# Lifecycles

What can happen to a thing of the desk, and who may make it happen. The buttons, the forms, the refusals and the database's own constraint come from the same
declarations as this page (`lifecycle.py` of each app); every move is an entry in the record. Nobody approves their own work: "not by" names whose work it is.
"""


def pages() -> dict[str, str]:
    """The text of each page by its path in the project."""
    return {
        "docs/metrics.md": WRITTEN_BY + metrics.markdown(),
        "docs/checks.md": WRITTEN_BY + checks.markdown(),
        "docs/schema.md": WRITTEN_BY + schema.markdown(),
        "docs/linked.md": WRITTEN_BY + schema.markdown("Linked tables: what metrics and checks read", LINKED),
        "docs/lifecycles.md": WRITTEN_BY + lifecycles_page(),
        "ARCHITECTURE.md": architecture_page(),
    }


def lifecycles_page() -> str:
    """Every lifecycle of the desk, by what the record calls its things."""
    with tempfile.TemporaryDirectory() as home:
        set_up_desk(home)
        from oversight.lifecycle import markdown
        from oversight.moving import kinds

        lifecycles = {kind: model.LIFECYCLE for kind, model in sorted(kinds().items())}
        return "\n".join([LIFECYCLES, *(markdown(lifecycle) for lifecycle in lifecycles.values())])


def set_up_desk(home: str) -> None:
    """Load the desk's models, with settings that hold for this alone unless it is set up already."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ |= {"OVERSIGHT_HOME": home, "OVERSIGHT_SECRET_KEY": "of-the-pages-alone", "DATABASE_URL": "sqlite://"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "oversight.settings"
        django.setup()


def architecture_page() -> str:
    """ARCHITECTURE.md with its lists of modules as the layers of pyproject.toml order them and as each captions itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for package, contract, mark in LISTS:
        text = with_list(text, mark, modules_of(package, contract, contracts))
    return text


def modules_of(package: str, contract: str, contracts: list[dict[str, Any]]) -> str:
    """The modules of the package, one a line, from top to bottom."""
    levels = next(found["layers"] for found in contracts if found["id"] == contract)
    return "".join(module_line(package, name) for level in levels for name in level.split(" | "))


def with_list(text: str, mark: str, lines: str) -> str:
    """The page with `lines` in its block of that mark."""
    above, opening, rest = text.partition(f"```{mark}\n")
    return above + opening + lines + rest[rest.index("```") :]


def module_line(package: str, name: str) -> str:
    """A module's name and its caption: the first line of its docstring."""
    folder = ROOT / "src" / package / name
    path, shown = (folder / "__init__.py", f"{name}/") if folder.is_dir() else (folder.with_suffix(".py"), f"{name}.py")
    caption = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    return f"{shown:<18}{caption}\n"


if __name__ == "__main__":
    for path, text in pages().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(path)
