"""Every lifecycle of the desk is whole: what it names is there, every state is reached, and nobody gets stuck or slips past a condition."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed")

from oversight import moving
from oversight.lifecycle import SYSTEM, Lifecycle, Move, Refusal, offered, refuse
from oversight.record.models import Moving
from oversight.roles import AUDITOR, EVERY_ROLE

KINDS = moving.kinds()
WALKS = 100_000
STEPS = 8
PROMISES: dict[tuple[str, str], tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    ("review", "half_signed"): (("was_quorate", "is_complete", "has_no_open_motion"), ()),
    ("review", "signed"): (("was_quorate", "is_complete", "has_no_open_motion"), (("first_signed_by", "signed_by"),)),
    ("difference", "withdrawn"): ((), (("identified_by", "withdrawn_by"),)),
    ("decision", "adopted"): ((), (("proposed_by", "decided_by"),)),
    ("case", "justified"): (("is_justified",), ()),
    ("case", "terminated"): (("may_be_terminated",), ()),
    ("case_override", "signed"): ((), (("proposed_by", "decided_by"),)),
    ("harm", "approved"): (("is_current",), (("proposed_by", "approved_by"), ("opened_by", "approved_by"))),
    ("harm", "none"): (("is_current",), (("proposed_by", "approved_by"), ("opened_by", "approved_by"))),
    ("harm", "credited"): ((), (("approved_by", "released_by"),)),
    ("report_decision", "decided"): ((), (("proposed_by", "decided_by"),)),
    ("customer_credit", "paid"): (("is_released",), ()),
    ("legal_hold", "released"): ((), (("placed_by", "ended_by"),)),
    ("disposal", "approved"): ((), (("proposed_by", "decided_by"),)),
    ("retention_period", "in_force"): ((), (("proposed_by", "decided_by"),)),
}
"""What the product promises of a state, said apart from the lifecycles: facts that hold when it is entered, and people who are not the same.
A review is not signed without its quorum, a difference not decided by one person, no case ends without its condition, no credit is paid by one."""
CLOSED = {"close": ("may_be_closed",), "close_early": ("may_be_closed_early",), "close_by_vote": ("has_vote", "is_without_power")}
"""The ways in which a case is closed, and what each asks: its test or an override, an override, a reasoned vote where no test has power."""
PEOPLE = ("a-1", "a-2", "")
ROLES = (SYSTEM, *EVERY_ROLE)
each_lifecycle = pytest.mark.parametrize("kind", sorted(KINDS))


def moves_of(kind: str) -> Iterator[Move]:
    yield from KINDS[kind].LIFECYCLE.moves


def test_lifecycles_are_found() -> None:
    assert {"finding", "suppression", "trading_day"} <= set(KINDS)


@each_lifecycle
def test_states_and_moves_are_named_once_and_lead_to_states(kind: str) -> None:
    lifecycle = KINDS[kind].LIFECYCLE
    named = [*lifecycle.keys, *(move.name for move in lifecycle.moves)]
    assert [name for name, times in Counter(lifecycle.keys).items() if times > 1] == []
    assert [name for name, times in Counter(move.name for move in lifecycle.moves).items() if times > 1] == []
    assert [name for name in named if not name.isidentifier()] == []
    assert [move.name for move in lifecycle.moves if not move.sources or not {*move.sources, move.target} <= set(lifecycle.keys)] == []
    assert all(state.title and state.meaning.endswith(".") for state in lifecycle.states)


@each_lifecycle
def test_every_state_is_reached_and_every_state_that_is_no_end_is_left(kind: str) -> None:
    lifecycle = KINDS[kind].LIFECYCLE
    reached, before = {lifecycle.start}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {move.target for move in lifecycle.moves if set(move.sources) & reached}
    left = {source for move in lifecycle.moves for source in move.sources if source != move.target}
    assert set(lifecycle.keys) - reached == set(), "never reached"
    assert set(lifecycle.keys) - set(lifecycle.ends) - left == set(), "no way out"


@each_lifecycle
def test_a_move_names_fields_and_facts_of_its_model(kind: str) -> None:
    model = KINDS[kind]
    fields = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    asked = {
        f"{move.name} {name}" for move in moves_of(kind) for name in {*move.needs, *move.takes, *move.not_by, *_signed(move)} - {"why"} if name not in fields
    }
    facts = {f"{move.name} {fact}" for move in moves_of(kind) for fact in move.when if not hasattr(model, fact)}
    assert asked | facts == set()


@each_lifecycle
def test_a_move_is_made_by_roles_that_there_are_and_never_by_the_auditor(kind: str) -> None:
    assert [move.name for move in moves_of(kind) if not move.by or not set(move.by) <= set(ROLES) or AUDITOR in move.by] == []


@each_lifecycle
def test_the_database_holds_the_states(kind: str) -> None:
    model = KINDS[kind]
    held = [dict(constraint.condition.children).get("state__in") for constraint in model._meta.constraints if _is_of_state(constraint)]
    assert model.LIFECYCLE.keys in held


@each_lifecycle
def test_an_action_of_its_own_belongs_to_a_move(kind: str) -> None:
    own = getattr(import_module(f"{KINDS[kind].__module__.rsplit('.', 1)[0]}.actions"), "MOVES", {})
    assert [name for of_kind, name in own if of_kind == kind and name not in {move.name for move in moves_of(kind)}] == []
    assert {of_kind for of_kind, _ in own} <= set(KINDS)


def test_no_walk_of_a_hundred_thousand_gets_past_a_condition() -> None:
    draw = random.Random(20261001)
    visited: dict[str, set[str]] = {kind: set() for kind in KINDS}
    walks = 0
    for kind in sorted(KINDS):
        for _ in range(-(-WALKS // len(KINDS))):
            visited[kind] |= walk(KINDS[kind], draw)
            walks += 1
    assert walks >= WALKS
    assert {kind: set(KINDS[kind].LIFECYCLE.keys) - seen for kind, seen in visited.items()} == {kind: set() for kind in KINDS}


def walk(model: type[Moving], draw: random.Random) -> set[str]:
    """Try moves at random, with anyone, in any role, giving anything: whatever is let through must have met every condition.

    It begins at the start or anywhere, so that the far end of a long lifecycle is tried, too. The start and the states that a move led to.
    """
    lifecycle = model.LIFECYCLE
    row = _row(lifecycle, draw)
    visited = {lifecycle.start}
    for _ in range(STEPS):
        here = [move for move in lifecycle.moves if row.state in move.sources]
        move = draw.choice(here if here and draw.random() < 0.8 else lifecycle.moves)
        person, roles = draw.choice(PEOPLE[:2]), {draw.choice(move.by if draw.random() < 0.7 else ROLES)}
        given = {name: draw.choice(("given", "given", "given", "", "  ", None)) for name in move.needs if draw.random() < 0.95}
        met = _is_met(row, move, person, roles, given)
        try:
            refuse(lifecycle, move, row, person=person, roles=roles, given=given)
        except Refusal as refusal:
            assert not met, f"{model.RECORD} {move.name} was refused without cause: {refusal.words}"
            continue
        assert met, f"{model.RECORD} {move.name} was let through"
        assert move in offered(lifecycle, row, person=person, roles=roles)
        row.state = move.target
        for name in _signed(move):
            setattr(row, name, person)
        assert _is_kept(model.RECORD, move, row), f"{model.RECORD} {move.name} broke a promise"
        visited.add(row.state)
        for fact in _facts(lifecycle):
            setattr(row, fact, draw.random() < 0.7)
    return visited


def _is_kept(kind: str, move: Move, row: Any) -> bool:
    facts, pairs = PROMISES.get((kind, row.state), ((), ()))
    if (kind, row.state) == ("case", "closed"):
        facts = CLOSED[move.name]
    return all(getattr(row, fact, False) for fact in facts) and all(getattr(row, one) != getattr(row, other) for one, other in pairs)


def test_promises_name_states_that_there_are() -> None:
    assert [(kind, state) for kind, state in PROMISES if kind not in KINDS or state not in KINDS[kind].LIFECYCLE.keys] == []


def _is_met(row: Any, move: Move, person: str, roles: set[str], given: dict[str, str | None]) -> bool:
    """The conditions, said once more in other words."""
    is_theirs = any(getattr(row, name) == person for name in move.not_by)
    is_given = all((given.get(name) or "").strip() for name in move.needs)
    return bool(roles & set(move.by)) and row.state in move.sources and not is_theirs and is_given and all(getattr(row, fact) for fact in move.when)


def _row(lifecycle: Lifecycle, draw: random.Random) -> Any:
    people = {name: draw.choice(PEOPLE) for move in lifecycle.moves for name in (*move.not_by, *_signed(move))}
    state = lifecycle.start if draw.random() < 0.5 else draw.choice(lifecycle.keys)
    return SimpleNamespace(state=state, **people, **{fact: draw.random() < 0.7 for fact in _facts(lifecycle)})


def _facts(lifecycle: Lifecycle) -> list[str]:
    return sorted({fact for move in lifecycle.moves for fact in move.when})


def _signed(move: Move) -> tuple[str, ...]:
    return (f"{move.signs}_by", f"{move.signs}_at") if move.signs else ()


def _is_of_state(constraint: Any) -> bool:
    children = getattr(getattr(constraint, "condition", None), "children", [])
    return len(children) == 1 and isinstance(children[0], tuple) and children[0][0] == "state__in"
