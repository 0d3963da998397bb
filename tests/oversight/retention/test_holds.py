"""A hold stops disposal from the moment somebody asks for it until another person than the one who placed it lets it go."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oversight.lifecycle import Refusal
from oversight.moving import make
from oversight.notices.models import Copy
from oversight.retention import actions, disposing, items, schedule
from oversight.retention.models import Disposal

from .conftest import NEW, OLD, Place


def propose(firm: Place, *classes: str) -> Disposal:
    return actions.propose_disposal(firm.compliance, classes, reason="Their time is over.")


def test_the_whole_walk_with_who_and_why(firm: Place) -> None:
    firm.imported(OLD)
    hold = actions.ask_for_hold(firm.analyst, title="A letter", reason="It asks.", first_on=OLD, last_on=OLD)
    with pytest.raises(Refusal, match=r"2 of 2 may not be disposed of: Hold no. \d+, A letter \(asked for\)"):
        propose(firm, "trading")
    make(firm.compliance, hold, "place", {})
    with pytest.raises(Refusal, match=r"Hold no. \d+, A letter \(in force\)"):
        propose(firm, "trading")
    with pytest.raises(Refusal, match="nobody approves their own work, and you are named as placed by"):
        make(firm.compliance, hold, "release", {"why": "over"})
    with pytest.raises(Refusal, match="why is missing"):
        make(firm.senior, hold, "release", {})
    with pytest.raises(Refusal, match="only compliance or senior manager may"):
        make(firm.analyst, hold, "release", {"why": "over"})
    make(firm.senior, hold, "release", {"why": "The matter is closed; counsel agrees."})
    assert propose(firm, "trading").count == 2
    assert "A legal hold was released: A letter." in set(Copy.objects.values_list("notice__what", flat=True))


@pytest.mark.parametrize(
    ("scope", "old", "new"),
    [
        ({"first_on": OLD, "last_on": OLD}, True, False),
        ({"first_on": date(2019, 3, 5)}, False, True),
        ({"first_on": date(2019, 3, 1), "last_on": date(2026, 12, 31)}, True, True),
        ({"classes": ["trading"]}, True, True),
        ({"classes": ["market"]}, False, False),
        ({"classes": ["market"], "first_on": OLD}, False, False),
        ({"classes": ["trading"], "first_on": OLD, "last_on": OLD}, True, False),
        ({"orders": [["2026-09-28", "IBM", "C-1"]]}, False, True),
        ({"symbols": ["IBM"], "first_on": NEW}, False, True),
    ],
)
def test_a_scope_covers_what_it_says(firm: Place, scope: dict[str, Any], old: bool, new: bool) -> None:
    ids = firm.imported(OLD), firm.imported(NEW)
    firm.held(**scope)
    covered = {one.item.id: bool(one.holds) for one in schedule.kept(items.every()) if one.item.kind == "raw"}
    assert tuple(covered[id_] for id_ in ids) == (old, new)


def test_what_nobody_can_date_is_held_by_every_hold_on_days(firm: Place) -> None:
    (firm.workspace / "raw" / ("a" * 64)).write_bytes(b"who knows")
    firm.held(first_on=NEW, last_on=NEW)
    [one] = schedule.kept(items.every())
    assert len(one.holds) == 1


def test_files_beside_a_named_row_are_held_whatever_their_day(firm: Place) -> None:
    """The hold itself stands for the row here: a case or a request is named in the same way."""
    first = firm.held(first_on=NEW, last_on=NEW)
    firm.filed("beside it", OLD, subject=first.subject)
    firm.filed("beside nothing", OLD)
    firm.held(subjects=[list(first.subject)])
    assert sorted(len(one.holds) for one in schedule.kept(items.every())) == [0, 1]


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ({}, "on nothing"),
        ({"symbols": ["IBM"]}, "on nothing"),
        ({"first_on": NEW, "last_on": OLD}, "does not lie before"),
        ({"last_on": OLD}, "has a first one|on nothing"),
        ({"classes": ["letters"]}, "no class letters"),
        ({"subjects": [["case", "77"]]}, "no case 77"),
    ],
)
def test_a_hold_on_nothing_is_refused(firm: Place, scope: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        firm.held(**scope)


def test_a_hold_that_comes_after_the_proposal_stops_the_approval(firm: Place) -> None:
    firm.imported(OLD)
    row = propose(firm, "trading")
    firm.held(first_on=OLD, last_on=OLD)
    with pytest.raises(Refusal, match=r"2 of 2 may not be disposed of: Hold no. \d+, A letter of the regulator"):
        actions.approve_disposal(firm.senior, row)


def test_a_hold_that_comes_after_the_approval_keeps_the_bytes_and_is_named(firm: Place) -> None:
    old = firm.imported(OLD)
    row = firm.approved("trading")
    hold = firm.held(first_on=OLD, last_on=OLD)
    done = disposing.carry_out(firm.compliance, row)
    assert sorted(done.stayed) == [["import", old, f"held: {hold}"], ["raw", old, f"held: {hold}"]]
    assert (firm.workspace / "raw" / old).is_file()
    assert not (firm.workspace / "disposed").exists()


def test_days_on_hold_are_said_of_a_look_back(firm: Place) -> None:
    hold = firm.held(first_on=date(2026, 9, 14), last_on=date(2026, 9, 18))
    assert schedule.over(date(2026, 9, 18), date(2026, 9, 30)) == [hold]
    assert schedule.over(date(2026, 9, 19), date(2026, 9, 30)) == []
    make(firm.senior, hold, "release", {"why": "closed"})
    assert schedule.over(date(2026, 9, 1), date(2026, 9, 30)) == []
