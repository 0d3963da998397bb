"""Writes what the program knows best itself: the pages of metrics, checks and tables, and the module list of ARCHITECTURE.md."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from bestexec import checks, metrics, schema
from bestexec.linking import columns

ROOT = Path(__file__).resolve().parents[1]
WRITTEN_BY = "<!-- Written by `make docs` from the code; a change here is lost. -->\n\n"


def pages() -> dict[str, str]:
    """The text of each page by its path in the project."""
    return {
        "docs/metrics.md": WRITTEN_BY + metrics.markdown(),
        "docs/checks.md": WRITTEN_BY + checks.markdown(),
        "docs/schema.md": WRITTEN_BY + schema.markdown(),
        "docs/linked.md": WRITTEN_BY + schema.markdown("Linked tables: what metrics and checks read", (*columns.LINKED.values(), columns.QUOTED_TIME)),
        "ARCHITECTURE.md": architecture_page(),
    }


def architecture_page() -> str:
    """ARCHITECTURE.md with its list of modules as the layers of pyproject.toml order them and as each captions itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    levels = next(contract["layers"] for contract in contracts if contract["id"] == "downward")
    modules = "".join(module_line(name) for level in levels for name in level.split(" | "))
    above, opening, rest = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("```text layers\n")
    return above + opening + modules + rest[rest.index("```") :]


def module_line(name: str) -> str:
    """A module's name and its caption: the first line of its docstring."""
    folder = ROOT / "src/bestexec" / name
    path, shown = (folder / "__init__.py", f"{name}/") if folder.is_dir() else (folder.with_suffix(".py"), f"{name}.py")
    caption = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    return f"{shown:<18}{caption}\n"


if __name__ == "__main__":
    for path, text in pages().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(path)
