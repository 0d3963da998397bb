"""The one exception that is meant for a person: what happened, where, what to do."""

from __future__ import annotations


class Problem(Exception):
    """Something the operator can mend. The command line prints it and exits with 2; no traceback.

    `what` happened, `where` (a file, line, date or symbol), what to `do` about it.
    Bad data is not a Problem: it is a reject or a finding, and both are rows.
    """

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what, self.where, self.do = what, where, do
        super().__init__(" · ".join(part for part in (what, where, do) if part))
