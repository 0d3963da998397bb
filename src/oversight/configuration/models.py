"""Statement and flow profile, versions of a router's configuration, and the analysis of a change before and after."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.configuration.lifecycle import DOCUMENT, VERSION
from oversight.configuration.terms import Setting, settings_in
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF
from oversight.vendors.columns import when, who, words
from oversight.vendors.filings import filing
from oversight.vendors.models import Vendor

STATEMENT, PROFILE = "statement", "profile"
DOCUMENTS = {
    STATEMENT: (
        "best-execution statement",
        "What customers should get first, by order type: price, likelihood, speed, size; what is given up for it; what never happens.",
    ),
    PROFILE: (
        "flow profile",
        "Which orders come: customers, order types, sizes, sessions, instruments, orders a day; what is unusual, and what the router must not see.",
    ),
}
"""Each document's title, and what it says."""
DECIDED = ("approved", "in_force", "superseded")
"""States of a version that a second person approved; drafts are written on the last of them."""


class Document(Moving):
    """One version of the statement or the flow profile for one vendor's router, signed by two."""

    RECORD = "configuration_document"
    PRIVATE = ("text", "changed")
    LIFECYCLE = DOCUMENT

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=10, choices=[(kind, title) for kind, (title, _) in DOCUMENTS.items()])
    number = models.PositiveIntegerField("version")
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="drafts")
    text = models.TextField(max_length=20_000)
    changed = words("what changes, and why")
    drafted_by, drafted_at = who(), models.DateTimeField()
    proposed_by, proposed_at = who(), when()
    approved_by, approved_at = who(), when()
    decided_by, decided_at = who(), when()
    superseded_by, superseded_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            state_constraint(DOCUMENT, "configuration_document_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(DOCUMENTS)), name="configuration_document_kind"),
            models.UniqueConstraint(fields=["vendor", "kind", "number"], name="configuration_document_number"),
            models.UniqueConstraint(fields=["vendor", "kind"], condition=models.Q(state="approved"), name="configuration_document_one_approved"),
        ]

    def __str__(self) -> str:
        return f"{self.title} for {self.vendor}, version {self.number}"

    def get_absolute_url(self) -> str:
        """The page with its text."""
        return reverse("configuration:document", args=[self.pk])

    @property
    def title(self) -> str:
        return DOCUMENTS[self.kind][0]

    @property
    def is_on_latest(self) -> bool:
        """Whether no other version was approved since it was drafted."""
        ever = Document.objects.filter(vendor_id=self.vendor_id, kind=self.kind, state__in=("approved", "superseded")).exclude(pk=self.pk)
        return ever.order_by("-approved_at", "-number").values_list("pk", flat=True).first() == self.base_id


class Version(Moving):
    """One version of how a vendor's router is set. `settings` are rows of `terms.Setting`; `base` was the last decided on when it was drafted."""

    RECORD = "configuration"
    PRIVATE = ("summary",)
    LIFECYCLE = VERSION

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="configurations")
    number = models.PositiveIntegerField("version")
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="drafts")
    effective_from = models.DateTimeField("to take effect", help_text="New York time.")
    settings = models.JSONField(default=list)
    summary = models.TextField("what changes, and why", max_length=4000)
    release = models.CharField("release of the router", max_length=60, blank=True, default="", help_text="Where the change comes with one.")
    release_note = filing("the vendor's release note")
    drafted_by, drafted_at = who(), models.DateTimeField()
    proposed_by, proposed_at = who(), when()
    approved_by, approved_at = who(), when()
    decided_by, decided_at = who(), when()
    in_force_from = models.DateTimeField("set so since", null=True, blank=True, help_text="New York time, as the vendor confirms it.")
    in_force_until = models.DateTimeField("set so until", null=True, blank=True)
    set_by, set_at = who(), when()
    superseded_by, superseded_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            state_constraint(VERSION, "configuration_version_state"),
            models.UniqueConstraint(fields=["vendor", "number"], name="configuration_version_number"),
            models.UniqueConstraint(fields=["vendor"], condition=models.Q(state="in_force"), name="configuration_one_in_force"),
            models.UniqueConstraint(fields=["base"], condition=models.Q(state__in=DECIDED), name="configuration_one_after_another"),
            models.UniqueConstraint(fields=["vendor"], condition=models.Q(state__in=DECIDED, base=None), name="configuration_one_first"),
        ]

    def __str__(self) -> str:
        return f"configuration of {self.vendor}, version {self.number}"

    def get_absolute_url(self) -> str:
        """The page with its settings."""
        return reverse("configuration:version", args=[self.pk])

    @property
    def terms(self) -> tuple[Setting, ...]:
        return settings_in(self.settings)

    @property
    def has_settings(self) -> bool:
        return bool(self.settings)

    @property
    def is_founded(self) -> bool:
        """Whether the vendor's statement and flow profile are approved."""
        return Document.objects.filter(vendor_id=self.vendor_id, state="approved").count() == len(DOCUMENTS)

    @property
    def is_on_latest(self) -> bool:
        """Whether no other version was decided on since it was drafted."""
        last = Version.objects.filter(vendor_id=self.vendor_id, state__in=DECIDED).exclude(pk=self.pk).order_by("-approved_at", "-number")
        return last.values_list("pk", flat=True).first() == self.base_id

    @property
    def has_before(self) -> bool:
        """Whether the figures before the change were read. The first version of a vendor changes nothing, so it needs none."""
        return self.base_id is None or Analysis.objects.filter(version_id=self.pk).exists()

    @property
    def is_ahead(self) -> bool:
        """Whether it takes effect later; the first version may write down how the router stands already."""
        return self.base_id is None or self.effective_from > clock.now()

    @property
    def is_overdue(self) -> bool:
        """Whether it was to take effect and nobody noted that the router is set so."""
        return self.state == "approved" and self.effective_from < clock.now()

    @property
    def was_set_early(self) -> bool:
        """Whether the router was set so before a second person approved it."""
        return bool(self.in_force_from and self.approved_at and self.in_force_from < self.approved_at)


class Analysis(Recorded):
    """Figures chosen for a change, read over a period before it and over as many trading days after it. Readings are rows, with the runs they rest on."""

    RECORD = "configuration_analysis"
    PRIVATE = ("expected", "concluded")
    SEEN_BY = STAFF

    version = models.OneToOneField(Version, models.PROTECT, related_name="analysis")
    metrics = models.JSONField(default=list)
    filters = models.JSONField(default=dict)
    first = models.DateField("from")
    last = models.DateField("to")
    before = models.JSONField(default=list)
    expected = models.TextField("what the change should do, and what it might hurt", max_length=4000)
    before_by, before_at = who(), models.DateTimeField()
    after_first = models.DateField(null=True)
    after_last = models.DateField(null=True)
    after = models.JSONField(default=list)
    concluded = words("what it did")
    after_by, after_at = who(), when()

    def __str__(self) -> str:
        return f"analysis of {self.version}"

    def get_absolute_url(self) -> str:
        """The version that it is about."""
        return reverse("configuration:version", args=[self.version_id])

    @property
    def is_complete(self) -> bool:
        return self.after_at is not None
