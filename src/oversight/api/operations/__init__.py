"""Every operation of the API, one file a group."""

from __future__ import annotations

from oversight.api.operation import Operation
from oversight.api.operations import (
    agreements,
    analysis,
    cases,
    claims,
    configuration,
    conflicts,
    differences,
    diligence,
    evidence,
    figures,
    findings,
    harm,
    liquidity,
    obligations,
    plans,
    policy,
    procedures,
    record,
    refreshes,
    requests,
    reviews,
    rooms,
    runs,
    self,
    vendors,
)

GROUPS = (
    self, findings, figures, runs, evidence, policy, vendors, diligence, claims, agreements, configuration, conflicts, liquidity, refreshes, differences,
    cases, rooms, plans, harm, analysis, reviews, requests, obligations, procedures, record,
)  # fmt: skip
OPERATIONS: tuple[Operation, ...] = tuple(operation for group in GROUPS for operation in group.OPERATIONS)
