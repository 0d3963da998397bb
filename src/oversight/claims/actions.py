"""Every write of the ledger: what is promised, what is taken back, and what a run says of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from oversight import clock
from oversight.actor import Actor, automated
from oversight.claims import judging
from oversight.claims.judging import Judged
from oversight.claims.models import DIGITS, PLACES, Claim, said_of
from oversight.findings.models import Run
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_LEAST, AT_MOST, Figure
from oversight.record import actions
from oversight.vendors.models import Vendor

DESK = automated("claims")
"""Ends a claim because another takes its place."""
TERMS = ("origin_kind", "origin_id", "area", "words", "figure", "side", "bound", "tolerance", "min_n", "valid_until")
"""What makes a promise another one."""


def state(
    by: Actor, *, vendor: Vendor, origin: tuple[str, str], key: str, words: str, figure: Figure | None = None, side: str = "", bound: Decimal | None = None,
    tolerance: Decimal = Decimal(0), min_n: int = 100, valid_until: date | None = None, area: str = "",
) -> Claim:  # fmt: skip
    """Write down what a vendor promises; `origin` is (kind, id) of the recorded row that says it, `bound` in the figure's stored unit.

    The same vendor and key supersede what was promised before, whose tests stay; with the same terms nothing is written.
    Raises Refusal for a bound that is no number of this world, ValueError for a figure that nobody measures or one without its bound.
    """
    kept = said_of(_measured(figure, side, bound))
    kind, id_ = origin
    said = {
        "origin_kind": kind, "origin_id": str(id_), "area": area, "words": _said(words), "figure": kept, "side": side if kept else "",
        "bound": _number(bound), "tolerance": _number(tolerance) or Decimal(0), "min_n": min_n, "valid_until": valid_until,
    }  # fmt: skip
    with actions.turn():
        former = Claim.objects.filter(vendor=vendor, key=key, state="in_force").first()
        if former is not None and all(getattr(former, name) == said[name] for name in TERMS):
            return former
        if former is not None:
            actions.move(DESK, former, "supersede", why="The vendor says it in other words, or with other terms.")
        row = Claim(vendor=vendor, key=key, state=Claim.LIFECYCLE.start, stated_by=by.key, stated_at=clock.now(), supersedes=former, **said)
        return actions.create(by, row, verb="state")


def withdraw(by: Actor, vendor: Vendor, key: str, why: str) -> Claim:
    """Take back what a vendor promises under that key. Its tests stay, and an exception that it made still wants its answer."""
    row = Claim.objects.filter(vendor=vendor, key=key, state="in_force").first()
    if row is None:
        raise Refusal(f"{vendor.name} has no claim “{key}” in force.")
    return actions.move(by, row, "withdraw", why=why)


def judge(by: Actor, run: Run) -> Judged:
    """Hold every claim in force that a figure can contradict against a received run: one test a claim and run, made once; all or nothing."""
    return judging.judge(by, run)


def judge_now(by: Actor) -> Judged:
    """Hold the claims stated since against the latest run in force, without waiting for the next. Raises Refusal before the first run."""
    run = judging.latest()
    if run is None:
        raise Refusal("No run has been received yet, so nothing can speak for or against a claim.")
    return judging.judge(by, run)


def _measured(figure: Figure | None, side: str, bound: Decimal | None) -> Figure | None:
    if (figure is None) != (bound is None) or (figure is not None and (side not in (AT_MOST, AT_LEAST) or not figure.is_known)):
        raise ValueError(f"not a figure with its side and bound: {figure}, {side!r}, {bound}")
    return figure


def _said(words: str) -> str:
    if not words.strip():
        raise Refusal("A claim needs words: what does the vendor say?")
    return words.strip()


def _number(value: Decimal | None) -> Decimal | None:
    """The number as the table keeps it."""
    try:
        kept = None if value is None else Decimal(value).quantize(Decimal(1).scaleb(-PLACES), context=judging.exact(DIGITS))
    except InvalidOperation:
        kept = Decimal("nan")
    if kept is not None and not kept.is_finite():
        raise Refusal(f"{value} cannot be a bound: it is no number, or too large.")
    return kept


MOVES: dict[tuple[str, str], object] = {}
