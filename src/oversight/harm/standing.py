"""Which runs are in force for the days of a period: one hash, so that a count knows whether anything changed since."""

from __future__ import annotations

import hashlib
from datetime import date

from oversight.findings.models import RunDay


def in_force(first: date, last: date) -> str:
    """Hash of (day, run) over the period; one query, no run is opened."""
    pairs = RunDay.objects.filter(is_current=True, on__range=(first, last)).order_by("on").values_list("on", "run_id")
    return hashlib.sha256("".join(f"{on.isoformat()} {run_id}\n" for on, run_id in pairs).encode()).hexdigest()
