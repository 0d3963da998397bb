"""What happened on the routes: whose time it was, how long limit orders waited at each venue, and what first looks cost."""

from __future__ import annotations

from bestexec.routed.first_looks import FIRST_LOOKS, first_looks
from bestexec.routed.owned import OWNED, owned
from bestexec.routed.survival import SURVIVAL, survival

__all__ = ["FIRST_LOOKS", "OWNED", "SURVIVAL", "first_looks", "owned", "survival"]
