"""What programs can do with rooms."""

from __future__ import annotations

from oversight.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = ()
