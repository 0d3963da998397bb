"""The versions of the firm's limits, and the texts that other parts of the desk publish beside them."""

from __future__ import annotations

import re
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight.policy.lifecycle import VERSION
from oversight.record.models import Moving, Recorded, state_constraint

WAS_IN_FORCE = ("published", "superseded")


class Version(Moving):
    """One version of the files of the policy folder: their whole text, by name. `base` was in force when it was drafted."""

    RECORD = "policy_version"
    PRIVATE = ("summary",)
    LIFECYCLE = VERSION

    number = models.PositiveIntegerField(unique=True)
    label = models.CharField("version", max_length=60)
    effective_on = models.DateField()
    files = models.JSONField()
    hash = models.CharField(max_length=64)
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="drafts")
    summary = models.TextField("what changes, and why", max_length=4000)
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    rejected_by = models.CharField(max_length=64, blank=True, default="")
    rejected_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    superseded_by = models.CharField(max_length=64, blank=True, default="")
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            state_constraint(VERSION, "policy_version_state"),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="published"), name="policy_one_in_force"),
            models.UniqueConstraint(fields=["base"], condition=models.Q(state__in=WAS_IN_FORCE), name="policy_one_after_another"),
        ]

    def __str__(self) -> str:
        return f"{self.label} (no. {self.number})"

    def get_absolute_url(self) -> str:
        """The page with its limits."""
        return reverse("policy:version", args=[self.pk])

    @property
    def is_adopted(self) -> bool:
        """Whether it lay in the workspace when the desk came, and nobody approved it here."""
        return self.approved_by.startswith("system:")

    @property
    def names_nobody(self) -> bool:
        """Whether its file still says that nobody approves it, as the shipped one does: each run held to it would print that."""
        return bool(re.search(r'^approved_by = "nobody', self.files["policy.toml"], re.MULTILINE))

    @property
    def is_drafted_on_what_is_in_force(self) -> bool:
        """Whether no other version took force since it was drafted."""
        return not Version.objects.filter(base_id=self.base_id, state__in=WAS_IN_FORCE).exclude(pk=self.pk).exists()


class Extra(Recorded):
    """A text that another part of the desk publishes beside the limits, such as the suppressions in force."""

    RECORD = "policy_extra"

    name = models.CharField(max_length=60, unique=True)
    text = models.TextField()
    written_by = models.CharField(max_length=64)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
