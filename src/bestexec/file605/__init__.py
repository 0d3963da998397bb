"""The month's Rule 605 report: computed from a sealed run's inputs, held to its invariants, published in one step."""

from __future__ import annotations

from bestexec.file605.month import Month, Named, compute

__all__ = ["Month", "Named", "compute"]
