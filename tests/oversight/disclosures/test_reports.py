"""Public reports, other firms' reports and yearly notices: checked by a second person, corrected by another row, followed to delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client

from oversight import clock
from oversight.disclosures import actions, daily
from oversight.disclosures.models import Publication
from oversight.evidence import actions as evidence
from oversight.evidence.queries import of_subject
from oversight.lifecycle import Refusal
from oversight.obligations import actions as obligations
from oversight.obligations.models import Duty, Occurrence
from oversight.record.actions import create, move

from .conftest import QUARTERLY, Desk

POSTED: dict[str, Any] = {"published_on": date(2026, 10, 1), "address": "https://firm.example/606", "receipt": "FINRA-1"}
pytestmark = pytest.mark.django_db


def published(desk: Desk, **said: Any) -> Publication:
    return actions.publish(desk.compliance, move(desk.compliance, desk.public(**said), "check", checked_how="Tied to the ledger."), **POSTED)


def test_a_quarters_report_is_due_within_a_month(desk: Desk) -> None:
    assert desk.public().due_on == date(2026, 10, 30)
    """31 October 2026 is a Saturday; the business day before is taken."""


def test_a_period_that_is_not_over_has_no_report(desk: Desk) -> None:
    with pytest.raises(Refusal, match="2026Q4 is not over"):
        desk.public(period="2026Q4")
    with pytest.raises(Refusal, match="not a month"):
        desk.public(kind="rule605", period="2026Q3")


def test_one_that_breaks_its_rules_is_not_taken(desk: Desk) -> None:
    with pytest.raises(Refusal, match="breaks its rules"):
        desk.public(files=[("606.xml", QUARTERLY.replace(b"<marketPct>100.00<", b"<marketPct>100<"))])
    assert not Publication.objects.exists()


def test_it_is_published_by_who_did_not_make_it_and_with_the_receipt_of_finra(desk: Desk) -> None:
    row = move(
        desk.compliance, actions.make_publication(desk.compliance, kind="rule606a", period="2026Q3", files=[("606.xml", QUARTERLY)]), "drop", why="Another try."
    )
    row = move(desk.compliance, desk.public(), "check", checked_how="Tied to the ledger.")
    with pytest.raises(Refusal, match="FINRA"):
        actions.publish(desk.compliance, row, published_on=date(2026, 10, 1), address="https://firm.example/606")
    row = actions.publish(desk.compliance, row, **POSTED)
    assert (row.state, row.keep_until_on) == ("published", date(2029, 10, 1))


def test_late_or_in_the_future_is_not_taken_silently(desk: Desk) -> None:
    row = move(desk.compliance, desk.public(), "check", checked_how="Read.")
    with pytest.raises(Refusal, match="in the future"):
        actions.publish(desk.compliance, row, **{**POSTED, "published_on": date(2026, 10, 2)})
    with clock.stated(datetime(2026, 11, 3, 14, tzinfo=UTC)), pytest.raises(Refusal, match=r"due on 2026-10-30\. Say why"):
        actions.publish(desk.compliance, row, **{**POSTED, "published_on": date(2026, 11, 3)})


def test_a_corrected_report_is_a_new_one_that_points_at_the_old_and_keeps_its_first_day(desk: Desk) -> None:
    old = published(desk)
    with pytest.raises(Refusal, match="public already"):
        desk.public()
    new = move(
        desk.compliance,
        desk.public(corrects=old, files=[("606b.xml", QUARTERLY.replace(b"60.00", b"59.00").replace(b"20.00<", b"20.50<", 2))]),
        "check",
        checked_how="Read.",
    )
    with clock.stated(datetime(2026, 10, 20, 14, tzinfo=UTC)):
        new = actions.publish(desk.compliance, new, **{**POSTED, "published_on": date(2026, 10, 20)})
    assert Publication.objects.get(pk=old.pk).state == "corrected"
    assert (new.state, new.corrects, new.keep_until_on) == ("published", old, date(2029, 10, 1))


def test_the_database_lets_one_report_of_a_period_be_public(desk: Desk) -> None:
    row = published(desk)
    row.pk = None
    with pytest.raises(IntegrityError):
        create(desk.compliance, row)


def test_after_three_years_it_need_not_be_public_any_more(desk: Desk) -> None:
    row = published(desk)
    with clock.stated(datetime(2029, 10, 1, 14, tzinfo=UTC)):
        assert daily.daily().retired == 0
    with clock.stated(datetime(2029, 10, 2, 14, tzinfo=UTC)):
        assert daily.daily().retired == 1
    assert Publication.objects.get(pk=row.pk).state == "retired"


def test_what_was_published_is_the_proof_of_the_calendars_duty(desk: Desk) -> None:
    duty = Duty(
        key="rule606a_quarterly", title="Routing report", severity="high", every="quarter", after=1, unit="months", falls="before", owner=desk.compliance.key,
        origin="hand", owed_from=date(2026, 7, 1), added_by=desk.compliance.key, added_at=clock.now(), state="on",
    )  # fmt: skip
    create(desk.compliance, duty)
    obligations.daily()
    occurrence = Occurrence.objects.get(duty=duty, period="2026Q3")
    row = published(desk)
    assert [link.filed for link in of_subject(*occurrence.subject)] == [row.main]


def test_nothing_is_adopted_unexamined_or_unexplained(desk: Desk) -> None:
    row = desk.received()
    with pytest.raises(Refusal, match="while it is “examined”"):
        move(desk.compliance, row, "adopt", why="It looks fine.")
    with pytest.raises(Refusal, match="no comparison with the firm's own orders"):
        actions.examine(desk.analyst, row, cells=200, differing=3, unexplained=1, conclusion="One sign is flipped.")
    evidence.file(desk.analyst, "comparison.csv", b"cell,theirs,ours\n", title="Comparison", subject=row.subject)
    with pytest.raises(Refusal, match="among those that differ"):
        actions.examine(desk.analyst, row, cells=200, differing=3, unexplained=4, conclusion="One sign is flipped.")
    row = actions.examine(desk.analyst, row, cells=200, differing=3, unexplained=1, conclusion="One sign is flipped.")
    with pytest.raises(Refusal, match="without an explanation"):
        move(desk.compliance, row, "adopt", why="It is nearly right.")
    row = actions.examine(desk.analyst, row, cells=200, differing=3, conclusion="The sign was corrected by them; three cells round otherwise.")
    assert move(desk.supervisor, row, "adopt", why="Held against our orders.").state == "adopted"


def test_who_examined_does_not_adopt(desk: Desk) -> None:
    row = actions.note_adoption(desk.compliance, kind="rule606a", maker="Router B", period="2026Q3", content=("theirs.xml", QUARTERLY))
    evidence.file(desk.compliance, "comparison.csv", b"cell,theirs,ours\n", title="Comparison", subject=row.subject)
    row = actions.examine(desk.compliance, row, cells=200, differing=0, conclusion="Every cell agrees.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(desk.compliance, row, "adopt", why="Held against our orders.")


def test_one_that_breaks_its_format_is_on_file_with_the_count_and_not_adopted(desk: Desk) -> None:
    row = desk.received(QUARTERLY.replace(b"<marketPct>100.00<", b"<marketPct>100<"))
    assert row.broken == 1
    evidence.file(desk.analyst, "comparison.csv", b"cell,theirs,ours\n", title="Comparison", subject=row.subject)
    row = actions.examine(desk.analyst, row, cells=200, differing=0, conclusion="Agrees, and breaks its format.")
    with pytest.raises(Refusal, match="let the other firm correct"):
        move(desk.compliance, row, "adopt", why="Small.")


def test_a_notice_is_delivered_once_nothing_that_came_back_is_open(desk: Desk) -> None:
    row = actions.draft_notice(desk.compliance, kind="rule607", year=2026, content=("notice.txt", b"What we receive\n"))
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(desk.compliance, row, "approve")
    row = move(desk.analyst, move(desk.supervisor, row, "approve"), "send", sent_on=date(2026, 10, 1), addressed=1000, sent_how="mail")
    with pytest.raises(Refusal, match="more is settled than came back"):
        actions.follow_up(desk.analyst, row, returned=9, reached=10)
    row = actions.follow_up(desk.analyst, row, returned=9, reached=7, unreachable=2)
    assert row.open_returns == 0
    with pytest.raises(Refusal, match="with the reason"):
        actions.close_notice(desk.compliance, row)
    row = actions.follow_up(desk.analyst, row, returned=9, reached=7, unreachable=2, unreachable_why="Both accounts are frozen by the court.")
    assert actions.close_notice(desk.compliance, row).state == "delivered"
    with pytest.raises(Refusal, match="a notice of 2026 already"):
        actions.draft_notice(desk.compliance, kind="rule607", year=2026, content=("notice.txt", b"Again\n"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/disclosures/public/new/", {"kind": "rule606a", "period": "2026Q3"}),
        ("/disclosures/others/new/", {"kind": "rule606a", "maker": "Router B", "period": "2026Q3"}),
        ("/disclosures/notices/new/", {"kind": "rule607", "year": "2026"}),
    ],
)
def test_the_forms_take_a_file_and_lead_to_what_they_made(desk: Desk, browser: Callable[..., Client], address: str, said: dict[str, str]) -> None:
    client = browser("compliance", name="files")
    answer = client.post(address, {**said, "content": SimpleUploadedFile("report.xml", QUARTERLY)}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain, answer.content.decode()[:2000]
    assert client.post(address, {**said, "content": SimpleUploadedFile("report.xml", b"")}).status_code == 400
    assert client.get("/disclosures/?format=csv").status_code == 200


def test_what_is_refused_is_said_above_the_form(desk: Desk, browser: Callable[..., Client]) -> None:
    client = browser("compliance", name="refused")
    answer = client.post("/disclosures/public/new/", {"kind": "rule606a", "period": "2026-08", "content": SimpleUploadedFile("report.xml", QUARTERLY)})
    assert (answer.status_code, "is not a quarter" in answer.content.decode()) == (400, True)
