"""What programs can do with plans."""

from __future__ import annotations

from oversight.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = ()
