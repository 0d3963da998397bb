"""The pages of policy: read by staff, written by those who work, errors beside their line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bestexec import Workspace, load_policy, read_logic
from oversight.actor import Actor
from oversight.policy import actions, limits
from oversight.policy.models import Version
from oversight.record.actions import move
from oversight.roles import EVERY_ROLE, STAFF, WORKING

Browser = Callable[..., Client]
Act = Callable[..., Actor]
Files = Callable[..., dict[str, str]]
Proposed = Callable[..., Version]


def shipped() -> str:
    return limits.SHIPPED.read_text(encoding="utf-8")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]  # a response


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_staff_reads_and_who_works_drafts(role: str, adopted: Version, browser: Browser) -> None:
    client = browser(role)
    reading = 200 if role in STAFF else 403
    for address in ("/policy/", f"/policy/{adopted.pk}/", f"/policy/compare/?a={adopted.pk}&b={adopted.pk}", "/policy/compare/"):
        answer = client.get(address)
        assert (address, answer.status_code) == (address, reading)
        assert ("default-1" in text(answer)) == (reading == 200)
    assert client.get("/policy/draft/").status_code == (200 if role in WORKING else 403)


def test_before_anything_is_adopted_the_page_says_how(db: None, workspace: Workspace, browser: Browser) -> None:
    client = browser("analyst")
    assert "manage.py adopt_policy" in text(client.get("/policy/"))
    assert client.get("/policy/draft/").status_code == 409
    assert client.get("/policy/1/").status_code == 404


def test_a_limit_is_changed_by_hand_in_the_browser(adopted: Version, changed: Files, workspace: Workspace, browser: Browser) -> None:
    analyst, chief = browser("analyst"), browser("compliance")
    sent = {
        "summary": "Two venues took most of it.",
        "policy": changed(adopted, "default-2", max_hhi="0.35")["policy.toml"].replace("\n", "\r\n"),
        "desk": shipped(),
    }
    answer = analyst.post("/policy/draft/", sent)
    version = Version.objects.get(label="default-2")
    assert (answer.status_code, answer["Location"]) == (302, f"/policy/{version.pk}/")
    assert "\r" not in version.files["policy.toml"]
    page = text(analyst.get(f"/policy/{version.pk}/"))
    assert "<code>limits.max_hhi</code></td><td>0.4</td><td><strong>0.35</strong></td><td>index</td>" in page
    analyst.post(f"/move/policy_version/{version.pk}/propose/", {})
    assert "Waits for a second person" in text(chief.get("/policy/"))
    assert "Policy default-2 (no. 2) is proposed" in text(chief.get("/notices/"))
    assert "is proposed" not in text(analyst.get("/notices/"))
    assert analyst.post(f"/move/policy_version/{version.pk}/publish/", {}).status_code == 403
    assert chief.post(f"/move/policy_version/{version.pk}/publish/", {"next": f"/policy/{version.pk}/"}).status_code == 302
    assert load_policy(workspace.policy).version == "default-2"
    shown = text(chief.get(f"/policy/compare/?a={adopted.pk}&b={version.pk}"))
    assert '<span class="diff added">+max_hhi = 0.35\n</span>' in shown


def test_what_is_wrong_stands_beside_its_line_and_nothing_is_lost(adopted: Version, changed: Files, browser: Browser) -> None:
    client = browser("supervisor")
    policy = changed(adopted, "default-2", max_hhi="2")["policy.toml"]
    line = 1 + next(place for place, words in enumerate(policy.splitlines()) if words == "max_hhi = 2")
    answer = client.post("/policy/draft/", {"summary": "Looser.", "policy": policy, "desk": shipped()})
    assert answer.status_code == 400
    assert f"Line {line}: 2 is not allowed (policy.toml, limits.max_hhi). Allowed: a number from 0 to 1." in text(answer)
    assert "max_hhi = 2\n" in text(answer)
    desk = shipped().replace("per_day = 10", "per_day = -1")
    line = 1 + next(place for place, words in enumerate(desk.splitlines()) if words == "per_day = -1")
    answer = client.post("/policy/draft/", {"summary": "Fewer.", "policy": changed(adopted, "default-2")["policy.toml"], "desk": desk})
    assert f"Line {line}: -1 is not allowed (desk.toml, sample.per_day). Allowed: a whole number from 0 to 1000." in text(answer)
    broken = policy.replace("max_hhi = 2", "max_hhi = = 2")
    line = 1 + next(place for place, words in enumerate(broken.splitlines()) if words == "max_hhi = = 2")
    answer = client.post("/policy/draft/", {"summary": "Broken.", "policy": broken, "desk": shipped()})
    assert f"Line {line}: not a TOML file" in text(answer)
    assert Version.objects.count() == 1


LOGIC = """
[[rule]]
key = "no_payer_for_large"
vendor = "vendor_b"
kind = "never_by_size"
venues = ["KNCM"]
qty_from = 1000
source = "Routing guide 4.2, page 7: orders from 1,000 shares never go to KNCM."
"""
RELEASES = """
[[release]]
vendor = "vendor_b"
released_on = 2026-08-12
words = "Release 4.3: the retail table was ordered anew."
"""
ALIASES = """
[[alias]]
session = "VENDOR_B>FIRM"
tag = 30
code = "O"
means = "XCHI"
from = 2026-08-12
"""


def test_what_vendors_state_is_published_with_the_limits_and_read_as_terms(
    adopted: Version, changed: Files, workspace: Workspace, browser: Browser
) -> None:  # fmt: skip
    analyst, chief = browser("analyst"), browser("compliance")
    sent = {
        "summary": "The vendor's guide.", "policy": changed(adopted, "default-2")["policy.toml"], "desk": shipped(), "logic": LOGIC, "releases": RELEASES,
        "fix_aliases": ALIASES,
    }  # fmt: skip
    assert analyst.post("/policy/draft/", sent).status_code == 302
    version = Version.objects.get(label="default-2")
    page = text(analyst.get(f"/policy/{version.pk}/"))
    assert "vendor_b: never by size, venues KNCM, qty from 1000" in page
    assert "Routing guide 4.2, page 7" in page
    assert "vendor_b, 2026-08-12: Release 4.3: the retail table was ordered anew." in page
    assert "VENDOR_B&gt;FIRM, 30=O: XCHI (from 2026-08-12)" in page
    analyst.post(f"/move/policy_version/{version.pk}/propose/", {})
    assert chief.post(f"/move/policy_version/{version.pk}/publish/", {}).status_code == 302
    assert [rule.key for rule in read_logic(workspace.policy)] == ["no_payer_for_large"]
    assert [release.vendor for release in load_policy(workspace.policy).releases] == ["vendor_b"]
    assert [alias.means for alias in load_policy(workspace.policy).fix_aliases] == ["XCHI"]
    form = text(analyst.get("/policy/draft/"))
    assert ("no_payer_for_large" in form, "the retail table was ordered anew" in form) == (True, True)
    policy = sent["policy"].replace("default-2", "default-3")
    assert analyst.post("/policy/draft/", {**sent, "policy": policy, "logic": " ", "releases": "", "fix_aliases": ""}).status_code == 302
    third = Version.objects.get(label="default-3")
    assert {"logic.toml", "releases.toml", "fix_aliases.toml"} & set(third.files) == set(), "what is left empty is no file"


def test_what_is_wrong_in_a_vendors_rule_stands_beside_its_line(adopted: Version, changed: Files, browser: Browser) -> None:
    sent = {"summary": "x", "policy": changed(adopted, "default-2")["policy.toml"], "desk": shipped()}
    client = browser("analyst")
    for field, wrong, said in (
        ("logic", LOGIC.replace('"never_by_size"', '"never_ever"'), "Line 5: "), ("logic", "rule = = 1", "Line 1: not a TOML file"),
        ("releases", RELEASES.replace("2026-08-12", '"soon"'), "release 1.released_on"),
        ("fix_aliases", ALIASES.replace("XCHI", "Chicago"), "alias 1.means"),
    ):  # fmt: skip
        answer = client.post("/policy/draft/", {**sent, field: wrong})
        assert (answer.status_code, said in text(answer)) == (400, True), said
    assert Version.objects.count() == 1


def test_a_text_that_looks_like_markup_is_shown_as_text(adopted: Version, changed: Files, browser: Browser, actor: Act) -> None:
    files = changed(adopted, "default-2")
    files["policy.toml"] = "# <script>alert(1)</script>\n" + files["policy.toml"]
    version = actions.draft(actor("analyst"), files, "<b>bold</b>")
    page = text(browser("compliance").get(f"/policy/{version.pk}/"))
    assert "<script>alert(1)" not in page
    assert "<b>bold" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_differs_in_the_workspace_is_a_warning(adopted: Version, workspace: Workspace, browser: Browser) -> None:
    client = browser("auditor")
    assert "is not what the desk published" not in text(client.get("/policy/"))
    (workspace.policy / "policy.toml").write_text("version = 'mine'\n", encoding="utf-8")
    page = text(client.get("/policy/"))
    assert "is not what the desk published" in page
    assert "<code>policy.toml</code>: changed" in page


def test_a_version_whose_file_says_that_nobody_approves_it_is_marked(adopted: Version, proposed: Proposed, actor: Act, browser: Browser) -> None:
    client = browser("supervisor")
    assert "says that nobody approves it" in text(client.get(f"/policy/{adopted.pk}/"))
    version = proposed(actor("analyst"), adopted, max_hhi="0.35")
    assert "says that nobody approves it" not in text(client.get(f"/policy/{version.pk}/"))


def test_a_stale_proposal_says_so(adopted: Version, proposed: Proposed, actor: Act, browser: Browser) -> None:
    analyst = actor("analyst")
    one, other = proposed(analyst, adopted, "default-2", max_hhi="0.35"), proposed(analyst, adopted, "default-3", max_hhi="0.6")
    actions.publish(actor("compliance"), one)
    page = text(browser("supervisor").get(f"/policy/{other.pk}/"))
    assert "Another version took force since this was drafted" in page
    assert "Approve and publish" not in page


def test_the_table_of_versions_is_downloaded_as_seen(adopted: Version, browser: Browser) -> None:
    answer = browser("auditor").get("/policy/?format=csv")
    assert text(answer).splitlines()[1].startswith("1,default-1,in force,2026-08-01,")
    answer = browser("committee").get(f"/policy/{adopted.pk}/?format=csv")
    assert "Limits of the checks,limits.max_hhi,0.4,index," in text(answer)


def test_thirty_versions_ask_no_more_of_the_database_than_one(adopted: Version, changed: Files, actor: Act, browser: Browser) -> None:
    client, analyst = browser("auditor"), actor("analyst")
    client.get("/policy/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/policy/")
        return len(asked)

    def propose(number: int) -> None:
        move(analyst, actions.draft(analyst, changed(adopted, f"default-{number}", max_hhi=f"0.{number}"), "Tighter."), "propose")

    propose(10)
    one = queries()
    for number in range(11, 40):
        propose(number)
    assert queries() == one
