"""Every read of packs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from bestexec import Pack, pack_from_json
from oversight.accounts.queries import names
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.packs import kinds
from oversight.packs.models import Edition
from oversight.refreshes.models import Refresh
from oversight.reviews.models import Paper, Review
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor
from oversight.vendors.quarters import Quarter

COLUMNS = (
    Column("pack", "Pack"), Column("last_on", "Until", kind="day"), Column("bound_at", "Bound", kind="instant"), Column("bound_by", "By", kind="person"),
    Column("on_table", "On the table", kind="tag"), Column("runs", "Runs", kind="count"), Column("sha256", "SHA-256", kind="code"),
    Column("record_seq", "Record entry", kind="count", is_for_files=True), Column("document", "PDF/A, SHA-256", kind="code", is_for_files=True),
)  # fmt: skip


def editions(kind: str = "", of_id: int = 0) -> QuerySet[Edition]:
    """Every edition, or those of one row; the latest first."""
    rows = Edition.objects.select_related("plain", "document", "workbook")
    return rows.filter(kind=kind, of_id=of_id) if kind else rows


def edition(pk: int) -> Edition:
    """The edition. Raises Http404."""
    return get_object_or_404(editions(), pk=pk)


def about(row: Edition) -> Any:
    """The review, vendor or refresh that it is about."""
    return kinds.BY_KEY[row.kind].model._default_manager.filter(pk=row.of_id).first()


def named(chosen: str) -> Any:
    """The row written as `kind:id`. Raises Refusal where there is none."""
    kind, _, id_ = chosen.partition(":")
    row = kinds.BY_KEY[kind].rows().filter(pk=int(id_)).first() if kind in kinds.BY_KEY and id_.isdigit() else None
    if row is None:
        raise Refusal("Name what is to be bound: a review, a vendor or a refresh of the list.")
    return row


def review_of(quarter: Quarter) -> Review:
    """The quarterly review of that quarter. Raises Refusal where none is raised."""
    row = Review.objects.filter(kind="quarterly", quarter=str(quarter)).first()
    if row is None:
        raise Refusal(f"No review of {quarter} is raised. `oversight daily` raises it once the quarter is over.")
    return row


def vendor_of(key: str) -> Vendor:
    """The vendor of that name in the data. Raises Refusal."""
    row = Vendor.objects.filter(key=key).first()
    if row is None:
        raise Refusal(f"No vendor is called {key}. There are: {', '.join(Vendor.objects.order_by('key').values_list('key', flat=True)) or 'none'}.")
    return row


def refresh_of(key: str, year: int) -> Refresh:
    """The vendor's refresh of that year. Raises Refusal."""
    row = Refresh.objects.filter(vendor=vendor_of(key), year=year).exclude(state="withdrawn").first()
    if row is None:
        raise Refusal(f"No refresh of {key} is open or done for {year}.")
    return row


def pack_of(row: Edition) -> Pack:
    """The pack, from its filed JSON. Raises Refusal where the bytes are gone or not those that were bound."""
    return pack_from_json(store.read(row.sha256).decode())


def sheet(found: Iterable[Edition]) -> Sheet:
    """Editions as a table."""
    people, held = names(), list(found)
    laid = dict(Paper.objects.exclude(state="withdrawn").filter(sha256__in=[row.document.sha256 for row in held]).values_list("sha256", "state"))
    rows = tuple(
        Row(
            (
                str(row), row.last_on, row.bound_at, people.get(row.bound_by, row.bound_by), _standing(row, laid), len(row.runs), row.sha256, row.record_seq,
                row.document.sha256,
            ),
            {"pack": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in held
    )  # fmt: skip
    source = "An edition is never changed; what comes later is another one. Each is drawn from its JSON, the same bytes every time."
    return Sheet("packs", "Packs", COLUMNS, rows, source=source, empty="No pack was bound yet.")


def _standing(row: Edition, laid: dict[str, str]) -> str:
    if row.kind != "review":
        return ""
    state = laid.get(row.document.sha256)
    return Paper.LIFECYCLE.state(state).title if state else "not on the table"
