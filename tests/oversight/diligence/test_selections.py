"""Candidates on one form, side by side, and the memo that says why the losers lost."""

from __future__ import annotations

from typing import Any

import pytest

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.diligence import actions, answering, choosing, judging
from oversight.diligence.choices import Candidate, Selection
from oversight.diligence.models import Assessment
from oversight.lifecycle import Refusal
from oversight.record.actions import move
from oversight.record.models import Entry
from oversight.vendors.actions import register
from oversight.vendors.models import Vendor

from .conftest import DUE, FIRST, LAST, Stage, refused, signed_in

NEED = "A router for retail flow in stocks."


class Chosen:
    """A selection of Alpha and of the firm's own router, both scored."""

    def __init__(self, stage: Stage, **said: str) -> None:
        self.row = choosing.begin(stage.manager, title="Router 2026", need=NEED)
        self.own = register(stage.manager, key="own_build", name="Building it")
        self.alpha = choosing.add(stage.manager, self.row, stage.alpha, first_on=FIRST, last_on=LAST)
        self.build = choosing.add(stage.manager, self.row, self.own, first_on=FIRST, last_on=LAST, is_by_firm=True)
        self._score(stage, self.alpha.assessment, stage.outside, said)
        self._score(stage, self.build.assessment, stage.manager, {"ACC_1": "no"})

    @staticmethod
    def _score(stage: Stage, row: Assessment, by: Actor, said: dict[str, str]) -> None:
        actions.send(stage.manager, row, due_on=DUE)
        stage.say(row, by, **said)
        answering.submit(by, row)
        stage.reviewed(row)
        move(stage.analyst, row, "score")

    def write(self, stage: Stage, **more: Any) -> Selection:
        verdicts = {self.alpha.pk: ("chosen", "It shows what it says."), self.build.pk: ("lost", "No control of market access before 2028.")}
        given = {"summary": "Alpha.", "alternatives": "Building it; staying with one venue.", "verdicts": verdicts, **more}
        return choosing.write(stage.manager, self.row, **given)


def test_candidates_answer_the_same_form_and_the_memo_needs_two_people(stage: Stage) -> None:
    of = Chosen(stage)
    assert {candidate.assessment.form_id for candidate in of.row.candidates.all()} == {of.row.form_id}
    of.write(stage)
    choosing.propose(stage.manager, of.row)
    both = stage.person("vendor_manager", "compliance", name="both")
    assert refused(lambda: choosing.approve(stage.manager, of.row)) == "Approve the memo: only compliance may do this."
    choosing.approve(stage.compliance, of.row)
    assert (of.row.state, of.row.approved_by, both.key != of.row.approved_by) == ("approved", stage.compliance.key, True)


def test_who_proposed_the_memo_does_not_approve_it(stage: Stage) -> None:
    both = stage.person("vendor_manager", "compliance", name="both")
    by = Actor(both.key, both.roles)
    of = Chosen(stage)
    of.write(stage)
    choosing.propose(by, of.row)
    assert "nobody approves their own work" in refused(lambda: choosing.approve(by, of.row))


def test_a_memo_that_is_not_whole_says_what_is_missing(stage: Stage) -> None:
    row = choosing.begin(stage.manager, title="Router 2026", need=NEED)
    assert row.missing == ["at least two candidates are compared", "whom to choose, and why", "which alternatives were considered", "nobody is chosen"]
    of = Chosen(stage)
    of.write(stage, verdicts={of.alpha.pk: ("chosen", " "), of.build.pk: ("lost", "")}, alternatives="")
    assert refused(lambda: choosing.propose(stage.manager, of.row)) == (
        "The memo is not whole. Missing: which alternatives were considered; why Alpha Router LLC was chosen; why Building it was not chosen."
    )


def test_each_loser_needs_its_reason(stage: Stage) -> None:
    of = Chosen(stage)
    of.write(stage, verdicts={of.alpha.pk: ("chosen", "Good."), of.build.pk: ("lost", "")})
    assert of.row.missing == ["why Building it was not chosen"]
    of.write(stage, verdicts={of.alpha.pk: ("lost", "Dear."), of.build.pk: ("lost", "Late.")})
    assert of.row.missing == ["nobody is chosen"]


def test_a_candidate_with_a_failed_gate_cannot_be_chosen(stage: Stage) -> None:
    of = Chosen(stage)
    of.write(stage, verdicts={of.alpha.pk: ("lost", "Dear."), of.build.pk: ("chosen", "Ours.")})
    assert of.row.missing == ["Building it is chosen, and gate ACC-1 is not passed: the answer is “no”, and what passes is “yes”"]


def test_nothing_in_a_memo_changes_once_it_is_proposed_or_approved(stage: Stage) -> None:
    of = Chosen(stage)
    of.write(stage)
    choosing.propose(stage.manager, of.row)
    assert refused(lambda: of.write(stage, summary="Other.")) == "The memo is “memo proposed”, so nothing in it changes. Compliance can return it."
    move(stage.compliance, of.row, "send_back", why="say more of the alternatives")
    of.write(stage, alternatives="Building it, which takes two years.")
    choosing.propose(stage.manager, of.row)
    choosing.approve(stage.compliance, of.row)
    assert refused(lambda: of.write(stage, summary="Other.")) == "The memo is “decided”, so nothing in it changes. Begin another selection."
    other = register(stage.manager, key="third", name="Third")
    assert "nothing in it changes" in refused(lambda: choosing.add(stage.manager, of.row, other, first_on=FIRST, last_on=LAST))
    assert list(Entry.objects.filter(subject_kind="selection").order_by("seq").values_list("verb", flat=True)) == [
        "begin", "write_memo", "propose", "send_back", "write_memo", "propose", "approve",
    ]  # fmt: skip


def test_a_candidate_is_approved_only_after_the_memo_chose_it(stage: Stage) -> None:
    of = Chosen(stage)
    of.write(stage)
    row = of.alpha.assessment
    actions.propose(stage.manager, row, "Approve it.")
    assert refused(lambda: actions.approve(stage.compliance, row)) == "It cannot be approved yet: the memo of “Router 2026” is not approved yet."
    choosing.propose(stage.manager, of.row)
    choosing.approve(stage.compliance, of.row)
    assert actions.approve(stage.compliance, row).state == "approved"
    lost = of.build.assessment
    actions.propose(stage.manager, lost, "Approve it, too.")
    assert "the memo of “Router 2026” did not choose it" in refused(lambda: actions.approve(stage.compliance, lost))


def test_who_lost_stays_in_the_comparison(stage: Stage) -> None:
    of = Chosen(stage)
    of.write(stage)
    choosing.propose(stage.manager, of.row)
    choosing.approve(stage.compliance, of.row)
    actions.decline(stage.compliance, of.build.assessment, why="not chosen")
    page = signed_in(Account.objects.get(key=stage.compliance.key)).get(f"/diligence/selections/{of.row.pk}/")
    sheet = page.context["compared"]
    assert [column.title for column in sheet.columns] == ["Area", "Alpha Router LLC", "Building it"]
    assert [row.cells for row in sheet.rows] == [
        ("Market access", "100.0 %", "100.0 %"), ("Execution quality", "100.0 %", "100.0 %"), ("all areas", "100.0 % (11 of 11)", "100.0 % (11 of 11)"),
        ("gates", "1 of 1 passed", "0 of 1 passed"), ("state", "scored", "declined"),
    ]  # fmt: skip


def test_the_answers_stand_side_by_side_and_can_be_narrowed_to_where_they_differ(stage: Stage) -> None:
    of = Chosen(stage, ACC_2="15")
    client = signed_in(Account.objects.get(key=stage.compliance.key))
    page = client.get(f"/diligence/selections/{of.row.pk}/?differing=1")
    assert [row.cells[:1] + row.cells[2:] for row in page.context["sheet"].rows] == [("ACC-1", "yes", 4, "no", 4), ("ACC-2", "15 venues", 4, "14 venues", 4)]
    page = client.get(f"/diligence/selections/{of.row.pk}/?area=quality&format=csv")
    assert len(page.content.decode().splitlines()) == 4, "the heading and three questions"


def test_a_memo_is_written_in_the_browser(stage: Stage) -> None:
    of = Chosen(stage)
    client = signed_in(Account.objects.get(key=stage.manager.key))
    url = f"/diligence/selections/{of.row.pk}/memo/"
    sent = {"summary": "Alpha.", "alternatives": "None better.", f"verdict-{of.alpha.pk}": "chosen", f"reason-{of.alpha.pk}": "Good.",
            f"verdict-{of.build.pk}": "lost", f"reason-{of.build.pk}": "Late."}  # fmt: skip
    assert client.post(url, sent).status_code == 302
    assert [(each.verdict, each.reason) for each in Candidate.objects.order_by("pk")] == [("chosen", "Good."), ("lost", "Late.")]
    assert "Propose the memo" in client.get(url).content.decode()
    assert client.post(url, {**sent, f"verdict-{of.alpha.pk}": "maybe"}).status_code == 400


@pytest.mark.parametrize("role", ["analyst", "committee", "auditor", "supervisor"])
def test_only_who_keeps_the_vendor_file_writes_a_memo(stage: Stage, role: str) -> None:
    of = Chosen(stage)
    account = stage.person(role, name="another")
    with pytest.raises(Refusal) as refusal:
        choosing.write(Actor(account.key, account.roles), of.row, summary="x", alternatives="x", verdicts={})
    assert refusal.value.is_forbidden
    client = signed_in(account)
    page = client.get(f"/diligence/selections/{of.row.pk}/memo/")
    assert (page.status_code, "Save the memo" in page.content.decode()) == (200, False)
    assert client.post(f"/diligence/selections/{of.row.pk}/memo/", {"summary": "x"}).status_code == 403


def test_candidates_cost_as_many_queries_however_many(stage: Stage) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    of = Chosen(stage)
    client = signed_in(Account.objects.get(key=stage.compliance.key))
    url, counts = f"/diligence/selections/{of.row.pk}/", []
    for names in ((), ("c", "d", "e", "f")):
        for name in names:
            vendor: Vendor = register(stage.manager, key=name, name=name)
            added = choosing.add(stage.manager, of.row, vendor, first_on=FIRST, last_on=LAST, is_by_firm=True)
            Chosen._score(stage, added.assessment, stage.manager, {})
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert judging.scoring_points()[0][0] == 4
