"""What a token may be allowed to do, in parts."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.record.sight import SIGHT
from oversight.roles import STAFF, WORKING
from oversight.roles import VENDOR_MANAGER as VM


@dataclass(frozen=True)
class Scope:
    """One part. `roles` are those of whom some operation of this part is open to; a token of anybody else could do nothing with it."""

    key: str
    title: str
    roles: tuple[str, ...] = STAFF


SCOPES = (
    Scope("findings:read", "Read exceptions, days, samples, suppressions and the handling log"),
    Scope("findings:write", "Take exceptions, answer them, move them on", WORKING),
    Scope("figures:read", "Read scorecards, venues, coverage and orders"),
    Scope("runs:read", "Read which sealed runs were received"),
    Scope("runs:receive", "Receive a sealed run of the workspace, verify one", WORKING),
    Scope("record:read", "Read the record: who did what, when", tuple(SIGHT)),
    Scope("evidence:read", "Read filed evidence and its bytes"),
    Scope("evidence:write", "File evidence", (*WORKING, VM)),
    Scope("vendors:read", "Read the vendor file: vendors, diligence, claims, agreements, conflicts, configuration, procedures and duties"),
    Scope("vendors:write", "Score and challenge answers of due diligence, set conditions", (*WORKING, VM)),
    Scope("requests:read", "Read regulators' requests: items, documents, productions and their log; never what counsel keeps apart"),
    Scope("policy:read", "Read the firm's limits, in force and before"),
)
BY_KEY = {scope.key: scope for scope in SCOPES}
