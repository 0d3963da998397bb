"""Every write of a refresh, from opening it to its completion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from oversight import clock
from oversight.actor import Actor, automated
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal, refuse
from oversight.notices.actions import tell
from oversight.notices.queries import people
from oversight.record import actions
from oversight.refreshes import gathering, promised
from oversight.refreshes.approval import YEAR, approval_of
from oversight.refreshes.changes import ANSWERS, CHANGE_QUESTIONS
from oversight.refreshes.lifecycle import KEEPERS, RECOMMENDATIONS
from oversight.refreshes.models import WRITING, Acknowledgement, ChangeAnswer, Gathering, Refresh, RefreshCondition, SeniorQuestion
from oversight.refreshes.paper import paper, signed
from oversight.refreshes.printing import pdf
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, VENDOR_MANAGER
from oversight.vendors.models import Vendor

EARLY_DAYS = 120
"""A refresh is opened at most so many days before it is due."""
LASTING = ("named", "acknowledged")
COMPLETED_BY = automated("refresh")


@dataclass(frozen=True)
class Said:
    """What is answered to one question on what changed."""

    changed: str
    words: str


def open_refresh(by: Actor, vendor: Vendor, *, counted_from: date | None = None, why: str = "") -> Refresh:
    """Begin the refresh that is due next, with every question on what changed. `counted_from` states the day of the last diligence where it was made
    before the desk; `why` says what it rests on. Raises Refusal where the year is not known, it is too early, or one is begun already."""
    _may(by, KEEPERS, "Opening a refresh")
    today = clock.today()
    if vendor.state in Vendor.LIFECYCLE.ends:
        raise Refusal(f"{vendor.name} is “{vendor.state_title}”. There is nothing to refresh.")
    if counted_from and (counted_from > today or not why.strip()):
        raise Refusal("A day stated by hand is not in the future, and says what it rests on.")
    first_on = counted_from or approval_of(vendor).base_on
    if first_on is None:
        raise Refusal(f"No completed due diligence of {vendor.name} is on the desk. State from which day the year counts, and what that rests on.")
    due_on = first_on + YEAR
    if (due_on - today).days > EARLY_DAYS:
        raise Refusal(f"The refresh of {vendor.name} is due on {due_on}. It can be opened from {EARLY_DAYS} days before.")
    row = Refresh(
        vendor=vendor, year=due_on.year, first_on=first_on, due_on=due_on, is_stated=counted_from is not None, stated_why=why.strip() if counted_from else "",
        opened_by=by.key, opened_at=clock.now(), state=Refresh.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        if Refresh.objects.filter(vendor=vendor).exclude(state__in=Refresh.LIFECYCLE.ends).exists():
            raise Refusal(f"A refresh of {vendor.name} is in progress. Finish it first.")
        if Refresh.objects.filter(vendor=vendor, year=due_on.year).exclude(state="withdrawn").exists():
            raise Refusal(f"{vendor.name} was refreshed for {due_on.year} already.")
        actions.create(by, row, verb="open")
        asked = [ChangeAnswer(refresh=row, place=place, key=one.key, title=one.title, asks=one.asks) for place, one in enumerate(CHANGE_QUESTIONS)]
        actions.create_many(by, asked, verb="ask")
    return row


def answer_changes(by: Actor, row: Refresh, said: Mapping[str, Said]) -> int:
    """Answer questions on what changed, by their key, each in words; says how many answers are new or differ."""
    _may(by, (VENDOR_MANAGER,), "Answering what changed")
    _writing(row)
    rows, count = {one.key: one for one in row.changes.all()}, 0
    for key, one in said.items():
        if key not in rows or one.changed not in ANSWERS or not one.words.strip():
            title = rows[key].title if key in rows else key
            raise Refusal(f"{title}: choose an answer and say it in words, for each question that you answer.")
    with actions.turn():
        _still(row)
        for key, one in said.items():
            held = rows[key]
            if (held.changed, held.words) != (one.changed, one.words.strip()):
                actions.change(by, held, verb="answer", changed=one.changed, words=one.words.strip(), answered_by=by.key, answered_at=clock.now())
                count += 1
    return count


def gather(by: Actor, row: Refresh, **given: Any) -> Refresh:
    """Read what the desk knows of the year until today, hold the claims against it, and keep it as it is."""
    refuse(row.LIFECYCLE, row.LIFECYCLE.move("gather"), row, person=by.key, roles=by.roles, given=given)
    last = clock.today()
    held = promised.claims(row.vendor, row.first_on, last)
    material = {"sources": gathering.gathered(row.vendor, row.first_on, last), "claims": held["lines"]}
    with actions.turn():
        actions.move(by, row, "gather", **given)
        kept = Gathering(
            refresh=row, first_on=row.first_on, last_on=last, material=material, runs=held["runs"], gathered_by=by.key, gathered_at=clock.now()
        )  # fmt: skip
        actions.create(by, kept, verb="gather")
    return row


def write(by: Actor, row: Refresh, *, assessment: str, recommendation: str) -> Refresh:
    """Write the assessment and the recommendation, or write them anew; whoever wrote last does not approve them."""
    _may(by, (VENDOR_MANAGER,), "Writing the assessment")
    if row.state != "gathered":
        raise Refusal("The assessment is written after the year was gathered and before the paper is handed in.")
    if recommendation not in RECOMMENDATIONS:
        raise Refusal(f"Recommend one of: {', '.join(RECOMMENDATIONS.values())}.")
    if (row.assessment, row.recommendation) == (assessment.strip(), recommendation):
        return row
    with actions.turn():
        _still(row)
        return actions.change(
            by, row, verb="write", assessment=assessment.strip(), recommendation=recommendation, written_by=by.key, written_at=clock.now()
        )  # fmt: skip


def set_condition(by: Actor, row: Refresh, *, what: str, due_on: date) -> RefreshCondition:
    """Set a condition on which the vendor is retained."""
    _may(by, KEEPERS, "Setting a condition")
    _writing(row)
    if not what.strip() or due_on <= clock.today():
        raise Refusal("A condition says what must be done, and by which day from tomorrow on.")
    made = RefreshCondition(refresh=row, what=what.strip(), due_on=due_on, set_by=by.key, set_at=clock.now(), state=RefreshCondition.LIFECYCLE.start)
    with actions.turn():
        _still(row)
        return actions.create(by, made, verb="set")


def name_managers(by: Actor, row: Refresh, keys: Iterable[str]) -> list[Acknowledgement]:
    """Name the senior managers to whom the paper is presented; those named already stay. Raises Refusal for an account without the role."""
    _may(by, KEEPERS, "Naming senior managers")
    if row.state not in (*WRITING, "drafted"):
        raise Refusal("Senior managers are named before the paper is presented.")
    wanted, holding = list(dict.fromkeys(keys)), {account.key for account in people((SENIOR_MANAGER,), ())}
    if set(wanted) - holding:
        raise Refusal("Only accounts that hold the role of senior manager can be named.")
    with actions.turn():
        _still(row)
        named = set(row.acknowledgements.filter(state__in=LASTING).values_list("person", flat=True))
        rows = [_acknowledgement(by, row, key) for key in wanted if key not in named]
        return list(actions.create_many(by, rows, verb="name"))


def present(by: Actor, row: Refresh, **given: Any) -> Refresh:
    """Approve the paper and put it before the senior managers: file it as evidence, and ask each to acknowledge it by its hash."""
    with transaction.atomic():
        actions.move(by, row, "present", **given)
        filed = _filed(by, row, pdf(paper(row)), f"Refresh of {row.vendor.name}, {row.year}: the paper presented")
        actions.change(by, row, verb="file_paper", report=filed, sha256=filed.sha256)
        named = list(row.acknowledgements.filter(state="named"))
        for one in named:
            actions.change(by, one, verb="put_before", sha256=filed.sha256)
        tell(by, to_keys=[one.person for one in named], what=f"{row}: the paper is before you", url=row.get_absolute_url(), severity="medium")
    return row


def take_back(by: Actor, row: Refresh, *, why: str = "", **given: Any) -> Refresh:
    """Take the paper back; who was named, or acknowledged it, is asked anew with the next one."""
    with actions.turn():
        actions.move(by, row, "take_back", why=why, **given)
        standing = list(row.acknowledgements.filter(state__in=LASTING))
        actions.move_many(COMPLETED_BY, standing, "supersede")
        actions.create_many(by, [_acknowledgement(by, row, one.person) for one in standing], verb="name")
        actions.change(by, row, verb="unfile_paper", report=None, sha256="")
        tell(by, to_keys=[one.person for one in standing], what=f"{row}: the paper was taken back", url=row.get_absolute_url())
    return row


def ask(by: Actor, row: Refresh, text: str) -> SeniorQuestion:
    """Ask something about the paper, as one of the senior managers to whom it is presented."""
    if row.state != "presented":
        raise Refusal("Questions are asked once the paper is presented, until the refresh is completed.")
    if not row.acknowledgements.filter(person=by.key, state__in=LASTING).exists() or SENIOR_MANAGER not in by.roles:
        raise Refusal("Only the senior managers named in this refresh ask here.", is_forbidden=True)
    if not text.strip():
        raise Refusal("The question is missing.")
    made = SeniorQuestion(refresh=row, text=text.strip(), asked_by=by.key, asked_at=clock.now(), state=SeniorQuestion.LIFECYCLE.start)
    with actions.turn():
        _still(row)
        actions.create(by, made, verb="ask")
        tell(by, to_roles=(VENDOR_MANAGER, COMPLIANCE), what=f"{row}: a senior manager asks", url=made.get_absolute_url(), severity="medium")
    return made


def answer(by: Actor, question: SeniorQuestion, **given: Any) -> SeniorQuestion:
    """Answer a senior manager's question; the refresh completes where nothing else is open."""
    with actions.turn():
        actions.move(by, question, "answer", **given)
        tell(by, to_keys=(question.asked_by,), what=f"{question.refresh}: your question is answered", url=question.get_absolute_url())
        _complete(question.refresh)
    return question


def ask_again(by: Actor, question: SeniorQuestion, *, why: str = "", **given: Any) -> SeniorQuestion:
    """Ask again, as who asked first."""
    _own(by, question.asked_by, "Only who asked a question asks it again.")
    return actions.move(by, question, "ask_again", why=why, **given)


def withdraw_question(by: Actor, question: SeniorQuestion, *, why: str = "", **given: Any) -> SeniorQuestion:
    """Take one's own question back."""
    _own(by, question.asked_by, "Only who asked a question takes it back.")
    with actions.turn():
        actions.move(by, question, "withdraw", why=why, **given)
        _complete(question.refresh)
    return question


def acknowledge(by: Actor, row: Acknowledgement, **given: Any) -> Acknowledgement:
    """Acknowledge the paper of the hash that was put before this person, in their own account. The refresh completes with the last one."""
    _own(by, row.person, "Each senior manager acknowledges in their own account. This one is somebody else's.")
    with actions.turn():
        actions.move(by, row, "acknowledge", **given)
        _complete(row.refresh)
    return row


def excuse(by: Actor, row: Acknowledgement, *, why: str = "", **given: Any) -> Acknowledgement:
    """Ask somebody no longer: they left, or may not decide. The refresh completes where nobody else is waited for."""
    with actions.turn():
        actions.move(by, row, "excuse", why=why, **given)
        _complete(row.refresh)
    return row


def _complete(row: Refresh) -> None:
    """Complete the refresh where everyone acknowledged and no question is open, and file the paper with what was asked, answered and acknowledged."""
    kept = Refresh.objects.select_related("vendor").get(pk=row.pk)
    if kept.state != "presented" or not (kept.is_acknowledged and kept.is_settled):
        return
    actions.move(COMPLETED_BY, kept, "complete")
    filed = _filed(COMPLETED_BY, kept, pdf(signed(kept)), f"Refresh of {kept.vendor.name}, {kept.year}: the paper with its acknowledgements")
    actions.change(COMPLETED_BY, kept, verb="file_signed_paper", signed_report=filed)
    holds = f"; the approval holds until {kept.completed_on + YEAR}" if kept.renews else "; it recommends to leave, so the approval is not renewed"
    tell(COMPLETED_BY, to_roles=KEEPERS, what=f"{kept} is completed{holds}", url=kept.get_absolute_url(), severity="info" if kept.renews else "high")
    row.state, row.completed_at = kept.state, kept.completed_at


def _filed(by: Actor, row: Refresh, content: bytes, title: str) -> Filed:
    name = f"refresh-{row.vendor.key}-{row.year}.pdf"
    return evidence.file(by, name, content, title=title, effective_on=clock.today(), subject=row.subject, what="report to senior management")


def _acknowledgement(by: Actor, row: Refresh, key: str) -> Acknowledgement:
    return Acknowledgement(refresh=row, person=key, named_by=by.key, named_at=clock.now(), state=Acknowledgement.LIFECYCLE.start)


def _may(by: Actor, roles: tuple[str, ...], what: str) -> None:
    if not by.roles & set(roles):
        raise Refusal(f"{what} is for {' and '.join(role.replace('_', ' ') for role in roles)}.", is_forbidden=True)


def _own(by: Actor, key: str, words: str) -> None:
    if by.key != key:
        raise Refusal(words, is_forbidden=True)


def _writing(row: Refresh) -> None:
    if row.state not in WRITING:
        raise Refusal("The paper is handed in, so nothing that it stands on changes. Send it back first.")


def _still(row: Refresh) -> None:
    if Refresh.objects.filter(pk=row.pk, state=row.state).count() != 1:
        raise Refusal(actions.CHANGED)


MOVES: dict[tuple[str, str], Any] = {
    ("refresh", "gather"): gather,
    ("refresh", "present"): present,
    ("refresh", "take_back"): take_back,
    ("senior_question", "answer"): answer,
    ("senior_question", "ask_again"): ask_again,
    ("senior_question", "withdraw"): withdraw_question,
    ("acknowledgement", "acknowledge"): acknowledge,
    ("acknowledgement", "excuse"): excuse,
}
