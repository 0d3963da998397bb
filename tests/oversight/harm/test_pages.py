"""The pages of harm: each renders, for whom it is; lists ask the same number of questions however long they are; vendors see nothing."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.oversight.harm.conftest import MONDAY, Firm

from oversight.accounts.models import Account
from oversight.findings.models import Finding
from oversight.harm import actions, agenda, queries, todo
from oversight.harm.models import Count, Credit, Harm, PaymentResult
from oversight.record.models import Entry
from oversight.roles import STAFF

Browser = Callable[..., Client]


@pytest.fixture
def row(firm: Firm) -> Harm:
    """Two customers credited, one unknown, a decision proposed."""
    firm.fill("O1")
    firm.fill("O2", px="10.055", qty=100)
    firm.fill("O3", account=None)
    firm.receive()
    made = firm.credited()
    actions.decide_reporting(firm["compliance"], made, is_to_report=False, why_so="Small, and paid back.")
    return made


def addresses(row: Harm) -> list[str]:
    count, credit = row.counts.get(), row.credits.first()
    assert credit is not None
    return [
        "/harm/", row.get_absolute_url(), count.get_absolute_url(), f"/harm/counts/{count.pk}/orders/", f"/harm/{row.pk}/credits/", credit.get_absolute_url(),
    ]  # fmt: skip


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_every_page_renders_and_says_the_important_thing(row: Harm, browser: Browser) -> None:
    pages = {address: text(browser("compliance", name="reader"), address) if place == 0 else "" for place, address in enumerate(addresses(row))}
    client = browser("supervisor", name="reader_2")
    pages = {address: text(client, address) for address in pages}
    here, harm, count, orders, credits, credit = pages.values()
    assert "Fills outside the quote" in here
    for said in ("(10.05 − 10.02) × 300 = 9.00", "(10.055 − 10.02) × 100 = 3.50", "no feed names the account", "$21.50", "exact: 21.5<", "Customer unknown",
                 "Small, and paid back.",
                 "max_outside_usd: 0 (the policy says 0.01) USD", "of $12.50 approved"):  # fmt: skip
        assert said in harm, said
    assert "/orders/2026-09-28/ABCZ/O1/" in orders
    assert row.counts.get().set_sha256 in count
    assert "Together" in credits
    assert "H1-000001" in credit
    assert not [address for address, page in pages.items() if "k-O1" in page], "an account on a page"


@pytest.mark.parametrize("role", STAFF)
def test_the_firms_people_read_and_others_see_nothing(role: str, row: Harm, browser: Browser) -> None:
    client, vendor, administrator = browser(role, name="one"), browser("vendor", name="two", vendor="vendor_a"), browser("administrator", name="three")
    for address in addresses(row):
        assert client.get(address).status_code == 200
        for outside in (vendor, administrator):
            answer = outside.get(address)
            assert (answer.status_code, b">O1<" in answer.content) == (403, False)
    assert vendor.post(f"/move/harm/{row.pk}/settle/").status_code == 404


def test_the_way_from_an_exception_to_its_assessment(firm: Firm, browser: Browser) -> None:
    firm.fill("O1")
    firm.receive()
    found = Finding.objects.get(check_id="EXE-101")
    client = browser("analyst", name="one")
    assert f"/harm/new/?finding={found.pk}" in text(client, found.get_absolute_url())
    page = text(client, f"/harm/new/?finding={found.pk}")
    assert 'value="2026-09-28"' in page
    sent = {
        "title": "Outside the quote", "what": "Seen.", "check_id": "EXE-101", "first_on": "2026-09-28", "last_on": "2026-09-28", "period_why": "That day.",
        "limits_are": "least", "counterfactual": "quote_at_t0", "counterfactual_why": "It was displayed.", "netting": "per_order",
        "rounding": "largest_remainder", "vendor": "vendor_a",
    }  # fmt: skip
    assert client.post(f"/harm/new/?finding={found.pk}", sent).status_code == 302
    row = Harm.objects.get()
    assert (row.origin_kind, row.origin_id, row.vendor) == ("finding", str(found.pk), "vendor_a")
    assert str(row) in text(client, found.get_absolute_url())
    assert "Nothing was counted yet" in text(client, row.get_absolute_url())
    assert client.post(f"/move/harm/{row.pk}/count/", {"next": row.get_absolute_url()}).status_code == 302
    assert "(10.05 − 10.02) × 300 = 9.00" in text(client, row.get_absolute_url())
    later = {"first_on": "2099-01-01", "last_on": "2099-01-02"}
    for wrong in ({"last_on": "2026-09-01"}, {"limits_are": "stated", "limits": "nonsense"}, {"counterfactual": "hope"}, later):
        before = Entry.objects.count()
        assert (client.post("/harm/new/", sent | wrong).status_code, Entry.objects.count()) == (400, before)
    assert client.post(f"/harm/{row.pk}/ask/", sent | {"counterfactual": "mid_at_t0", "reason": "A midpoint venue was open."}).status_code == 302
    assert Harm.objects.get().counterfactual == "mid_at_t0"


def test_a_file_of_results_is_taken_on_its_page(row: Harm, browser: Browser) -> None:
    client = browser("supervisor", name="payer")
    assert "amount_usd" in text(client, f"/harm/{row.pk}/results/")
    sent = b"credit,account_key,amount_usd,status,on,reference,note\nH1-000001,k-O1,9.00,paid,2026-10-01,W,\nH1-000009,x,1,paid,2026-10-01,W,\n"
    answer = client.post(f"/harm/{row.pk}/results/", {"content": SimpleUploadedFile("results.csv", sent)})
    assert answer.status_code == 302
    page = text(client, answer["Location"])
    assert "there is no credit H1-000009" in page
    assert PaymentResult.objects.get().taken == 1


def test_whether_to_report_is_proposed_on_its_page_with_the_doubts_of_the_rule(firm: Firm, browser: Browser) -> None:
    firm.fill("O1")
    firm.receive()
    row, client = firm.approved(), browser("compliance", name="chief")
    assert "Doubtful:" in text(client, f"/harm/{row.pk}/report/")
    sent = {"is_to_report": "yes", "rule": "FINRA 4530(b)", "why_so": "Wide.", "due_on": "2026-10-31"}
    assert client.post(f"/harm/{row.pk}/report/", sent).status_code == 302
    assert "2026-10-31" in text(client, row.get_absolute_url())
    assert client.post(f"/harm/{row.pk}/report/", sent).status_code == 409


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_every_table_is_a_file_too(form: str, row: Harm, browser: Browser) -> None:
    client = browser("analyst", name="one")
    for sheet in ("unseen", "customers", "orders"):
        answer = client.get(f"{row.get_absolute_url()}?format={form}&sheet=harm-{row.number}-{sheet}")
        assert (answer.status_code, f"harm-{row.number}-{sheet}" in answer["Content-Disposition"]) == (200, True)
    for address in ("/harm/", f"/harm/{row.pk}/credits/", f"/harm/counts/{row.counts.get().pk}/orders/"):
        assert client.get(f"{address}?format={form}").status_code == 200


def test_lists_ask_as_much_for_thirty_rows_as_for_one(firm: Firm, browser: Browser) -> None:
    firm.fill("O1")
    firm.receive()
    firm.credited()
    client = browser("supervisor", name="reader")

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    before = asked("/harm/")
    for place in range(30):
        row = firm.open(title=f"Assessment {place}")
        if place < 3:
            actions.count(firm["analyst"], row)
    assert asked("/harm/") == before


def test_an_assessment_asks_as_much_for_thirty_orders_as_for_one(firm: Firm, browser: Browser) -> None:
    firm.fill("O1")
    firm.receive()
    one, client = firm.credited(), browser("supervisor", name="reader")
    for place in range(30):
        firm.fill(f"P{place}")
    firm.receive()
    many = firm.credited()

    def asked(row: Harm) -> list[int]:
        numbers = []
        for address in addresses(row)[1:5]:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            numbers.append(len(captured))
        return numbers

    assert asked(many) == asked(one)


def test_orders_are_narrowed_to_a_customer_or_to_unknown_ones(row: Harm, browser: Browser) -> None:
    client, here = browser("analyst", name="one"), f"/harm/counts/{row.counts.get().pk}/orders/"
    assert [name for name in ("O1<", "O2<", "O3<") if name in text(client, f"{here}?customer=1")] == ["O1<"]
    assert [name for name in ("O1<", "O2<", "O3<") if name in text(client, f"{here}?unknown=1")] == ["O3<"]
    assert "1 order" in text(client, f"{here}?order=O2&customer=x&page=9")


def test_everyone_has_on_their_list_what_is_theirs(firm: Firm, person: Callable[..., Account]) -> None:
    firm.fill("O1")
    firm.receive()
    people = {role: person(role, name=f"{role}_9") for role in ("analyst", "supervisor", "compliance", "senior_manager", "committee", "vendor")}

    def theirs() -> dict[str, list[str]]:
        return {role: [task.what for task in todo.tasks(account) if task.number] for role, account in people.items()}

    row = firm.open()
    assert theirs() == {"analyst": ["assessments of harm are to be counted"], "supervisor": ["assessments of harm are to be counted"],
                        "compliance": [], "senior_manager": [], "committee": [], "vendor": []}  # fmt: skip
    actions.count(firm["analyst"], row)
    actions.propose(firm["analyst"], row, conclusion="Lost.")
    assert (theirs()["compliance"], theirs()["senior_manager"]) == (["assessments of harm await your decision"], ["assessments of harm await your decision"])
    actions.approve(firm["compliance"], row)
    assert theirs()["supervisor"] == ["credit files are to be made"]
    assert theirs()["compliance"] == ["credit files are to be made", "assessments of harm need a decision on reporting"]
    actions.decide_reporting(firm["compliance"], row, is_to_report=False, why_so="No.")
    assert theirs()["senior_manager"] == ["decisions on reporting harm await your second"]


def test_a_review_takes_up_what_is_open(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    row = firm.open()
    assert [(item.subject, item.why) for item in agenda.items(MONDAY, MONDAY)] == [(row.subject, "Customers may have lost money, and nobody has counted yet.")]
    actions.count(firm["analyst"], row)
    assert [item.why for item in agenda.items(MONDAY, MONDAY)] == ["counted: 1 orders of 1 known customers lost $9.00."]
    assert agenda.items(MONDAY.replace(day=29), MONDAY.replace(day=30)) == []
    assert [one.pk for one in queries.open_harms()] == [row.pk]


def test_the_command_counts_and_says_how_far_it_is(firm: Firm) -> None:
    firm.fill("O1")
    run = firm.receive()
    row, said = firm.open(), StringIO()
    call_command("count_harm", str(row.number), stdout=said)
    assert said.getvalue().splitlines()[0] == f"reading run {run.id[:12]} (1 of 1)"
    assert said.getvalue().splitlines()[-1] == (
        "harm 1, count 1: 1 of 1 orders lost 9.00 USD; 1 known customers, 0 orders of unknown ones; 0 trading days not seen"
    )
    with pytest.raises(CommandError, match="there is no assessment of harm 9"):
        call_command("count_harm", "9")
    actions.propose(firm["analyst"], Harm.objects.get(), conclusion="Lost.")
    with pytest.raises(CommandError, match="harm 1: "):
        call_command("count_harm", "1")


def test_rows_say_what_they_are(row: Harm) -> None:
    count, credit = Count.objects.get(), Credit.objects.order_by("number").first()
    assert (str(row), str(count), str(credit)) == ("Harm 1: Fills outside the quote", f"count 1 of harm {row.pk}", "credit H1-000001")
