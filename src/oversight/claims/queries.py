"""Every read of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from oversight import clock
from oversight.claims.models import Claim, ClaimTest
from oversight.claims.standing import KINDS, Standing, standing
from oversight.evidence import queries as evidence
from oversight.evidence.models import Link
from oversight.evidence.queries import Subject
from oversight.findings.models import Finding
from oversight.vendors.models import Vendor


@dataclass(frozen=True)
class Line:
    """One claim on a day: how it stands, and the test that this rests on; none where no test says anything of it."""

    claim: Claim
    standing: Standing
    test: ClaimTest | None = None

    @property
    def rank(self) -> tuple[int, str, str, int]:
        """Its place: what needs a person first, then by vendor and key."""
        place = next(place for place, kind in enumerate(KINDS) if kind.key == self.standing.key)
        return place, self.claim.vendor.name, self.claim.key, self.claim.pk


def in_force(on: date | None = None) -> QuerySet[Claim]:
    """The claims that stand now or, where a day is named, stood at its end."""
    if on is None:
        found = Claim.objects.filter(state="in_force")
    else:
        found = Claim.objects.filter(Q(ended_at=None) | Q(ended_at__gte=_end_of(on)), stated_at__lt=_end_of(on))
    return found.select_related("vendor").order_by("vendor__name", "key", "pk")


def lines(claims: Iterable[Claim], on: date | None = None) -> list[Line]:
    """The claims with their standing on a day (today), in the order given; one query, whatever their number."""
    held = list(claims)
    tests = last_tests(held, on)
    return [_line(claim, tests.get(claim.pk, ()), on or clock.today()) for claim in held]


def last_tests(claims: Sequence[Claim], on: date | None = None) -> dict[int, list[ClaimTest]]:
    """For each claim its last test of each quarter, the latest quarter first, made by the end of that day; one query."""
    place = Window(RowNumber(), partition_by=[F("claim_id"), F("first")], order_by=F("pk").desc())
    found = ClaimTest.objects.filter(claim__in=claims, **({"at__lt": _end_of(on)} if on else {})).annotate(place=place).filter(place=1)
    of = {claim.pk: claim for claim in claims}
    made: dict[int, list[ClaimTest]] = {}
    for test in found.select_related("finding").order_by("-first", "-pk"):
        test.claim = of[test.claim_id]
        made.setdefault(test.claim_id, []).append(test)
    return made


def ledger(*, vendor: str = "", origin: str = "", area: str = "", on: date | None = None) -> list[Line]:
    """The claims that stand (stood on a day), what needs a person first: of the vendor of that key, of that kind of origin, of that area. Two queries."""
    asked = {"vendor__key": vendor, "origin_kind": origin, "area": area}
    return sorted(lines(in_force(on).filter(**{name: value for name, value in asked.items() if value}), on), key=lambda line: line.rank)


def counted(found: Iterable[Line]) -> dict[str, int]:
    """How many stand how, every standing named."""
    counts = Counter(line.standing.key for line in found)
    return {kind.key: counts[kind.key] for kind in KINDS}


def of_vendor(vendor: Vendor, on: date | None = None) -> list[Line]:
    """The vendor's claims, what needs a person first; two queries."""
    return sorted(lines(in_force(on).filter(vendor=vendor), on), key=lambda line: line.rank)


def of_origin(kind: str, ids: Iterable[object]) -> dict[str, list[Line]]:
    """What the recorded rows of that kind promise, by their id; two queries, whatever their number."""
    made: dict[str, list[Line]] = {}
    for line in lines(in_force().filter(origin_kind=kind, origin_id__in=[str(id_) for id_ in ids])):
        made.setdefault(line.claim.origin_id, []).append(line)
    return made


def standings(vendor_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """For each of these vendors how many claims stand how; two queries, whatever their number."""
    by_vendor: dict[int, list[Line]] = {id_: [] for id_ in vendor_ids}
    for line in lines(in_force().filter(vendor__in=by_vendor)):
        by_vendor[line.claim.vendor_id].append(line)
    return {id_: counted(found) for id_, found in by_vendor.items()}


def origins(claims: Iterable[Claim]) -> dict[tuple[str, str], Subject]:
    """What says the claims, by (kind, id); one query for each kind."""
    return evidence.subjects(Link(subject_kind=claim.origin_kind, subject_id=claim.origin_id) for claim in claims)


def tests_of(claim: Claim) -> QuerySet[ClaimTest]:
    """Every test of the claim, the latest first."""
    return ClaimTest.objects.filter(claim=claim).select_related("run", "finding").order_by("-pk")


def findings_of(claim: Claim) -> QuerySet[Finding]:
    """The exceptions that the claim made, one a quarter, the latest first."""
    return Finding.objects.filter(claim_tests__claim=claim).distinct().order_by("-on", "-pk")


def chain(claim: Claim) -> list[Claim]:
    """Everything that was ever promised under the claim's key, the latest first."""
    return list(Claim.objects.filter(vendor=claim.vendor_id, key=claim.key).order_by("-pk"))


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: vendors with a claim, kinds of origin, areas. One query."""
    found = list(Claim.objects.order_by().values_list("vendor__key", "vendor__name", "origin_kind", "area").distinct())
    offered: Mapping[str, set[tuple[str, str]]] = {
        "vendor": {(key, name) for key, name, _, _ in found},
        "origin": {(kind, kind.replace("_", " ")) for _, _, kind, _ in found},
        "area": {(area, area) for _, _, _, area in found if area},
    }
    return {name: sorted(pairs, key=lambda pair: pair[1]) for name, pairs in offered.items()}


def waiting() -> int:
    """How many claims in force no run was held against yet, though a figure could speak."""
    return Claim.objects.filter(state="in_force", figure__isnull=False, tests=None).count()


def _line(claim: Claim, tests: Sequence[ClaimTest], today: date) -> Line:
    found = standing(claim, tests, today)
    rests = next((test for test in tests if (test.first, test.last) == (found.first, found.last)), None)
    return Line(claim, found, rests)


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(), clock.MARKET_ZONE)
