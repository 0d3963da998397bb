"""What the files of a policy say, read as the measuring program reads them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from bestexec import Policy, Problem, load_policy
from oversight.policy import limits
from oversight.policy.limits import DeskLimits

POLICY = "policy.toml"
FILES = (POLICY, limits.FILE)
"""The files that people write; others are carried along, or published by other parts of the desk."""
AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Read:
    """The policy and the desk's limits in some files. `hash` is what a run sealed with them carries; `desk` is the shipped one where none is stated."""

    policy: Policy
    desk: DeskLimits
    hash: str


def checked(files: Mapping[str, str]) -> Read:
    """What the files say. Raises Problem that names the file, the key and what is allowed."""
    return _checked(tuple(sorted(files.items())))


def plain(text: str) -> str:
    """A text as it is published: lines end in LF, the last one too."""
    return f"{text.replace(chr(13), '').rstrip(chr(10))}\n"


def line_of(problem: Problem, text: str) -> int | None:
    """The line of `text` that the problem is about, counted from 1; None where it names none."""
    told = AT_LINE.search(problem.what)
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
            policy = load_policy(Path(there))
        except Problem as problem:
            raise Problem(problem.what, where=problem.where.removeprefix(f"{there}/"), do=problem.do) from problem
        stated = dict(files).get(limits.FILE, limits.SHIPPED.read_text(encoding="utf-8"))
        return Read(policy, limits.read(stated), policy.hash)
