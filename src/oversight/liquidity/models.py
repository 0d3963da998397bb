"""Venues that a router reaches, memos on venues, order types and fee tiers, and what venues publish."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.urls import reverse

from bestexec import venue_kind, venue_name
from oversight import clock
from oversight.evidence.models import Filed
from oversight.liquidity.lifecycle import ABOUT, DIRECT, KIND_BY_KEY, KINDS, MEMO, PUBLISHED, PUBLISHED_KINDS, REACH, THROUGH, WAYS, Kind
from oversight.measured.figures import BY_KEY
from oversight.measured.reading import AT_LEAST, AT_MOST, METRIC, Figure, Target
from oversight.record.models import Moving, state_constraint
from oversight.vendors.models import Vendor

SIDES = ((AT_LEAST, "at least"), (AT_MOST, "at most"))


def metrics() -> list[tuple[str, str]]:
    """What a trial's success can be measured by: (key, title with its unit)."""
    titled = {key: ", ".join(filter(None, (metric.title, metric.unit.symbol))) for key, metric in BY_KEY.items()}
    return sorted(titled.items(), key=lambda pair: pair[1])


class Reach(Moving):
    """That a vendor's router reaches a venue, how, and from when until when."""

    RECORD = "reach"
    LIFECYCLE = REACH

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="reach")
    venue = models.CharField(max_length=60, help_text="Its MIC.")
    kind = models.CharField(max_length=20, choices=[(kind.key, kind.title) for kind in KINDS])
    how = models.CharField(max_length=8, choices=WAYS, default=DIRECT)
    through = models.CharField("through which broker", max_length=60, blank=True, default="", help_text="Where it is reached through another broker.")
    ats_n_on = models.DateField("Form ATS-N of", null=True, blank=True, help_text="The day of the filing that was looked at; file it below as evidence.")
    since_on = models.DateField("since")
    until_on = models.DateField("last day", null=True, blank=True)
    stated_by = models.CharField(max_length=64)
    stated_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["vendor", "venue", "since_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["venue"])]
        constraints: ClassVar = [
            state_constraint(REACH, "liquidity_reach_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(KIND_BY_KEY)), name="liquidity_reach_kind"),
            models.CheckConstraint(condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("since_on")), name="liquidity_reach_ends_after"),
            models.CheckConstraint(
                condition=models.Q(how=DIRECT, through="") | (models.Q(how=THROUGH) & ~models.Q(through="")), name="liquidity_reach_through"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue} by {self.vendor}{f' through {self.through}' if self.through else ''}"

    def get_absolute_url(self) -> str:
        """The page of this entry."""
        return reverse("liquidity:reached", args=[self.pk])

    @property
    def kind_of(self) -> Kind:
        return KIND_BY_KEY[self.kind]

    @property
    def venue_name(self) -> str:
        return venue_name(self.venue) or ""

    @property
    def is_known_venue(self) -> bool:
        return venue_kind(self.venue) is not None

    @property
    def needs_ats_n(self) -> bool:
        return self.kind_of.needs_ats_n

    @property
    def lacks_ats_n(self) -> bool:
        return self.needs_ats_n and self.ats_n_on is None

    @property
    def way(self) -> str:
        """`directly`, or through whom."""
        return f"through {self.through}" if self.how == THROUGH else "directly"


class Memo(Moving):
    """A dated try-or-decline memo on a new venue, order type or fee tier."""

    RECORD = "memo"
    PRIVATE = ("asked", "reasons", "scope", "success", "result")
    LIFECYCLE = MEMO

    about = models.CharField(max_length=20, choices=[(about.key, about.title) for about in ABOUT])
    title = models.CharField(max_length=120)
    venue = models.CharField(max_length=60, blank=True, default="", help_text="Its MIC, where it is about one.")
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="memos", help_text="Whose router it would run through.")
    asked = models.TextField("what is asked", max_length=4000)
    reasons = models.TextField("for and against", max_length=4000, help_text="What the figures say, with n and period; payments beside them.")
    scope = models.TextField("scope of a trial", max_length=2000, blank=True, default="", help_text="Which orders, symbols, hours.")
    cap = models.CharField("cap", max_length=200, blank=True, default="", help_text="Such as: 2 % of marketable retail orders, at most 500 a day.")
    success = models.TextField("what would count as success", max_length=2000, blank=True, default="")
    success_metric = models.CharField(
        "measured by", max_length=80, blank=True, default="", choices=metrics, help_text="Optional: the desk then reads it over the trial."
    )
    success_side = models.CharField("must be", max_length=10, blank=True, default="", choices=SIDES)
    success_bound = models.DecimalField("this figure", max_digits=20, decimal_places=10, null=True, blank=True, help_text="In the unit named with the metric.")
    ends_on = models.DateField("last day of the trial", null=True, blank=True)
    relook_on = models.DateField("to be looked at again on", null=True, blank=True)
    result = models.TextField("result", max_length=4000, blank=True, default="")
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    concluded_by = models.CharField(max_length=64, blank=True, default="")
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-drafted_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "relook_on"])]
        constraints: ClassVar = [state_constraint(MEMO, "liquidity_memo_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this memo."""
        return reverse("liquidity:memo", args=[self.pk])

    @property
    def has_terms(self) -> bool:
        return bool(self.scope.strip() and self.cap.strip() and self.success.strip())

    @property
    def due_on(self) -> date | None:
        """The day that waits for somebody: the trial's last, or that of the next look; None where nothing is asked."""
        return {"trying": self.ends_on, "tried": self.relook_on, "declined": self.relook_on}.get(self.state)

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()

    @property
    def target(self) -> Target | None:
        """The success figure as the desk reads it; None where it is words alone."""
        if not self.success_metric or not self.success_side or self.success_bound is None:
            return None
        figure = Figure(METRIC, self.success_metric, {"venue": (self.venue,)} if self.venue and BY_KEY[self.success_metric].on == "fills" else {})
        return Target(figure, self.success_side, self.success_bound / BY_KEY[self.success_metric].unit.scale, min_n=30)


class Published(Moving):
    """A report that a venue or broker published, filed as evidence for its venue and period."""

    RECORD = "published"
    LIFECYCLE = PUBLISHED

    kind = models.CharField(max_length=12, choices=[(kind.key, kind.title) for kind in PUBLISHED_KINDS])
    venue = models.CharField(max_length=60, help_text="MIC of the venue that it is about.")
    first_on = models.DateField("period from")
    last_on = models.DateField("to")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    noted_by = models.CharField(max_length=64)
    noted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["venue", "kind", "-last_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["venue", "kind"])]
        constraints: ClassVar = [
            state_constraint(PUBLISHED, "liquidity_published_state"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="liquidity_published_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.venue}, {self.first_on} to {self.last_on}"

    def get_absolute_url(self) -> str:
        """The page of this report."""
        return reverse("liquidity:published", args=[self.pk])
