"""A firm that got a letter: its people, two items, and the way to a production step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.record.actions import move
from oversight.requests import actions, counseling, gathering, known, producing, rooming
from oversight.requests.models import Document, Item, Production, Request
from oversight.requests.rooming import Link

LETTER = b"To the firm\n\nPursuant to the rule, please provide the following by the date below.\n"
DUE = date(2026, 10, 21)
SECRET_WORDS = "Counsel thinks that the second answer was careless"
"""What nobody but counsel may ever see."""


@dataclass
class Firm:
    """Who acts: compliance takes in and drafts, counsel reviews, a senior manager releases, a supervisor and a vendor manager own items."""

    compliance: Actor
    counsel: Actor
    senior: Actor
    supervisor: Actor
    vm: Actor
    number: int = 0

    def received(self, **said: Any) -> Request:
        given = {
            "authority": "finra", "reference": "2026-1234", "rule": "FINRA 8210", "about": "Routing to KNCM in the third quarter.",
            "received_on": date(2026, 10, 1), "due_on": DUE, "first_on": date(2026, 7, 1), "last_on": date(2026, 9, 30), "counsel": [self.counsel.key],
        }  # fmt: skip
        return actions.open_request(self.compliance, "letter.txt", LETTER, **{**given, **said})

    def item(self, row: Request, number: str = "1", owner: Actor | None = None, **said: Any) -> Item:
        return actions.add_item(self.compliance, row, number=number, question=f"Produce what answers {number}.", owner=(owner or self.supervisor).key, **said)

    def working(self, **said: Any) -> Request:
        row = self.received(**said)
        self.item(row, "1")
        self.item(row, "2", self.vm)
        return move(self.compliance, move(self.compliance, row, "split"), "begin")

    def filed(self, content: bytes = b"", name: str = "paper.txt", **said: Any) -> Filed:
        self.number += 1
        return evidence.file(self.supervisor, name, content or f"Paper {self.number} of the firm.\n".encode(), title=f"Paper {self.number}", **said)

    def chosen(self, item: Item, filed: Filed | None = None) -> Document:
        by = Actor(item.owner, frozenset({"supervisor"}))
        return gathering.choose(by, item, filed or self.filed())

    def reviewed(self, item: Item) -> Item:
        """Handed in by its owner and reviewed by counsel, its documents decided before."""
        item = Item.objects.select_related("request").get(pk=item.pk)
        actions.owned("hand_in")(Actor(item.owner, frozenset({"supervisor"})), item)
        return actions.counseled("review")(self.counsel, item)

    def cleared(self, row: Request, number: str = "1", times: int = 1) -> list[Document]:
        """So many documents in the item, each cleared by counsel, and the item reviewed."""
        item = row.items.get(number=number)
        documents = [counseling.clear(self.counsel, self.chosen(item)) for _ in range(times)]
        self.reviewed(item)
        return documents

    def drafted(self, times: int = 1) -> Production:
        row = self.working()
        self.cleared(row, times=times)
        return producing.draft(self.compliance, row, covering="Enclosed is what answers item 1.")

    def released(self, times: int = 1) -> Production:
        return producing.release(self.senior, self.drafted(times))

    def delivered(self, times: int = 1) -> Production:
        return producing.hand_over(self.compliance, self.released(times), delivered_to="FINRA, by its portal", delivered_how="portal")

    def room(self, production: Production | None = None, *, is_over_all: bool = False) -> Link:
        """An open room over a production, or over all of its request."""
        made = production or self.delivered()
        scope = None if is_over_all else made
        link = rooming.make_room(self.compliance, made.request, reader="the examiner", last_on=date(2026, 10, 31), production=scope)
        move(self.senior, link.room, "release")
        return link


@pytest.fixture
def firm(actor: Callable[..., Actor], tmp_path: Path, settings: Settings) -> Firm:
    settings.HOME = settings.WORKSPACE = tmp_path
    return Firm(
        actor("compliance"), actor("compliance", name="general_counsel"), actor("senior_manager"), actor("supervisor"), actor("vendor_manager"),
    )  # fmt: skip


def on(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> Any:
    """That minute of 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, month, day, hour, minute, second, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def beside(name: str, first: date, last: date, at: datetime) -> list[tuple[Any, ...]]:
    """The lines of one kind of thing: what, as known at that instant, as known now, and how they differ."""
    return next([row.cells for row in one.sheet.rows] for one in known.compared(first, last, at) if one.source.key == name)
