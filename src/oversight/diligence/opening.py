"""How an assessment begins: its form is kept, its questions laid out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from oversight import clock
from oversight.actor import Actor
from oversight.diligence import asking, bank
from oversight.diligence.lifecycle import IN_PROGRESS, KEEPERS
from oversight.diligence.models import Answer, Assessment, QuestionForm
from oversight.lifecycle import SYSTEM, Refusal
from oversight.record import actions
from oversight.vendors.models import Vendor


def form_of(by: Actor, areas: Collection[str] = ()) -> QuestionForm:
    """The form with the bank's questions of these areas as they stand today; the one already kept where it is the same."""
    questions = asking.kept(asking.chosen(areas))
    if not questions:
        raise Refusal("The bank of questions has none to ask.")
    used = {question["area"] for question in questions}
    titles = {key: title for key, title in bank.AREAS.items() if key in used}
    sha256 = asking.sha256_of(titles, questions)
    with actions.turn():
        kept = QuestionForm.objects.filter(sha256=sha256).first()
        made = QuestionForm(sha256=sha256, areas=titles, questions=questions, made_by=by.key, made_at=clock.now())
        return kept or actions.create(by, made, verb="keep_form")


def begin(
    by: Actor, *, vendor: Vendor, first_on: date, last_on: date, purpose: str = "", is_by_firm: bool = False, areas: Collection[str] = (),
    form: QuestionForm | None = None, former: Assessment | None = None,
) -> Assessment:  # fmt: skip
    """Begin an assessment of a vendor for a period; every question of the form waits for its answer. `former` is the last decided one, unless named.

    Raises Refusal for a vendor that was left, a period that ends before it begins, or one that is under assessment already.
    """
    if not by.roles & {*KEEPERS, SYSTEM}:
        raise Refusal("Assessments are begun by vendor managers and compliance.", is_forbidden=True)
    if last_on < first_on:
        raise Refusal("The period would end before it begins. Look at the two days.")
    if vendor.state == "ended":
        raise Refusal(f"{vendor} is no longer used. Put it on the register as a candidate first.")
    with actions.turn():
        if Assessment.objects.filter(vendor=vendor, state__in=IN_PROGRESS).exists():
            raise Refusal(f"{vendor} is under assessment already. Finish that one, or withdraw it.")
        row = Assessment(
            vendor=vendor, former=former or _former(vendor), form=form or form_of(by, areas), is_by_firm=is_by_firm, purpose=purpose.strip(), first_on=first_on,
            last_on=last_on, state=Assessment.LIFECYCLE.start, drafted_by=by.key, drafted_at=clock.now(),
        )  # fmt: skip
        actions.create(by, row, verb="begin")
        actions.create_many(by, _answers(row), verb="ask")
    return row


def _answers(row: Assessment) -> list[Answer]:
    return [
        Answer(
            assessment=row, question_id=question.id, place=place, area=question.area, weight=question.weight, is_gate=question.is_gate,
            state=Answer.LIFECYCLE.start,
        )
        for place, question in enumerate(row.form.asked, 1)
    ]  # fmt: skip


def _former(vendor: Vendor) -> Assessment | None:
    return Assessment.objects.filter(vendor=vendor, state__in=("approved", "lapsed", "declined")).order_by("-pk").first()
