"""Who may make a move, when, and in what words it is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from oversight.lifecycle import SYSTEM, Lifecycle, Move, Refusal, State, markdown, offered, refuse

LETTER = Lifecycle(
    "letter",
    (State("draft", "being written", "Somebody writes it."), State("sent", "sent", "It is gone.", is_end=True)),
    (
        Move("note", ("draft",), "draft", ("clerk",), "Note", takes=("note",)),
        Move(
            "send", ("draft",), "sent", ("clerk", "head"), "Send it", needs=("address", "why"), not_by=("written_by",), signs="sent",
            when={"is_read": "nobody read it"},
        ),
        Move("lose", ("sent",), "draft", (SYSTEM,), "Lose it"),
    ),
)  # fmt: skip
SEND = LETTER.move("send")
GIVEN = {"address": "12 Example Street", "why": "It is due."}


def letter(**facts: Any) -> Any:
    return SimpleNamespace(**{"state": "draft", "written_by": "a-1", "is_read": True} | facts)


def said(row: Any, move: Move = SEND, person: str = "a-2", roles: tuple[str, ...] = ("head",), **given: Any) -> tuple[str, bool]:
    """The refusal's words, and whether it is for whom rather than for when."""
    with pytest.raises(Refusal) as refused:
        refuse(LETTER, move, row, person=person, roles=roles, given=given)
    return refused.value.words, refused.value.is_forbidden


def test_a_move_is_made_by_who_may_when_all_is_given() -> None:
    refuse(LETTER, SEND, letter(), person="a-2", roles=("auditor", "clerk"), given=GIVEN)


def test_another_role_is_refused() -> None:
    assert said(letter(), roles=("auditor",), **GIVEN) == ("Send it: only clerk or head may do this.", True)
    assert said(letter(), roles=(), **GIVEN) == ("Send it: only clerk or head may do this.", True)


def test_another_state_is_refused() -> None:
    assert said(letter(state="sent"), **GIVEN) == ("Send it: the letter is “sent”; this is done while it is “being written”.", False)


def test_nobody_approves_their_own_work() -> None:
    assert said(letter(), person="a-1", **GIVEN) == ("Send it: nobody approves their own work, and you are named as written by.", True)


def test_a_fact_that_does_not_hold_is_said() -> None:
    assert said(letter(is_read=False), **GIVEN) == ("Send it: nobody read it.", False)


@pytest.mark.parametrize("blank", [None, "", " \n\t"])
def test_what_is_needed_must_be_given_and_blanks_are_nothing(blank: str | None) -> None:
    assert said(letter(), **GIVEN | {"address": blank}) == ("Send it: address is missing.", False)
    assert said(letter(), why="It is due.") == ("Send it: address is missing.", False)


def test_no_and_zero_are_given() -> None:
    for value in (False, 0):
        refuse(LETTER, SEND, letter(), person="a-2", roles=("head",), given=GIVEN | {"address": value})


def test_what_is_not_asked_for_is_refused() -> None:
    assert said(letter(), **GIVEN, state="sent") == ("Send it: state is not asked for here.", False)
    refuse(LETTER, LETTER.move("note"), letter(), person="a-1", roles=("clerk",), given={"note": "n", "why": "w", "address": ""})


def test_an_unknown_move_is_refused() -> None:
    with pytest.raises(Refusal, match="a letter has no move burn"):
        LETTER.move("burn")


def test_moves_are_offered_to_who_could_make_them_now() -> None:
    assert [move.name for move in offered(LETTER, letter(), person="a-2", roles=("clerk",))] == ["note", "send"]
    assert [move.name for move in offered(LETTER, letter(), person="a-1", roles=("clerk",))] == ["note"]
    assert [move.name for move in offered(LETTER, letter(is_read=False), person="a-2", roles=("head",))] == []
    assert [move.name for move in offered(LETTER, letter(state="sent"), person="a-2", roles=("clerk", "head"))] == []


def test_a_lifecycle_is_drawn() -> None:
    assert markdown(LETTER).splitlines() == [
        "## Letter", "",
        "```mermaid", "stateDiagram-v2", "    [*] --> draft", "    draft --> draft: note", "    draft --> sent: send", "    sent --> draft: lose",
        "    sent --> [*]", "```", "",
        "| state | shown as | means |", "|---|---|---|", "| `draft` | being written | Somebody writes it. |", "| `sent` | sent | It is gone. |", "",
        "| move | button | from → to | by | needs | only if |", "|---|---|---|---|---|---|", "| `note` | Note | `draft` → `draft` | clerk |  |  |",
        "| `send` | Send it | `draft` → `sent` | clerk or head | address, why | not by written by; nobody read it |",
        "| `lose` | Lose it | `sent` → `draft` | system |  |  |",
    ]  # fmt: skip
