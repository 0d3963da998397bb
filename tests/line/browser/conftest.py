"""One desk and one browser for all journeys, and for each journey pages signed in as whom it needs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.databases import Migrated

from bestexec.runs import Run
from bestexec.workspace import Workspace

from .chromium import LAUNCH, NONE, found
from .firm import PASSWORD, Desk, on_another_day, opened
from .watching import Shoot, Watch

SECONDS = 1000
WIDE = {"width": 1280, "height": 900}
ELEVEN_MONTHS_ON = "2027-09-01T12:00:00+00:00"


@pytest.fixture(scope="session")
def desk(firm: Workspace, run: Run, migrated: Migrated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sample firm's desk on the morning after its third day, over a copy of the workspace, for journeys publish a policy."""
    home = tmp_path_factory.mktemp("desk")
    workspace = Path(shutil.copytree(firm.root, home / "workspace"))
    with opened(home / "desk", workspace, migrated) as desk:
        yield desk


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A fresh browser; without one the journeys fail, for what is skipped is not noticed.

    It ends with the journeys: while its loop runs in this thread, Django lets no other test of this worker near a database.
    """
    program = found()
    assert program is not None, NONE
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(LAUNCH))
        yield started
        started.close()


@pytest.fixture(scope="package")
def signed_in(desk: Desk, chromium: Browser) -> Callable[[str], Any]:
    """The cookies of a role's account, who came in by the sign-in page; each signs in once."""
    kept: dict[str, Any] = {}

    def come_in(role: str) -> Any:
        if role not in kept:
            context = chromium.new_context(base_url=desk.address)
            page = context.new_page()
            sign_in(page, role)
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return come_in


@pytest.fixture
def watch(desk: Desk) -> Iterator[Watch]:
    """Whatever goes wrong unseen fails the journey."""
    watch = Watch(desk.address)
    yield watch
    assert watch.troubles == []


@pytest.fixture
def page_as(desk: Desk, chromium: Browser, signed_in: Callable[[str], Any], watch: Watch) -> Iterator[Callable[..., Page]]:
    """`page_as("analyst")`: the page of a role's account, watched. Further words are those of a browser context: `color_scheme="dark"`."""
    contexts = []

    def enter(role: str, **words: Any) -> Page:
        context = chromium.new_context(base_url=desk.address, storage_state=signed_in(role), **{"viewport": WIDE, "reduced_motion": "reduce", **words})
        context.set_default_timeout(30 * SECONDS)
        contexts.append(context)
        return watch.over(context.new_page())

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def stranger(desk: Desk, chromium: Browser, watch: Watch) -> Iterator[Callable[[], Page]]:
    """`stranger()`: the page of somebody who has not signed in, watched."""
    contexts = []

    def come() -> Page:
        context = chromium.new_context(base_url=desk.address, viewport=WIDE, reduced_motion="reduce")
        context.set_default_timeout(30 * SECONDS)
        contexts.append(context)
        return watch.over(context.new_page())

    yield come
    for context in contexts:
        context.close()


@dataclass
class AnotherDay:
    """The desk on another day: called with a role, the page of its account, which signed in then, watched."""

    address: str
    chromium: Browser
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(self, role: str) -> Page:
        context = self.chromium.new_context(base_url=self.address, viewport=WIDE, reduced_motion="reduce")
        context.set_default_timeout(30 * SECONDS)
        self.contexts.append(context)
        page = self.watch.over(context.new_page())
        sign_in(page, role)
        return page


@pytest.fixture
def another_day(desk: Desk, chromium: Browser) -> Iterator[Callable[[str], AnotherDay]]:
    """`another_day("2026-10-20T14:00:00+00:00")("compliance")`: the page of an account that signed in at that instant, watched."""
    days = []
    with ExitStack() as served:

        def moved_to(instant: str) -> AnotherDay:
            moved = served.enter_context(on_another_day(desk, instant))
            days.append(AnotherDay(moved.address, chromium, Watch(moved.address)))
            return days[-1]

        yield moved_to
        for context in (context for day in days for context in day.contexts):
            context.close()
    assert [trouble for day in days for trouble in day.watch.troubles] == []


@pytest.fixture
def later(another_day: Callable[[str], AnotherDay]) -> AnotherDay:
    """`later("compliance")`: the page of an account that signed in eleven months on, watched."""
    return another_day(ELEVEN_MONTHS_ON)


@pytest.fixture
def shoot(root: Path) -> Shoot:
    """Keeps a picture of the page under `artefacts/screens`."""

    def take(page: Page, name: str) -> Path:
        path = root / "artefacts/screens" / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


def sign_in(page: Page, role: str) -> None:
    """Through the real page, as a person does."""
    page.goto("/account/login/?next=/")
    page.locator("input[name=login]").fill(role)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url("**/")
