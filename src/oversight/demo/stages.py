"""How far the sample firm's story can be told: `oversight demo --stage`."""

from __future__ import annotations

from collections.abc import Callable

from oversight.demo import daily, meeting, onboarding, remedy
from oversight.demo.people import People

STAGES: dict[str, Callable[[Callable[[str], None]], People]] = {
    "onboarding": lambda say: onboarding.play(say).people, "daily": daily.play, "review": meeting.play, "remediation": remedy.play,
}  # fmt: skip
"""Each stage by its name, the earliest first; each begins at the beginning. `place.STAGES` says where it leaves the clock."""
