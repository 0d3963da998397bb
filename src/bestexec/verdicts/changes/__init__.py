"""Silent changes: the day on which a router began to behave otherwise, the market being what it is."""

from bestexec.verdicts.changes.tables import CHANGES, DAILY

__all__ = ["CHANGES", "DAILY"]
