"""What people do on pages, by hand: fill in a form and send it, press a move's button; and the beginnings that journeys of vendors share."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .conftest import sign_in
from .firm import PASSWORD
from .test_journeys import go


def fill(where: Page | Locator, **said: Any) -> None:
    """Fill the fields of these names as a person does: type, choose, tick, pick a file."""
    for name, value in said.items():
        field = where.locator(f"[name='{name}']")
        kind = field.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        if kind in ("checkbox", "radio"):
            for each in value if isinstance(value, tuple) else (value,):
                where.locator(f"[name='{name}'][value='{each}']").check()
        elif kind.startswith("select"):
            field.select_option(value)
        elif kind == "file":
            field.set_input_files({"name": value, "mimeType": "text/plain", "buffer": f"{value}: what it says.\n".encode()})
        else:
            field.fill(str(value))


def press(page: Page, name: str, said: str = "done", **fields: Any) -> None:
    """Open a move's button, fill in what it asks, make it."""
    move = page.locator(f"details.move[data-move={name}]").first
    move.locator("summary").click()
    fill(move, **fields)
    move.locator("button").click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def send(page: Page, button: str, said: str, **fields: Any) -> None:
    """Fill in the form and press its button."""
    form = page.locator("main form", has=page.get_by_role("button", name=button, exact=True)).first
    fill(form, **fields)
    form.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def press_by_words(page: Page, button: str, said: str, **fields: Any) -> None:
    """Open a button that a page has of its own, fill in what it asks, send it."""
    move = page.locator("details.move", has=page.locator("summary", has_text=button)).first
    move.locator("summary").click()
    fill(move, **fields)
    move.locator("form button").click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def chosen(page: Page, name: str, words: str) -> str:
    """The value of the choice that says these words."""
    return page.locator(f"[name='{name}'] option", has_text=words).first.get_attribute("value") or ""


def registered(page: Page, key: str, name: str) -> str:
    """A candidate with a product; returns the address of its file."""
    page.goto("/")
    go(page, "Vendors")
    page.get_by_role("link", name="Register a vendor").click()
    send(page, "Register it", "Registered as a candidate", key=key, name=name, summary="A router for retail orders, offered to us in September.")
    address = page.url
    page.get_by_role("link", name="See and change the chain").click()
    page.get_by_role("link", name="Add a product").click()
    send(page, "Add it", "Added", name="Router", purpose="Routes retail orders in stocks", version="3.0", since_on="2026-10-01")
    return address


def invited(administrator: Page, page: Page, name: str, vendor: str) -> Page:
    """An outside account is opened; its owner sets a password by the one-time link and signs in. Returns the owner's page."""
    username = name.lower().replace(" ", ".")
    administrator.goto("/")
    go(administrator, "Accounts")
    administrator.get_by_role("link", name="Open an account").click()
    fill(administrator, name=name, username=username, email=f"{username}@vendor.example", roles="vendor", vendor=vendor, why="To answer the questionnaire.")
    administrator.get_by_role("button", name="Open the account").click()
    page.goto(administrator.locator("main code").first.inner_text())
    fill(page, password1=PASSWORD, password2=PASSWORD)
    page.locator("main form button").first.click()
    sign_in(page, username)
    return page


def asked(page: Page, address: str, name: str) -> str:
    """An assessment is begun from the vendor's file and sent; returns its address."""
    page.goto(address)
    page.locator("section[aria-labelledby=going-live]").get_by_role("link", name="Due diligence").click()
    page.get_by_role("link", name="Begin an assessment").click()
    expect(page.locator("[name=vendor] option:checked")).to_have_text(name)
    send(page, "Begin it", "Begun", areas="CHG", purpose="Before retail orders go there.")
    press(page, "send", due_on="2026-10-09")
    return page.url


def draft(page: Page, question: str, **said: str) -> None:
    """Answer a question; it saves itself when its field is left."""
    place = page.locator(f"#{question}")
    fill(place.locator("form", has=page.get_by_role("button", name="Save the draft")), **said)
    page.keyboard.press("Tab")
    expect(place.get_by_role("status")).to_contain_text(re.compile("Draft saved|^Saved"))
