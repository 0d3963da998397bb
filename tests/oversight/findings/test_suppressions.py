"""A suppression keeps known findings out of the queue until a date; they stay counted and shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from oversight import clock
from oversight.findings import actions, queries
from oversight.findings.models import Suppression
from oversight.lifecycle import Refusal
from oversight.record.models import Entry

MONDAY, TUESDAY = date(2026, 9, 28), date(2026, 9, 29)


def wanted(**said: Any) -> Suppression:
    return Suppression(**{"check_id": "EXE-105", "reason": "Known until the release.", "from_on": MONDAY, "expires_on": date(2026, 10, 9)} | said)


def test_on_approval_matching_open_findings_move_under_it_each_with_its_entry(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b", vendor="vendor_b"), bench.found("c", check_id="EXE-101"), bench.found("d")])
    analyst = actor("analyst")
    actions.dismiss(analyst, bench.finding("d"), cause_code="other", answer="Seen.")
    row = actions.propose(analyst, wanted(vendor="vendor_a"))
    assert bench.finding("a").state == "open"
    actions.approve(actor("supervisor"), row)
    assert [bench.finding(name).state for name in "abcd"] == ["suppressed", "open", "open", "closed"]
    assert bench.finding("a").suppression_id == row.pk
    assert Entry.objects.filter(actor="system:suppress", verb="suppress").count() == 1


def test_nobody_approves_what_they_proposed(bench: Any, actor: Any) -> None:
    both = actor("analyst", "supervisor")
    row = actions.propose(both, wanted())
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve(both, row)
    assert Suppression.objects.get().state == "proposed"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"expires_on": date(2026, 12, 27)}, "90 days at most"),
        ({"expires_on": date(2026, 9, 27)}, "comes before the first"),
        ({"expires_on": date(2026, 9, 30)}, "over already"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_a_suppression_ends_and_says_why(bench: Any, actor: Any, said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        actions.propose(actor("analyst"), wanted(**said))
    assert Suppression.objects.count() == 0


def test_ninety_days_are_allowed(bench: Any, actor: Any) -> None:
    assert actions.propose(actor("analyst"), wanted(expires_on=date(2026, 12, 26))).state == "proposed"


def test_what_a_run_brings_is_covered_by_its_trading_date(bench: Any, actor: Any) -> None:
    row = actions.propose(actor("analyst"), wanted(from_on=TUESDAY))
    actions.approve(actor("supervisor"), row)
    receipt = bench.receive([bench.found("a", MONDAY), bench.found("b", TUESDAY)], days=(MONDAY, TUESDAY))
    assert (receipt.opened, receipt.suppressed) == (2, 1)
    assert [bench.finding(name).state for name in "ab"] == ["open", "suppressed"]


def test_after_its_last_day_new_findings_are_open_and_what_it_covered_stays(bench: Any, actor: Any) -> None:
    row = actions.propose(actor("analyst"), wanted(expires_on=date(2026, 10, 1)))
    actions.approve(actor("supervisor"), row)
    bench.receive([bench.found("a")])
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        assert queries.active_suppressions() == []
        assert [ended.pk for ended in actions.lapse()] == [row.pk]
        assert actions.lapse() == []
        bench.receive([bench.found("b", date(2026, 10, 1)), bench.found("c", date(2026, 10, 2))], days=(date(2026, 10, 1), date(2026, 10, 2)))
    ended = Suppression.objects.get()
    assert (ended.state, ended.ended_by) == ("ended", "system:lapse")
    assert [bench.finding(name).state for name in "abc"] == ["suppressed", "suppressed", "open"], "its last trading date is received the day after"


def test_when_it_is_withdrawn_what_it_covered_is_open_again(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a")])
    analyst = actor("analyst")
    row = actions.approve(actor("supervisor"), actions.propose(analyst, wanted()))
    with pytest.raises(Refusal, match="why is missing"):
        actions.withdraw(analyst, row)
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        actions.withdraw(analyst, row, why="The release came early.")
    found = bench.finding("a")
    assert (Suppression.objects.get().state, found.state, found.opened_at) == ("ended", "open", datetime(2026, 10, 2, 12, tzinfo=UTC))
    bench.receive([bench.found("a"), bench.found("b")], policy="p-2")
    assert bench.finding("b").state == "open"


def test_a_proposal_says_what_it_would_have_covered(bench: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b", vendor="vendor_b"), bench.found("c", date(2026, 8, 31))], days=(date(2026, 8, 31), MONDAY))
    assert queries.would_cover("EXE-105", {"vendor": ""}).count() == 2, "31 August is 31 days before 1 October"
    assert queries.would_cover("EXE-105", {"vendor": "vendor_b"}).count() == 1


def test_the_suppressions_in_force_are_plain_rows(bench: Any, actor: Any) -> None:
    supervisor = actor("supervisor")
    row = actions.approve(supervisor, actions.propose(actor("analyst"), wanted(venue="XNYS")))
    actions.propose(actor("analyst", name="second"), wanted())
    assert queries.active_suppressions() == [
        {
            "id": row.pk,
            "check_id": "EXE-105",
            "vendor": "",
            "venue": "XNYS",
            "symbol": "",
            "from_on": MONDAY,
            "expires_on": date(2026, 10, 9),
            "approved_by": supervisor.key,
        }
    ]
