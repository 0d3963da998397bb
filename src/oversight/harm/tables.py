"""The tables of harm: assessments, customers, orders with their arithmetic, credits, what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl
from django.urls import NoReverseMatch, reverse

from bestexec import UNITS, UNSEEN_KINDS, Unit, harm_in_words
from oversight.accounts.queries import names
from oversight.findings.models import Finding
from oversight.harm import crediting, snapshot
from oversight.harm.models import Count, Credit, Harm, PaymentResult
from oversight.sheets import Column, Row, Sheet

USD = next(unit for unit in UNITS if unit.symbol == "$")
EXACT = Unit("US dollars, exact", "$", 6)
FILLS_SHOWN = 6
ACCOUNTS = "accounts stand in the credit file alone."
HARMS = (
    Column("number", "Harm", kind="code"), Column("title", "What"), Column("state", "State", kind="tag"), Column("check", "Check", kind="code"),
    Column("first_on", "From", kind="day"), Column("last_on", "To", kind="day"), Column("narrowed", "Of"), Column("orders", "Orders that lost", kind="count"),
    Column("customers", "Customers", kind="count"), Column("usd", "Lost", unit=USD), Column("credits", "Credits", unit=USD),
    Column("due_on", "Due", kind="day"), Column("opened_by", "Opened by", kind="person"), Column("case", "Case"),
)  # fmt: skip
CUSTOMERS = (
    Column("customer", "Customer", kind="number"), Column("orders", "Orders", kind="count"), Column("exact_usd", "Lost, exact", unit=EXACT),
    Column("amount_usd", "Credit", unit=USD),
)  # fmt: skip
ORDERS = (
    Column("day", "Day", kind="day"), Column("order", "Order"), Column("symbol", "Symbol"), Column("side", "Side"), Column("vendor", "Vendor"),
    Column("venues", "Venues"), Column("customer", "Customer"), Column("arithmetic", "Arithmetic, $"), Column("harm_usd", "Lost", unit=EXACT),
    Column("prior_usd", "Credited before", unit=EXACT, is_for_files=True), Column("exception", "Was it an exception?"), Column("note", "Note"),
    Column("key_on", "Received on", kind="day", is_for_files=True), Column("run", "Run", kind="code", is_for_files=True),
)  # fmt: skip
UNSEEN = (
    Column("kind", "What"), Column("why", "Why"), Column("first", "From", kind="day"), Column("last", "To", kind="day"), Column("days", "Days", kind="count"),
    Column("rows", "Rows", kind="count"), Column("of_rows", "of", kind="count"),
)  # fmt: skip
CREDITS = (
    Column("credit", "Credit", kind="code"), Column("customer", "Customer", kind="number"), Column("state", "State", kind="tag"),
    Column("amount_usd", "Amount", unit=USD), Column("orders", "Orders", kind="count"), Column("result_on", "On", kind="day"),
    Column("reference", "Reference"), Column("note", "What became of it"),
)  # fmt: skip
RESULTS = (
    Column("file", "File"), Column("lines", "Lines", kind="count"), Column("taken", "Taken", kind="count"), Column("refused", "Refused", kind="count"),
    Column("imported_at", "Taken", kind="instant"), Column("imported_by", "By", kind="person"),
)  # fmt: skip
REFUSED = (Column("line", "Line", kind="number"), Column("reason", "Why it was refused"))


def of_harms(rows: Iterable[Harm]) -> Sheet:
    """Assessments; each must come from `queries.harms`."""
    people = names()
    made = tuple(_harm(row, people) for row in rows)
    empty = "No assessment fits. Open one from an exception (“What did customers lose?”), from a case, or with the button above."
    return Sheet("customer-harm", "Assessments of harm", HARMS, made, source="Dollars are those of the latest count, exact until the cent.", empty=empty)


def _harm(row: Harm, people: Mapping[str, str]) -> Row:
    count = row.last_count
    figures = (count.harmed_orders, count.customers, count.exact_usd, count.credit_usd) if count else (None, None, None, None)
    links = {"number": row.get_absolute_url(), **({"case": row.case.get_absolute_url()} if row.case else {})}
    cells = (
        f"H{row.number}", row.title, row.state_title, row.check_id, row.first_on, row.last_on, row.narrowed, *figures, row.due_on,
        people.get(row.opened_by, row.opened_by), str(row.case) if row.case else "",
    )  # fmt: skip
    return Row(cells, links, key=str(row.pk), tone="attention" if row.is_overdue else "")


def of_customers(row: Harm, count: Count) -> Sheet:
    """Customers of a count by number, with their cents by the rounding rule."""
    made = tuple(Row((number, orders, exact, amount), key=f"customer-{number}") for number, _, orders, exact, amount in crediting.amounts_of(row, count))
    source = f"{row.get_rounding_display()}; the credits add up to {count.credit_usd:,.2f} USD. Customers are numbered here; {ACCOUNTS}"
    empty = "No known customer lost anything by this count."
    return Sheet(f"harm-{row.number}-customers", "What each customer lost", CUSTOMERS, made, tuple(count.runs), source, empty)


def of_orders(row: Harm, count: Count, rows: pl.DataFrame, orders: pl.DataFrame) -> Sheet:
    """`orders` of a count with the arithmetic of their fills, which are looked up in `rows`."""
    fills: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for fill in rows.join(orders.select(snapshot.KEY), on=snapshot.KEY, how="semi").filter(pl.col("fill_id").is_not_null()).iter_rows(named=True):
        fills.setdefault(tuple(fill[name] for name in snapshot.KEY), []).append(fill)
    found = _findings(row)
    made = tuple(_order(order, fills.get(tuple(order[name] for name in snapshot.KEY), []), found) for order in orders.iter_rows(named=True))
    source = f"Held against: {row.get_counterfactual_display()}; {row.get_netting_display()}. A buy lost what it paid above, a sale what it got below."
    return Sheet(f"harm-{row.number}-orders", "Affected orders", ORDERS, made, tuple(count.runs), source, "By this count no order is affected.")


def _order(order: Mapping[str, Any], fills: list[dict[str, Any]], found: Mapping[tuple[Any, ...], str]) -> Row:
    named = (order["key_on"], order["symbol"], order["order_id"])
    cells = (
        order["day"], order["order_id"], order["symbol"], "buy" if order["side"] == 1 else "sell", order["vendor"] or "", order["venues"] or "",
        str(order["customer"]) if order["customer"] else "unknown" if order["why_unknown"] else "", words_of(order, fills), order["harm_usd"],
        order["prior_usd"], "yes" if order["is_exception"] else "no", _note(order), order["key_on"], order["run_id"],
    )  # fmt: skip
    links = {"order": order_url(*named), "exception": found.get(named, "")}
    return Row(cells, {name: url for name, url in links.items() if url}, key="", tone="attention" if order["why_unknown"] and order["harm_usd"] else "")


def words_of(order: Mapping[str, Any], fills: list[dict[str, Any]]) -> str:
    """The arithmetic of an order's fills, then how they come to what it lost."""
    known = [fill for fill in fills if fill["counterfactual_px"] is not None]
    said = [harm_in_words(order["side"], fill["fill_px"], fill["counterfactual_px"], fill["fill_qty"]) for fill in known[:FILLS_SHOWN]]
    more = [f"and {len(known) - FILLS_SHOWN} fills more, in the filed table"] if len(known) > FILLS_SHOWN else []
    net = [f"together {_plain(order['loss_usd'])}"] if len(known) > 1 and order["loss_usd"] is not None else []
    prior = [f"{_plain(order['prior_usd'])} was credited before"] if order["prior_usd"] else []
    floor = ["so nothing was lost"] if order["loss_usd"] is not None and order["loss_usd"] < 0 else []
    return "; ".join([*said, *more, *net, *floor, *prior]) or "nothing to hold it against"


def _note(order: Mapping[str, Any]) -> str:
    unknown = f"{order['fills_unknown']} fill{'' if order['fills_unknown'] == 1 else 's'} without a price to compare with" if order["fills_unknown"] else ""
    return "; ".join(filter(None, (unknown, order["why_unknown"] if order["harm_usd"] else "")))


def order_url(key_on: Any, symbol: str, order_id: str) -> str:
    """The order in the inspector."""
    try:
        return reverse("desk:order", args=[key_on.isoformat(), symbol, order_id])
    except NoReverseMatch:
        return ""


def _findings(row: Harm) -> dict[tuple[Any, ...], str]:
    """The exceptions of the check over the period, by their order: one query."""
    found = Finding.objects.filter(check_id=row.check_id, on__range=(row.first_on, row.last_on)).exclude(order_id="").exclude(state="vanished")
    named = found.values_list("key_on", "symbol", "order_id", "pk")
    return {(key_on, symbol, order_id): reverse("findings:finding", args=[pk]) for key_on, symbol, order_id, pk in named}


def of_unseen(row: Harm, count: Count) -> Sheet:
    """What a count could not see, the gravest first."""
    made = tuple(
        Row((UNSEEN_KINDS[gap["kind"]], gap["why"], gap["first"], gap["last"], gap["days"] or None, gap["rows"] or None, gap["of_rows"] or None),
            tone="attention" if gap["kind"] in ("no_run", "run", "raw") else "")
        for gap in count.unseen
    )  # fmt: skip
    empty = "Every trading day was measured by a run in force, its raw files stand, and every row could be asked and priced."
    source = "Counted and said; nothing is passed over."
    return Sheet(f"harm-{row.number}-unseen", "What this count could not see", UNSEEN, made, tuple(count.runs), source, empty)


def of_credits(row: Harm, credits: Iterable[Credit]) -> Sheet:
    """Credits of an assessment by customer number; no account stands here."""
    made = tuple(
        Row(
            (
                credit.code, credit.number, credit.state_title, credit.amount_usd, credit.orders, credit.result_on, credit.reference,
                credit.became or credit.reason,
            ),
            {"credit": credit.get_absolute_url()}, key=str(credit.pk), tone="attention" if credit.state == "returned" else "",
        )
        for credit in credits
    )  # fmt: skip
    source = f"Every state adds up to what was approved; {ACCOUNTS}"
    return Sheet(f"harm-{row.number}-credits", "Credits", CREDITS, made, (), source, "No credit here. Credits are made when a count is approved.")


def of_results(results: Iterable[PaymentResult]) -> Sheet:
    """Files of results."""
    people = names()
    made = tuple(
        Row((result.filed.name, result.lines, result.taken, len(result.rejects), result.imported_at, people.get(result.imported_by, result.imported_by)),
            {"file": result.filed.get_absolute_url(), "refused": reverse("harm:result", args=[result.pk])}, tone="attention" if result.rejects else "")
        for result in results
    )  # fmt: skip
    return Sheet("payment-results", "Results taken", RESULTS, made, (), "Each file is filed as it came.", "No result was taken yet.")


def of_refused(result: PaymentResult) -> Sheet:
    """The lines of a file of results that were refused."""
    made = tuple(Row((line, reason)) for line, reason in result.rejects)
    return Sheet(f"refused-{result.pk}", "Lines refused", REFUSED, made, (), f"Of {result.lines} lines.", "No line was refused.")


def _plain(value: Decimal) -> str:
    text = f"{abs(value):f}"
    return ("−" if value < 0 else "") + (text.rstrip("0").rstrip(".") if "." in text else text)
