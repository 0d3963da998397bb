"""Filed bytes, and the links that say what each is evidence of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.lifecycle import LINK
from oversight.evidence.types import BY_KEY, Type
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF, VENDOR

SOON = timedelta(days=30)


class Filed(Recorded):
    """One filing of some bytes: never changed. A correction is another filing that names this one in `supersedes`.

    `vendor` names whose outside account filed it; empty where somebody of the firm did.
    """

    RECORD = "filed"
    SEEN_BY = STAFF
    PRIVATE = ("name", "title", "shows")
    BYTES = "sha256"

    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    kind = models.CharField("type", max_length=100, help_text="told from the bytes")
    name = models.CharField("file name", max_length=200)
    title = models.CharField(max_length=200)
    shows = models.TextField("what it shows", blank=True, default="")
    effective_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True, db_index=True)
    filed_by = models.CharField(max_length=64)
    filed_at = models.DateTimeField()
    vendor = models.CharField(max_length=60, blank=True, default="")
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    class Meta:
        ordering: ClassVar = ["-filed_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page with its facts."""
        return reverse("evidence:file", args=[self.pk])

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people; of what an outside account filed, the outside accounts of the same vendor."""
        return super().is_visible_to(account) or (VENDOR in account.roles and bool(self.vendor) and account.vendor == self.vendor)

    @property
    def type(self) -> Type:
        return BY_KEY[self.kind]

    @property
    def is_picture(self) -> bool:
        return self.kind.startswith("image/")

    @property
    def standing(self) -> str:
        """`expired`, `expires soon` (within 30 days), or nothing."""
        if self.expires_on is None:
            return ""
        left = self.expires_on - clock.today()
        return "expired" if left < timedelta() else "expires soon" if left <= SOON else ""


class Link(Moving):
    """That a filing is evidence of one subject. A wrong link is withdrawn with a reason and stays."""

    RECORD = "link"
    PRIVATE = ("what",)
    LIFECYCLE = LINK

    filed = models.ForeignKey(Filed, models.PROTECT, related_name="links")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    what = models.CharField("what it shows there", max_length=300, blank=True, default="")
    linked_by = models.CharField(max_length=64)
    linked_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["linked_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"])]
        constraints: ClassVar = [
            state_constraint(LINK, "evidence_link_state"),
            models.UniqueConstraint(fields=["filed", "subject_kind", "subject_id"], condition=models.Q(state="linked"), name="evidence_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.filed_id} for {self.subject_kind} {self.subject_id}"

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people; an outside account sees the links that its vendor made to its own files."""
        return super().is_visible_to(account) or (self.filed.is_visible_to(account) and self.is_outside)

    @property
    def is_outside(self) -> bool:
        """Whether who filed the file linked it, too: an outside account."""
        return bool(self.filed.vendor) and self.linked_by == self.filed.filed_by
