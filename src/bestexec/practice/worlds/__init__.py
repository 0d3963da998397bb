"""Seeded worlds at the level of measured tables, for statistical proofs: each gives tables and the truth of what was planted in them."""

from bestexec.practice.worlds.claims import Claims, claims
from bestexec.practice.worlds.clocks import Clocks, clocks
from bestexec.practice.worlds.leaky import Leaky, leaky
from bestexec.practice.worlds.lies import LIES, Lie
from bestexec.practice.worlds.quarter import expected, parts, quarter
from bestexec.practice.worlds.released import Released, released
from bestexec.practice.worlds.steered import Steered, steered

__all__ = [
    "LIES", "Claims", "Clocks", "Leaky", "Lie", "Released", "Steered", "claims", "clocks", "expected", "leaky", "parts", "quarter", "released", "steered",
]  # fmt: skip
