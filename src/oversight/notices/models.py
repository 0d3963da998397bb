"""What people are told, each person's copy of it, and the letters that wait to be sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from oversight.record.models import Recorded

SEVERITIES = ("high", "medium", "low", "info")


class Notice(Recorded):
    """One thing told to some people: one entry of the record, however many they are."""

    RECORD = "notice"
    PRIVATE = ("what",)

    severity = models.CharField(max_length=8, choices=[(severity, severity) for severity in SEVERITIES])
    what = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    told_by = models.CharField(max_length=64)
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(severity__in=SEVERITIES), name="notices_notice_severity")]

    def __str__(self) -> str:
        return self.what


class Copy(models.Model):
    """One person's copy of a notice. That it was read is the person's own affair: it is not recorded."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="copies")
    to = models.CharField(max_length=64)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["to", "read_at"])]
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "to"], name="notices_copy_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.to}"


class Letter(models.Model):
    """One mail in the outbox, to an account; its address is looked up when it is sent.

    `claimed_at`: some sender took it, to send it. `folded_into`: a digest says it instead. `digest_on`: it is the digest of that day.
    """

    to = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    queued_at = models.DateTimeField()
    digest_on = models.DateField(null=True)
    folded_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="folded")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["sent_at", "given_up_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["to", "digest_on"], condition=models.Q(digest_on__isnull=False), name="notices_letter_digest_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
