"""The sample firm's part of the story: a hold in force, a period and a disposal that wait for a second person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oversight.actor import Actor
from oversight.demo.people import People
from oversight.demo.quarter_end import retention as story
from oversight.requests import actions as requests
from oversight.retention.models import Disposal, Hold, Period
from oversight.roles import COMPLIANCE, VENDOR_MANAGER

from .conftest import Place


@pytest.mark.django_db
def test_days_asked_about_are_held_and_old_books_wait(firm: Place, actor: Callable[..., Actor]) -> None:
    """Books of 1 July are past their month on 18 November; those of 12 August are, too, and held."""
    people = People({COMPLIANCE: firm.compliance, VENDOR_MANAGER: actor("vendor_manager")}, "")
    letter = requests.open_request(
        firm.compliance, "letter.txt", b"A letter of the regulator.\n", authority="finra", reference="2026-1234", rule="FINRA 8210",
        about="Routing to KNCM.", received_on=date(2026, 10, 1), due_on=date(2026, 10, 15), first_on=date(2026, 7, 1), last_on=date(2026, 9, 30),
    )  # fmt: skip
    for day in ("2026-07-01", "2026-08-12"):
        folder = firm.workspace / "books" / day / "nbbo-0123456789abcdef"
        folder.mkdir(parents=True)
        (folder / "quotes.arrow").write_bytes(b"quotes of " + day.encode())
    story.after_meeting(people, {})
    hold, row, period = Hold.objects.get(), Disposal.objects.get(), Period.objects.get()
    assert (hold.state, hold.subjects, hold.first_on) == ("in_force", [["request", str(letter.pk)]], story.FIRST)
    assert (row.state, [one["id"] for one in row.items]) == ("proposed", ["2026-07-01-nbbo-0123456789abcdef"])
    assert (period.state, period.months) == ("proposed", 72)
