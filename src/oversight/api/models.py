"""The keys that programs carry."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from oversight import clock
from oversight.accounts.models import Account
from oversight.record.models import Recorded


class Token(Recorded):
    """Lets a program act as its owner, within some scopes and until a day. Of the secret only its SHA-256 is kept."""

    RECORD = "token"
    PRIVATE = ("name",)
    UNRECORDED = ("sha256", "last_used_at")

    owner = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)
    prefix = models.CharField(max_length=12, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    last_used_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def is_expired(self) -> bool:
        """Its last day is over."""
        return clock.today() > self.expires_on

    @property
    def is_usable(self) -> bool:
        return self.ended_at is None and not self.is_expired
