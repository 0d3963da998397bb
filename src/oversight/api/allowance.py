"""How many calls a token may make in a minute, counted in each serving process."""

from __future__ import annotations

from threading import Lock

from oversight import clock

A_MINUTE = 600


class Counter:
    """Calls of the present minute by token; a count in the database would make a write of every read."""

    def __init__(self) -> None:
        self.lock, self.minute, self.calls = Lock(), 0, dict[str, int]()

    def spend(self, prefix: str) -> int:
        """Count one call; the seconds to wait where the minute's calls are spent, else 0."""
        at = int(clock.now().timestamp())
        with self.lock:
            if at // 60 != self.minute:
                self.minute, self.calls = at // 60, {}
            self.calls[prefix] = self.calls.get(prefix, 0) + 1
            return 0 if self.calls[prefix] <= A_MINUTE else 60 - at % 60


spend = Counter().spend
