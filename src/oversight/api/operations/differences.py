"""What programs can do with differences."""

from __future__ import annotations

from oversight.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = ()
