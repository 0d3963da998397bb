"""Every operation of the API, one file a group."""

from __future__ import annotations

from oversight.api.operation import Operation
from oversight.api.operations import (
    agreements,
    claims,
    configuration,
    conflicts,
    diligence,
    evidence,
    figures,
    findings,
    liquidity,
    obligations,
    policy,
    procedures,
    record,
    refreshes,
    runs,
    self,
    vendors,
)

GROUPS = (
    self, findings, figures, runs, evidence, policy, vendors, diligence, claims, agreements, configuration, conflicts, liquidity, refreshes, obligations,
    procedures, record,
)  # fmt: skip
OPERATIONS: tuple[Operation, ...] = tuple(operation for group in GROUPS for operation in group.OPERATIONS)
