"""Which promises a received run was held against."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from oversight.findings.models import Run
from oversight.record.models import Recorded
from oversight.roles import STAFF


class Held(Recorded):
    """That a received run was held against one kind of promise, and when: the database refuses to change it."""

    RECORD = "held_run"
    SEEN_BY = STAFF

    run = models.ForeignKey(Run, models.PROTECT, related_name="held")
    step = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "step"], name="arrivals_held_once")]

    def __str__(self) -> str:
        return f"run {self.run_id[:12]} against the {self.step}"
