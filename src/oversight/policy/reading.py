"""What the files of a policy say, read as the measuring program reads them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from bestexec import FIX_ALIASES_FILE, LOGIC_FILE, RELEASES_FILE, Policy, Problem, StatedRule, load_policy, read_logic
from oversight.policy import limits
from oversight.policy.limits import DeskLimits

POLICY = "policy.toml"
OF_VENDORS = (LOGIC_FILE, RELEASES_FILE, FIX_ALIASES_FILE)
"""What vendors state of their routers and of the codes in their messages: no such file where nothing is stated."""
FILES = (POLICY, limits.FILE, *OF_VENDORS)
"""The files that people write; others are carried along, or published by other parts of the desk."""
AT_LINE = re.compile(r"\bline (\d+)")


@dataclass(frozen=True)
class Read:
    """The policy, the desk's limits and the vendors' rules in some files. `hash` is what a run sealed with them carries; `desk` is the shipped one where none
    is stated."""

    policy: Policy
    desk: DeskLimits
    logic: tuple[StatedRule, ...]
    hash: str


def checked(files: Mapping[str, str]) -> Read:
    """What the files say. Raises Problem that names the file, the key and what is allowed."""
    return _checked(tuple(sorted(files.items())))


def with_texts(base: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    """The files of a version with other texts of those that people write; a file of the vendors' that is left empty is none."""
    whole = {**base, **{name: plain(text) for name, text in texts.items() if name in FILES}}
    return {name: text for name, text in whole.items() if text.strip() or name not in OF_VENDORS}


def plain(text: str) -> str:
    """A text as it is published: lines end in LF, the last one too."""
    return f"{text.replace(chr(13), '').rstrip(chr(10))}\n"


def line_of(problem: Problem, text: str) -> int | None:
    """The line of `text` that the problem is about, counted from 1; None where it names none."""
    told = AT_LINE.search(problem.what) or AT_LINE.search(problem.where)
    if told:
        return int(told[1])
    _file, comma, key = problem.where.partition(", ")
    table, _, name = key.partition(".")
    unknown = re.match(r"`(\w+)` is not known", problem.what)
    wanted = [unknown[1] if unknown else "", name.partition(",")[0], table] if comma else [unknown[1] if unknown else ""]
    return _line(text, table if name or unknown else "", [word for word in wanted if word])


def _line(text: str, table: str, wanted: list[str]) -> int | None:
    """The first line that sets one of `wanted`, those within [table] first; else the heading of the table."""
    lines, at = text.splitlines(), ""
    found: dict[tuple[int, bool], int] = {}
    for number, line in enumerate(lines, start=1):
        heading = re.match(r"\s*\[+([^\]]+)\]+", line)
        at = heading[1].strip() if heading else at
        for rank, word in enumerate(wanted):
            if re.match(rf"\s*{re.escape(word)}\s*=", line) or (heading and at.split(".")[-1] == word):
                found.setdefault((rank, at.split(".")[0] != table), number)
    return found[min(found)] if found else None


@lru_cache(maxsize=32)
def _checked(files: tuple[tuple[str, str], ...]) -> Read:
    with tempfile.TemporaryDirectory() as there:
        for name, text in files:
            path = Path(there, *PurePosixPath(name).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        try:
            policy, logic = load_policy(Path(there)), read_logic(Path(there))
        except Problem as problem:
            raise Problem(problem.what, where=problem.where.removeprefix(f"{there}/"), do=problem.do) from problem
        stated = dict(files).get(limits.FILE, limits.SHIPPED.read_text(encoding="utf-8"))
        return Read(policy, limits.read(stated), logic, policy.hash)
