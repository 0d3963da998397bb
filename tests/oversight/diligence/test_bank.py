"""The shipped bank, as the form asks it and as claims are made from it."""

from __future__ import annotations

from decimal import Decimal

from oversight.clock import today
from oversight.diligence.bank import AREAS, BY_ID, QUESTIONS
from oversight.diligence.bank.bounds import at_least, at_most, never
from oversight.measured.reading import AT_LEAST, AT_MOST, CANNOT_TELL, CHECK, MET, METRIC, MISSED, Figure, Reading, Target, judged


def test_the_form_begins_with_the_gate_and_keeps_areas_together() -> None:
    assert QUESTIONS[0].is_gate
    areas = list(dict.fromkeys(question.area for question in QUESTIONS))
    assert areas == list(AREAS)
    assert [question.area for question in QUESTIONS] == sorted((question.area for question in QUESTIONS), key=areas.index)


def test_a_percentage_answered_becomes_the_fraction_that_is_stored() -> None:
    question = BY_ID["DD-EXQ-01"]
    assert Decimal(55) * question.scale == Decimal("0.55")  # 55 % is 0.55
    assert question.claim is not None
    assert (question.claim.figure, question.claim.side, question.claim.bound) == (
        Figure(METRIC, "effective_over_quoted", {"order_class": ("MXXNN",)}), AT_MOST, None,
    )  # fmt: skip


def test_milliseconds_answered_become_the_nanoseconds_that_are_stored() -> None:
    assert Decimal("12.5") * BY_ID["DD-EXQ-06"].scale == Decimal(12_500_000)  # 12.5 ms × 1,000,000 ns


def test_a_figure_is_claimed_at_most_or_at_least_and_by_the_answer_named() -> None:
    high = at_most("outside", "At most {bound}.", "0.01", order_class=("MXXNN",))
    low = at_least("inside", "At least {bound}.", by_answer="price", min_n=30)
    assert (high.side, high.bound, high.min_n, high.by_answer) == (AT_MOST, Decimal("0.01"), 100, "yes")
    assert (low.side, low.bound, low.min_n, low.by_answer) == (AT_LEAST, None, 30, "price")
    assert dict(high.figure.filters) == {"order_class": ("MXXNN",)}


def test_one_order_contradicts_what_never_happens() -> None:
    claim = never("ROU-102", "No route goes to a venue that the firm has not approved.")
    target = Target(claim.figure, claim.side, claim.bound or Decimal(0), min_n=claim.min_n)
    assert judged(target, seen(claim.figure, "1", n=1)) == (MISSED, "")
    assert judged(target, seen(claim.figure, "0", n=1)) == (MET, "")


def test_a_figure_of_few_fills_tells_nothing() -> None:
    claim = at_most("outside", "At most {bound}.", "0.01")
    target = Target(claim.figure, claim.side, Decimal("0.01"), min_n=claim.min_n)
    assert judged(target, seen(claim.figure, "0.05", n=99)) == (CANNOT_TELL, "n is 99, fewer than the 100 that it takes")


def test_a_gate_passes_by_whoever_holds_the_control_alone() -> None:
    gate = next(question for question in QUESTIONS if question.is_gate)
    assert set(gate.choices) - set(gate.good) == {"it is shared or not settled"}


def seen(figure: Figure, value: str, *, n: int) -> Reading:
    return Reading(figure, "vendor_a", today(), today(), Decimal(value), n, None, ())


def test_the_checks_claimed_are_such_that_a_finding_names_its_vendor() -> None:
    of_symbols = {"COM-101", "COM-106", "COM-107", "COM-112", "EXE-109", "EXE-110"}
    """Asked of symbols, files or control totals: their findings name no vendor, so nothing could ever contradict."""
    checks = {question.claim.figure.key for question in QUESTIONS if question.claim and question.claim.figure.kind == CHECK}
    assert checks & of_symbols == set()
