"""A page that is watched: what goes wrong on it without being seen is told at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

SERIOUS = ("serious", "critical")
AXE = "(options) => axe.run({exclude: [['[data-alike]']]}, options).then((found) => found.violations)"
SET_ASIDE = """() => {
    const differing = ['id', 'for', 'name', 'value', 'href', 'action', 'title', 'alt', 'datetime', 'aria-label', 'aria-labelledby', 'aria-describedby'];
    const has = (words) => words.trim() !== '';
    const said = ({name, value}) => `${name}=${differing.includes(name) || name.startsWith('data-') ? has(value) : value}`;
    const built = (part) => `<${part.localName} ${[...part.attributes].map(said)} ${has(part.textContent)}>${[...part.children].map(built).join('')}</>`;
    const met = new Map();
    for (const row of document.querySelectorAll('tbody > tr, li, option')) {
        const looks = built(row.parentElement.cloneNode(false)) + built(row);
        met.set(looks, (met.get(looks) || 0) + 1);
        if (met.get(looks) > 2) row.setAttribute('data-alike', '');
    }
}"""
"""Rows are built alike if their parts and attributes are the same and the same ones have words; addresses, names and the words themselves differ."""
VIOLATIONS = "addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"


@dataclass
class Watch:
    """What happened on pages of one person: errors in the console, requests to others than the desk, answers that failed."""

    address: str
    troubles: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        """Watch `page` from now on."""
        page.add_init_script(VIOLATIONS)
        page.on("console", lambda message: self._console(page, message))
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        return page

    def told(self, trouble: str) -> bool:
        """Whether just this went wrong, as the journey meant it to; it is forgiven."""
        happened, self.troubles = self.troubles, []
        return happened == [trouble]

    def _console(self, page: Page, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.troubles.append(f"{page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "blob:")):
            self.troubles.append(f"a request to {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status} {response.request.method} {urlsplit(response.url).path}")


Shoot = Callable[[Page, str], Path]


def barriers(page: Page, only: str = "") -> list[str]:
    """What stands in the way of people who cannot see, hear or point: axe's serious and critical findings, by rule and place. `only`: one rule."""
    rules: dict[str, Any] = {"runOnly": {"type": "rule", "values": [only]}} if only else {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(AXE, {"resultTypes": ["violations"], **rules})
    path = urlsplit(page.url).path
    return [f"{path}: {rule['id']} at {node['target'][0]}: {node['html'][:160]}" for rule in found if rule["impact"] in SERIOUS for node in rule["nodes"]]


def set_aside(page: Page) -> None:
    """Mark each row, line and choice that is built as two before it are, for `barriers` to pass over: the tenth row says what the first did."""
    page.evaluate(SET_ASIDE)


def overhang(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
