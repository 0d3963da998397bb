"""A run that restates what was decided opens a supplement for the difference; the old assessment stays as it is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.oversight.harm.conftest import TUESDAY, Firm

from oversight.actor import automated
from oversight.findings.models import Run
from oversight.harm import actions
from oversight.harm.models import Harm
from oversight.lifecycle import Refusal
from oversight.record.actions import move

DESK = automated("receive")


def again(firm: Firm, *fills: tuple[str, str]) -> Run:
    """Monday measured again, with these fills."""
    firm.fills.clear()
    firm.accounts.clear()
    for name, px in fills:
        firm.fill(name, px=px)
    return Run.objects.get(pk=firm.receive().id)


def test_only_the_difference_is_counted_and_credited(firm: Firm) -> None:
    """O1 lost 9.00 and had it; measured again it lost (10.06 − 10.02) × 300 = 12.00, and O2 9.00: 3.00 and 9.00 come on top."""
    firm.fill("O1")
    firm.receive()
    row = firm.credited()
    before = Harm.objects.filter(pk=row.pk).values().get()
    told = actions.restate(DESK, again(firm, ("O1", "10.06"), ("O2", "10.05")))
    assert told.words == "1 decided assessments of harm looked at again, 2 opened for the difference"
    assert Harm.objects.filter(pk=row.pk).values().get() == before
    extra = row.supplements.get()
    made = actions.count(firm["analyst"], extra)
    assert (made.exact_usd, made.prior_usd, made.credit_usd) == (Decimal(12), Decimal(9), Decimal(12))
    actions.propose(firm["analyst"], extra, conclusion="On top.")
    actions.approve(firm["compliance"], extra)
    assert sorted(extra.credits.values_list("account_key", "amount_usd")) == [("k-O1", Decimal(3)), ("k-O2", Decimal(9))]
    third = actions.restate(DESK, again(firm, ("O1", "10.06"), ("O2", "10.06")))
    assert (third.looked, len(third.opened)) == (1, 1)
    last = row.supplements.order_by("-number").first()
    assert last is not None
    assert actions.count(firm["analyst"], last).exact_usd == Decimal(3), "12.00 less the 9.00 of O2's supplement; O1 has its 12.00"


def test_what_was_credited_too_much_is_said_and_nothing_is_taken_back(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    row = firm.credited()
    assert actions.restate(DESK, again(firm, ("O1", "10.03"))).opened == ()
    extra = actions.supplement(firm["analyst"], row, why="The day was measured again.")
    made = actions.count(firm["analyst"], extra)
    assert (made.exact_usd, made.harmed_orders) == (Decimal(0), 0)
    assert [(gap["kind"], gap["rows"]) for gap in made.unseen] == [("dollars", 1)]
    assert "credited more before" in made.unseen[0]["why"]


def test_a_run_of_other_days_touches_nothing(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    firm.credited()
    firm.fill("O2", on=TUESDAY)
    run = Run.objects.get(pk=firm.receive(TUESDAY).id)
    assert actions.restate(DESK, run).words == ""


def test_an_open_assessment_is_counted_again_instead(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    row = firm.counted()
    assert actions.restate(DESK, again(firm, ("O1", "10.06"))).looked == 0
    with pytest.raises(Refusal, match="count it again instead"):
        actions.supplement(firm["analyst"], row, why="Again.")


def test_an_account_that_became_known_is_credited_by_a_supplement(firm: Firm) -> None:
    firm.fill("O1", account=None)
    firm.fill("O2")
    firm.receive()
    row = firm.credited()
    firm.feed({"O1": "k-late"})
    extra = actions.supplement(firm["analyst"], row, why="The order system named the account.")
    made = actions.count(firm["analyst"], extra)
    assert (made.exact_usd, made.unknown_orders, made.accounts) == (Decimal(9), 0, ["k-late"])
    with pytest.raises(Refusal, match="open already"):
        actions.supplement(firm["analyst"], row, why="Again.")
    with pytest.raises(Refusal, match="Say why"):
        actions.supplement(firm["analyst"], row, why=" ")
    with pytest.raises(Refusal, match="is opened by"):
        actions.supplement(firm["auditor"], row, why="Again.")


def test_nobody_harmed_is_looked_at_again_too(firm: Firm) -> None:
    firm.fill("O1", px="10.02")
    firm.receive()
    row = firm.counted()
    actions.propose_none(firm["analyst"], row, conclusion="At the quote.")
    move(firm["compliance"], row, "agree_none", why="Read.")
    assert len(actions.restate(DESK, again(firm, ("O1", "10.05"))).opened) == 1
