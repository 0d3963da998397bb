"""Two vendors with outside accounts, a case under investigation with each, and a small market in which both routed."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from bestexec import Run, Workspace
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.cases.models import Case
from oversight.findings import actions as findings
from oversight.record import actions as record
from oversight.rooms import actions
from oversight.rooms.models import Room
from oversight.vendors.actions import register
from oversight.vendors.models import Vendor

CUSTOMER = "ACCT-774411"
SECRET = "SECRET-OF-THE-FIRM"
ABOUT = "Fills of retail market orders since August came back worse than the quote."


@dataclass
class Firm:
    """Who acts, and on what: case and room are with vendor one; vendor two has a case and a room of its own."""

    keeper: Actor
    compliance: Actor
    analyst: Actor
    one: Account
    two: Account
    vendor: Vendor
    other: Vendor
    case: Case
    room: Room
    their_room: Room

    @property
    def outside(self) -> Actor:
        return Actor(self.one.key, self.one.roles)

    @property
    def stranger(self) -> Actor:
        return Actor(self.two.key, self.two.roles)


def case_of(vendor: Vendor, number: int, state: str = "investigating", **said: Any) -> Case:
    """A case at that stage: the app that leads cases there has tests of its own."""
    row = Case(
        vendor=vendor, number=number, title=f"{SECRET} title {number}", what=f"{SECRET} what {number}", opened_by="a-000000000000", opened_at=clock.now(),
        state=state, **said,
    )  # fmt: skip
    return record.create(automated("test"), row)


def staged(case: Case, state: str) -> Case:
    """The case at another stage."""
    return record.change(automated("test"), case, state=state)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def firm(person: Callable[..., Account], settings: Settings, tmp_path: Path) -> Firm:
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_HANDLERS = ["oversight.evidence.uploads.LimitedUpload"]
    settings.EVIDENCE_MAX_BYTES = 1_000_000

    def acting(role: str) -> Actor:
        account = person(role, name=f"{SECRET}_{role}")
        return Actor(account.key, account.roles)

    keeper, compliance, analyst = acting("vendor_manager"), acting("compliance"), acting("analyst")
    vendor, other = register(keeper, key="one", name="Alpha Router"), register(keeper, key="two", name="Beta Router")
    one, two = person("vendor", name="ann_of_alpha", vendor="one"), person("vendor", name="ben_of_beta", vendor="two")
    case, theirs = case_of(vendor, 1), case_of(other, 2)
    room, their_room = actions.open_room(keeper, case, about=ABOUT), actions.open_room(keeper, theirs, about="Something else.")
    return Firm(keeper, compliance, analyst, one, two, vendor, other, case, room, their_room)


@pytest.fixture(scope="session")
def market(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Run]:
    """The library's small market, with two vendors: vendor two has an order of the same id, and a route of vendor one's order."""
    world = runpy.run_path(str(root / "tests/bestexec/lives/world.py"))
    files: dict[str, str] = world["FILES"]
    orders = files["orders.csv"].replace("account,vendor\n", "account,vendor,customer_class\n").replace(",one\n", ",one,institutional\n")
    files["orders.csv"] = orders.replace("XYZZ,sell,50,limit,7.5", "XYZZ,sell,50,limit,7.5").replace(
        f",50,,{CUSTOMER},one,institutional\n", f",50,,{CUSTOMER},two,institutional\n"
    )
    files["routes.csv"] += "FIRM,2026-09-28,O1,R7,2026-09-28,ABCZ,buy,300,2026-09-28T14:00:00.0025Z,,2026-09-28T14:00:00.0027Z,canceled,300,XBOS,two,3\n"
    made: tuple[Workspace, Run] = world["build"](tmp_path_factory.mktemp("rooms"))
    return made


@pytest.fixture
def received(firm: Firm, market: tuple[Workspace, Run], settings: Settings) -> Run:
    """The market's run, received by the desk."""
    settings.WORKSPACE = market[0].root
    findings.receive(automated("receive"), market[1].id)
    return market[1]
