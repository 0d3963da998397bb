"""Every operation of the API, one file a group."""

from __future__ import annotations

from oversight.api.operation import Operation
from oversight.api.operations import evidence, figures, findings, policy, record, runs, self

GROUPS = (self, findings, figures, runs, evidence, policy, record)
OPERATIONS: tuple[Operation, ...] = tuple(operation for group in GROUPS for operation in group.OPERATIONS)
