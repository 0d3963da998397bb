"""The bench of the findings: sealed runs made by hand."""

from __future__ import annotations

from tests.oversight.findings.conftest import Bench, bench

__all__ = ("Bench", "bench")
