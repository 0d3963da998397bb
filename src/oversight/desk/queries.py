"""Every read of the database that the desk's pages ask for; figures come from sealed runs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q, QuerySet

from oversight.accounts.models import Account
from oversight.desk.models import SavedView
from oversight.evidence.models import Filed
from oversight.findings.models import Day, Finding, Run
from oversight.record.models import Entry


def views_of(account: Account) -> list[SavedView]:
    """The views that this account keeps and those shared with everybody."""
    return list(SavedView.objects.filter(Q(kept_by=account.key) | Q(is_shared=True), is_dropped=False))


def saved_view(pk: int, account: Account) -> SavedView | None:
    """A view that this account sees."""
    return SavedView.objects.filter(Q(kept_by=account.key) | Q(is_shared=True), pk=pk, is_dropped=False).first()


def exceptions_of(order_ids: Collection[str]) -> dict[tuple[str, str, date | None], int]:
    """How many exceptions each of these orders has, by (order id, symbol, key date). One query."""
    found = Finding.objects.filter(order_id__in=set(order_ids)).exclude(state="vanished").order_by()
    return {(row["order_id"], row["symbol"], row["key_on"]): row["n"] for row in found.values("order_id", "symbol", "key_on").annotate(n=Count("pk"))}


def exceptions_named(text: str, most: int) -> QuerySet[Finding]:
    """Exceptions whose number, check, order, fill or finding id is `text`, or whose subject says it."""
    named = Q(check_id__iexact=text) | Q(order_id=text) | Q(fill_id=text) | Q(finding_id__startswith=text.lower()) | Q(subject_text__icontains=text)
    return Finding.objects.filter(named | Q(pk=int(text)) if text.isdigit() and len(text) < 12 else named).exclude(state="vanished")[:most]


def exceptions_in(symbol: str) -> int:
    """How many exceptions a symbol has."""
    return Finding.objects.filter(symbol=symbol).exclude(state="vanished").count()


def runs_named(start: str, most: int) -> QuerySet[Run]:
    """Runs whose id begins so."""
    return Run.objects.filter(id__startswith=start.lower())[:most]


def files_named(text: str, most: int) -> QuerySet[Filed]:
    """Evidence whose name holds the text."""
    return Filed.objects.filter(name__icontains=text).order_by("-pk")[:most]


def exceptions_by_vendor() -> list[tuple[str, int]]:
    """Exceptions that somebody must still do something about, by vendor."""
    work = Finding.objects.filter(state__in=("open", "awaiting_reader", "escalated")).exclude(vendor="").order_by()
    return [(row["vendor"], row["n"]) for row in work.values("vendor").annotate(n=Count("pk")).order_by("-n", "vendor")]


def last_run() -> Run | None:
    """The received run with the latest day."""
    return Run.objects.order_by("-last_on", "-received_at").first()


def last_signed() -> date | None:
    """The latest signed trading day."""
    return Day.objects.filter(state="signed").order_by("-on").values_list("on", flat=True).first()


def last_entry() -> Entry | None:
    """The last entry of the record."""
    return Entry.objects.order_by("-seq").first()
