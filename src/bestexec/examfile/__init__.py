"""The exam file: a quarter as one archive that a stranger verifies offline."""

from __future__ import annotations

from bestexec.examfile.contents import about, in_force, of_runs, of_workspace, runs_of
from bestexec.examfile.quarter import Quarter, quarter
from bestexec.examfile.verify import Verdict, canonical, line, verify
from bestexec.examfile.write import Member, Written, write

__all__ = [
    "Member", "Quarter", "Verdict", "Written", "about", "canonical", "in_force", "line", "of_runs", "of_workspace", "quarter", "runs_of", "verify", "write",
]  # fmt: skip
