"""A desk's process from which others are forked, each of which may be killed: the desk is loaded once and not for each of them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True)
class Ended:
    """How one process ended: its code, or the signal that killed it as a negative number, and what it said."""

    returncode: int
    stdout: str


class Parent:
    """A loaded desk without a connection to its database. Each `run` is a process of its own."""

    def __init__(self, told: IO[str], answers: IO[str]) -> None:
        self.told, self.answers = told, answers

    def run(self, script: str, *arguments: str) -> Ended:
        """Run Python text with arguments, in a fork."""
        self.told.write(json.dumps([script, *arguments]) + "\n")
        self.told.flush()
        return Ended(*json.loads(self.answers.readline()))


@contextlib.contextmanager
def parent(env: dict[str, str]) -> Iterator[Parent]:
    """A parent in the given environment, for as long as the block."""
    with subprocess.Popen([sys.executable, __file__], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Parent(process.stdin, process.stdout)
        process.stdin.close()


def _serve() -> None:
    import django

    django.setup()

    from oversight.arrivals import actions
    from oversight.record import actions as record

    assert actions
    assert record
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+") as said:
            child = os.fork()
            if not child:
                _become(said, *json.loads(line))
            _, status = os.waitpid(child, 0)
            said.seek(0)
            sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), said.read()]) + "\n")
            sys.stdout.flush()


def _become(said: IO[str], script: str, *arguments: str) -> None:
    code = 1
    try:
        os.dup2(said.fileno(), 1)
        sys.argv = ["-c", *arguments]
        exec(compile(script, "<forked>", "exec"), {"__name__": "__main__"})
        sys.stdout.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
