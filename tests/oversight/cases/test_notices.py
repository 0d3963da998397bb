"""Notices: drafted by one with their data, sent by another, filed, answered by the vendor alone, amended in the open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.oversight.cases.conftest import EQ, MONDAY, Firm, on

from oversight.actor import Actor
from oversight.cases import actions, daily
from oversight.cases.models import Case, Notice
from oversight.evidence import queries as evidence
from oversight.lifecycle import Refusal
from oversight.measured.reading import METRIC, Figure
from oversight.notices.models import Copy

DAY = date(2026, 9, 28)


def test_a_notice_keeps_its_figures_with_n_period_unit_and_runs(firm: Firm, case: Case) -> None:
    row = firm.drafted(case, figures=[(EQ, DAY, DAY)], orders=["O2"])
    (kept,) = row.figures
    # Beta's one retail fill: 300 at the midpoint against a spread of 0.02: effective 0 ÷ 0.02 = 0.
    assert (Decimal(kept["value"]), kept["n"], kept["unit"], kept["first"], kept["last"]) == (0, 1, "%", "2026-09-28", "2026-09-28")
    assert kept["runs"] == [evidence.row("run", kept["runs"][0]).pk]  # type: ignore[union-attr]
    assert row.orders == [["2026-09-28", "ABCZ", "O2"]]
    assert (row.state, row.answer_due_on) == ("draft", date(2026, 10, 8))  # seven days of the calendar from 1 October


def test_a_figure_that_cannot_be_measured_says_why_and_has_no_value(firm: Firm, case: Case) -> None:
    row = firm.drafted(case, figures=[(Figure(METRIC, "effective_over_quoted", {"venue": ("KNCM",)}), DAY, DAY)])
    assert [(one["value"], one["n"], one["why"]) for one in row.figures] == [(None, 0, "no row of the period has what this figure needs")]
    with pytest.raises(Refusal, match="a notice goes out with its data"):
        actions.send(firm.compliance, row)


def test_an_order_of_somebody_else_is_never_shown_to_a_vendor(firm: Firm, case: Case) -> None:
    for order in ("O1", "O-nowhere"):
        with pytest.raises(Refusal, match=f"No run in force holds {order} as an order of Beta Router"):
            firm.drafted(case, orders=["O2", order])
    with pytest.raises(Refusal, match="speaks of “Alpha Router”, another vendor"):
        firm.drafted(case, what="Half of it goes to alpha router now. See Alpha Router.")
    assert not Notice.objects.exists()


def test_who_drafted_or_revised_a_notice_does_not_send_it(firm: Firm, case: Case) -> None:
    mine = actions.draft_notice(firm.compliance, case, subject_line="x", what="x", asked="x", orders=["O2"])
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.send(firm.compliance, mine)
    row = actions.revise_notice(firm.vm, mine, subject_line="y", what="x", asked="x", orders=["O2"])
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.send(firm.compliance, row)
    with pytest.raises(Refusal, match="only compliance may do this"):
        actions.send(firm.supervisor, row)
    assert case.state == "opened"


def test_sending_files_the_letter_tells_the_vendor_and_begins_its_clock(firm: Firm, case: Case) -> None:
    row = firm.sent(case)
    case.refresh_from_db()
    assert (row.state, case.state, case.stage_due_on, case.noticed_by) == ("sent", "noticed", date(2026, 10, 8), firm.compliance.key)
    assert row.letter is not None and row.letter.kind == "application/pdf"
    assert [link.filed_id for link in evidence.of_subject("case_notice", str(row.pk))] == [row.letter_id]
    assert [link.filed_id for link in evidence.of_subject("case", str(case.pk))] == [row.letter_id]
    told = Copy.objects.filter(to=firm.account.key).select_related("notice")
    assert [copy.notice.what for copy in told] == ["A formal notice to you: Flow to one venue. Answer by 2026-10-08."]
    assert not Copy.objects.filter(to=firm.stranger.key).exists()


def test_a_draft_that_changed_meanwhile_is_not_sent_unread(firm: Firm, case: Case) -> None:
    row = firm.drafted(case, orders=["O2"])
    stale = Notice.objects.get(pk=row.pk)
    actions.revise_notice(firm.vm, row, subject_line="Other words", what="x", asked="x", orders=["O2"])
    with pytest.raises(Refusal, match="Somebody else changed this meanwhile"):
        actions.send(firm.compliance, stale)
    assert Notice.objects.get().state == "draft"


def test_two_who_send_at_once_send_once(firm: Firm, case: Case, actor: Callable[..., Actor]) -> None:
    row, second = firm.drafted(case, orders=["O2"]), actor("compliance", name="second")
    twice = Notice.objects.get(pk=row.pk)
    actions.send(firm.compliance, row)
    with pytest.raises(Refusal, match="this is done while it is “draft”"):
        actions.send(second, twice)
    assert Copy.objects.filter(to=firm.account.key).count() == 1


def test_only_the_vendors_own_account_answers(firm: Firm, case: Case) -> None:
    row = firm.sent(case)
    for by in (firm.vm, firm.compliance, Actor(firm.stranger.key, firm.stranger.roles), Actor("a-forged", frozenset({"vendor"}))):
        with pytest.raises(Refusal, match="only an account of the vendor"):
            actions.answer(by, row, answer="Ours.")
    answered = actions.answer(firm.outside, row, answer="  A setting of 12 August did it.  ")
    assert (answered.state, answered.answer, case.notice == answered) == ("answered", "A setting of 12 August did it.", True)
    again = actions.answer(firm.outside, row, answer="It was two settings.")
    assert (again.state, again.answer) == ("answered", "It was two settings.")


def test_an_amended_notice_takes_the_place_of_the_first_and_has_a_clock_of_its_own(firm: Firm, case: Case) -> None:
    first = firm.answered(case)
    with on(MONDAY):
        second = firm.sent(case, subject_line="With the orders of October")
    first.refresh_from_db()
    case.refresh_from_db()
    assert (first.state, second.number, second.supersedes, case.notice) == ("superseded", 2, first, second)
    assert (case.state, case.stage_due_on, case.is_answered_or_overdue) == ("noticed", date(2026, 10, 12), False)
    with pytest.raises(Refusal, match="this is done while it is “vendor's answer pending” or “answered”"):
        actions.answer(firm.outside, first, answer="To the old one.")


def test_a_vendor_that_never_answers_is_reminded_then_told_then_goes_up_and_the_firm_goes_on(firm: Firm, case: Case) -> None:
    row = firm.sent(case)  # due by Thursday 8 October
    case.refresh_from_db()
    with on(date(2026, 10, 5)):
        assert daily.daily().words == "nothing ran out"
    with on(date(2026, 10, 6)):  # two days before
        assert (daily.daily().reminded, daily.daily().reminded) == (1, 0)
        with pytest.raises(Refusal, match="the vendor has not answered, and its clock runs"):
            actions.investigate(firm.vm, case)
    with on(date(2026, 10, 8)):
        assert not Notice.objects.get().is_overdue, "its last day is a whole day"
    with on(date(2026, 10, 9)):
        done = daily.daily()
        assert (done.overdue, done.escalated, daily.daily().overdue, case.is_unilateral) == (1, 0, 0, True)
        actions.investigate(firm.vm, case)
        assert (case.state, case.is_unilateral) == ("investigating", True)
        with pytest.raises(Refusal, match="the investigation is not concluded"):
            actions.ask_plan(firm.vm, case)
        actions.conclude_alone(firm.vm, case, words="The release of 12 August moved the flow; we saw it in the venue shares.")
        assert actions.ask_plan(firm.vm, case).state == "planning"
    with on(date(2026, 10, 14)):  # more than five days late
        assert daily.daily().escalated == 1
    told = [copy.notice.what for copy in Copy.objects.filter(to=firm.senior.key).select_related("notice")]
    assert told == ["Case 1, Beta Router: no answer to notice 1.1 since 2026-10-08."]
    assert Copy.objects.filter(to=firm.account.key, notice__what__contains="We go on without it").count() == 1
    assert row.number == 1


def test_the_firm_does_not_conclude_alone_while_the_vendor_may_still_answer(firm: Firm, case: Case) -> None:
    firm.answered(case)
    case.refresh_from_db()
    actions.investigate(firm.vm, case)
    with pytest.raises(Refusal, match="only while the case is investigated and the vendor's answer is past its clock"):
        actions.conclude_alone(firm.vm, case, words="By ourselves.")


def test_a_vendor_sees_its_own_notices_and_nothing_else(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    row = firm.sent(case, figures=[(EQ, DAY, DAY)])
    actions.propose_measure(firm.supervisor, case, kind="reroute", percent=Decimal(50), to_vendor=firm.other, what="Half of it.", from_on=MONDAY)
    draft = firm.drafted(case, subject_line="A draft that is not sent")
    mine, theirs = browser("vendor", name="mine", vendor="vendor_b"), browser("vendor", name="theirs", vendor="vendor_a")
    page = mine.get(f"/cases/notices/{row.pk}/yours/").content.decode()
    assert all(word in page for word in ("Flow to one venue", "Why does it go there?", "O2", "Answer due by 2026-10-08"))
    assert not [word for word in ("Alpha", "vendor_a", "Half of it", "A draft that", "/desk/", "/findings/") if word in page]
    listed = mine.get("/cases/notices/").content.decode()
    assert ("Flow to one venue" in listed, "A draft that" in listed) == (True, False)
    assert mine.get(f"/cases/notices/{row.pk}/files/{row.letter_id}/").content[:5] == b"%PDF-"
    for client, address in (
        (theirs, f"/cases/notices/{row.pk}/yours/"), (theirs, f"/cases/notices/{row.pk}/files/{row.letter_id}/"), (theirs, f"/cases/notices/{row.pk}/attach/"),
        (mine, f"/cases/notices/{draft.pk}/yours/"), (mine, f"/cases/notices/{row.pk}/files/999/"),
        (theirs, f"/move/case_notice/{row.pk}/answer/"), (mine, f"/move/case_notice/{draft.pk}/send/"),
    ):  # fmt: skip
        assert (address, client.get(address).status_code) == (address, 404)
    for address in (f"/cases/{case.pk}/", "/cases/", f"/cases/notices/{row.pk}/"):
        assert mine.get(address).status_code == 403
    assert "Flow to one venue" not in theirs.get("/cases/notices/").content.decode()


def test_a_vendor_answers_and_attaches_in_its_own_pages(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    row = firm.sent(case)
    client = browser("vendor", name="mine", vendor="vendor_b")
    sent = client.post(f"/cases/notices/{row.pk}/attach/", {"content": SimpleUploadedFile("cause.txt", b"The setting of 12 August."), "title": "Cause"})
    assert sent.status_code == 302
    answered = client.post(f"/move/case_notice/{row.pk}/answer/", {"answer": "See the file.", "next": f"/cases/notices/{row.pk}/yours/"})
    assert answered.status_code == 302
    row.refresh_from_db()
    page = client.get(f"/cases/notices/{row.pk}/yours/").content.decode()
    assert (row.state, "Cause" in page, "See the file." in page) == ("answered", True, True)
    link = next(link for link in evidence.of_subject("case_notice", str(row.pk)) if link.filed.vendor)
    assert client.get(f"/cases/notices/{row.pk}/files/{link.filed_id}/").content == b"The setting of 12 August."
    firm_page = browser("vendor_manager").get(f"/cases/notices/{row.pk}/").content.decode()
    assert "See the file." in firm_page and "Cause" in firm_page


def test_a_vendor_without_an_account_is_said_so_that_the_letter_goes_by_hand(firm: Firm, case: Case, person: Any) -> None:
    from oversight.record.actions import change

    change(firm.compliance, firm.account, is_active=False)
    firm.sent(case)
    assert Copy.objects.filter(to=firm.vm.key, notice__what__contains="the vendor has no open account").count() == 1


def test_a_notice_with_bad_input_is_refused_in_words(firm: Firm, case: Case) -> None:
    for said, words in (
        ({"subject_line": " "}, "says in words what it is about"), ({"answer_due_on": date(2026, 10, 1)}, "due on a day to come"),
        ({"figures": [(Figure(METRIC, "no_such"), DAY, DAY)]}, "There is no metric “no_such”"),
        ({"figures": [(EQ, DAY, date(2026, 9, 1))]}, "begins on 2026-09-28, after it ends"),
        ({"figures": [(Figure(METRIC, "effective_over_quoted", {"vendor": ("vendor_a",)}), DAY, DAY)]}, "that is cut so"),
        ({"figures": [(EQ, DAY, DAY)] * 9}, "at most 8 figures"), ({"orders": [f"O{n}" for n in range(51)]}, "at most 50 example orders"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=words):
            firm.drafted(case, **said)  # type: ignore[arg-type]
    firm.drafted(case)
    with pytest.raises(Refusal, match="A draft of a notice waits already"):
        firm.drafted(case)
    with pytest.raises(Refusal, match="only vendor manager or compliance"):
        actions.draft_notice(firm.analyst, case, subject_line="x", what="x", asked="x")
