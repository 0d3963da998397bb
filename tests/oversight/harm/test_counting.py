"""Every affected order is found and valued, what could not be seen is said, and the answer is kept for good."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.oversight.harm.conftest import MONDAY, TUESDAY, Firm

from oversight.evidence import store
from oversight.evidence.models import Filed
from oversight.harm import actions, queries, snapshot, tables
from oversight.harm.models import Count, Harm
from oversight.lifecycle import Refusal
from oversight.record.models import Entry


def test_a_count_names_every_order_that_lost_with_its_dollars(firm: Firm) -> None:
    """O1: (10.05 − 10.02) × 300 = 9.00. O2: (10.03 − 10.02) × 1 = 0.01, as much as the policy's limit lets pass. O3 was at the quote."""
    firm.fill("O1")
    firm.fill("O2", px="10.03", qty=1)
    firm.fill("O3", px="10.02")
    firm.receive()
    row = firm.open()
    made = actions.count(firm["analyst"], row)
    assert (row.state, made.number, made.affected, made.exceptions, made.orders, made.harmed_orders, made.customers) == ("counted", 1, 2, 1, 2, 2, 2)
    assert (made.exact_usd, made.credit_usd, made.unknown_orders, made.better_orders) == (Decimal("9.01"), Decimal("9.01"), 0, 0)
    assert made.limits == [["max_outside_usd", "USD", "0", "0.01"]]
    assert made.accounts == ["k-O1", "k-O2"]


def test_the_policys_own_limits_are_used_where_that_is_stated(firm: Firm) -> None:
    firm.fill("O1")
    firm.fill("O2", px="10.03", qty=1)
    firm.receive()
    assert actions.count(firm["analyst"], firm.open(limits_are="policy")).exact_usd == Decimal(9)
    assert actions.count(firm["analyst"], firm.open(limits_are="stated", limits={"max_outside_usd": "0.005"})).orders == 2
    with pytest.raises(Refusal, match="wider than the policy's"):
        actions.count(firm["analyst"], firm.open(limits_are="stated", limits={"max_outside_usd": "1"}))


def test_the_filed_table_says_the_arithmetic_and_never_the_account(firm: Firm) -> None:
    """O1 had 300 at 10.05 and 100 at 10.00: 9.00 less 2.00 is 7.00."""
    firm.fill("O1")
    firm.fill("O1", px="10.00", qty=100)
    firm.receive()
    row = firm.counted()
    made = row.counts.get()
    rows = snapshot.read(made)
    assert rows.select("order_id", "fill_id", "fill_loss_usd", "is_affected", "harm_usd", "customer").rows() == [
        ("O1", "O1-1", Decimal(9), True, Decimal(7), 1), ("O1", "O1-2", Decimal(-2), False, Decimal(7), 1),
    ]  # fmt: skip
    orders = tables.of_orders(row, made, rows, snapshot.orders_of(rows))
    assert orders.values[0][7] == "(10.05 − 10.02) × 300 = 9.00; (10.00 − 10.02) × 100 = −2.00; together 7"
    assert b"k-O1" not in store.read(made.filed.sha256)


def test_an_account_stands_outside_the_records_chain(firm: Firm) -> None:
    firm.fill("O1", account="secret-account")
    firm.receive()
    firm.credited()
    assert not Entry.objects.filter(body__contains="secret-account").exists()


def test_an_order_of_an_unknown_customer_is_counted_and_not_credited(firm: Firm) -> None:
    firm.fill("O1")
    firm.fill("O2", account=None)
    firm.receive()
    row = firm.approved()
    made = row.counts.get()
    assert (made.unknown_orders, made.unknown_usd, made.exact_usd, made.credit_usd) == (1, Decimal(9), Decimal(18), Decimal(9))
    assert [(gap["kind"], gap["rows"]) for gap in made.unseen] == [("account", 1)]
    assert [credit.amount_usd for credit in row.credits.all()] == [Decimal(9)]


def test_counting_again_finds_the_same_set_and_the_same_bytes(firm: Firm) -> None:
    for place in range(5):
        firm.fill(f"O{place}", px=f"10.0{5 + place % 3}")
    firm.receive()
    row = firm.counted()
    actions.count(firm["supervisor"], row)
    first, second = row.counts.order_by("number")
    assert (first.set_sha256, first.exact_usd, first.filed.sha256) == (second.set_sha256, second.exact_usd, second.filed.sha256)
    same = queries.difference(first, second)
    assert (same.is_same, same.more, same.fewer, same.changed, same.usd) == (True, 0, 0, 0, Decimal(0))


def test_a_count_says_what_differs_from_the_one_before(firm: Firm) -> None:
    """Measured again, O1 was at the quote and O2 came in: 9.00 goes and 30 × 0.03 = 0.90 comes."""
    firm.fill("O1")
    firm.receive()
    row = firm.counted()
    firm.fills.clear()
    firm.accounts.clear()
    firm.fill("O2", qty=30)
    firm.receive()
    assert not queries.harm(row.pk).is_current  # type: ignore[union-attr]  # it is there
    actions.count(firm["analyst"], row)
    first, second = row.counts.order_by("number")
    found = queries.difference(first, second)
    assert (found.is_same, found.more, found.fewer, found.usd) == (False, 1, 1, Decimal("-8.10"))
    assert found.orders == (("2026-09-28", "O1, ABCZ", Decimal(9), None), ("2026-09-28", "O2, ABCZ", None, Decimal("0.9")))


def test_days_without_a_run_are_said(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    made = actions.count(firm["analyst"], firm.open(last_on=date(2026, 9, 30)))
    assert [(gap["kind"], gap["first"], gap["last"], gap["days"]) for gap in made.unseen] == [("no_run", "2026-09-29", "2026-09-30", 2)]
    assert made.days_unseen == 2


def test_a_run_that_is_gone_or_altered_is_said_and_the_rest_is_counted(firm: Firm) -> None:
    firm.fill("O1")
    firm.fill("O2", on=TUESDAY)
    firm.receive(MONDAY)
    other = firm.receive(TUESDAY)
    (other.folder / "fills.parquet").write_bytes(b"other")
    made = actions.count(firm["analyst"], firm.open(last_on=TUESDAY))
    assert [(gap["kind"], gap["first"], gap["days"]) for gap in made.unseen] == [("run", "2026-09-29", 1)]
    assert (made.days_unseen, made.exact_usd) == (1, Decimal(9))


def test_a_raw_file_that_is_gone_is_said_and_its_orders_are_counted(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    (firm.root / "raw.csv").unlink()
    made = actions.count(firm["analyst"], firm.open())
    assert [(gap["kind"], gap["why"]) for gap in made.unseen] == [("raw", "orders.csv: the raw file is gone from where it was kept")]
    assert (made.days_unseen, made.exact_usd) == (0, Decimal(9))


def test_nothing_received_is_an_answer(firm: Firm) -> None:
    made = actions.count(firm["analyst"], firm.open())
    assert (made.orders, made.exact_usd, made.customers, [gap["kind"] for gap in made.unseen]) == (0, Decimal(0), 0, ["no_run"])


def test_a_very_long_period_is_counted_and_its_gaps_are_one_row(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    made = actions.count(firm["analyst"], firm.open(first_on=date(2000, 1, 3)))
    assert [(gap["kind"], gap["first"], gap["last"]) for gap in made.unseen] == [("no_run", "2000-01-03", "2026-09-25")]
    with pytest.raises(Refusal, match="It cannot be counted"):
        actions.count(firm["analyst"], firm.open(first_on=date(1900, 1, 1)))


def test_a_check_of_groups_counts_the_population_behind_them(firm: Firm) -> None:
    """Thirty fills all at XNAS: too much at one venue. Their loss is 30 × 9.00 = 270.00, of a population and not of orders found one by one."""
    for place in range(30):
        firm.fill(f"O{place:02}")
    firm.receive()
    made = actions.count(firm["analyst"], firm.open(check_id="ROU-103"))
    assert (made.is_population, made.orders, made.exceptions, made.exact_usd) == (True, 30, 0, Decimal(270))


def test_a_count_is_never_changed(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    firm.counted()
    for attempt in (lambda: Count.objects.update(orders=0), lambda: Count.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_an_altered_table_is_not_approved(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    row = firm.proposed()
    path = store.place(row.counts.get().filed.sha256)
    path.chmod(0o640)
    path.write_bytes(b"other")
    with pytest.raises(Refusal, match="altered after it was filed"):
        actions.approve(firm["compliance"], row)
    assert (Filed.objects.count(), row.credits.count()) == (1, 0)


def test_another_question_asks_for_another_count(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    row = firm.counted()
    asked = actions.ask(firm["analyst"], row, why="The midpoint was there.", counterfactual="mid_at_t0", counterfactual_why="A midpoint venue was open.")
    assert (asked.state, asked.is_current) == ("opened", False)
    assert actions.count(firm["analyst"], asked).exact_usd == Decimal(12)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"check_id": "EXE-999"}, "no check"), ({"last_on": date(2026, 9, 1)}, "before the first"),
        ({"first_on": date(2027, 1, 1), "last_on": date(2027, 1, 2)}, "future"),
        ({"period_why": " "}, "Say why these days"), ({"counterfactual_why": ""}, "would have been"), ({"title": ""}, "may have cost"),
        ({"counterfactual": "comparison_eq"}, "Name the comparison"), ({"counterfactual": "stated_improvement"}, "price improvement"),
        ({"limits_are": "stated", "limits": {"max_eq": "0"}}, "has no limit max_eq"),
    ],
)  # fmt: skip
def test_a_question_that_means_nothing_is_refused(said: dict[str, object], words: str, firm: Firm) -> None:
    with pytest.raises(Refusal, match=words):
        firm.open(**said)


def test_a_comparison_and_a_stated_improvement_are_applied(firm: Firm) -> None:
    """At XNYS 100 at 10.01, the midpoint: ratio 0, so 10.01; (10.05 − 10.01) × 300 = 12.00. With $0.01 a share: (10.05 − 10.01) × 300 = 12.00, too."""
    firm.fill("O1")
    firm.fill("O2", px="10.01", qty=100, venue="XNYS")
    firm.receive()
    assert actions.count(firm["analyst"], firm.open(counterfactual="comparison_eq", comparison="symbol_day")).exact_usd == Decimal(12)
    assert actions.count(firm["analyst"], firm.open(counterfactual="stated_improvement", improvement_px=Decimal("0.01"))).exact_usd == Decimal(12)
    assert [row.is_current for row in Harm.objects.all()] == [True, True], "a price is the same price with more zeros"
