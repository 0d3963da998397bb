"""What a vendor says of its router, as rules that every route is held to."""

from bestexec.logic.judged import STANDING, VIOLATIONS, standing, violations
from bestexec.logic.kinds import KINDS, Kind
from bestexec.logic.reading import FILE, read
from bestexec.logic.rules import Rule
from bestexec.logic.tried import tried

__all__ = ["FILE", "KINDS", "STANDING", "VIOLATIONS", "Kind", "Rule", "read", "standing", "tried", "violations"]
