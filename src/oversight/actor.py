"""Who acts: a person's account in its roles, or a named automated actor."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.lifecycle import SYSTEM


@dataclass(frozen=True)
class Actor:
    """`key` is an account's opaque key, or `system:receive` and the like; never a name or an address. `origin`: desk, api or command."""

    key: str
    roles: frozenset[str]
    origin: str = "desk"


def automated(name: str) -> Actor:
    """The automated actor of that name."""
    return Actor(f"system:{name}", frozenset({SYSTEM}), "command")
