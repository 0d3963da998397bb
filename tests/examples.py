"""How many made-up cases a property is tried on: few in `make test`, many in `make proof`."""

from __future__ import annotations

import os

IS_PROOF = bool(os.environ.get("BESTEXEC_PROOF"))


def examples(few: int, many: int) -> int:
    """`many` where `make proof` runs, else `few`."""
    return many if IS_PROOF else few
