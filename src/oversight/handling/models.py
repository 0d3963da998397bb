"""What happened in the handling of orders that the router alone does not explain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.handling.lifecycle import BY_KEY, HAPPENING, KINDS, Kind
from oversight.record.models import Moving, state_constraint


class Happening(Moving):
    """One override, outage, failover, handling by hand or error-account trade, from when to when, with the orders it touched."""

    RECORD = "happening"
    PRIVATE = ("what", "cause")
    LIFECYCLE = HAPPENING

    kind = models.CharField(max_length=20, choices=[(kind.key, kind.title) for kind in KINDS])
    vendor = models.CharField(max_length=60, blank=True, default="")
    venue = models.CharField(max_length=60, blank=True, default="")
    symbol = models.CharField(max_length=30, blank=True, default="")
    from_at = models.DateTimeField("from")
    to_at = models.DateTimeField("to", null=True, blank=True)
    orders = models.TextField("order ids", blank=True, default="", help_text="one a line")
    order_count = models.PositiveIntegerField(null=True, blank=True)
    shares = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    amount_usd = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    what = models.TextField("what happened")
    cause = models.TextField("why", blank=True, default="")
    noted_by = models.CharField(max_length=64)
    noted_at = models.DateTimeField()
    corrected_by = models.CharField(max_length=64, blank=True, default="")
    corrected_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=64, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-from_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["from_at"]), models.Index(fields=["state"])]
        constraints: ClassVar = [
            state_constraint(HAPPENING, "handling_happening_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(BY_KEY)), name="handling_happening_kind"),
            models.CheckConstraint(condition=models.Q(to_at=None) | models.Q(to_at__gte=models.F("from_at")), name="handling_happening_ends_after"),
        ]

    def __str__(self) -> str:
        where = " ".join(name for name in (self.vendor, self.venue, self.symbol) if name)
        return f"{self.kind_of.title}{f', {where}' if where else ''}, {self.from_at.astimezone(clock.MARKET_ZONE):%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The page of this happening."""
        return reverse("handling:entry", args=[self.pk])

    @property
    def kind_of(self) -> Kind:
        return BY_KEY[self.kind]

    @property
    def is_over(self) -> bool:
        return self.to_at is not None

    @property
    def order_ids(self) -> list[str]:
        return self.orders.splitlines()

    @property
    def orders_touched(self) -> int | None:
        """How many orders: those named, or the number given; None where nobody said."""
        return len(self.order_ids) or self.order_count
