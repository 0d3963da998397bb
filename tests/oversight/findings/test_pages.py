"""The pages: what each shows, to whom, with how many queries."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.findings import actions, queries
from oversight.findings.models import Day, Draw, Finding, SampleItem, Suppression
from oversight.record import actions as record
from oversight.record.models import Entry

MONDAY, TUESDAY = date(2026, 9, 28), date(2026, 9, 29)
SECRET = "SECRETZ"
"""A symbol that must not leak."""


def many(bench: Any, number: int) -> list[dict[str, Any]]:
    return [bench.found(f"o-{place}", vendor=f"vendor_{place % 3}", venue=f"V{place}") for place in range(number)]


def pages(bench: Any) -> list[str]:
    day, run = Day.objects.first(), bench.sealed[0]
    return [
        "/exceptions/",
        Finding.objects.first().get_absolute_url(),
        "/exceptions/days/",
        day.get_absolute_url(),
        "/exceptions/sample/",
        f"/exceptions/sample/draws/{Draw.objects.first().pk}/",
        "/exceptions/suppressions/",
        *(row.get_absolute_url() for row in Suppression.objects.all()),
        "/exceptions/runs/",
        f"/exceptions/runs/{run}/",
        f"/exceptions/runs/{run}/?part=unjudged",
    ]


@pytest.fixture
def worked(bench: Any, actor: Any) -> Any:
    """A day with findings, a sample, a signature and a suppression, whose texts name the secret symbol."""
    bench.receive(
        [bench.found("a", symbol=SECRET, subject=f"order a, 100 {SECRET}"), bench.found("b", check_id="EXE-101")], orders=[bench.order("calm", symbol=SECRET)]
    )
    analyst = actor("analyst", name="first")
    row = Suppression(check_id="EXE-101", symbol="", reason=f"Known for {SECRET}.", from_on=MONDAY, expires_on=date(2026, 10, 9))
    actions.propose(analyst, row)
    return bench


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_who_has_no_right_here_sees_nothing(worked: Any, browser: Any, role: str) -> None:
    client = browser(role)
    for page in pages(worked):
        for form in ("", "?format=csv"):
            answer = client.get(page + form)
            assert (answer.status_code, SECRET in answer.content.decode()) == (403, False), page
    assert client.post("/exceptions/bulk/", {"act": "take", "chosen": [worked.finding("a").pk]}).status_code == 403


def test_who_has_not_signed_in_is_sent_to_the_sign_in_page(worked: Any, client: Any) -> None:
    assert {client.get(page).status_code for page in pages(worked)} == {302}


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor"])
def test_staff_read_every_page(worked: Any, browser: Any, role: str) -> None:
    client = browser(role)
    assert {page: client.get(page).status_code for page in pages(worked)} == dict.fromkeys(pages(worked), 200)


def test_an_auditor_is_offered_nothing_to_do(worked: Any, browser: Any) -> None:
    client = browser("auditor")
    shown = client.get("/exceptions/").content.decode() + client.get(worked.finding("a").get_absolute_url()).content.decode()
    assert ("exceptions/bulk" in shown, "Explain" in shown.replace("explain, dismiss", ""), "Take it" in shown) == (False, False, False)
    for address in (
        "/exceptions/bulk/",
        f"/exceptions/{worked.finding('a').pk}/take/",
        f"/exceptions/runs/{worked.sealed[0]}/verify/",
        "/exceptions/suppressions/propose/",
    ):
        assert client.post(address, {"act": "take", "chosen": worked.finding("a").pk}).status_code == 403
    assert worked.finding("a").owner == ""


def test_the_number_of_queries_does_not_grow_with_the_rows(bench: Any, browser: Any) -> None:
    client, counted = browser("supervisor"), []
    for number in (1, 30):
        bench.receive(many(bench, number), orders=[bench.order(f"calm-{place}") for place in range(number)], policy=f"p-{number}")
        asked = {}
        for page in pages(bench)[:7]:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            asked[page] = len(captured)
        counted.append(asked)
    assert counted[0] == counted[1]
    assert counted[0]["/exceptions/"] <= 15


def test_the_queue_groups_by_cause_the_worst_first(bench: Any, browser: Any) -> None:
    rows = [
        bench.found("a", harm_usd=5),
        bench.found("b", harm_usd=7, vendor="vendor_b"),
        bench.found("c", severity="high", harm_usd=None, check_id="COM-104", title="Fill before its order"),
        bench.found("d", harm_usd=None),
        bench.found("e", severity="low", check_id="EXE-109", title="Stale quotes at receipt", vendor=None),
    ]
    bench.receive(rows)
    answer = browser("analyst").get("/exceptions/")
    assert [(group.title, group.rows, group.severity, group.harm_usd) for group, _ in answer.context["drawn"]] == [
        ("Fill before its order · vendor_a", 1, "high", None),
        ("Slippage from arrival · vendor_b", 1, "medium", 7),
        ("Slippage from arrival · vendor_a", 2, "medium", 5),
        ("Stale quotes at receipt", 1, "low", 5),
    ]
    totals = answer.context["totals"]
    assert (totals["open"], totals["late"], totals["unowned"], totals["harm"]) == (5, 0, 5, 17)
    assert [[row.order_id for row in shown] for _, shown in answer.context["drawn"]] == [["c"], ["b"], ["a", "d"], ["e"]]


def test_an_answered_exception_is_grouped_under_its_cause(bench: Any, browser: Any, actor: Any) -> None:
    bench.receive([bench.found("a", severity="high"), bench.found("b", severity="high", vendor="vendor_b")])
    actions.answer(actor("analyst"), list(Finding.objects.all()), "dismiss", cause_code="clock", answer="Seen.")
    answer = browser("supervisor").get("/exceptions/?state=awaiting_reader")
    assert [(group.key, group.title, group.rows) for group, _ in answer.context["drawn"]] == [("cause~clock", "A clock was off", 2)]


def test_of_many_one_group_is_open_and_the_address_names_it(bench: Any, browser: Any) -> None:
    bench.receive([bench.found(f"o-{place}", vendor="vendor_a" if place < 60 else "vendor_b", harm_usd=2 if place < 60 else 1) for place in range(120)])
    client = browser("analyst")
    assert [(group.rows, len(rows)) for group, rows in client.get("/exceptions/").context["drawn"]] == [(60, 60), (60, 0)]
    opened = client.get("/exceptions/", {"group": "EXE-105~vendor_b~"})
    assert [(group.rows, len(rows)) for group, rows in opened.context["drawn"]] == [(60, 0), (60, 60)]


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ("", "abcd"),
        ("day=2026-09-29", "d"),
        ("since=2026-09-29", "d"),
        ("until=2026-09-28", "abc"),
        ("severity=high", "b"),
        ("check=EXE-101", "c"),
        ("vendor=vendor_b", "b"),
        ("venue=XNYS", "c"),
        ("symbol=xyz", "c"),
        ("order=a", "a"),
        ("owner=me", "a"),
        ("owner=nobody", "bcd"),
        ("state=open", "bcd"),
        ("state=escalated", "a"),
        ("state=all", "abcde"),
        ("state=closed", "e"),
        ("q=order%20c", "c"),
        ("q=exe-101", "c"),
        ("late=1", "b"),
        ("day=nonsense", "abcd"),
        ("severity=high&vendor=vendor_a", ""),
    ],
)
def test_each_filter_stands_in_the_address(bench: Any, browser: Any, query: str, orders: str) -> None:
    rows = [
        bench.found("a"),
        bench.found("b", severity="high", vendor="vendor_b"),
        bench.found("c", check_id="EXE-101", venue="XNYS", symbol="XYZ"),
        bench.found("d", TUESDAY),
        bench.found("e"),
    ]
    bench.receive(rows, days=(MONDAY, TUESDAY))
    client = browser("analyst")
    me = Account.objects.get(username="analyst")
    by = Actor(me.key, me.roles)
    actions.dismiss(by, bench.finding("e"), cause_code="other", answer="Seen.")
    actions.take(by, [bench.finding("a")])
    actions.escalate(by, [bench.finding("a")], why="Odd.")
    with clock.stated(datetime(2026, 10, 1, 17, tzinfo=UTC)):
        answer = client.get(f"/exceptions/?{query}&format=csv")
        listed = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert sorted(row["order_id"] for row in listed) == sorted(orders)
        shown = client.get(f"/exceptions/?{query}")
    assert shown.context["total"] == len(orders)


def test_the_download_holds_the_answers_and_the_run(bench: Any, browser: Any, actor: Any) -> None:
    bench.receive([bench.found("a", subject="=1+1")])
    actions.dismiss(actor("analyst", name="Ann"), bench.finding("a"), cause_code="other", answer="Seen.")
    client = browser("auditor")
    row = pl.read_parquet(io.BytesIO(client.get("/exceptions/?state=all&format=parquet").content)).to_dicts()[0]
    assert (row["subject"], row["harm_usd [$]"], row["answer"], row["answered_by"], row["run_id"]) == ("=1+1", 5, "Seen.", "Ann", bench.sealed[0])
    assert next(csv.DictReader(io.StringIO(client.get("/exceptions/?state=all&format=csv").content.decode())))["subject"] == "'=1+1"


def test_the_page_of_an_exception_says_its_numbers_in_units(bench: Any, browser: Any) -> None:
    numbers = (
        '{"fill_qty": 1200, "fill_px": 97.56, "mid_at_receipt": 97.5, "wait_ns": 1500000, "stale_fraction": 0.25, "session": null, "max_slippage_bps": 25}'
    )
    bench.receive([bench.found("a", numbers=numbers)])
    answer = browser("analyst").get(bench.finding("a").get_absolute_url())
    assert [(number.name, number.value, number.unit, number.is_limit) for number in answer.context["numbers"]] == [
        ("fill", "1,200", "shares", False),
        ("fill", "97.56", "$/share", False),
        ("mid at receipt", "97.5", "$/share", False),
        ("wait", "1.5", "ms", False),
        ("stale fraction", "25", "%", False),
        ("max slippage", "25", "bps", True),
    ]
    assert answer.context["raw_file"] == "orders.csv"


def test_one_goes_from_exception_to_exception_within_the_queue(bench: Any, browser: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b", severity="high"), bench.found("c", severity="low"), bench.found("d", check_id="EXE-101")])
    client = browser("analyst")
    a = client.get(f"{bench.finding('a').get_absolute_url()}?check=EXE-105")
    assert (a.context["before"], a.context["after"]) == (bench.finding("b"), bench.finding("c"))
    last = client.get(f"{bench.finding('c').get_absolute_url()}?check=EXE-105")
    assert (last.context["before"], last.context["after"]) == (bench.finding("a"), None)
    alone = client.get(f"{bench.finding('d').get_absolute_url()}?group=EXE-101~vendor_a~")
    assert (alone.context["before"], alone.context["after"]) == (None, None)


def test_the_page_shows_what_else_was_found_of_the_order(bench: Any, browser: Any) -> None:
    bench.receive(
        [bench.found("a"), bench.found("a2", order_id="a", check_id="EXE-101"), bench.found("other"), bench.found("friday", date(2026, 10, 2))],
        days=(MONDAY, date(2026, 10, 2)),
    )
    answer = browser("analyst").get(bench.finding("a").get_absolute_url())
    assert answer.context["of_order"] == [bench.finding("a2")]
    assert answer.context["same_check"] == 2, "`other` and `friday`, of the same week"


@pytest.mark.parametrize("address", ["/exceptions/days/nonsense/", "/exceptions/days/2020-01-01/", "/exceptions/999999/", f"/exceptions/runs/{'0' * 64}/"])
def test_what_is_not_there_is_not_found(bench: Any, browser: Any, address: str) -> None:
    assert browser("analyst").get(address).status_code == 404


def test_a_suppression_is_previewed_then_proposed(bench: Any, browser: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b", vendor="vendor_b")])
    client = browser("analyst")
    sent = {"check_id": "EXE-105", "vendor": "vendor_a", "from_on": "2026-10-01", "expires_on": "2026-10-09", "reason": "Known."}
    assert client.post("/exceptions/suppressions/propose/", sent | {"preview": "1"}).context["number"] == 1
    assert Suppression.objects.count() == 0
    answer = client.post("/exceptions/suppressions/propose/", sent | {"propose": "1"})
    row = Suppression.objects.get()
    assert (answer["Location"], row.state, row.vendor) == (row.get_absolute_url(), "proposed", "vendor_a")
    assert client.post("/exceptions/suppressions/propose/", sent | {"expires_on": "", "propose": "1"}).status_code == 400


def test_a_run_is_verified_from_its_page_and_the_answer_is_recorded(bench: Any, browser: Any) -> None:
    bench.receive([])
    client, run_id = browser("analyst"), bench.sealed[0]
    assert "Intact: every byte is as it was sealed." in client.post(f"/exceptions/runs/{run_id}/verify/", follow=True).content.decode()
    path = bench.root / "runs" / run_id / "orders.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    said = client.post(f"/exceptions/runs/{run_id}/verify/", follow=True)
    assert ("orders.parquet" in said.content.decode(), said.status_code, said.context["table"]) == (True, 200, None)
    assert Entry.objects.filter(subject_kind="run", subject_id=run_id, verb="verify").count() == 2


def test_a_draw_that_can_no_longer_be_made_is_said(bench: Any, browser: Any) -> None:
    bench.receive([], orders=[bench.order("calm")])
    client, address = browser("auditor"), f"/exceptions/sample/draws/{Draw.objects.get().pk}/?again=1"
    assert client.get(address).context["outcome"] == (True, 1)
    (bench.root / "runs" / bench.sealed[0] / "orders.parquet").write_bytes(b"other")
    answer = client.get(address)
    assert (answer.status_code, answer.context["outcome"]) == (200, None)


def test_what_needs_an_account_is_counted_in_one_query(bench: Any, person: Any, django_assert_num_queries: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b", severity="high"), bench.found("c", severity="high"), bench.found("d")], orders=[bench.order("calm")])
    account, other = person("analyst", "supervisor", name="mine"), person("supervisor", name="other")
    by, second = Actor(account.key, account.roles), Actor(other.key, other.roles)
    actions.take(by, [bench.finding("a")])
    actions.dismiss(by, bench.finding("b"), cause_code="other", answer="Seen.")
    actions.escalate(second, [bench.finding("d")], why="Odd.")
    # Of the open ones, a is mine and c, of high severity, is nobody's; by 17:00 UTC c alone is late.
    with django_assert_num_queries(1), clock.stated(datetime(2026, 10, 1, 17, tzinfo=UTC)):
        counted = queries.open_counts(account)
    assert counted == {"open": 2, "late": 1, "high": 1, "mine": 1, "awaiting": 0, "escalated": 1, "unowned": 3, "unowned_high": 1, "mine_late": 0}
    assert ([row.pk for row in queries.awaiting_reader_for(account)], [row.order_id for row in queries.awaiting_reader_for(other)]) == ([], ["b"])
    assert ([row.order_id for row in queries.mine(account)], [row.order_id for row in queries.escalated()]) == (["a"], ["d"])
    assert (queries.sample_left().count(), queries.late().count(), queries.days_to_sign(account).count()) == (1, 0, 1)
    record.move(by, SampleItem.objects.get(), "look")
    assert queries.sample_left().count() == 0
    actions.take(by, [bench.finding("c")])
    with clock.stated(datetime(2026, 10, 1, 17, tzinfo=UTC)):
        counted = queries.open_counts(account)
    assert (counted["mine"], counted["mine_late"], counted["unowned_high"]) == (2, 1, 0)
