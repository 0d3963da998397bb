"""Every write of the profile: an answer, its second signature, its yearly confirmation, and the duties that follow."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.obligations import profile, raising
from oversight.obligations.bank import NOT_APPLICABLE, PROFILE_BY_KEY, Question
from oversight.obligations.lifecycle import SECOND
from oversight.obligations.models import PROFILE, Answer, Duty
from oversight.obligations.raising import DESK
from oversight.obligations.shipped import BY_KEY, LISTED_ONLY, Kind
from oversight.record import actions
from oversight.roles import COMPLIANCE


def answer(by: Actor, question: str, choice: str, *, figure: int | None = None, words: str = "") -> Answer:
    """Answer a question of the profile. It is in force at once, unless it would release the firm from something: then a second person signs it.

    Raises Refusal for anybody but compliance, an unknown choice, a figure that contradicts the choice, or the answer that stands already.
    """
    if COMPLIANCE not in by.roles:
        raise Refusal("The profile is answered by compliance.", is_forbidden=True)
    asked = PROFILE_BY_KEY.get(question)
    if asked is None or choice not in asked.titles:
        raise Refusal("There is no such question or choice. Nothing was written.")
    _check(asked, choice, figure)
    with actions.turn():
        stands = profile.in_force().get(question)
        if stands and (stands.choice, stands.figure, stands.words) == (choice, figure, words.strip()):
            raise Refusal("This is the answer that stands already.")
        made = Answer(
            question=question, choice=choice, figure=figure, words=words.strip(), is_releasing=_releases(asked, choice, stands),
            answered_by=by.key, answered_at=clock.now(), state=Answer.LIFECYCLE.start,
        )  # fmt: skip
        actions.move_many(DESK, list(Answer.objects.filter(question=question, state="proposed")), "replace")
        actions.create(by, made, verb="answer")
        if made.releases_nothing:
            return _put(by, made, "take_effect")
        tell(by, to_roles=SECOND, what="An answer of the profile awaits a second signature.", url=made.get_absolute_url(), severity="low")
    return made


def sign(by: Actor, row: Answer, *, why: str = "") -> Answer:
    """Sign, as second person, an answer that releases the firm from something."""
    with actions.turn():
        return _put(by, row, "sign", why=why)


def take_effect(by: Actor, row: Answer, *, why: str = "") -> Answer:
    """Put in force an answer that releases nothing."""
    with actions.turn():
        return _put(by, row, "take_effect", why=why)


def confirm(by: Actor, row: Answer, *, why: str = "") -> Answer:
    """Confirm “not applicable” for another year from today."""
    with actions.turn():
        moved = actions.move(by, row, "confirm", why=why)
        return actions.change(by, moved, verb="keep_until", reconfirm_on=year_on(clock.today()))


def align() -> None:
    """Switch on and off what the profile says; what changes is recorded duty by duty."""
    wanted = profile.switched_on()
    rows = {row.key: row for row in Duty.objects.filter(vendor=None)}
    with actions.turn():
        for key, questions in wanted.items():
            why = f"Switched on by the profile: {', '.join(questions)}."
            if key not in rows:
                actions.create(DESK, duty_of(BY_KEY[key]), verb="bind", why=why)
            elif rows[key].state == "off" and rows[key].is_from_profile:
                actions.change(DESK, actions.move(DESK, rows[key], "bind", why=why), verb="begin", owed_from=clock.today())
        for row in rows.values():
            if row.is_from_profile and row.state == "on" and row.key not in wanted:
                why = "No answer of the profile switches it on any more."
                actions.move(DESK, row, "release", why=why)
                raising.withdraw(row, why)


def duty_of(kind: Kind) -> Duty:
    """The firm's duty of a kind that is shipped, without an owner yet; not saved."""
    rule = kind.rule
    return Duty(
        key=kind.key, title=kind.title, cites=list(kind.cites), severity=kind.severity, every=rule.every, after=rule.after, unit=rule.unit, falls=rule.falls,
        year_ends=rule.year_ends, owner_role=kind.owner, deputy_role=kind.deputy, runbook=kind.runbook, wanted=kind.wanted, proof=kind.proof, act=kind.act,
        second=kind.second, origin=PROFILE, owed_from=clock.today(), added_by=DESK.key, added_at=clock.now(), state=Duty.LIFECYCLE.start,
    )  # fmt: skip


def year_on(day: date) -> date:
    """The same day of the next year; 28 February for the 29th."""
    return date(day.year + 1, day.month, min(day.day, monthrange(day.year + 1, day.month)[1]))


def _put(by: Actor, row: Answer, move: str, why: str = "") -> Answer:
    """In force, in place of what stood before, with a day to confirm it again where it says that something does not apply."""
    actions.move_many(DESK, list(Answer.objects.filter(question=row.question, state="in_force")), "replace")
    moved = actions.move(by, row, move, why=why)
    if moved.is_reconfirmed:
        actions.change(by, moved, verb="keep_until", reconfirm_on=year_on(clock.today()))
    align()
    return moved


def _releases(asked: Question, choice: str, stands: Answer | None) -> bool:
    """Whether a second person signs: it does not apply, or less is owed than the answer before said."""
    if choice == NOT_APPLICABLE:
        return True
    return stands is not None and bool(set(asked.duties(stands.choice)) - set(asked.duties(choice)) - set(LISTED_ONLY))


def _check(asked: Question, choice: str, figure: int | None) -> None:
    if figure is not None and not asked.figure:
        raise Refusal("No number is asked for here.")
    if not asked.figure or choice == NOT_APPLICABLE:
        return
    if figure is None:
        raise Refusal(f"Say how many {asked.figure} there are.")
    least, most = asked.bounds[choice]
    if figure < least or (most is not None and figure > most):
        raise Refusal(f"{figure:,} {asked.figure} is not “{asked.titles[choice]}”. Choose the range that holds the number.")
