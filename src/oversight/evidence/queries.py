"""Every read of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from oversight import clock
from oversight.accounts.queries import names
from oversight.evidence.models import SOON, Filed, Link
from oversight.lifecycle import spaced
from oversight.record.models import Recorded
from oversight.sheets import Column, Row, Sheet

STANDINGS = {"expiring": "expires within 30 days", "expired": "expired", "undated": "no expiry stated", "superseded": "superseded"}
COLUMNS = (
    Column("title", "What it is"), Column("standing", "Standing"), Column("name", "File"), Column("type", "Type"), Column("size_bytes", "Bytes", kind="number"),
    Column("effective_on", "Effective", kind="day"), Column("expires_on", "Expires", kind="day"), Column("links", "Shown beside", kind="number"),
    Column("filed_by", "Filed by", kind="person"), Column("filed_at", "Filed", kind="instant"), Column("sha256", "SHA-256", kind="code"),
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Something recorded that evidence can be shown beside: in words, with its page where it has one."""

    kind: str
    id: str
    title: str
    url: str


def files(*, text: str = "", standing: str = "", kind: str = "", id_: str = "") -> QuerySet[Filed]:
    """Filings, latest first: whose title, file name, words or hash hold `text`; of that standing; linked to the subject."""
    found = Filed.objects.annotate(link_count=Count("links", filter=Q(links__state="linked"), distinct=True), later=Count("superseded_by", distinct=True))
    if text:
        found = found.filter(Q(title__icontains=text) | Q(name__icontains=text) | Q(shows__icontains=text) | Q(sha256__startswith=text.lower()))
    if kind:
        linked = Link.objects.filter(state="linked", subject_kind=kind, **({"subject_id": id_} if id_ else {}))
        found = found.filter(pk__in=linked.values("filed"))
    today = clock.today()
    standings = {
        "expired": Q(expires_on__lt=today, later=0), "expiring": Q(expires_on__range=(today, today + SOON), later=0),
        "undated": Q(expires_on=None), "superseded": Q(later__gt=0),
    }  # fmt: skip
    return found.filter(standings.get(standing, Q())).order_by("-filed_at", "-pk")


def sheet(found: Iterable[Filed]) -> Sheet:
    """The filings as a table; each must come from `files`."""
    people = names()
    rows = tuple(
        Row(
            (
                filed.title, standing_of(filed), filed.name, filed.type.title, filed.size, filed.effective_on, filed.expires_on,
                getattr(filed, "link_count", None),
                people.get(filed.filed_by, filed.filed_by), filed.filed_at, filed.sha256,
            ),
            {"title": filed.get_absolute_url()}, key=str(filed.pk), tone="attention" if standing_of(filed) == "expired" else "",
        )
        for filed in found
    )  # fmt: skip
    empty = "No file fits. File evidence with the button above, or loosen the filter."
    return Sheet(
        "evidence", "Filed evidence", COLUMNS, rows, source="Bytes are kept under their SHA-256 and compared with it each time they are opened.", empty=empty
    )


def standing_of(filed: Filed) -> str:
    """`superseded`, else how it stands with its expiry."""
    return "superseded" if getattr(filed, "later", 0) else filed.standing


def expiring(within_days: int) -> QuerySet[Filed]:
    """Filings that expired or expire within so many days, and that no later filing supersedes; the most urgent first."""
    return Filed.objects.filter(expires_on__lte=clock.today() + timedelta(days=within_days), superseded_by=None).order_by("expires_on", "pk")


def of_subject(kind: str, id_: str) -> QuerySet[Link]:
    """The links to one subject that stand, each with its filing; one query."""
    return Link.objects.filter(subject_kind=kind, subject_id=str(id_), state="linked").select_related("filed").order_by("linked_at", "pk")


def subjects(links: Iterable[Link]) -> dict[tuple[str, str], Subject]:
    """What the links lead to, by (kind, id): one query for each kind, whatever the number of links."""
    by_kind: dict[str, list[str]] = {}
    for link in links:
        by_kind.setdefault(link.subject_kind, []).append(link.subject_id)
    found: dict[tuple[str, str], Subject] = {}
    for kind, ids in by_kind.items():
        for row in _rows(kind, ids):
            found[row.subject] = _subject(row)
    return found


def subject(kind: str, id_: str) -> Subject | None:
    """The recorded row of that kind and id, or None where there is none."""
    return next((_subject(row) for row in _rows(kind, [id_])), None)


def row(kind: str, id_: str) -> Recorded | None:
    """The recorded row itself, or None."""
    return next(iter(_rows(kind, [id_])), None)


def _rows(kind: str, ids: list[str]) -> list[Recorded]:
    model = next((model for model in apps.get_models() if issubclass(model, Recorded) and kind == model.RECORD), None)
    if model is None or model.IS_APART:
        return []
    name = "key" if kind == "account" else "pk"
    if name == "pk":
        field = model._meta.pk
        ids = [id_ for id_ in ids if id_.isdecimal() and len(id_) < 19] if field.get_internal_type().endswith("AutoField") else ids
    return list(model._default_manager.filter(**{f"{name}__in": ids}))


def _subject(row: Recorded) -> Subject:
    kind, id_ = row.subject
    url = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
    return Subject(kind, id_, f"{spaced(kind)}: {row}"[:200], url)


def linked(filed: Filed) -> list[tuple[Link, Subject | None, str, str]]:
    """The links of a filing, withdrawn ones too: each with what it leads to, who made it, and who withdrew it."""
    links, people = list(filed.links.all()), names()
    of = subjects(links)
    return [
        (link, of.get((link.subject_kind, link.subject_id)), people.get(link.linked_by, link.linked_by), people.get(link.withdrawn_by, "")) for link in links
    ]


def reference(sha256s: Iterable[str]) -> set[str]:
    """Which of these hashes some filing names, or another row that keeps bytes in the store."""
    wanted = list(sha256s)
    keeping = [model for model in apps.get_models() if issubclass(model, Recorded) and model.BYTES]
    return {kept for model in keeping for kept in model._default_manager.filter(**{f"{model.BYTES}__in": wanted}).values_list(model.BYTES, flat=True)}
