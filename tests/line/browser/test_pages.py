"""Every page that a role can reach, as people meet it: by keyboard and reader, in the dark, on a telephone, enlarged, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from .conftest import WIDE, sign_in
from .firm import ROLES, Desk
from .watching import Shoot, Watch, barriers, overhang

NARROW = {"width": 390, "height": 844}
ENLARGED = {"width": 640, "height": 450}
"""What is left of a window of 1280 × 900 at 200 %."""
NOT_PAGES = re.compile(r"[?&]format=|/logout/|/(download|bytes|raw)/|openapi|\.(json|csv|xlsx|parquet|zip|pdf)$")
LIKE_IT = 2
"""How many pages of one kind are looked at: the tenth order looks as the first does."""


def test_the_sign_in_page_opens_the_desk(desk: Desk, chromium: Browser, watch: Watch, shoot: Shoot) -> None:
    context = chromium.new_context(base_url=desk.address, viewport=WIDE)
    page = watch.over(context.new_page())
    page.goto("/")
    assert urlsplit(page.url).path == "/account/login/"
    assert barriers(page) == []
    shoot(page, "sign in")
    sign_in(page, "analyst")
    assert "The analyst" in page.locator(".me").inner_text()
    shoot(page, "today analyst")
    context.close()


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_a_role_has_a_barrier_or_hangs_over(role: str, page_as: Callable[..., Page], shoot: Shoot) -> None:
    """Light and wide, then dark, then 390 pixels wide, then at 200 %: axe in full once, contrast again in the dark, no sideways scrolling."""
    page, faults, seen = page_as(role), [], 0
    for address in reachable(page):
        seen += 1
        faults += barriers(page)
        name = f"{role} {kind_of(address)}"
        shoot(page, f"{name} light")
        page.emulate_media(color_scheme="dark")
        faults += [f"dark: {fault}" for fault in barriers(page, "color-contrast")]
        shoot(page, f"{name} dark")
        page.emulate_media(color_scheme="light")
        for size in (ENLARGED, NARROW):
            page.set_viewport_size(size)
            if over := overhang(page):
                faults.append(f"{urlsplit(address).path}: {over} pixels too wide at {size['width']}")
        shoot(page, f"{name} narrow")
        page.set_viewport_size(WIDE)
    assert faults == []
    assert seen >= 1


@pytest.mark.parametrize("role", ["analyst", "auditor", "administrator"])
def test_a_page_prints_without_its_menu(role: str, page_as: Callable[..., Page], root: Path) -> None:
    page = page_as(role)
    page.goto("/")
    page.emulate_media(media="print")
    assert page.locator(".side nav").is_hidden()
    page.pdf(path=root / "artefacts/screens" / f"{role}-today.pdf")


def reachable(page: Page) -> Iterator[str]:
    """Go to every page that links lead to from the first, two of each kind; yields while the page is shown."""
    waiting, met, of_kind = ["/"], {"/"}, {}
    while waiting:
        address = waiting.pop(0)
        of_kind[kind_of(address)] = of_kind.get(kind_of(address), 0) + 1
        if of_kind[kind_of(address)] > LIKE_IT:
            continue
        page.goto(address)
        yield address
        for link in page.evaluate("[...document.querySelectorAll('a[href]:not([download])')].map((a) => a.getAttribute('href'))"):
            further = link.split("#")[0]
            if further.startswith("/") and further not in met and not NOT_PAGES.search(further):
                met.add(further)
                waiting.append(further)


def kind_of(address: str) -> str:
    """The address without what differs between things of one kind: `/orders/*/*/*/`; a query counts by its names."""
    parts = urlsplit(address)
    path = "/".join("*" if re.search(r"\d|[A-Z]", part) else part for part in parts.path.split("/"))
    return "&".join([path, *sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair})])
