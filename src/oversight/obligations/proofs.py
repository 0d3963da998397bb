"""What proves that a duty was done: evidence in force beside it, or an act that the record holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from oversight import clock
from oversight.evidence import queries as evidence
from oversight.findings.models import Signature
from oversight.record.models import Entry, Recorded

if TYPE_CHECKING:
    from oversight.obligations.models import Occurrence


@dataclass(frozen=True)
class Act:
    """An act made elsewhere in the desk that does a duty. `made` gives the instants at which it was made for the period, earliest first."""

    key: str
    title: str
    made: Callable[[Occurrence], Iterable[datetime]]


def is_filed(row: Recorded, on: date) -> bool:
    """Whether evidence that is in force on that day is linked to the row: effective already, not expired."""
    kind, id_ = row.subject
    return any(
        (filed.expires_on is None or filed.expires_on >= on) and (filed.effective_on is None or filed.effective_on <= on)
        for filed in (link.filed for link in evidence.of_subject(kind, id_))
    )


def acted_at(row: Occurrence) -> datetime | None:
    """When the act was made that does the duty for this period; None where it was not. One act does one period of a duty."""
    act = BY_KEY.get(row.duty.act)
    if act is None:
        return None
    used = set(row.duty.occurrences.exclude(pk=row.pk).exclude(acted_at=None).values_list("acted_at", flat=True))
    return next((at for at in act.made(row) if at not in used), None)


def _day_signed(row: Occurrence) -> Iterable[datetime]:
    return Signature.objects.filter(day__on=row.ends_on).order_by("signed_at").values_list("signed_at", flat=True)


def _recorded(kind: str, verb: str) -> Callable[[Occurrence], Iterable[datetime]]:
    """The act is an entry of that verb on that kind, from the first day of the period on."""

    def made(row: Occurrence) -> Iterable[datetime]:
        since = datetime.combine(row.begins_on, time(), clock.MARKET_ZONE)
        return Entry.objects.filter(subject_kind=kind, verb=verb, at__gte=since).order_by("seq").values_list("at", flat=True)

    return made


def _review_signed(row: Occurrence) -> Iterable[datetime]:
    """The entry with which the second signature locked the review of that very quarter; an extraordinary review does not do it."""
    since = datetime.combine(row.begins_on, time(), clock.MARKET_ZONE)
    for entry in Entry.objects.filter(subject_kind="review", verb="lock", at__gte=since).order_by("seq"):
        if json.loads(entry.body)["facts"] == {"kind": "quarterly", "quarter": row.period}:
            yield entry.at


ACTS = (
    Act("day_signed", "the trading day is signed", _day_signed),
    Act("access_reviewed", "an access review is signed", _recorded("access_review", "sign")),
    Act("review_signed", "the committee's review of the quarter is signed by two", _review_signed),
)
BY_KEY = {act.key: act for act in ACTS}
CHOICES = [(act.key, act.title) for act in ACTS]
