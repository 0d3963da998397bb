"""What a trading day holds, counted: its run, its exceptions by severity and state, its sample, its handling log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Sum

from oversight.findings.models import SEVERITIES, Finding, Run, SampleItem


def run_in_force(on: date) -> Run | None:
    """The received run that measured the day and was not superseded for it."""
    return Run.objects.filter(run_days__on=on, run_days__is_current=True).first()


def counts_of(on: date) -> dict[str, Any]:
    """The day in numbers, as a signature keeps them: plain JSON, dollars as exact text."""
    found = Finding.objects.filter(on=on)
    states: dict[str, dict[str, int]] = {severity: {} for severity in SEVERITIES}
    for severity, state, number in found.order_by().values_list("severity", "state").annotate(Count("pk")):
        states[severity][state] = number
    harm = found.exclude(state="vanished").aggregate(harm=Sum("harm_usd"))["harm"]
    sample = dict(SampleItem.objects.filter(draw__on=on).order_by().values_list("state").annotate(Count("pk")))
    return {
        "exceptions": sum(sum(of.values()) for of in states.values()) - sum(of.get("vanished", 0) for of in states.values()),
        "by_severity": states, "harm_usd": f"{harm:.2f}" if harm is not None else None, "sample": sample,
    }  # fmt: skip
