"""Crediting: approved to the cent by one person, put into a file by another, once; every state adds up to what was approved."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from bestexec import harm_by_customer
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.harm import snapshot
from oversight.harm.counting import DESK
from oversight.harm.lifecycle import APPROVERS, RELEASERS
from oversight.harm.models import Count, Credit, Harm
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.sheets import RISKY

COLUMNS = (
    ("record", "`credit` for a line that pays, `total` for the last line"),
    ("credit", "name of the credit, which a result must repeat; in the total, the number of credits"),
    ("account_key", "keyed hash of the account, as the order feed had it; the firm's own key turns it back into the account"),
    ("amount_usd", "dollars and cents; in the total, the sum"),
    ("currency", "USD"),
    ("approval", "SHA-256 of the filed count that was approved; the same in every line"),
)
"""The credit file: each column and what it holds."""


def propose(by: Actor, row: Harm, *, conclusion: str = "", why: str = "") -> Harm:
    """Propose the credits of the latest count; who approves is told. The firm's least credit is written down as it is now."""
    with actions.turn():
        actions.move(by, row, "propose", conclusion=conclusion, why=why)
        actions.change(by, row, verb="state_least", least_usd=desk_limits().make_whole_least_usd)
        count = _last(row)
        _tell(by, row, APPROVERS, f"credits of {count.customers} customers await your approval")
    return row


def propose_none(by: Actor, row: Harm, *, conclusion: str = "", why: str = "") -> Harm:
    """Propose that no customer was harmed; who agrees is told."""
    with actions.turn():
        actions.move(by, row, "propose_none", conclusion=conclusion, why=why)
        _tell(by, row, APPROVERS, "proposed that no customer was harmed")
    return row


def approve(by: Actor, row: Harm, *, why: str = "") -> Harm:
    """Approve the latest count: a credit for each known customer, to the cent. Raises Refusal where the filed table no longer has its bytes."""
    with actions.turn():
        actions.move(by, row, "approve", why=why)
        count = _last(row)
        snapshot.read(count)
        actions.change(by, row, verb="approve_count", approved_count=count)
        credits = actions.create_many(by, _credits(row, count), verb="approve")
        actions.move_many(DESK, [credit for credit in credits if credit.amount_usd < row.least_usd], "withhold")
        if sum((credit.amount_usd for credit in credits), Decimal(0)) != count.credit_usd:
            raise Refusal("The credits do not add up to the count. Nothing was approved; tell an administrator.")
        _tell(by, row, RELEASERS, "credits are approved; another person makes the credit file")
    return row


def _credits(row: Harm, count: Count) -> list[Credit]:
    """One a customer whose cents are not none; the amounts are those that were counted."""
    amounts = amounts_of(row, count)
    return [
        Credit(harm=row, number=number, account_key=key, orders=many, exact_usd=exact, amount_usd=amount, state=Credit.LIFECYCLE.start)
        for number, key, many, exact, amount in amounts
        if amount > 0
    ]


def amounts_of(row: Harm, count: Count) -> list[tuple[int, str, int, Decimal, Decimal]]:
    """(number, account key, orders, exact dollars, cents) of each customer of a count, from its filed table and its rounding rule."""
    keys = dict(enumerate(count.accounts, 1))
    orders = snapshot.orders_of(snapshot.read(count)).filter(pl.col("customer").is_not_null())
    named = orders.with_columns(account_key=pl.col("customer").replace_strict(keys, return_dtype=pl.String) if keys else pl.lit(None, pl.String))
    made = harm_by_customer(named, str(count.asked["rounding"]))
    numbers = {key: number for number, key in keys.items()}
    return [(numbers[key], key, many, exact, amount) for key, many, exact, amount in made.iter_rows()]


def release(by: Actor, row: Harm, *, why: str = "") -> Harm:
    """Make the credit file, once, and put every credit that is due into it. By another person than the approver."""
    with actions.turn():
        actions.move(by, row, "release", why=why)
        due = list(row.credits.filter(state="due").order_by("number"))
        filed = evidence.file(
            DESK, f"harm-{row.number}-credits.csv", credit_file(row, due), title=f"Harm {row.number}: credit file",
            shows=f"{len(due)} credits, {_total(due)} USD; the last line is the control total.", subject=row.subject, what="The credit file, made once",
        )  # fmt: skip
        actions.change(by, row, verb="file_credits", credit_file=filed)
        actions.move_many(DESK, due, "send")
    return row


def credit_file(row: Harm, credits: Sequence[Credit]) -> bytes:
    """The file's bytes: one line a credit, then the control total with the count."""
    assert row.approved_count is not None, "credits are made of an approved count"
    approval = row.approved_count.filed.sha256
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([name for name, _ in COLUMNS])
    for credit in credits:
        lines.writerow(["credit", credit.code, _safe(credit.account_key), f"{credit.amount_usd:.2f}", "USD", approval])
    lines.writerow(["total", len(credits), "", f"{_total(credits):.2f}", "USD", approval])
    return text.getvalue().encode()


def _safe(text: str) -> str:
    """Never a formula where a spreadsheet program opens it."""
    return f"'{text}" if text.startswith(RISKY) else text


def _total(credits: Sequence[Credit]) -> Decimal:
    return sum((credit.amount_usd for credit in credits), Decimal("0.00"))


def _tell(by: Actor, row: Harm, roles: Sequence[str], what: str) -> None:
    tell(by, to_roles=roles, what=f"{row}: {what}", url=row.get_absolute_url(), severity="medium")


def _last(row: Harm) -> Count:
    count = row.counts.order_by("-number").first()
    if count is None:
        raise Refusal("Nothing was counted.")
    return count


def settle(by: Actor, row: Harm, *, why: str = "") -> Harm:
    """Settle: every credit at its end, the decision on reporting made."""
    with actions.turn():
        return actions.move(by, row, "settle", why=why)


__all__ = ["COLUMNS", "amounts_of", "approve", "credit_file", "propose", "propose_none", "release", "settle"]
