"""Credits are approved and paid by two people, add up to the cent in every state, and every move asks for what it needs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oversight.harm.conftest import Firm

from oversight.evidence import store
from oversight.evidence.models import Filed
from oversight.harm import actions, queries
from oversight.harm.models import Credit, Harm
from oversight.lifecycle import Refusal
from oversight.policy import limits
from oversight.record.actions import move
from oversight.record.models import Entry


@pytest.fixture
def two(firm: Firm) -> Firm:
    """O1 lost 9.00 and O2 (10.055 − 10.02) × 100 = 3.50; a customer each."""
    firm.fill("O1")
    firm.fill("O2", px="10.055", qty=100)
    firm.receive()
    return firm


def states(row: Harm) -> dict[str, tuple[int, Decimal]]:
    return {one.state: (one.credits, one.usd) for one in queries.states_of(row)[0]}


def test_the_whole_way_from_a_count_to_settled(two: Firm) -> None:
    row = two.credited()
    first, second = row.credits.order_by("number")
    assert [(one.code, one.account_key, one.amount_usd, one.state) for one in (first, second)] == [
        ("H1-000001", "k-O1", Decimal(9), "sent"), ("H1-000002", "k-O2", Decimal("3.50"), "sent"),
    ]  # fmt: skip
    move(two["supervisor"], first, "pay", result_on=row.opened_at.date(), reference="W-1")
    move(two["supervisor"], second, "come_back", result_on=row.opened_at.date(), reason="Account closed.")
    with pytest.raises(Refusal, match="neither paid"):
        actions.settle(two["compliance"], row)
    move(two["compliance"], second, "give_up", became="Held for the customer.")
    with pytest.raises(Refusal, match="whether to report was not decided"):
        actions.settle(two["compliance"], row)
    decided = actions.decide_reporting(two["compliance"], row, is_to_report=False, why_so="Counsel concludes that none is due.")
    with pytest.raises(Refusal, match="whether to report was not decided"):
        actions.settle(two["compliance"], row)
    move(two["senior_manager"], decided, "second")
    assert actions.settle(two["compliance"], row).state == "settled"
    assert (states(row), queries.states_of(row)[1]) == ({"paid": (1, Decimal(9)), "uncollected": (1, Decimal("3.50"))}, Decimal("12.50"))
    move(two["compliance"], second, "pay", result_on=row.opened_at.date(), reference="W-9")
    assert states(row) == {"paid": (2, Decimal("12.50"))}


def test_the_credit_file_is_made_once_and_its_total_ties_to_the_approval(two: Firm) -> None:
    row = two.credited()
    approved = row.approved_count.filed.sha256  # type: ignore[union-attr]  # it was approved
    assert store.read(row.credit_file.sha256).decode() == (  # type: ignore[union-attr]  # it was made
        "record,credit,account_key,amount_usd,currency,approval\n"
        f"credit,H1-000001,k-O1,9.00,USD,{approved}\n"
        f"credit,H1-000002,k-O2,3.50,USD,{approved}\n"
        f"total,2,,12.50,USD,{approved}\n"
    )
    with pytest.raises(Refusal):
        actions.release(two["supervisor"], row)
    assert Filed.objects.filter(name="harm-1-credits.csv").count() == 1


def test_an_account_that_reads_like_a_formula_is_made_harmless(firm: Firm) -> None:
    firm.fill("O1", account="=HYPERLINK(1)")
    firm.receive()
    row = firm.credited()
    assert "credit,H1-000001,'=HYPERLINK(1),9.00" in store.read(row.credit_file.sha256).decode()  # type: ignore[union-attr]  # it was made


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "vendor_manager", "auditor", "administrator"])
def test_only_compliance_or_a_senior_manager_approves(role: str, two: Firm) -> None:
    row = two.proposed()
    with pytest.raises(Refusal, match="only compliance or senior manager"):
        actions.approve(two[role], row)


def test_nobody_approves_what_they_opened_or_proposed(two: Firm, actor: Callable[..., object]) -> None:
    both = actor("supervisor", "compliance", name="both")
    two.people["both"] = both  # type: ignore[assignment]  # an actor
    opened = actions.propose(two["analyst"], two.counted(by="both"), conclusion="Lost.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve(both, opened)  # type: ignore[arg-type]  # an actor
    proposed = actions.propose(both, two.counted(), conclusion="Lost.")  # type: ignore[arg-type]  # an actor
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve(both, proposed)  # type: ignore[arg-type]  # an actor


def test_who_approved_does_not_make_the_file_that_pays(two: Firm) -> None:
    row = two.approved()
    with pytest.raises(Refusal, match="named as approved by"):
        actions.release(two["compliance"], row)
    assert (row.credits.filter(state="due").count(), Filed.objects.filter(name__endswith=".csv").count()) == (2, 0)


def test_no_credit_is_paid_before_the_file_is_made(two: Firm) -> None:
    row = two.approved()
    credit = row.credits.first()
    assert credit is not None
    with pytest.raises(Refusal, match="this is done while"):
        move(two["supervisor"], credit, "pay", result_on=row.opened_at.date(), reference="W-1")


def test_the_database_itself_refuses_one_person_for_both(two: Firm) -> None:
    row = two.approved()
    for names in ({"released_by": row.approved_by}, {"approved_by": row.proposed_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Harm.objects.filter(pk=row.pk).update(**names)


def test_of_two_who_approve_at_once_the_second_is_refused(two: Firm) -> None:
    row = two.proposed()
    here, there = Harm.objects.get(pk=row.pk), Harm.objects.get(pk=row.pk)
    actions.approve(two["compliance"], here)
    with pytest.raises(Refusal):
        actions.approve(two["senior_manager"], there)
    assert (row.credits.count(), Entry.objects.filter(verb="approve_count").count()) == (2, 1)


def test_nothing_is_proposed_or_approved_on_a_count_that_was_overtaken(two: Firm) -> None:
    row = two.proposed()
    two.fill("O3")
    two.receive()
    with pytest.raises(Refusal, match="count again"):
        actions.approve(two["compliance"], Harm.objects.get(pk=row.pk))
    move(two["compliance"], row, "send_back", why="A later run measured the day again.")
    with pytest.raises(Refusal, match="count again"):
        actions.propose(two["analyst"], Harm.objects.get(pk=row.pk), conclusion="Lost.")
    assert actions.count(two["analyst"], row).exact_usd == Decimal("21.50")


def test_that_nobody_was_harmed_is_said_by_two(firm: Firm) -> None:
    firm.fill("O1", px="10.02")
    firm.receive()
    row = firm.counted()
    with pytest.raises(Refusal, match="no order lost anything"):
        actions.propose(firm["analyst"], row, conclusion="Nothing.")
    actions.propose_none(firm["analyst"], row, conclusion="Every fill was at the quote.")
    with pytest.raises(Refusal, match="why is missing"):
        move(firm["compliance"], row, "agree_none")
    assert move(firm["compliance"], row, "agree_none", why="I read the count.").state == "none"
    assert list(queries.open_harms()) == []


def test_what_lies_below_the_firms_least_amount_is_withheld_and_still_counted(two: Firm) -> None:
    """$3.50 lies below $5.00: it is in no file, and stands in the sum."""
    text = limits.SHIPPED.read_text(encoding="utf-8").replace("least_usd = 0", "least_usd = 5.00")
    (two.root / "policy" / "desk.toml").write_text(text, encoding="utf-8")
    row = two.credited()
    assert (states(row), queries.states_of(row)[1]) == ({"sent": (1, Decimal(9)), "withheld": (1, Decimal("3.50"))}, Decimal("12.50"))
    assert "total,1,,9.00" in store.read(row.credit_file.sha256).decode()  # type: ignore[union-attr]  # it was made


def test_a_customer_who_lost_less_than_half_a_cent_has_no_credit(firm: Firm) -> None:
    """0.1 share at 10.03 lost 0.001; with O1's 9.00 that is 9.001, and the cent goes to nobody."""
    firm.fill("O1")
    firm.fill("O2", px="10.03", qty=0, fill_qty=Decimal("0.1"), order_qty=Decimal("0.1"))
    firm.receive()
    row = firm.approved()
    made = row.counts.get()
    assert (made.exact_usd, made.customers, made.credit_usd, row.credits.count()) == (Decimal("9.001"), 2, Decimal(9), 1)


def test_reporting_is_decided_by_compliance_and_seconded_by_a_senior_manager(two: Firm) -> None:
    row = two.approved()
    with pytest.raises(Refusal, match="proposed by compliance"):
        actions.decide_reporting(two["supervisor"], row, is_to_report=False, why_so="No.")
    with pytest.raises(Refusal, match="by when"):
        actions.decide_reporting(two["compliance"], row, is_to_report=True, why_so="Wide impact.")
    made = actions.decide_reporting(two["compliance"], row, is_to_report=True, why_so="Wide impact.", due_on=row.opened_at.date())
    with pytest.raises(Refusal, match="stands already"):
        actions.decide_reporting(two["compliance"], row, is_to_report=False, why_so="No.")
    with pytest.raises(Refusal, match="only senior manager"):
        move(two["compliance"], made, "second")
    move(two["senior_manager"], made, "reject", why="Say how many customers.")
    again = actions.decide_reporting(two["compliance"], row, is_to_report=True, why_so="Two customers.", due_on=row.opened_at.date())
    move(two["senior_manager"], again, "second")
    assert move(two["compliance"], again, "note_report", reported_on=row.opened_at.date(), reference="R-1").state == "reported"
    assert queries.decision(row) == again


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["pay", "come_back", "send_again", "give_up"]), st.integers(0, 1)), max_size=8))
def test_whatever_becomes_of_credits_the_states_add_up_to_what_was_approved(two: Firm, walk: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        row = two.credited()
        held = list(row.credits.order_by("number"))
        given_with = {
            "pay": {"result_on": row.opened_at.date(), "reference": "W"}, "come_back": {"result_on": row.opened_at.date(), "reason": "Closed."},
            "send_again": {"why": "New account."}, "give_up": {"became": "Held."},
        }  # fmt: skip
        for name, place in walk:
            try:
                move(two["supervisor"], held[place], name, **given_with[name])  # type: ignore[arg-type]  # fields of the move
            except Refusal:
                continue
            assert queries.states_of(row)[1] == Decimal("12.50")
        assert sum((one.amount_usd for one in Credit.objects.filter(harm=row)), Decimal(0)) == Decimal("12.50")
        transaction.set_rollback(True)
