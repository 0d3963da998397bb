"""What programs read and do of the app conflicts."""

from __future__ import annotations

from oversight.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = ()
