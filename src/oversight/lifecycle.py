"""Lifecycles: the states of a thing and every move between them, as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

SYSTEM = "system"
"""The role of automated actors: a run received, a suppression expired."""


class Refusal(Exception):
    """A move that may not be made, said to a person. `is_forbidden`: who asks may not; otherwise the thing is not in a state for it."""

    def __init__(self, words: str, *, is_forbidden: bool = False) -> None:
        self.words, self.is_forbidden = words, is_forbidden
        super().__init__(words)


@dataclass(frozen=True)
class State:
    """One state. `is_end`: nothing more is asked of anyone."""

    key: str
    title: str
    meaning: str
    is_end: bool = False


@dataclass(frozen=True)
class Move:
    """One way from some states to another.

    `by` are the roles that may. `needs` are fields that must be given with it, `takes` fields that may be.
    `not_by` are fields of the row that name a person who may not: nobody approves their own work.
    `signs` names the pair of fields `<signs>_by` and `<signs>_at` that say who made it and when.
    `when` are facts about the row (attributes that are true or false), each with what to say where it does not hold.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    title: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    signs: str = ""
    when: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lifecycle:
    """A thing's states and moves on one screen. `thing` is what refusals and diagrams call it."""

    thing: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    @property
    def start(self) -> str:
        return self.states[0].key

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(state.key for state in self.states)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """For a model's field: (key, title)."""
        return tuple((state.key, state.title) for state in self.states)

    @property
    def ends(self) -> tuple[str, ...]:
        return tuple(state.key for state in self.states if state.is_end)

    def state(self, key: str) -> State:
        return next(state for state in self.states if state.key == key)

    def move(self, name: str) -> Move:
        """The move of that name. Raises Refusal for an unknown one."""
        for move in self.moves:
            if move.name == name:
                return move
        raise Refusal(f"a {self.thing} has no move {name}")


def refuse(lifecycle: Lifecycle, move: Move, row: Any, *, person: str, roles: Collection[str], given: Mapping[str, Any]) -> None:
    """Raise Refusal, in words for the person, unless `person` in one of `roles` may make `move` on `row` with what is `given`."""
    if not set(roles) & set(move.by):
        who = f"only {spoken(move.by)} may do this" if set(move.by) != {SYSTEM} else "the desk does this itself, nobody by hand"
        raise Refusal(f"{move.title}: {who}.", is_forbidden=True)
    if row.state not in move.sources:
        here, there = _titled(lifecycle, (row.state,)), _titled(lifecycle, move.sources)
        raise Refusal(f"{move.title}: the {lifecycle.thing} is {here}; this is done while it is {there}.")
    for name in move.not_by:
        if getattr(row, name) == person:
            raise Refusal(f"{move.title}: nobody approves their own work, and you are named as {spaced(name)}.", is_forbidden=True)
    for fact, words in move.when.items():
        if not getattr(row, fact):
            raise Refusal(f"{move.title}: {words}.")
    for name in move.needs:
        if is_blank(given.get(name)):
            raise Refusal(f"{move.title}: {spaced(name)} is missing.")
    unknown = {name for name, value in given.items() if not is_blank(value)} - {*move.needs, *move.takes, "why"}
    if unknown:
        raise Refusal(f"{move.title}: {spaced(min(unknown))} is not asked for here.")


def offered(lifecycle: Lifecycle, row: Any, *, person: str, roles: Collection[str]) -> tuple[Move, ...]:
    """The moves that `person` could make on `row` now, what they need aside: the buttons to show."""
    moves = []
    for move in lifecycle.moves:
        try:
            refuse(lifecycle, move, row, person=person, roles=roles, given=dict.fromkeys(move.needs, "given"))
        except Refusal:
            continue
        moves.append(move)
    return tuple(moves)


def markdown(lifecycle: Lifecycle) -> str:
    """The lifecycle as a section of docs/lifecycles.md: a diagram, then who may do what."""
    title = f"## {lifecycle.thing[0].upper()}{lifecycle.thing[1:]}\n\n"
    arrows = [f"    [*] --> {lifecycle.start}"]
    arrows += [f"    {source} --> {move.target}: {move.name}" for move in lifecycle.moves for source in move.sources]
    arrows += [f"    {end} --> [*]" for end in lifecycle.ends]
    states = [f"| `{state.key}` | {state.title} | {state.meaning} |" for state in lifecycle.states]
    moves = [
        f"| `{move.name}` | {move.title} | {', '.join(f'`{source}`' for source in move.sources)} → `{move.target}` | {spoken(move.by)} "
        f"| {', '.join(spaced(name) for name in move.needs)} | {'; '.join([*(f'not by {spaced(name)}' for name in move.not_by), *move.when.values()])} |"
        for move in lifecycle.moves
    ]
    return (
        title + "```mermaid\nstateDiagram-v2\n" + "\n".join(arrows) + "\n```\n\n| state | shown as | means |\n|---|---|---|\n" + "\n".join(states)
        + "\n\n| move | button | from → to | by | needs | only if |\n|---|---|---|---|---|---|\n" + "\n".join(moves) + "\n"
    )  # fmt: skip


def is_blank(value: Any) -> bool:
    """Whether nothing was given: no value, or a text of blanks alone. No and zero are given."""
    return value is None or (isinstance(value, str) and not value.strip())


def spoken(names: Collection[str]) -> str:
    """`a supervisor or compliance`: roles in words."""
    words = [spaced(name) for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _titled(lifecycle: Lifecycle, keys: Collection[str]) -> str:
    """`“open” or “escalated”`: states in words."""
    titles = [f"“{lifecycle.state(key).title}”" for key in keys]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} or {titles[-1]}"


def spaced(name: str) -> str:
    """A key in words: `answered_by` → `answered by`."""
    return name.replace("_", " ")
