"""What of the app findings a review must take up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse

from oversight.agenda import Item
from oversight.findings.listing import WORK
from oversight.findings.models import SEVERITIES, Day, Finding


def items(first: date, last: date) -> list[Item]:
    """Exceptions of the period that are escalated, or material and not closed, by check and vendor; days that nobody signed. Two queries.

    What the desk itself found, of a claim or a clause, is on the agenda as that claim or possible breach.
    """
    material = Finding.objects.filter(on__range=(first, last), state__in=WORK, origin_kind="").filter(Q(state="escalated") | Q(matters=True))
    grouped = material.order_by().values("check_id", "vendor").annotate(
        n=Count("pk"), escalated=Count("pk", filter=Q(state="escalated")), rank=Min("rank"), harm=Sum("harm_usd"), told=Count("harm_usd"), named=Min("title"),
    )  # fmt: skip
    found = [_item(row, first, last) for row in grouped.order_by("rank", "check_id", "vendor")]
    unsigned = Day.objects.filter(on__range=(first, last)).exclude(state="signed").count()
    return [*found, *([_unsigned(unsigned, first, last)] if unsigned else [])]


def _item(row: Mapping[str, Any], first: date, last: date) -> Item:
    n, vendor = row["n"], row["vendor"]
    harm = f"estimated cost to customers ${row['harm']:,.2f} on {row['told']} of them" if row["told"] else "no cost to customers can be told from the data"
    asked = {"check": row["check_id"], "vendor": vendor, "since": first.isoformat(), "until": last.isoformat()}
    return Item(
        ("check", f"{row['check_id']} {vendor}".strip()[:64]), f"{row['check_id']} {row['named']}{f', {vendor}' if vendor else ''}: {_exceptions(n)}"[:200],
        f"{_exceptions(n)} of the quarter not closed, {row['escalated']} of them escalated; {harm}.",
        f"{reverse('findings:queue')}?{urlencode({name: value for name, value in asked.items() if value})}", SEVERITIES[row["rank"]], vendor,
    )  # fmt: skip


def _unsigned(number: int, first: date, last: date) -> Item:
    what = f"{number} trading day{'' if number == 1 else 's'} of the quarter {'is' if number == 1 else 'are'} not signed"
    why = "A day is signed once its exceptions are answered and its sample is looked at; until then nobody says that it was reviewed."
    return Item(("trading_day", f"{first} {last}"), what, why, reverse("findings:days"), "medium")


def _exceptions(number: int) -> str:
    return f"{number} exception{'' if number == 1 else 's'}"
