"""Packs that were bound: an edition is never changed, a later one stands beside it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight.evidence.models import Filed
from oversight.record.models import Recorded
from oversight.roles import STAFF
from oversight.vendors.columns import who


class Edition(Recorded):
    """One edition of the pack of a review, a vendor or a yearly refresh. `sha256` is of its JSON, from which document, page and workbook are drawn.

    The database refuses to change it.
    """

    RECORD = "pack"
    SEEN_BY = STAFF

    kind = models.CharField(max_length=12)
    of_id = models.PositiveBigIntegerField("row that it is about")
    title = models.CharField(max_length=200)
    last_on = models.DateField("the period's last day")
    number = models.PositiveSmallIntegerField()
    sha256 = models.CharField("SHA-256 of the JSON", max_length=64)
    record_seq = models.PositiveBigIntegerField("last entry of the record when it was bound")
    record_hash = models.CharField(max_length=64)
    runs = models.JSONField(default=list, help_text="the sealed runs in force")
    plain = models.ForeignKey(Filed, models.PROTECT, related_name="+", verbose_name="JSON")
    document = models.ForeignKey(Filed, models.PROTECT, related_name="+", verbose_name="PDF/A")
    workbook = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    bound_by, bound_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-last_on", "kind", "-bound_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "of_id", "number"], name="packs_edition_number")]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("packs:pack", args=[self.pk])
