"""Files of payments: read line by line, tied to a control total, approved by a second person, replaced and never changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.actor import Actor
from oversight.conflicts import actions, queries
from oversight.conflicts.models import Payment, PaymentBatch, PaymentMonth
from oversight.evidence.models import Filed, Link
from oversight.lifecycle import Refusal
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import HEAD, ONE, line

Act = Callable[..., Actor]
Browser = Callable[..., Client]
Upload = Callable[..., PaymentBatch]


def test_a_file_is_taken_where_it_ties_and_is_filed_as_evidence(actor: Act, uploaded: Upload) -> None:
    by = actor("vendor_manager")
    batch = uploaded(by, ONE, "24.00")
    assert (batch.state, batch.lines, batch.total_usd, batch.rejects, batch.uploaded_by) == ("uploaded", 1, Decimal("24.00"), [], by.key)
    assert [(link.subject_kind, link.subject_id, link.filed_id) for link in Link.objects.all()] == [("payment_batch", str(batch.pk), batch.filed_id)]
    assert Filed.objects.get().sha256 == batch.sha256
    assert list(queries.payments(date(2026, 8, 1), date(2026, 8, 31))) == [], "it counts once somebody else approves it"


def test_a_file_that_does_not_tie_is_refused_with_the_difference_and_leaves_nothing(actor: Act) -> None:
    text = f"{ONE}{line(month='2026-13', amount_usd='6.00')}\n"
    with pytest.raises(actions.DoesNotTie) as refusal:
        actions.upload(actor("analyst"), "payments.csv", text.encode(), Decimal("30.00"))
    assert refusal.value.words == (
        "The lines add up to 24.00 USD and the control total is 30.00: the difference is -6.00. 1 lines were not accepted; look at them first."
    )
    assert [reject.number for reject in refusal.value.rejects] == [3]
    assert (PaymentBatch.objects.count(), Filed.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_what_was_rejected_in_a_file_that_ties_stays_beside_it(actor: Act, uploaded: Upload) -> None:
    batch = uploaded(actor("analyst"), f"{ONE}Total,,,,,,,24.00,,,\n", "24.00")
    assert batch.rejects == [[3, "venue is missing", "Total,,,,,,,24.00,,,"]]
    entry = Entry.objects.get(subject_kind="payment_batch", verb="upload")
    assert sorted(word.name for word in entry.words.all()) == ["name", "rejects"]


def test_the_same_file_twice_is_nothing_twice_until_it_was_set_aside(actor: Act, uploaded: Upload) -> None:
    by = actor("analyst")
    batch = uploaded(by, ONE, "24.00")
    again = actions.upload(by, "other name.csv", ONE.encode(), Decimal("99.00"))
    assert (again.batch, again.is_fresh, Payment.objects.count(), Filed.objects.count()) == (batch, False, 1, 1)
    record.move(by, batch, "set_aside", why="the wrong month")
    assert actions.upload(by, "payments.csv", ONE.encode(), Decimal("24.00")).is_fresh


def test_a_second_person_approves(actor: Act, uploaded: Upload) -> None:
    by, other = actor("supervisor", name="one"), actor("compliance", name="two")
    batch = uploaded(by, ONE, "24.00")
    stale = PaymentBatch.objects.get(pk=batch.pk)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve(by, batch)
    actions.approve(other, batch)
    assert (batch.state, batch.approved_by, queries.payments(date(2026, 8, 15), date(2026, 8, 15)).count()) == ("approved", other.key, 1)
    with pytest.raises(Refusal, match="is “in force”; this is done while it is"):
        actions.approve(actor("supervisor", name="three"), stale)


@pytest.mark.parametrize("role", ["analyst", "committee", "vendor_manager", "senior_manager", "auditor", "vendor", "administrator"])
def test_nobody_but_supervisors_and_compliance_approves(actor: Act, uploaded: Upload, role: str) -> None:
    batch = uploaded(actor("analyst", name="uploads"), ONE, "24.00")
    with pytest.raises(Refusal) as refusal:
        actions.approve(actor(role, name="other"), batch)
    assert (refusal.value.is_forbidden, PaymentMonth.objects.filter(is_current=True).count()) == (True, 0)


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_files_no_evidence_uploads_no_payments(actor: Act, role: str) -> None:
    with pytest.raises(Refusal, match="uploaded by analysts"):
        actions.upload(actor(role), "payments.csv", ONE.encode(), Decimal("24.00"))


def test_a_corrected_file_takes_the_place_of_its_month_and_source_and_the_old_one_stays(actor: Act, uploaded: Upload) -> None:
    by, other = actor("analyst"), actor("compliance")
    july = line(month="2026-07", amount_usd="10.00", shares="5000")
    exchange = line(venue="XNAS", vendor="", kind="fee", direction="paid", amount_usd="-3.00", shares="1000", source="exchange invoice")
    first = uploaded(by, f"{HEAD}\n{line()}\n{july}\n{exchange}\n", "31.00", approver=other)
    second = uploaded(by, f"{HEAD}\n{line(amount_usd='30.00')}\n", "30.00")
    assert queries.per_venue_month()[1].net_usd == Decimal("24.00"), "the second does not count yet"
    actions.approve(other, second)
    held = [(cell.by["month_on"], cell.by["venue"], cell.net_usd) for cell in queries.per_venue_month()]
    assert held == [(date(2026, 7, 1), "KNCM", Decimal(10)), (date(2026, 8, 1), "KNCM", Decimal(30)), (date(2026, 8, 1), "XNAS", Decimal(-3))]
    first.refresh_from_db()
    assert (first.state, Payment.objects.filter(month__batch=first).count()) == ("approved", 3), "July and the exchange's invoice are still its own"
    rest = uploaded(by, f"{HEAD}\n{july}\n{exchange}\n", "7.00", approver=other)
    first.refresh_from_db()
    assert (first.state, rest.state, Payment.objects.filter(month__batch=first).count()) == ("superseded", "approved", 3)


def test_the_database_refuses_to_change_a_line_and_to_hold_two_months_in_force(actor: Act, uploaded: Upload) -> None:
    uploaded(actor("analyst"), ONE, "24.00", approver=actor("compliance"))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE conflicts_payment SET amount_usd = 1")
    month = PaymentMonth.objects.get()
    twin = uploaded(actor("analyst", name="other"), ONE.replace("24.00", "25.00"), "25.00").months.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        record.change(actor("compliance", name="c"), twin, is_current=True)
    assert month.is_current


def test_ten_thousand_lines_are_taken_exactly(actor: Act) -> None:
    lines = [line(amount_usd=f"0.{number:06d}", shares=str(number)) for number in range(1, 10_001)]
    total = Decimal("50.005000")
    """0.000001 × (1 + … + 10,000) = 0.000001 × 50,005,000."""
    batch = actions.upload(actor("analyst"), "payments.csv", "\n".join((HEAD, *lines)).encode(), total).batch
    actions.approve(actor("compliance"), batch)
    (cell,) = queries.per_venue_month()
    assert (cell.lines, cell.received_usd, cell.shares) == (10_000, total, Decimal(50_005_000))
    assert cell.cents_per_hundred == Decimal("0.01"), "50.005 × 10,000 ÷ 50,005,000"


def test_the_command_takes_a_file_once_and_says_what_it_did_not_take(db: None, tmp_path: Path) -> None:
    file, out, err = tmp_path / "august.csv", StringIO(), StringIO()
    file.write_text(f"{ONE}{line(month='2026-13')}\n")
    for _ in range(2):
        call_command("import_payments", str(file), "--control-total", "24.00", stdout=out, stderr=err)
    batch = PaymentBatch.objects.get()
    assert out.getvalue().splitlines() == [
        f"august.csv taken as file no. {batch.pk}: 1 lines, net 24.00 USD, 1 lines not accepted.", "It counts once a second person approves it on the desk.",
        f"august.csv was taken before as file no. {batch.pk} (awaiting approval); nothing was changed.",
    ]  # fmt: skip
    assert err.getvalue() == "august.csv, line 3: month is “2026-13”, which is no month such as 2026-08\n"
    assert (batch.uploaded_by, batch.state) == ("system:import_payments", "uploaded")


@pytest.mark.parametrize(
    ("text", "control", "said"),
    [
        (ONE, "25.00", "the difference is -1.00"), (ONE, "(24)", "in brackets"), ("a,b\n1,2\n", "1", "it lacks “month”"),
        (f"{HEAD}\n{line(kind='gift')}\n", "0", "No line of the file was accepted"), (None, "1", "No such file"),
    ],
)  # fmt: skip
def test_the_command_refuses_and_ends_with_two(db: None, tmp_path: Path, text: str | None, control: str, said: str) -> None:
    file = tmp_path / "august.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(CommandError, match=said.replace("(", r"\(")) as error:
        call_command("import_payments", str(file), "--control-total", control, stderr=StringIO())
    assert (error.value.returncode, PaymentBatch.objects.count()) == (2, 0)


def sent(text: str | bytes, control: str, name: str = "payments.csv") -> dict[str, Any]:
    return {"content": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text), "control_usd": control}


def test_a_file_is_uploaded_approved_and_read_in_the_browser(browser: Browser, db: None) -> None:
    client, compliance = browser("vendor_manager"), browser("compliance")
    page = client.post("/conflicts/payments/new/", sent(f"{ONE}{line(venue='ZZZZ', amount_usd='1.00', shares='NA')}\n", "25.00"))
    batch = PaymentBatch.objects.get()
    assert page["Location"] == f"/conflicts/payments/{batch.pk}/"
    shown = compliance.get(page["Location"]).content.decode()
    assert "1 line names a venue that is not a known MIC; it is kept as it stands" in shown
    assert "1 file of payments awaits approval" in compliance.get("/conflicts/payments/").content.decode()
    compliance.post(f"/move/payment_batch/{batch.pk}/approve/", {"next": "/"})
    rows = client.get("/conflicts/payments/").context["sheet"].values
    assert [row[:8] for row in rows] == [
        ["2026-08", "KNCM", "Knight Capital Markets", Decimal(24), Decimal(0), Decimal(24), Decimal(12000), Decimal(20)],
        ["2026-08", "ZZZZ", "not a known MIC", Decimal(1), Decimal(0), Decimal(1), None, None],
        ["2026-08", "all venues", "", Decimal(25), Decimal(0), Decimal(25), None, None],
    ]  # fmt: skip
    assert [row[8] for row in rows] == ["", "1 of 1 lines do not say their shares", "1 of 2 lines do not say their shares"]
    again = client.post("/conflicts/payments/new/", sent(f"{ONE}{line(venue='ZZZZ', amount_usd='1.00', shares='NA')}\n", "25.00"), follow=True)
    assert "This file was uploaded before; nothing was changed." in again.content.decode()


@pytest.mark.parametrize(
    ("text", "control", "said"),
    [
        (ONE, "23.00", "The lines add up to 24.00 USD and the control total is 23.00: the difference is 1.00. Nothing was kept."),
        (ONE, "(24)", "The control total is in brackets"), ("", "1", "The file is empty."), (b"\x00\x01", "1", "it holds zero bytes"),
        (f"{HEAD}\n{line(month='2026-13')}\n", "0", "month is “2026-13”, which is no month such as 2026-08"),
    ],
)  # fmt: skip
def test_what_does_not_go_is_said_on_the_form_and_leaves_nothing(browser: Browser, db: None, text: str | bytes, control: str, said: str) -> None:
    page = browser("analyst").post("/conflicts/payments/new/", sent(text, control))
    assert (page.status_code, said in page.content.decode(), PaymentBatch.objects.count(), Filed.objects.count()) == (400, True, 0, 0)


def test_a_name_like_a_path_becomes_a_plain_one(actor: Act) -> None:
    batch = actions.upload(actor("analyst"), "../../etc/pass wd.csv", ONE.encode(), Decimal(24)).batch
    assert "/" not in batch.name


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_may_not_upload_changes_nothing_by_posting(browser: Browser, db: None, role: str) -> None:
    assert browser(role).post("/conflicts/payments/new/", sent(ONE, "24.00")).status_code == 403
    assert PaymentBatch.objects.count() == 0


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_no_payment(browser: Browser, actor: Act, uploaded: Upload, role: str) -> None:
    batch = uploaded(actor("analyst"), ONE, "24.00", approver=actor("compliance"))
    client = browser(role, vendor="vendor_b" if role == "vendor" else "")
    for url in ("/conflicts/payments/", "/conflicts/payments/?format=csv&sheet=payment-cells", f"/conflicts/payments/{batch.pk}/", "/conflicts/payments/new/"):
        page = client.get(url)
        assert (page.status_code, b"KNCM" in page.content) == (403, False)
    assert client.get(f"/move/payment_batch/{batch.pk}/approve/").status_code == 404


def test_thirty_lines_cost_as_many_queries_as_one(browser: Browser, actor: Act, uploaded: Upload) -> None:
    client, by, other = browser("auditor"), actor("analyst"), actor("compliance")
    counts: list[list[int]] = []
    for many in (1, 30):
        text = "\n".join((HEAD, *(line(amount_usd=f"{many}.{number:02d}", venue=f"Z{number:03d}") for number in range(many))))
        total = sum((Decimal(f"{many}.{number:02d}") for number in range(many)), Decimal(0))
        batch = uploaded(by, text, str(total), approver=other)
        counts.append([])
        for url in ("/conflicts/payments/", f"/conflicts/payments/{batch.pk}/", "/conflicts/"):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]


def test_the_ledger_is_downloaded_whole_by_venue_and_by_the_cells_of_a_report(browser: Browser, actor: Act, uploaded: Upload) -> None:
    uploaded(actor("analyst"), f"{ONE}{line(order_class='', section='', amount_usd='6.00', shares='3000')}\n", "30.00", approver=actor("compliance"))
    client = browser("auditor")
    lines = client.get("/conflicts/payments/?format=csv&sheet=payment-cells").content.decode().splitlines()
    assert lines == [
        "month,section,venue,order_class,net_usd [$],shares [shares],cents [¢/100 shares],why,lines,run_id",
        "2026-08,not split,KNCM,not split,6.000000,3000.000000,20,,1,",
        "2026-08,S&P 500,KNCM,market,24.000000,12000.000000,20,,1,",
    ]
    for form in ("xlsx", "parquet"):
        assert client.get(f"/conflicts/payments/?format={form}").status_code == 200
    assert [row[1] for row in client.get("/conflicts/payments/?first=2026-09&last=2026-09").context["sheet"].values] == []
    assert client.get("/conflicts/payments/?first=nonsense&venue=KNCM").status_code == 200
