"""Every page that a role can reach, as people meet it: by keyboard and reader, in the dark, on a telephone, enlarged, on paper."""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import WIDE, sign_in
from .firm import ROLES, Desk
from .watching import Shoot, Watch, barriers, overhang, set_aside

pytestmark = pytest.mark.check

NARROW = {"width": 390, "height": 844}
ENLARGED = {"width": 640, "height": 450}
"""What is left of a window of 1280 × 900 at 200 %."""
NOT_PAGES = re.compile(r"[?&]format=|/logout/|/(download|bytes|raw)/|openapi|\.(json|csv|xlsx|parquet|zip|pdf|txt)$")
VARIANTS = 2
"""How many addresses of one kind are opened: the tenth order looks as the first does."""
PICTURES = bool(os.environ.get("PICTURES"))
"""Whether the walk keeps a picture of each kind of page, in each mood: `PICTURES=1 make walk`; without, it is twice as fast."""
PARTS = """[...new Set([...document.querySelectorAll('body *')].map((part) =>
    [part.localName, part.getAttribute('class'), part.getAttribute('type'), part.getAttribute('role')].join(' ')))]"""


class Looked:
    """What was looked at before, in this worker or the other: a page is looked at again where it shows a part that its kind did not show yet."""

    def __init__(self, kept: Path) -> None:
        self.parts = sqlite3.connect(kept, isolation_level=None, timeout=60)
        self.parts.execute("CREATE TABLE IF NOT EXISTS parts (kind, part, PRIMARY KEY (kind, part))")

    def fresh(self, page: Page, kind: str) -> tuple[bool, bool]:
        """Whether the page is the first of its kind, and whether it shows a part that its kind did not show yet; from now on both were shown."""
        shown = [(kind, part) for part in page.evaluate(PARTS)]
        self.parts.execute("BEGIN IMMEDIATE")
        is_first = self.parts.execute("SELECT 1 FROM parts WHERE kind = ?", (kind,)).fetchone() is None
        is_fresh = self.parts.executemany("INSERT OR IGNORE INTO parts VALUES (?, ?)", shown).rowcount > 0
        self.parts.execute("COMMIT")
        return is_first, is_fresh


@pytest.fixture(scope="session")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """Of this run; its workers share one."""
    own = tmp_path_factory.getbasetemp()
    looked = Looked((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "looked.sqlite3")
    yield looked
    looked.parts.close()


def test_the_sign_in_page_opens_the_desk(desk: Desk, chromium: Browser, watch: Watch, shoot: Shoot) -> None:
    context = chromium.new_context(base_url=desk.address, viewport=WIDE)
    page = watch.over(context.new_page())
    page.goto("/")
    assert urlsplit(page.url).path == "/account/login/"
    assert barriers(page) == []
    shoot(page, "sign in")
    sign_in(page, "analyst")
    assert "Analyst" in page.locator(".me").inner_text()
    shoot(page, "today analyst")
    context.close()


@pytest.mark.walk
@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_a_role_has_a_barrier_or_hangs_over(role: str, page_as: Callable[..., Page], looked: Looked, shoot: Shoot) -> None:
    """Light and wide, then dark, then at 200 %, then 390 pixels wide: axe in full once, contrast again in the dark, no sideways scrolling."""
    page, faults, kinds = page_as(role), [], set()
    for address in reachable(page):
        kind = kind_of(address)
        kinds.add(kind)
        is_first, is_fresh = looked.fresh(page, kind)
        if not is_fresh:
            continue
        set_aside(page)
        faults += barriers(page)
        if is_first:
            faults += by_other_light(page, lambda mood, kind=kind: PICTURES and shoot(page, f"{kind} {mood}"))
    assert faults == []
    assert "/" in kinds


def by_other_light(page: Page, take: Callable[[str], object]) -> list[str]:
    """The same page in the dark, enlarged and on a telephone; what is wrong there. `take` is told each mood, for a picture."""
    take("light")
    page.emulate_media(color_scheme="dark")
    faults = [f"dark: {fault}" for fault in barriers(page, "color-contrast")]
    take("dark")
    page.emulate_media(color_scheme="light")
    for size in (ENLARGED, NARROW):
        page.set_viewport_size(size)
        if over := overhang(page):
            faults.append(f"{urlsplit(page.url).path}: {over} pixels too wide at {size['width']}")
    take("narrow")
    page.set_viewport_size(WIDE)
    return faults


def test_a_row_that_is_built_differently_is_looked_at(chromium: Browser) -> None:
    """Of rows that are alike two are looked at; the fifth has a field without a name, the sixth a link without words."""
    rows = ['<a href="/{}">an order</a>'] * 4 + ["<input>", '<a href="/{}"> </a>', '<a href="/{}">an order</a>']
    page = chromium.new_page()
    table = "".join(f"<tr><td>{row.format(place)}</td></tr>" for place, row in enumerate(rows))
    page.set_content(f"<html lang=en><title>Orders</title><main><h1>Orders</h1><table><tbody>{table}</tbody></table></main></html>")
    set_aside(page)
    assert page.locator("[data-alike] a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))") == ["/2", "/3", "/6"]
    assert [fault.split()[1] for fault in barriers(page)] == ["label", "link-name"]
    page.close()


@pytest.mark.parametrize("role", ["analyst", "auditor", "administrator"])
def test_a_page_prints_without_its_menu(role: str, page_as: Callable[..., Page], root: Path) -> None:
    page = page_as(role)
    page.goto("/")
    page.emulate_media(media="print")
    assert page.locator(".side nav").is_hidden()
    page.pdf(path=root / "artefacts/screens" / f"{role}-today.pdf")


def test_what_is_folded_on_the_screen_lies_open_on_paper(page_as: Callable[..., Page]) -> None:
    page = page_as("analyst")
    page.goto("/orders/")
    page.goto(page.locator("main tbody a[href^='/orders/']").first.get_attribute("href") or "")
    folded = page.locator("main details:not([open]):not(.move) > :not(summary)").first
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()


def reachable(page: Page) -> Iterator[str]:
    """Go to every page that links lead to from the first, a few of each kind; yields while the page is shown."""
    waiting, met = ["/"], {"/"}
    opened: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        if opened[kind_of(address)] >= VARIANTS:
            continue
        opened[kind_of(address)] += 1
        page.goto(address, wait_until="domcontentloaded")
        if page.locator("[hx-trigger*=load]").count():
            page.wait_for_load_state("networkidle")
        yield address
        for link in page.evaluate("[...document.querySelectorAll('a[href]:not([download])')].map((a) => new URL(a.getAttribute('href'), location).href)"):
            parts = urlsplit(link)
            further = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if link.startswith(f"{origin(page)}/") and further not in met and not NOT_PAGES.search(further):
                met.add(further)
                waiting.append(further)


def origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def kind_of(address: str) -> str:
    """The address without its query and without what differs between things of one kind: `/orders/*/*/*/`."""
    return "/".join("*" if re.search(r"\d|[A-Z]", part) else part for part in urlsplit(address).path.split("/"))
