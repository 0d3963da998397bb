"""The order inspector: why a fill was as it was, for those who may see it, without the customer's account."""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from bestexec import Run, Workspace
from oversight.actor import automated
from oversight.findings import actions
from oversight.roles import EVERY_ROLE, STAFF

ACCOUNT = "ACCT-774411"
ORDER = "/orders/2026-09-28/ABCZ/O1/"


@pytest.fixture(scope="session")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Run]:
    """The small market of the library's own tests: three quotes, two routes, two fills."""
    build: Callable[[Path], tuple[Workspace, Run]] = runpy.run_path(str(root / "tests/bestexec/lives/world.py"))["build"]
    return build(tmp_path_factory.mktemp("inspector"))


@pytest.fixture
def received(db: None, made: tuple[Workspace, Run], settings: LazySettings, tmp_path: Path) -> Run:
    """The same, received by the desk."""
    settings.WORKSPACE, settings.HOME = made[0].root, tmp_path
    actions.receive(automated("receive"), made[1].id)
    return made[1]


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_says_what_the_order_was_and_what_became_of_it(received: Run, browser: Callable[..., Client]) -> None:
    said = words(browser("analyst").get(ORDER))
    # (100 × 10.03 + 200 × 10.06) ÷ 300 = 10.05; against the offer of 10.04: (100 × 0.01 − 200 × 0.02) ÷ 300 = −0.01
    assert (
        "Buy 300 ABCZ, market, day, received 2026-09-28 at 10:00:00 New York; sent to XNYS, then XNAS (1 rejected); filled in full in 2 fills at 10.05 "
        "on average, the last 20 ms after receipt."
    ) in said
    assert "On 300 shares it got 0.010000 $/share worse than the quote at its benchmark instant, $3.00 in all." in said


def test_each_metric_shows_its_arithmetic(received: Run, browser: Callable[..., Client]) -> None:
    said = words(browser("analyst").get(ORDER))
    assert "= 2 * 1 * (10.03 - 10.02)" in said
    assert "left out" not in said


def test_each_event_leads_to_its_line(received: Run, browser: Callable[..., Client]) -> None:
    client = browser("auditor")
    lines = re.findall(r'href="(/orders/[^"]+/line/[^"]+)"', client.get(ORDER).content.decode())
    pages = [client.get(url) for url in dict.fromkeys(lines)]
    assert {page.status_code for page in pages} == {200}
    assert sorted({name for page in pages for name in re.findall(r'aria-label="(\w+\.csv)"', page.content.decode())}) == [
        "fills.csv",
        "orders.csv",
        "routes.csv",
    ]


def test_no_page_shows_the_customers_account(received: Run, browser: Callable[..., Client]) -> None:
    client = browser("compliance")
    of_orders = next(key for key, item in received.manifest["inputs"].items() if item["files"][0]["name"] == "orders.csv")
    line = client.get(reverse("desk:source_line", args=[of_orders, 2])).content.decode()
    assert "•••" in line
    assert ACCOUNT not in line


def test_the_checks_are_told_apart(received: Run, browser: Callable[..., Client]) -> None:
    said = words(browser("supervisor").get(ORDER))
    assert "EXE-101 failed Outside the quote 2" in said
    assert "SPD-101 passed Slow to route 1" in said
    assert "checks are not about a single order" in said


def test_the_exceptions_of_the_order_are_shown_with_their_state(received: Run, browser: Callable[..., Client]) -> None:
    said = words(browser("analyst").get(ORDER))
    assert "medium Outside the quote open Fill X2 at 10.06 is worse than the 10.04 displayed at its benchmark instant and cost $4.00." in said


def test_the_drawing_is_sound_xml_whose_every_mark_leads_to_a_row_of_the_page(received: Run, browser: Callable[..., Client]) -> None:
    page = browser("committee").get(ORDER).content.decode()
    drawings = [ElementTree.fromstring(found) for found in re.findall(r"<svg xmlns.+?</svg>", page, re.DOTALL)]
    targets = {link.get("href", "") for drawing in drawings for link in drawing.iter("{http://www.w3.org/2000/svg}a")}
    ids = {f"#{found}" for found in re.findall(r'id="([^"]+)"', page)}
    assert len(drawings) == 2
    assert targets == {"#row-order", "#row-routes-R0", "#row-routes-R1", "#row-fills-X1", "#row-fills-X2"}
    assert targets <= ids
    assert "style=" not in page.replace("rb-style=", "")


def test_names_from_a_file_cannot_break_out_of_the_drawing(
    tmp_path: Path, db: None, settings: LazySettings, root: Path, browser: Callable[..., Client]
) -> None:
    world = runpy.run_path(str(root / "tests/bestexec/lives/world.py"))
    world["FILES"]["routes.csv"] = world["FILES"]["routes.csv"].replace("R0,", "<b>R0,")
    workspace, run = world["build"](tmp_path)
    settings.WORKSPACE, settings.HOME = workspace.root, tmp_path / "home"
    actions.receive(automated("receive"), run.id)
    page = browser("analyst").get(ORDER).content.decode()
    assert "<b>R0" not in page
    assert "&lt;b&gt;R0" in page


def test_an_order_without_a_quote_says_so(received: Run, browser: Callable[..., Client]) -> None:
    said = words(browser("analyst").get("/orders/2026-09-28/XYZZ/O1/"))
    assert "no quote of XYZZ on 2026-09-28 in sip nbbo. The drawing has no quotes; nothing was guessed." in said
    assert "Sell 50 XYZZ, limit 7.5, day, received 2026-09-28 at 10:00:00 New York; nothing was filled; it was canceled." in said


def test_a_fill_whose_order_is_in_no_feed_is_shown_as_one(received: Run, browser: Callable[..., Client]) -> None:
    said = words(browser("analyst").get("/orders/2026-09-28/ABCZ/GONE/"))
    assert "Fills of order GONE in ABCZ, whose order is in no feed: what was ordered, when and at what limit is not known." in said


NOT_THERE = {
    "2026-09-28/ABCZ/O2": "no order O2 in ABCZ of 2026-09-28 in the run",
    "2026-09-29/ABCZ/O1": "no run in force measured 2026-09-29",
    "soon/ABCZ/O1": "no day as yyyy-mm-dd",
}


@pytest.mark.parametrize(("path", "why"), NOT_THERE.items())
def test_an_unknown_order_is_answered_in_words(received: Run, browser: Callable[..., Client], path: str, why: str) -> None:
    response = browser("analyst").get(f"/orders/{path}/")
    assert response.status_code == 404
    assert why in words(response)


@pytest.mark.parametrize("run", ["0" * 64, "../x"])
def test_an_unknown_run_is_answered_in_words(received: Run, browser: Callable[..., Client], run: str) -> None:
    response = browser("analyst").get(ORDER, {"run": run})
    assert response.status_code == 404
    assert "the workspace has no run of this id" in words(response)


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_only_staff_see_an_order_its_paper_and_its_lines(received: Run, browser: Callable[..., Client], role: str) -> None:
    client, of_orders = browser(role), next(iter(received.manifest["inputs"]))
    for url in (ORDER, f"{ORDER}page.pdf", reverse("desk:source_line", args=[of_orders, 2])):
        response = client.get(url)
        assert response.status_code == (200 if role in STAFF else 403)
        assert role in STAFF or b"ABCZ" not in response.content


def test_a_person_who_has_not_signed_in_is_sent_to_the_sign_in_page(received: Run) -> None:
    assert Client().get(ORDER).status_code == 302


def test_the_events_are_downloaded_as_they_are_shown(received: Run, browser: Callable[..., Client]) -> None:
    response = browser("analyst").get(ORDER, {"format": "csv"})
    lines = response.content.decode().splitlines()
    assert lines[0] == "at,since,after,kind,words,file,line,run_id"
    assert lines[6] == f"10:00:00.005,'+5 ms,'+1 ms,filled,100 shares at 10.03 on XNAS,fills.csv,2,{received.id}"
    assert len(lines) == 9


def test_the_paper_is_the_same_bytes_each_time_and_says_what_it_is(received: Run, browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    papers = [client.get(f"{ORDER}page.pdf") for _ in range(2)]
    assert papers[0].content == papers[1].content
    assert papers[0]["Content-Type"] == "application/pdf"
    assert b"pdfaid:part" in papers[0].content
    assert re.findall(rb"/Type\s*/Page[^s]", papers[0].content) != []


def test_a_page_asks_the_database_the_same_few_questions_whatever_the_order(received: Run, browser: Callable[..., Client]) -> None:
    client, counts = browser("analyst"), []
    for path in (ORDER, "/orders/2026-09-28/XYZZ/O1/"):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 10


def test_a_book_that_is_gone_is_said_on_the_page(db: None, root: Path, tmp_path: Path, settings: LazySettings, browser: Callable[..., Client]) -> None:
    workspace, run = runpy.run_path(str(root / "tests/bestexec/lives/world.py"))["build"](tmp_path)
    settings.WORKSPACE, settings.HOME = workspace.root, tmp_path / "home"
    actions.receive(automated("receive"), run.id)
    shutil.rmtree(workspace.books)
    assert "the quote book of 2026-09-28 is not there; measure that day again and it is built" in words(browser("analyst").get(ORDER))
    assert not workspace.books.exists()


def test_an_altered_run_is_not_shown(db: None, root: Path, tmp_path: Path, settings: LazySettings, browser: Callable[..., Client]) -> None:
    workspace, run = runpy.run_path(str(root / "tests/bestexec/lives/world.py"))["build"](tmp_path)
    settings.WORKSPACE, settings.HOME = workspace.root, tmp_path / "home"
    actions.receive(automated("receive"), run.id)
    (run.folder / "fills.parquet").write_bytes(b"other bytes")
    response = browser("analyst").get(ORDER)
    assert response.status_code == 404
    assert "not the bytes that were sealed: fills.parquet" in words(response)


def test_an_order_whose_name_holds_a_slash_has_an_address() -> None:
    address = reverse("desk:order", args=["2026-09-30", "BRK/B", "A/7 #1%2F"])
    assert address == "/orders/2026-09-30/BRK%252FB/A%252F7%2520%25231%25252F/"
    assert resolve(unquote(address)).kwargs == {"key_on": "2026-09-30", "symbol": "BRK/B", "order_id": "A/7 #1%2F"}
