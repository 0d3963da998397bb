"""Every read of disclosures."""

from __future__ import annotations

from django.db.models import QuerySet

from oversight import clock
from oversight.disclosures.models import ENDED, Adoption, CustomerRequest, Publication, YearlyNotice


def requests() -> QuerySet[CustomerRequest]:
    """Customers' requests, the next due first."""
    return CustomerRequest.objects.order_by("due_on", "pk")


def running() -> QuerySet[CustomerRequest]:
    """Those that are not answered yet."""
    return requests().exclude(state__in=ENDED)


def due_within(days: int) -> list[CustomerRequest]:
    """Running requests whose day is at most so many days ahead, or over; the nearest first."""
    return sorted((row for row in running() if row.days_left <= days), key=lambda row: (row.clock_on, row.pk))


def publications() -> QuerySet[Publication]:
    """Public reports, the latest period first; each with its files."""
    return Publication.objects.select_related("main", "document", "corrects")


def unpublished() -> QuerySet[Publication]:
    """Reports that were made and are not public yet."""
    return publications().filter(state__in=("made", "returned", "checked"))


def adoptions() -> QuerySet[Adoption]:
    """Reports of other firms, the latest first."""
    return Adoption.objects.select_related("filed")


def notices() -> QuerySet[YearlyNotice]:
    """Yearly notices, the latest first."""
    return YearlyNotice.objects.select_related("text")


def next_due() -> list[CustomerRequest | Publication]:
    """What has a clock and is not out, the nearest day first."""
    rows: list[CustomerRequest | Publication] = [*running(), *unpublished()]
    return sorted(rows, key=lambda row: (row.clock_on if isinstance(row, CustomerRequest) else row.due_on, str(row)))


def is_late(row: CustomerRequest | Publication) -> bool:
    """Whether its day is over."""
    return (row.clock_on if isinstance(row, CustomerRequest) else row.due_on) < clock.today()
