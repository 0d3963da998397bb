"""The register of conflicts: proposed by one, accepted by compliance, looked at every year by two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.citations import BY_KEY
from oversight.conflicts import actions, queries, todo
from oversight.conflicts.lifecycle import KINDS, PAID
from oversight.conflicts.models import Conflict, ConflictResult
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.vendors.models import Vendor

Act = Callable[..., Actor]
Browser = Callable[..., Client]
Make = Callable[..., Conflict]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
WRITERS = ("analyst", "supervisor", "compliance", "vendor_manager")
IN_CHECK = {"mitigation": "payment is no input of the router", "disclosure": "KNCM pays for orders", "disclosed_in": "Rule 606 report, material aspects"}


def later(days: int) -> Any:
    return clock.stated(datetime(2026, 10, 1, 12, 0, tzinfo=UTC) + timedelta(days=days))


def accepted(make: Make, actor: Act, **facts: Any) -> Conflict:
    return record.move(actor("compliance", name="accepts"), make(actor("vendor_manager", name="proposes"), **facts), "accept")


def test_every_kind_names_an_authority_that_there_is_and_every_payment_a_kind_that_there_is() -> None:
    assert [kind.key for kind in KINDS if kind.cite not in BY_KEY] == []
    assert {paid.conflict for paid in PAID if paid.conflict} - {kind.key for kind in KINDS} == set()


def test_a_conflict_is_proposed_with_its_words_outside_the_chain_and_compliance_is_told(actor: Act, registered: Make, person: Callable[..., Account]) -> None:
    compliance, by = person("compliance"), actor("vendor_manager")
    row = registered(by, mitigation="none of the router's inputs")
    entry = Entry.objects.get(verb="propose")
    assert (entry.actor, entry.subject_kind, entry.subject_id) == (by.key, "conflict", str(row.pk))
    assert sorted(word.name for word in entry.words.all()) == ["description", "disclosed_in", "disclosure", "mitigation"]
    assert [(copy.to, copy.notice.url) for copy in Copy.objects.select_related("notice")] == [(compliance.key, f"/conflicts/{row.pk}/")]
    assert row.days_to_register == 50, "12 August to 1 October 2026: 19 + 30 + 1"


def test_compliance_accepts_and_never_the_one_who_proposed(actor: Act, registered: Make) -> None:
    by, other = actor("compliance", name="one"), actor("compliance", name="two")
    row = registered(by)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(by, row, "accept")
    record.move(other, row, "accept")
    assert (row.state, row.accepted_by) == ("open", other.key)


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "vendor_manager", "senior_manager", "auditor", "administrator", "vendor"])
def test_nobody_but_compliance_accepts(actor: Act, registered: Make, role: str) -> None:
    row = registered(actor("analyst", name="proposer"))
    with pytest.raises(Refusal) as refusal:
        record.move(actor(role, name="other"), row, "accept")
    assert refusal.value.is_forbidden


@pytest.mark.parametrize(
    ("lacking", "said"), [("mitigation", "what keeps it in check"), ("disclosure", "what is disclosed"), ("disclosed_in", "what is disclosed")]
)
def test_it_is_mitigated_only_where_it_says_what_keeps_it_in_check_and_what_is_disclosed(actor: Act, registered: Make, lacking: str, said: str) -> None:
    row = registered(actor("analyst"), **{**IN_CHECK, lacking: ""})
    by = actor("compliance")
    with pytest.raises(Refusal, match=said):
        record.move(by, row, "accept_mitigated")
    actions.correct(actor("analyst", name="corrects"), row, **{lacking: "said now"})
    record.move(by, row, "accept_mitigated")
    assert row.state == "mitigated"


def test_other_terms_make_it_wait_for_compliance_again(actor: Act, registered: Make) -> None:
    row = accepted(registered, actor)
    amender = actor("compliance", name="amends")
    record.move(amender, row, "amend", why="the release of September", **IN_CHECK)
    assert (row.state, row.proposed_by) == ("proposed", amender.key)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(amender, row, "accept_mitigated")
    record.move(actor("compliance", name="third"), row, "accept_mitigated")
    assert row.state == "mitigated"
    record.move(actor("supervisor"), row, "reopen", why="payment became an input again")
    assert row.state == "open"


def test_it_is_closed_with_its_last_day_which_lies_between_its_beginning_and_today(actor: Act, registered: Make) -> None:
    row, by = accepted(registered, actor), actor("compliance", name="closes")
    for until, said in ((date(2026, 8, 11), "did not end before"), (date(2026, 10, 2), "in the future"), (None, "until on is missing")):
        with pytest.raises(Refusal, match=said):
            actions.close(by, row, until_on=until, why="KNCM pays no more")
    actions.close(by, row, until_on=date(2026, 9, 30), why="KNCM pays no more")
    assert (row.state, row.until_on, row.closed_by) == ("closed", date(2026, 9, 30), by.key)
    with pytest.raises(Refusal, match="has ended"):
        actions.hand_over(by, row, by.key)


def test_two_who_decide_at_once_decide_once(actor: Act, registered: Make) -> None:
    row = registered(actor("analyst"))
    stale = Conflict.objects.get(pk=row.pk)
    record.move(actor("compliance", name="first"), row, "accept")
    with pytest.raises(Refusal, match="is “open”; this is done while it is"):
        record.move(actor("compliance", name="second"), stale, "decline", why="no conflict")
    with pytest.raises(Refusal, match="not corrected any more"):
        actions.correct(actor("analyst", name="late"), stale, venue="XNYS")
    assert Conflict.objects.get().state == "open"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"description": ""}, "What it is is missing"), ({"owner": "a-nobody"}, "open account"), ({"since_on": date(2026, 10, 2)}, "in the future"),
        ({"until_on": date(2026, 8, 1)}, "ended before it began"), ({"since_on": None}, "Since when is missing"),
    ],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused(actor: Act, registered: Make, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        registered(actor("analyst"), **facts)


def test_a_yearly_result_is_confirmed_by_somebody_else_once_a_year(actor: Act, registered: Make) -> None:
    row, by = accepted(registered, actor), actor("supervisor", name="looks")
    words = {"looked_at": "flow to KNCM", "figures": "E/Q 0.75, n 900", "conclusion": "worse there"}
    result = actions.note_result(by, row, year=2026, **words)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(by, result, "confirm")
    other = actor("compliance", name="confirms")
    record.move(other, result, "send_back", why="which period?")
    record.move(by, result, "answer", why="named it", figures="E/Q 0.75, n 900, August 2026")
    record.move(other, result, "confirm")
    assert (result.state, result.confirmed_by, result.figures) == ("confirmed", other.key, "E/Q 0.75, n 900, August 2026")
    with pytest.raises(Refusal, match="2026 has its result"):
        actions.note_result(by, row, year=2026, **words)
    for year in (2025, 2027):
        with pytest.raises(Refusal, match="between 2026"):
            actions.note_result(by, row, year=year, **words)


def test_no_result_before_it_is_accepted(actor: Act, registered: Make) -> None:
    by = actor("analyst")
    with pytest.raises(Refusal, match="that compliance accepted"):
        actions.note_result(by, registered(by), year=2026, looked_at="x", figures="x", conclusion="x")


def test_a_year_without_a_confirmed_result_is_overdue_from_the_next_day_on(actor: Act, registered: Make, browser: Browser) -> None:
    row = accepted(registered, actor)
    assert row.result_due_on == date(2027, 10, 1), "365 days after 1 October 2026"
    for days, is_late in ((365, False), (366, True)):
        with later(days):
            assert (queries.conflict(row.pk).is_overdue, queries.overdue().count()) == (is_late, int(is_late))  # type: ignore[union-attr]
    with later(366):
        assert 'class="tag late">yearly result overdue since 2027-10-01' in browser("auditor").get(f"/conflicts/{row.pk}/").content.decode()
        result = actions.note_result(actor("analyst", name="looks"), row, year=2027, looked_at="x", figures="x", conclusion="x")
        assert queries.overdue().count() == 1, "noted is not confirmed"
        record.move(actor("compliance", name="confirms"), result, "confirm")
        found = queries.conflict(row.pk)
        assert found is not None
        assert (found.last_result_on, found.result_due_on) == (date(2027, 10, 2), date(2028, 10, 1)), "366 days on; 2028 has a 29 February"
        assert queries.overdue().count() == 0


def test_what_is_proposed_or_closed_is_never_overdue(actor: Act, registered: Make) -> None:
    registered(actor("analyst"))
    closed = accepted(registered, actor)
    actions.close(actor("compliance", name="closes"), closed, until_on=date(2026, 9, 1), why="over")
    with later(800):
        assert queries.overdue().count() == 0


def test_a_vendors_conflicts_are_those_that_have_not_ended(actor: Act, registered: Make, vendor_b: Vendor) -> None:
    mine = registered(actor("analyst"), vendor=vendor_b)
    registered(actor("analyst", name="another"))
    declined = registered(actor("supervisor"), vendor=vendor_b, kind="affiliate")
    record.move(actor("compliance"), declined, "decline", why="sold in 2024")
    assert list(queries.of_vendor(vendor_b)) == [mine]
    assert [str(mine), str(declined)] == ["Payment for order flow, KNCM through Router B", "Affiliate, KNCM through Router B"]


def test_an_owner_is_told_and_is_an_open_account_of_the_firm(actor: Act, registered: Make, person: Callable[..., Account]) -> None:
    by = actor("analyst")
    row, owner, outside = registered(by), person("supervisor"), person("vendor")
    actions.hand_over(by, row, owner.key)
    assert [copy.to for copy in Copy.objects.filter(notice__what__startswith="You answer")] == [owner.key]
    with pytest.raises(Refusal, match="open account"):
        actions.hand_over(by, row, outside.key)


def test_each_role_is_told_what_it_can_do_today(actor: Act, registered: Make, person: Callable[..., Account]) -> None:
    compliance, supervisor, keeper, auditor = (person(role, name=f"{role} today") for role in ("compliance", "supervisor", "vendor_manager", "auditor"))
    result = actions.note_result(actor("analyst", name="looks"), accepted(registered, actor), year=2026, looked_at="x", figures="x", conclusion="x")
    registered(actor("analyst", name="proposer"))
    assert isinstance(result, ConflictResult)
    numbers = {account.name: [task.number for task in todo.tasks(account)] for account in (compliance, supervisor, keeper, auditor)}
    assert numbers == {"compliance today": [1, 1, 0, 0, 0], "supervisor today": [1, 0], "vendor manager today": [0, 0], "auditor today": []}


@pytest.mark.parametrize("role", READERS)
def test_staff_read_the_register_and_four_roles_write_it(browser: Browser, actor: Act, registered: Make, role: str) -> None:
    row = registered(actor("analyst", name="proposer"))
    client = browser(role)
    assert [client.get(url).status_code for url in ("/conflicts/", f"/conflicts/{row.pk}/", "/conflicts/99/")] == [200, 200, 404]
    expected = 200 if role in WRITERS else 403
    assert [client.get(url).status_code for url in ("/conflicts/new/", f"/conflicts/{row.pk}/correct/", f"/conflicts/{row.pk}/results/new/")] == [expected] * 3


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_nothing_of_it(browser: Browser, actor: Act, registered: Make, vendor_b: Vendor, role: str) -> None:
    row = registered(actor("analyst"), vendor=vendor_b, description="words that could leak")
    client = browser(role, vendor="vendor_b" if role == "vendor" else "")
    for url in ("/conflicts/", "/conflicts/?format=csv", f"/conflicts/{row.pk}/", "/conflicts/new/", f"/conflicts/{row.pk}/correct/", "/conflicts/payments/"):
        page = client.get(url)
        assert (page.status_code, b"could leak" in page.content) == (403, False)
    assert client.get(f"/move/conflict/{row.pk}/accept/").status_code == 404


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_may_not_write_changes_nothing_by_posting(browser: Browser, actor: Act, registered: Make, role: str) -> None:
    row = registered(actor("analyst"))
    client, entries = browser(role), Entry.objects.count()
    urls = ("/conflicts/new/", f"/conflicts/{row.pk}/correct/", f"/conflicts/{row.pk}/owner/", f"/conflicts/{row.pk}/results/new/")
    assert [client.post(url, {"owner": row.owner}).status_code for url in urls] == [403] * 4
    assert client.post(f"/move/conflict/{row.pk}/accept/").status_code in (403, 404)
    assert Entry.objects.count() == entries


def test_a_conflict_is_registered_in_the_browser_and_its_venue_is_known_by_an_alias(browser: Browser, vendor_b: Vendor) -> None:
    client = browser("vendor_manager")
    owner = Account.objects.get(username="vendor_manager").key
    sent = {"kind": "pfof", "venue": "knig", "vendor": vendor_b.pk, "description": "pays", "since_on": "2026-08-12", "owner": owner}
    page = client.post("/conflicts/new/", sent)
    row = Conflict.objects.get()
    assert (page.status_code, page["Location"], row.venue, row.vendor) == (302, f"/conflicts/{row.pk}/", "KNCM", vendor_b)
    assert client.post(f"/conflicts/{row.pk}/correct/", {**sent, "venue": "XNYS"}).status_code == 302
    row.refresh_from_db()
    assert row.venue == "XNYS"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"since_on": "2026-10-02"}, "It would begin in the future."), ({"until_on": "2026-08-01"}, "It would have ended before it began."),
        ({"kind": "nap"}, "nap is not one of the available choices"), ({"owner": "a-nobody"}, "a-nobody is not one of the available choices"),
        ({"description": ""}, "This field is required."), ({"venue": "X" * 61}, "at most 60 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_field(browser: Browser, db: None, wrong: dict[str, str], said: str) -> None:
    client = browser("analyst")
    owner = Account.objects.get(username="analyst").key
    page = client.post("/conflicts/new/", {"kind": "pfof", "description": "x", "since_on": "2026-08-12", "owner": owner, **wrong})
    assert (page.status_code, said in page.content.decode(), Conflict.objects.count()) == (400, True, 0)


def test_compliance_accepts_and_a_result_is_noted_and_confirmed_in_the_browser(browser: Browser, actor: Act, registered: Make) -> None:
    row = registered(actor("analyst", name="proposer"))
    client, looker = browser("compliance"), browser("supervisor")
    assert f"/move/conflict/{row.pk}/accept/" in client.get(f"/conflicts/{row.pk}/").content.decode()
    client.post(f"/move/conflict/{row.pk}/accept/", {"next": "/conflicts/"})
    page = looker.post(f"/conflicts/{row.pk}/results/new/", {"year": "2026", "looked_at": "flow", "figures": "n 9", "conclusion": "worse"})
    result = ConflictResult.objects.get()
    assert page["Location"] == f"/conflicts/{row.pk}/#result-{result.pk}"
    assert "2026: Payment for order flow, KNCM" in client.get("/conflicts/").content.decode()
    client.post(f"/move/conflict_result/{result.pk}/confirm/", {"next": "/conflicts/"})
    result.refresh_from_db()
    assert result.state == "confirmed"


def test_what_is_written_is_shown_as_words_and_cannot_act_as_a_formula(browser: Browser, actor: Act, registered: Make) -> None:
    registered(actor("analyst", name="proposer"), description="=1+1 <b>x</b>")
    client = browser("auditor")
    assert "=1+1 &lt;b&gt;x&lt;/b&gt;" in client.get("/conflicts/").content.decode()
    assert ",'=1+1 <b>x</b>," in client.get("/conflicts/?format=csv").content.decode()


def test_the_list_is_filtered(browser: Browser, actor: Act, registered: Make, vendor_b: Vendor) -> None:
    first = registered(actor("analyst", name="one"), vendor=vendor_b)
    second = registered(actor("analyst", name="two"), kind="rebate", venue="XNAS", **IN_CHECK)
    record.move(actor("compliance", name="accepts"), second, "accept_mitigated")
    client = browser("auditor")
    asked = ("kind=rebate", "state=proposed", "state=mitigated", "state=undisclosed", "vendor=vendor_b", "venue=XNAS", "state=overdue", "state=ended")
    found = {query: [int(row.key) for row in client.get(f"/conflicts/?{query}").context["sheet"].rows] for query in asked}
    assert found == {
        "kind=rebate": [second.pk], "state=proposed": [first.pk], "state=mitigated": [second.pk], "state=undisclosed": [first.pk],
        "vendor=vendor_b": [first.pk], "venue=XNAS": [second.pk], "state=overdue": [], "state=ended": [],
    }  # fmt: skip


def test_thirty_conflicts_cost_as_many_queries_as_one(browser: Browser, actor: Act, registered: Make, vendor_b: Vendor) -> None:
    client, by = browser("supervisor", name="reader"), actor("analyst", name="proposer")
    counts = []
    for many in (1, 29):
        for _ in range(many):
            registered(by, vendor=vendor_b)
        client.get("/conflicts/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/conflicts/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_evidence_stands_beside_a_conflict(browser: Browser, actor: Act, registered: Make) -> None:
    by = actor("analyst", name="proposer")
    row = registered(by)
    evidence.file(by, "letter.txt", b"We pay the router.\n", title="KNCM's letter", subject=row.subject)
    assert "KNCM&#x27;s letter" in browser("auditor").get(f"/conflicts/{row.pk}/").content.decode()


def test_the_page_says_which_exception_tells_of_interpositioning(browser: Browser, db: None) -> None:
    page = browser("analyst").get("/conflicts/").content.decode()
    assert "a hop that helps nobody is exception VER-124" in page
    assert "No conflict fits. Put one on the register" in page
