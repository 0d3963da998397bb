"""The bench of the desk: a sealed run whose figures can be worked out on one's fingers."""

from __future__ import annotations

from tests.oversight.desk.conftest import Bench, bench, week

__all__ = ("Bench", "bench", "week")
