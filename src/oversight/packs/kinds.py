"""What can be bound: a quarter's review, a vendor's due-diligence file, a yearly refresh; one entry each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bestexec import Pack
from oversight.actor import Actor
from oversight.evidence.models import Filed
from oversight.packs import binding, vendor_file, yearly
from oversight.packs.telling import Told
from oversight.record.models import Recorded
from oversight.refreshes.models import Refresh
from oversight.reviews import tabling
from oversight.reviews.lifecycle import KEEPERS as REVIEW_KEEPERS
from oversight.reviews.models import Review
from oversight.vendors.lifecycle import KEEPERS as VENDOR_KEEPERS
from oversight.vendors.models import Vendor

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Kind:
    """One kind of pack. `makes` gives the pack and the runs it rests on; `slug` names its files; `lays` puts the document where it is read first."""

    key: str
    title: str
    model: type[Recorded]
    by: tuple[str, ...]
    rows: Callable[[], QuerySet[Any]]
    slug: Callable[[Any], str]
    makes: Callable[[Any, Progress], tuple[Pack, tuple[str, ...]]]
    lays: Callable[[Actor, Any, Filed], object]

    def label(self, row: Any) -> str:
        """What it is called among all that can be bound."""
        return f"{self.title} of {self.slug(row)}" if self.model is not Review else str(row)


def _quarter(row: Review, progress: Progress) -> tuple[Pack, tuple[str, ...]]:
    told = Told(row)
    return binding.assemble(told, progress), told.sources.ids if told.sources else ()


def _vendor(row: Vendor, progress: Progress) -> tuple[Pack, tuple[str, ...]]:
    runs = vendor_file.runs()
    return vendor_file.assemble(row, binding.named(runs), progress), runs


def _yearly(row: Refresh, progress: Progress) -> tuple[Pack, tuple[str, ...]]:
    runs = yearly.told(row).runs
    return yearly.assemble(row, binding.named(runs), progress), runs


def _on_the_table(by: Actor, row: Review, document: Filed) -> None:
    if Review.objects.get(pk=row.pk).takes_items:
        tabling.attach(by, row, document)


KINDS = (
    Kind("review", "Pack", Review, REVIEW_KEEPERS, lambda: Review.objects.order_by("-last_on", "-pk"), lambda row: str(row.quarter), _quarter, _on_the_table),
    Kind("vendor", "Due-diligence file", Vendor, VENDOR_KEEPERS, lambda: Vendor.objects.order_by("name"), lambda row: row.key, _vendor, lambda by, row, document: None),
    Kind(
        "refresh", "Report to senior management", Refresh, VENDOR_KEEPERS, lambda: Refresh.objects.exclude(state="withdrawn").select_related("vendor"),
        lambda row: f"{row.vendor.key}-{row.year}", _yearly, lambda by, row, document: None,
    ),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}


def of(row: Recorded) -> Kind:
    """The kind of pack that is bound of such a row."""
    return next(kind for kind in KINDS if isinstance(row, kind.model))


def offered(roles: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What these roles may bind, by kind: (`kind:id`, label)."""
    held = set(roles)
    groups = [(kind.title, [(f"{kind.key}:{row.pk}", kind.label(row)) for row in kind.rows()]) for kind in KINDS if held & set(kind.by)]
    return [(title, rows) for title, rows in groups if rows]
