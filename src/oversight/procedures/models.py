"""Sections of the procedures, their versions, who attests to which, and what was printed."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.models import Filed
from oversight.procedures import chapters, content, starters
from oversight.procedures.chapters import Chapter
from oversight.procedures.content import Proof
from oversight.procedures.lifecycle import ATTESTATION, VERSION, WAS_IN_FORCE
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import BY_KEY as ROLES
from oversight.roles import STAFF


class Section(Recorded):
    """One section for life: its place among the chapters. What it says stands in its versions; `title` is that of the one approved last."""

    RECORD = "procedure"
    SEEN_BY = STAFF

    chapter = models.CharField(max_length=20, choices=chapters.CHOICES)
    title = models.CharField(max_length=120)
    starter = models.CharField(max_length=40, blank=True, default="", help_text="the starter that it was begun from")
    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    lapse_told_on = models.DateField(null=True, help_text="the end of the evidence whose lapse people were told of")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(chapter__in=list(chapters.BY_KEY)), name="procedures_section_chapter"),
            models.UniqueConstraint(fields=["starter"], condition=~models.Q(starter=""), name="procedures_starter_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the section."""
        return reverse("procedures:section", args=[self.pk])

    @property
    def chapter_of(self) -> Chapter:
        return chapters.BY_KEY[self.chapter]


class Version(Moving):
    """One version of a section: all that it says. `base` was the last one approved when it was drafted."""

    RECORD = "procedure_version"
    PRIVATE = ("text", "runbook", "proofs", "summary")
    LIFECYCLE = VERSION

    section = models.ForeignKey(Section, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="drafts")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=20_000)
    runbook = models.TextField(blank=True, default="", max_length=8_000)
    citations = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    metrics = models.JSONField(default=list)
    duties = models.JSONField(default=list)
    proofs = models.JSONField(default=list)
    owner = models.CharField(max_length=64, blank=True, default="")
    owner_role = models.CharField(max_length=20, blank=True, default="")
    deputy = models.CharField(max_length=64, blank=True, default="")
    deputy_role = models.CharField(max_length=20, blank=True, default="")
    readers = models.JSONField(default=list, help_text="roles that attest to having read it")
    read_within_days = models.PositiveIntegerField(default=14)
    summary = models.TextField("what changes, and why", max_length=4000, blank=True, default="")
    hash = models.CharField(max_length=64, help_text="SHA-256 of all that it says")
    effective_on = models.DateField("effective on", null=True, blank=True, help_text="Today or later, as 2026-10-15.")
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    superseded_by = models.CharField(max_length=64, blank=True, default="")
    superseded_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=64, blank=True, default="")
    retired_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["section", "-number"]
        indexes: ClassVar = [models.Index(fields=["state", "effective_on"])]
        constraints: ClassVar = [
            state_constraint(VERSION, "procedures_version_state"),
            models.UniqueConstraint(fields=["section", "number"], name="procedures_version_number"),
            models.UniqueConstraint(fields=["base"], condition=models.Q(state__in=WAS_IN_FORCE), name="procedures_one_after_another"),
            models.UniqueConstraint(fields=["section"], condition=models.Q(state__in=WAS_IN_FORCE, base=None), name="procedures_one_first"),
            models.CheckConstraint(condition=~models.Q(state__in=WAS_IN_FORCE) | models.Q(effective_on__isnull=False), name="procedures_version_dated"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    def get_absolute_url(self) -> str:
        """The page of this version."""
        return reverse("procedures:version", args=[self.pk])

    @property
    def content(self) -> dict[str, Any]:
        """All that it says, by field."""
        return {name: getattr(self, name) for name in content.FIELDS}

    @property
    def proofs_of(self) -> tuple[Proof, ...]:
        return content.proofs_of(self.proofs)

    @property
    def untailored(self) -> list[str]:
        """What keeps it from being tailored, in words."""
        starter = starters.BY_KEY.get(self.section.starter)
        return content.left_untailored(self.content, starter.text if starter else "")

    @property
    def missing(self) -> list[str]:
        """What it lacks, in words."""
        return content.missing(self.content)

    @property
    def is_tailored(self) -> bool:
        return not self.untailored

    @property
    def is_whole(self) -> bool:
        return not self.missing

    @property
    def is_on_latest(self) -> bool:
        """Whether no other version of the section was approved since it was drafted."""
        return not Version.objects.filter(section_id=self.section_id, base_id=self.base_id, state__in=WAS_IN_FORCE).exclude(pk=self.pk).exists()

    @property
    def owner_title(self) -> str:
        return ROLES[self.owner_role].title if self.owner_role in ROLES else ""

    @property
    def deputy_title(self) -> str:
        return ROLES[self.deputy_role].title if self.deputy_role in ROLES else ""

    @property
    def reader_titles(self) -> list[str]:
        return [ROLES[key].title for key in self.readers if key in ROLES]

    @property
    def approved_on(self) -> date | None:
        """The day of the market on which it was approved."""
        return day_of(self.approved_at)

    @property
    def retired_on(self) -> date | None:
        """The day of the market on which its section was retired."""
        return day_of(self.retired_at)


class Attestation(Moving):
    """That one person is asked to read one version; `person` is the account's key, `role` the one by which it was asked (none: by name)."""

    RECORD = "attestation"
    LIFECYCLE = ATTESTATION

    version = models.ForeignKey(Version, models.PROTECT, related_name="attestations")
    person = models.CharField(max_length=64)
    role = models.CharField(max_length=20, blank=True, default="")
    due_on = models.DateField()
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    attested_by = models.CharField(max_length=64, blank=True, default="")
    attested_at = models.DateTimeField(null=True)
    reminded = models.CharField(max_length=8, blank=True, default="", help_text="how far reminders went: soon, late")

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["person", "state"]), models.Index(fields=["state", "due_on"])]
        constraints: ClassVar = [
            state_constraint(ATTESTATION, "procedures_attestation_state"),
            models.UniqueConstraint(fields=["version", "person"], name="procedures_attestation_once"),
        ]

    def __str__(self) -> str:
        return f"attestation to {self.version}"

    def get_absolute_url(self) -> str:
        """The page on which the person reads and attests."""
        return reverse("procedures:attest", args=[self.pk])

    @property
    def is_overdue(self) -> bool:
        return self.state == "asked" and self.due_on < clock.today()


class Printing(Recorded):
    """That the procedures of a day were printed and filed; the file is kept by its hash."""

    RECORD = "procedures_printing"
    SEEN_BY = STAFF

    on = models.DateField("as of")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)
    sections = models.PositiveIntegerField()
    adrift = models.PositiveIntegerField(help_text="lines of the chapter on what is unapproved or adrift")
    printed_by = models.CharField(max_length=64)
    printed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-printed_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["on", "sha256"], name="procedures_printing_once")]

    def __str__(self) -> str:
        return f"written supervisory procedures as of {self.on}"

    def get_absolute_url(self) -> str:
        """The printings."""
        return f"{reverse('procedures:print')}?on={self.on}"


def day_of(instant: Any) -> date | None:
    """The day of the market on which something happened; None of nothing."""
    return None if instant is None else instant.astimezone(clock.MARKET_ZONE).date()
