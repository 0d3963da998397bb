"""Processes that write to one record at once, and are killed while they do: run with DRILL NUMBER, prints what came of it as JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from oversight.actor import Actor, automated
from oversight.handling.models import Happening
from oversight.lifecycle import Refusal
from oversight.record import actions, queries
from oversight.record.actions import Act
from oversight.record.models import Entry

ANALYST, SUPERVISOR = Actor("a-000000000001", frozenset({"analyst"})), Actor("a-000000000002", frozenset({"supervisor"}))
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)


def migrate(_: int) -> None:
    call_command("migrate", verbosity=0, skip_checks=True)


def same_move(rounds: int) -> list[list[str]]:
    """In each round two processes read one row, wait for each other, and make the same move: what each was told."""
    told = []
    for _ in range(rounds):
        pk = note().pk
        both = [Fork(lambda line, pk=pk: review(pk, line)) for _ in range(2)]
        for one in both:
            one.wait_until_ready()
        for one in both:
            one.go()
        told.append(sorted(one.said() for one in both))
    return told


def review(pk: int, line: Line) -> str:
    row = Happening.objects.get(pk=pk)
    line.ready()
    try:
        actions.move(SUPERVISOR, row, "review")
    except Refusal as refusal:
        return refusal.words
    return "made"


def writers(entries: int) -> dict[str, Any]:
    """Eight processes append so many entries each: how many there are now, and whether the chain holds."""
    before = queries.head()[0]
    forks = [Fork(lambda line, name=name: append(f"writer-{name}", entries, line)) for name in range(8)]
    for one in forks:
        one.wait_until_ready()
    for one in forks:
        one.go()
    said = [one.said() for one in forks]
    by_writer = [Entry.objects.filter(seq__gt=before, actor=f"system:writer-{name}").count() for name in range(8)]
    return {"said": said, "added": queries.head()[0] - before, "by_writer": by_writer, "broken": str(queries.verify().broken)}


def append(name: str, entries: int, line: Line) -> str:
    line.ready()
    for number in range(entries):
        actions.append(automated(name), Act("note", ("thing", str(number)), why=f"Number {number}."))
    return "done"


def killed_at_each_statement(most: int) -> list[dict[str, Any]]:
    """A process notes two happenings and moves both twice, and is killed before, or after, its first, second … statement, until it comes to its end."""
    seen = []
    for is_after in (False, True):
        for statement in range(1, most):
            ended = Fork(lambda line, at=statement, after=is_after: work_until(at, after, line)).ended()
            seen.append(state_of_things())
            if not os.WIFSIGNALED(ended):
                assert ended == 0, "it failed before it could be killed"
                break
    return seen


def work_until(statement: int, is_after: bool, line: Line) -> str:
    line.ready(is_waiting=False)
    seen = 0

    def count(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal seen
        seen += 1
        done = execute(*asked) if seen != statement or is_after else None
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    with connection.execute_wrapper(count):
        work()
    return "done"


def killed_at_random(kills: int) -> list[dict[str, Any]]:
    """A process notes and moves without end, and is killed somewhere in the middle of what it does after so many acts."""
    seen = []
    for kill in range(kills):
        fork = Fork(work_forever)
        fork.heard(1 + kill % 4)
        os.kill(fork.pid, signal.SIGKILL)
        fork.ended()
        seen.append(state_of_things())
    return seen


def work_forever(line: Line) -> str:
    line.ready(is_waiting=False)
    while True:
        work()
        os.write(line.out, b".")


def work() -> None:
    rows = [note(), note()]
    actions.move_many(SUPERVISOR, rows, "send_back", why="More, please.")
    actions.move_many(ANALYST, rows, "answer", why="Here.")


def note() -> Happening:
    facts = {"kind": "failover", "state": "noted", "from_at": AT, "to_at": AT, "what": "The line was down.", "noted_by": ANALYST.key, "noted_at": AT}
    return actions.create(ANALYST, Happening(**facts), verb="note")


def state_of_things() -> dict[str, Any]:
    """Whether the chain holds, and every row is what the record says, and none is missing on either side."""
    with actions.turn():
        rows = {str(row.pk): row.state for row in Happening.objects.all()}
        told = {}
        for entry in Entry.objects.filter(subject_kind="happening").order_by("seq"):
            told[entry.subject_id] = json.loads(entry.body)["changes"]["state"][1]
        return {"broken": str(queries.verify().broken), "is_as_told": rows == told, "entries": queries.head()[0]}


class Line:
    """The child's end of two pipes."""

    def __init__(self, out: int, back: int) -> None:
        self.out, self.back = out, back

    def ready(self, *, is_waiting: bool = True) -> None:
        """Say so; wait for the others."""
        if is_waiting:
            os.write(self.out, b"!")
            os.read(self.back, 1)


class Fork:
    """A process of its own, with a connection of its own, that does `work` and says one thing at its end."""

    def __init__(self, work: Callable[[Line], str]) -> None:
        connections.close_all()
        self.into, out = os.pipe()
        back, self.go_on = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.into)
            os.close(self.go_on)
            status = 0
            try:
                said = work(Line(out, back))
            except BaseException as wrong:
                said, status = repr(wrong), 1
            os.write(out, said.encode())
            os._exit(status)
        os.close(out)
        os.close(back)

    def wait_until_ready(self) -> None:
        assert os.read(self.into, 1) == b"!"

    def go(self) -> None:
        os.write(self.go_on, b"!")

    def heard(self, signs: int) -> None:
        """Wait for so many signs of life."""
        for _ in range(signs):
            assert os.read(self.into, 1) == b"."

    def said(self) -> str:
        text = b""
        while part := os.read(self.into, 65536):
            text += part
        self.ended()
        return text.decode()

    def ended(self) -> int:
        """The status with which it ended."""
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.into)
        os.close(self.go_on)
        return status


if __name__ == "__main__":
    drill = {"migrate": migrate, "same_move": same_move, "writers": writers, "at_each_statement": killed_at_each_statement, "at_random": killed_at_random}
    sys.stdout.write(json.dumps(drill[sys.argv[1]](int(sys.argv[2]))))
