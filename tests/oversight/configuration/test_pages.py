"""The pages of configuration: who sees them, what they say, what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.configuration import actions
from oversight.configuration.models import Analysis, Document, Version
from oversight.record.models import Entry
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY, Bench
from .conftest import FIRST, JULY, Firm, changed

Browser = Callable[..., Client]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
WRITERS = ("analyst", "supervisor", "compliance", "vendor_manager")


def whole(firm: Firm, vendor: Vendor) -> tuple[list[str], list[str]]:
    """Two versions, the second a draft with its analysis: (addresses that read, addresses that write)."""
    first = firm.set(vendor)
    row = firm.drafted(vendor, changed(stop="sent at once words that could leak"))
    firm.read(row)
    paper = Document.objects.filter(kind="profile").latest("pk")
    reads = [
        "",
        f"{first.pk}/",
        f"{row.pk}/",
        f"compare/?a={first.pk}&b={row.pk}",
        "compare/",
        "lookup/?vendor=vendor_a&on=2026-09-21",
        f"documents/{paper.pk}/",
    ]
    writes = [f"{row.pk}/revise/", f"{row.pk}/before/", f"{row.pk}/after/", f"vendors/{vendor.pk}/draft/", f"vendors/{vendor.pk}/statement/"]
    return [f"/configuration/{path}" for path in reads], [f"/configuration/{path}" for path in writes]


@pytest.mark.parametrize("role", READERS)
def test_staff_read_it_and_writers_write_it(browser: Browser, firm: Firm, vendor: Vendor, role: str) -> None:
    reads, writes = whole(firm, vendor)
    client = browser(role, name="reader")
    assert [client.get(url).status_code for url in reads] == [200] * len(reads)
    assert [client.get(url).status_code for url in writes] == [200 if role in WRITERS else 403] * len(writes)


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_the_vendor_itself_and_administrators_see_nothing_of_it(browser: Browser, firm: Firm, vendor: Vendor, role: str) -> None:
    reads, writes = whole(firm, vendor)
    client = browser(role, name="outsider", vendor="vendor_a" if role == "vendor" else "")
    for url in [*reads, *writes, "/configuration/?format=csv"]:
        page = client.get(url)
        assert (page.status_code, b"could leak" in page.content) == (403, False), url


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor"])
def test_who_may_not_write_changes_nothing_by_posting(browser: Browser, firm: Firm, vendor: Vendor, role: str) -> None:
    _, writes = whole(firm, vendor)
    client, entries = browser(role, name="other"), Entry.objects.count()
    assert [client.post(url, {"text": "x", "summary": "x", "concluded": "x"}).status_code for url in writes] == [403] * len(writes)
    assert Entry.objects.count() == entries


def test_a_document_is_written_and_signed_by_two_in_the_browser(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    writer, second = browser("vendor_manager", name="w"), browser("compliance", name="s")
    page = writer.post(f"/configuration/vendors/{vendor.pk}/statement/", {"text": "Speed first.", "changed": "The committee asked."})
    row = Document.objects.latest("pk")
    assert page["Location"] == f"/configuration/documents/{row.pk}/"
    writer.post(f"/configuration/documents/{row.pk}/revise/", {"text": "Speed and price.", "changed": ""})
    writer.post(f"/move/configuration_document/{row.pk}/propose/")
    second.post(f"/move/configuration_document/{row.pk}/approve/")
    row.refresh_from_db()
    assert (row.state, row.text) == ("approved", "Speed and price.")
    assert writer.get(f"/configuration/documents/{row.pk}/revise/").status_code == 409
    assert writer.get(f"/configuration/vendors/{vendor.pk}/nap/").status_code == 404


def lines(settings: Any, **more: str) -> dict[str, str]:
    """A form's lines with these settings."""
    sent = {f"settings-{place}-{name}": row[name] for place, row in enumerate(settings) for name in ("kind", "key", "value", "unit", "meaning")}
    return {"settings-TOTAL_FORMS": str(len(settings) + 2), "settings-INITIAL_FORMS": str(len(settings)), **sent, **more}


def test_a_change_is_written_read_proposed_and_approved_in_the_browser(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    first = firm.set(vendor)
    analyst, second = browser("analyst", name="w"), browser("supervisor", name="s")
    form = analyst.get(f"/configuration/vendors/{vendor.pk}/draft/")
    assert [line.initial["key"] for line in form.context["settings"].initial_forms] == [row["key"] for row in first.settings]
    added = {"settings-5-kind": "venue", "settings-5-key": "iexg", "settings-5-value": "midpoint", "settings-4-is_gone": "on"}
    about = {"summary": "IEX for the midpoint.", "effective_from": "2026-10-05T09:00", "release": "7.3"}
    bad = analyst.post(f"/configuration/vendors/{vendor.pk}/draft/", {**lines(first.settings, **{"settings-5-key": "iexg"}), **about})
    assert (bad.status_code, "Choose the kind." in bad.content.decode()) == (400, True)
    analyst.post(f"/configuration/vendors/{vendor.pk}/draft/", {**lines(first.settings, **added), **about})
    row = Version.objects.latest("pk")
    assert (row.base_id, row.effective_from, [each.key for each in row.terms if each.kind == "venue"]) == (
        first.pk, datetime(2026, 10, 5, 13, tzinfo=UTC), ["IEXG", "XNAS"],
    )  # fmt: skip
    page = analyst.get(f"/configuration/{row.pk}/").content.decode()
    assert [word for word in ("Without it, it cannot be proposed.", "IEXG", "removed", "added") if word not in page] == []
    asked = {"metrics": ["effective_over_quoted", "fill_rate_orders"], "first": "2026-09-28", "last": "2026-09-29", "expected": "Better prices."}
    assert analyst.post(f"/configuration/{row.pk}/before/", asked)["Location"] == f"/configuration/{row.pk}/"
    assert [reading["metric"] for reading in Analysis.objects.get().before] == ["effective_over_quoted", "fill_rate_orders"]
    analyst.post(f"/move/configuration/{row.pk}/propose/")
    second.post(f"/move/configuration/{row.pk}/approve/")
    row.refresh_from_db()
    assert row.state == "approved"
    analyst.post(f"/move/configuration/{row.pk}/put_in_force/", {"in_force_from": "2026-09-30 16:30"})
    row.refresh_from_db()
    assert (row.state, row.in_force_from) == ("in_force", datetime(2026, 9, 30, 20, 30, tzinfo=UTC))
    assert "before a second person approved it" in analyst.get(f"/configuration/{row.pk}/").content.decode()


def test_a_setting_that_cannot_be_stands_above_the_form(browser: Browser, vendor: Vendor) -> None:
    sent = {
        **lines([], **{"settings-0-kind": "venue", "settings-0-key": "nasdaq", "settings-0-value": "x"}),
        "summary": "x",
        "effective_from": "2026-10-05T09:00",
    }
    page = browser("analyst").post(f"/configuration/vendors/{vendor.pk}/draft/", sent)
    assert (page.status_code, "is no market identifier code" in page.content.decode(), Version.objects.count()) == (400, True, 0)


def test_the_lookup_names_the_version_of_an_orders_day_or_instant(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    first = firm.set(vendor)
    second = firm.approved(vendor, changed(stop="sent at once"))
    actions.put_in_force(firm.vm, second, in_force_from=datetime(2026, 9, 21, 14, 30, tzinfo=UTC))
    client = browser("auditor")
    asked = ("2026-09-18", "2026-09-21", "2026-09-21T10:29", "2026-09-21T10:30", "2026-06-30", "nonsense", "")
    found = {text: [row.number for row in client.get(f"/configuration/lookup/?vendor=vendor_a&on={text}").context["found"]] for text in asked}
    assert found == {
        "2026-09-18": [1], "2026-09-21": [1, 2], "2026-09-21T10:29": [1], "2026-09-21T10:30": [2], "2026-06-30": [], "nonsense": [], "": [],
    }  # fmt: skip
    assert "That is a gap" in client.get("/configuration/lookup/?vendor=vendor_a&on=2026-06-30").content.decode()
    assert "neither a day nor an instant" in client.get("/configuration/lookup/?vendor=vendor_a&on=nonsense").content.decode()
    assert first.number == 1


def test_two_versions_are_compared_on_a_page_and_in_a_file(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    first = firm.set(vendor)
    second = firm.drafted(vendor, changed(midpoint_wait="0.0010"))
    client = browser("auditor")
    line = client.get(f"/configuration/compare/?a={first.pk}&b={second.pk}&format=csv").content.decode().splitlines()
    assert line[1].startswith("changed,price-improvement threshold,midpoint wait,0.0005 USD per share,0.0010 USD per share,")
    assert client.get(f"/configuration/compare/?a={first.pk}&b=999").status_code == 200
    assert client.get("/configuration/compare/?a=x&b=-1").status_code == 200


def test_beside_a_profile_stands_what_was_counted(bench: Bench, browser: Browser, firm: Firm, vendor: Vendor) -> None:
    bench.order("O1", MONDAY)
    bench.order("O2", MONDAY, customer_class="institutional", is_held=False)
    bench.order("O3", MONDAY, vendor="vendor_b")
    bench.fill("O1", "10.01")
    bench.receive()
    page = browser("auditor").get(f"/configuration/documents/{Document.objects.get(kind='profile').pk}/")
    assert sorted(row.cells for row in page.context["sheet"].rows) == [
        ("held, not directed, retail, regular session, equities, USD", 1),
        ("not held, not directed, institutional, regular session, equities, USD", 1),
    ]  # the third order is another vendor's


def test_thirty_versions_cost_as_many_queries_as_one(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    client, counts = browser("compliance", name="reader"), []
    reads, _ = whole(firm, vendor)
    for many in (0, 29):
        for number in range(many):
            firm.set(firm.founded(f"vendor_{number}"), at=JULY)
            firm.drafted(vendor, [*FIRST, *(FIRST[2].__class__("handling", f"type {place}", "x") for place in range(number + 1))])
        client.get("/configuration/")
        counts.append([asked(client, url) for url in reads])
    assert counts[0] == counts[1]


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_words_are_shown_as_words(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    row = firm.signed(vendor, "statement", "<script>1</script>")
    assert "&lt;script&gt;1" in browser("auditor").get(f"/configuration/documents/{row.pk}/").content.decode()
