"""Every operation of the API, one file a group."""

from __future__ import annotations

from oversight.api.operation import Operation
from oversight.api.operations import evidence, findings, policy, runs, self

OPERATIONS: tuple[Operation, ...] = (*self.OPERATIONS, *findings.OPERATIONS, *runs.OPERATIONS, *evidence.OPERATIONS, *policy.OPERATIONS)
