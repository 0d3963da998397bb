"""Every write of differences: identify, propose, adopt or reject, look at later flow, decide again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.actor import Actor, automated
from oversight.claims.models import said_of
from oversight.configuration.models import Version
from oversight.differences import queries
from oversight.differences.lifecycle import DECIDERS, IDENTIFIERS
from oversight.differences.models import JUSTIFY, MODIFY, Decision, Difference, Question
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_LEAST, AT_MOST, Figure
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.vendors.models import Vendor

DESK = automated("differences")
"""Carries a decision over to its difference."""


def identify(
    by: Actor, *, title: str, what: str, first_on: date, last_on: date, vendor: Vendor | None = None, usd: Decimal | None = None, bps: Decimal | None = None,
    figure: Figure | None = None, beside: Mapping[str, tuple[str, ...]] | None = None, origin: tuple[str, str] = ("", ""),
) -> Difference:  # fmt: skip
    """Say that a difference is material: its clock starts. `origin` is (kind, id) of what showed it.

    Raises Refusal where it is below the policy's materiality in dollars and in basis points, where its origin has one already, or the figure is not known.
    """
    _may(by, "Identifying a difference")
    if not title.strip() or not what.strip():
        raise Refusal("Say in a title and in words what is worse, and than what.")
    if last_on < first_on:
        raise Refusal(f"The figures would end on {last_on}, before they begin on {first_on}.")
    if figure is not None and not figure.is_known:
        raise Refusal(f"There is no {figure.kind} “{figure.key}” that is cut so.")
    least_usd, least_bps = queries.materiality()
    _is_material(usd, bps, least_usd, least_bps)
    kind, id_ = origin
    row = Difference(
        title=title.strip(), what=what.strip(), vendor=vendor, first_on=first_on, last_on=last_on, usd=usd, bps=bps, materiality_usd=least_usd,
        materiality_bps=least_bps, figure=said_of(figure), beside={name: list(values) for name, values in beside.items()} if figure and beside else None,
        origin_kind=kind, origin_id=str(id_), identified_by=by.key, identified_at=clock.now(), due_on=_due(), state=Difference.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        if kind and (former := Difference.objects.filter(origin_kind=kind, origin_id=str(id_)).exclude(state__in=Difference.LIFECYCLE.ends).first()):
            raise Refusal(f"It is identified already: “{former}”, {former.state_title}.")
        return actions.create(by, row, verb="identify")


def propose(by: Actor, difference: Difference, *, kind: str, reasons: str, alternatives: str, **terms: Any) -> Decision:
    """Propose to modify (`modification`, `figure`, `side`, `bound`, `by_on`; `since_on`, `min_n`, `configuration`) or to justify (`scope`, `expires_on`)."""
    _may(by, "Proposing a decision")
    if not reasons.strip() or not alternatives.strip():
        raise Refusal("A decision needs its reasons, and the alternatives that were considered.")
    said = _modify(**terms) if kind == MODIFY else _justify(**terms) if kind == JUSTIFY else None
    if said is None:
        raise Refusal("A material difference ends in one of two: modify or justify.")
    row = Decision(
        difference=difference, kind=kind, reasons=reasons.strip(), alternatives=alternatives.strip(), proposed_by=by.key, proposed_at=clock.now(),
        state=Decision.LIFECYCLE.start, **said,
    )  # fmt: skip
    with actions.turn():
        actions.move(DESK, difference, "propose")
        actions.create(by, row, verb="propose")
        words = f"{row.get_kind_display().capitalize()} is proposed for “{difference}”: another person decides by {difference.due_on}."
        tell(by, to_roles=DECIDERS, what=words, url=difference.get_absolute_url(), severity="medium")
    return row


def adopt(by: Actor, decision: Decision, *, why: str = "", review: tuple[str, str] = ("", "")) -> Decision:
    """Adopt: the difference ends in it. `review` is (kind, id) of the review whose vote it was."""
    with actions.turn():
        actions.move(by, decision, "adopt", why=why)
        if review[0]:
            actions.change(by, decision, verb="minute", review_kind=review[0], review_id=str(review[1]))
        actions.move(DESK, decision.difference, decision.kind)
    return decision


def reject(by: Actor, decision: Decision, *, why: str = "", review: tuple[str, str] = ("", "")) -> Decision:
    """Say no: the difference is to be decided still, by the same day."""
    with actions.turn():
        actions.move(by, decision, "reject", why=why)
        if review[0]:
            actions.change(by, decision, verb="minute", review_kind=review[0], review_id=str(review[1]))
        actions.move(DESK, decision.difference, "put_back", why=f"The proposal to {decision.kind} was rejected.")
    return decision


def take_back(by: Actor, decision: Decision, *, why: str = "") -> Decision:
    """Take a proposal back before anybody decided."""
    with actions.turn():
        actions.move(by, decision, "withdraw", why=why)
        actions.move(DESK, decision.difference, "put_back", why=f"The proposal to {decision.kind} was taken back.")
    return decision


def withdraw(by: Actor, difference: Difference, *, why: str = "") -> Difference:
    """Withdraw a difference that is none; a proposal on it ends with it."""
    with actions.turn():
        for decision in difference.decisions.filter(state="proposed"):
            actions.move(DESK, decision, "lapse", why="Its difference was withdrawn.")
        return actions.move(by, difference, "withdraw", why=why)


def ask(by: Actor, difference: Difference, *, asks: str, due_on: date) -> Question:
    """Gather more before it is decided. The clock runs on."""
    _may(by, "Asking for more")
    if not difference.is_undecided:
        raise Refusal("More is gathered before it is decided.")
    if not asks.strip() or due_on < clock.today():
        raise Refusal("Say what is to be found out, and by which day from today on.")
    row = Question(difference=difference, asks=asks.strip(), due_on=due_on, asked_by=by.key, asked_at=clock.now(), state=Question.LIFECYCLE.start)
    return actions.create(by, row, verb="ask")


def decide_again(difference: Difference, why: str) -> Difference:
    """Its decision has played its part without ending the difference: a new clock starts. Call it within a turn."""
    decision = difference.decision
    if decision is not None:
        actions.move(DESK, decision, "end", why=why)
    actions.move(DESK, difference, "reopen", why=why, due_on=_due(), rounds=difference.rounds + 1)
    words = f"To be decided again by {difference.due_on}: “{difference}”. {why}"
    tell(DESK, to_roles=DECIDERS, what=words, url=difference.get_absolute_url(), severity="high")
    return difference


def daily() -> tuple[int, int, int]:
    """(justifications that ran out, modifications that flow did not follow, clocks that ran out today). Nothing is done twice."""
    today = clock.today()
    with actions.turn():
        over = list(Decision.objects.filter(state="adopted", kind=JUSTIFY, expires_on__lt=today).select_related("difference"))
        missed = list(Decision.objects.filter(state="adopted", kind=MODIFY, by_on__lt=today).select_related("difference"))
        for decision in over:
            decide_again(decision.difference, f"The justification held until {decision.expires_on}.")
        for decision in missed:
            decide_again(decision.difference, f"Later flow did not show the change by {decision.by_on}.")
        late = list(queries.overdue().filter(told_on=None))
        for difference in late:
            tell(
                DESK, to_roles=DECIDERS, what=f"Neither modified nor justified by {difference.due_on}: “{difference}”.",
                url=difference.get_absolute_url(), severity="high",
            )  # fmt: skip
            actions.change(DESK, difference, verb="tell", told_on=today)
    return len(over), len(missed), len(late)


def _modify(
    *, modification: str = "", figure: Figure | None = None, side: str = "", bound: Decimal | None = None, by_on: date | None = None,
    since_on: date | None = None, min_n: int = 30, configuration: Version | None = None,
) -> dict[str, Any]:  # fmt: skip
    if not modification.strip():
        raise Refusal("Modify: say which change is made.")
    if figure is None or not figure.is_known or side not in (AT_MOST, AT_LEAST) or bound is None:
        raise Refusal("Modify: say which figure of later flow shows the change, at most or at least what.")
    since = since_on or clock.today()
    if by_on is None or by_on <= clock.today() or by_on < since:
        raise Refusal("Modify: later flow shows it by a day after today, and after the day from which it is looked at.")
    return {
        "modification": modification.strip(), "figure": said_of(figure), "side": side, "bound": bound, "by_on": by_on, "since_on": since, "min_n": min_n,
        "configuration": configuration,
    }  # fmt: skip


def _justify(*, scope: str = "", expires_on: date | None = None) -> dict[str, Any]:
    longest = clock.today() + timedelta(days=int(desk_limits().longest_justification_days))
    if not scope.strip():
        raise Refusal("Justify: say for which orders, venues and order types it holds.")
    if expires_on is None or not clock.today() < expires_on <= longest:
        raise Refusal(f"Justify: it holds until a day after today, {longest} at the latest. Then it is decided again.")
    return {"scope": scope.strip(), "expires_on": expires_on}


def _is_material(usd: Decimal | None, bps: Decimal | None, least_usd: Decimal, least_bps: Decimal) -> None:
    if any(value is not None and value < 0 for value in (usd, bps)):
        raise Refusal("What is worse for customers is written as a number above zero.")
    known = [(value, least) for value, least in ((usd, least_usd), (bps, least_bps)) if value is not None]
    if known and not any(value >= least for value, least in known):
        raise Refusal(f"It is not material: below {least_usd} USD a quarter and below {least_bps} bps of notional, as the policy sets them beforehand.")


def _due() -> date:
    return clock.today() + timedelta(days=int(desk_limits().decide_days))


def _may(by: Actor, what: str) -> None:
    if not by.roles & set(IDENTIFIERS):
        raise Refusal(f"{what} is for analysts, supervisors, compliance, vendor managers and the committee.", is_forbidden=True)


MOVES: Mapping[tuple[str, str], Callable[..., Any]] = {
    (Decision.RECORD, "adopt"): adopt, (Decision.RECORD, "reject"): reject, (Decision.RECORD, "withdraw"): take_back,
    (Difference.RECORD, "withdraw"): withdraw,
}  # fmt: skip
