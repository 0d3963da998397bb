"""Claim against measurement: a vendor's own figures beside the same figures recomputed from the firm's records."""

from bestexec.claimed.holding import CLAIMED, held_against

__all__ = ("CLAIMED", "held_against")
