"""What an operation of the API is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oversight.roles import STAFF


@dataclass(frozen=True)
class Operation:
    """One address and method: the scope that a token needs for it (any token, where none is named), the roles it is open to, the function that answers.

    The first line of the function's docstring is its summary; `calls` names the query or the action behind it; `answers` is the schema of what it gives.
    """

    method: str
    path: str
    does: Callable[..., Any]
    answers: Any
    calls: str
    scope: str = ""
    roles: tuple[str, ...] = STAFF

    @property
    def group(self) -> str:
        return self.path.split("/")[1]
