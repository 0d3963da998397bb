"""Interim measures and heightened monitoring: decided by two, no wider than the policy, published where the next run reads them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from tests.oversight.cases.conftest import FRIDAY, MONDAY, TUESDAY, Bench, Firm, on

from bestexec import load_policy
from oversight.actor import Actor
from oversight.cases import actions, daily, narrowing, publishing, queries
from oversight.cases.models import Case, Measure, Monitoring
from oversight.handling import actions as handling
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy

HALF = {"kind": "reroute", "percent": Decimal(50), "what": "Half of the marketable orders of retail customers.", "from_on": date(2026, 10, 1)}


def published() -> str:
    file = Path(settings.WORKSPACE) / "policy" / "heightened.toml"
    return file.read_text() if file.exists() else ""


def test_a_measure_stands_from_day_one_by_two_people_and_says_by_what(firm: Firm, case: Case) -> None:
    row = actions.propose_measure(firm.compliance, case, **HALF, to_vendor=firm.other)
    assert (row.title, row.title_outside) == ("50 % of the flow goes to Alpha Router", "50 % of the flow goes another way")
    for by in (firm.compliance, firm.vm, firm.outside):
        with pytest.raises(Refusal):
            actions.decide(by, row)
    actions.decide(firm.supervisor, row)
    assert (row.state, row.decided_by, row.is_carried_out, list(queries.standing_measures())) == ("in_force", firm.supervisor.key, False, [row])
    at = {"kind": "override", "vendor": "vendor_b", "from_at": case.opened_at, "what": "Half goes to Alpha."}
    actions.carry_out(firm.supervisor, row, happening=handling.note(firm.analyst, **at))
    assert row.is_carried_out
    with pytest.raises(Refusal, match="why is missing"):
        from oversight.record.actions import move

        move(firm.compliance, row, "end")


def test_a_measure_that_lacks_its_number_or_cannot_be_is_refused(firm: Firm, case: Case) -> None:
    for said, words in (
        ({"percent": None}, "say which part of the flow"), ({"kind": "pull_venue"}, "name the venue"), ({"kind": "pilot_cap"}, "say how many orders"),
        ({"percent": Decimal(101)}, "above 0 and at most 100"), ({"until_on": date(2026, 9, 30)}, "before its first, or in the past"),
        ({"to_vendor": firm.vendor}, "to the vendor that the case is about"), ({"what": " "}, "say which flow"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=words):
            actions.propose_measure(firm.supervisor, case, **{**HALF, **said})  # type: ignore[arg-type]
    assert not Measure.objects.exists()


def test_a_measure_ends_after_its_last_day_and_is_told(firm: Firm, case: Case) -> None:
    row = actions.decide(firm.compliance, actions.propose_measure(firm.supervisor, case, **HALF, until_on=MONDAY))
    with on(MONDAY):
        assert daily.run_out() == 0
    with on(TUESDAY):
        assert (daily.run_out(), daily.run_out()) == (1, 0)
    row.refresh_from_db()
    assert (row.state, row.ended_by) == ("ended", "system:cases")


def test_the_direction_in_which_each_limit_narrows_is_known(firm: Firm) -> None:
    known = narrowing.narrowable(MONDAY)
    assert {name for name, one in known.items() if one.is_higher_narrower} == {"min_marketable_fill_rate", "min_limit_fill_rate", "min_ioc_fill_rate"}
    assert "materiality_usd" not in known and "trailing_days" not in known and "persistence_window_days" not in known
    assert known["max_venue_fraction"].checks == ("ROU-103",)
    for name, one in known.items():
        assert one.admits(one.value), name
        assert not one.admits(one.value - 1 if one.is_higher_narrower else one.value + 1), name


def test_a_limit_that_is_wider_unknown_or_read_by_no_check_is_refused(firm: Firm, case: Case) -> None:
    for limits, words in (
        ({"max_eq": Decimal(9)}, "wider than the policy's"), ({"min_ioc_fill_rate": Decimal(0)}, "it is at least that"),
        ({"max_hhi": Decimal(-1)}, "no value of it"),
        ({"materiality_usd": Decimal(1)}, "no limit that a check reads"), ({"nothing": Decimal(1)}, "no limit that a check reads"),
        ({"max_eq": Decimal("NaN")}, "no value of it"), ({}, "No limit is narrower"),
        ({"max_eq": load_policy(Path(settings.WORKSPACE) / "policy").limit("max_eq")}, "No limit is narrower"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=words):
            firm.monitored(case, limits=limits)
    for said, words in (
        ({"from_on": date(2026, 9, 30)}, "from a day in the past"), ({"to_on": MONDAY}, "before it began"), ({"every_days": 0}, "one trading day to 63"),
        ({"reason": ""}, "Say why"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=words):
            firm.monitored(case, **said)  # type: ignore[arg-type]
    assert not Monitoring.objects.exists() and published() == ""


def test_in_force_it_lies_beside_the_policy_exactly_so(firm: Firm, case: Case) -> None:
    limits = {"max_venue_fraction": Decimal("0.15"), "persistence_days": Decimal(1)}
    row = actions.propose_monitoring(firm.supervisor, case, limits=limits, from_on=date(2026, 11, 16), to_on=date(2027, 2, 1), reason="To see the change.")
    assert published() == ""
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve_monitoring(firm.supervisor, row)
    actions.approve_monitoring(firm.compliance, row)
    assert published() == (
        "# Heightened monitoring: limits that hold more narrowly for one vendor. Written by the desk.\n"
        '\n[[heightened]]\nvendor = "vendor_b"\ncase = "1"\nfrom = 2026-11-16\nto = 2027-02-01\nevery_days = 1\n'
        "[heightened.limits]\nmax_venue_fraction = 0.15\npersistence_days = 1\n"
    )
    assert tomllib.loads(published())["heightened"][0]["limits"] == {"max_venue_fraction": 0.15, "persistence_days": 1}
    assert (publishing.is_published(), queries.in_force_on(firm.vendor, date(2026, 11, 15))) == (True, [])
    assert queries.in_force_on(firm.vendor, date(2027, 1, 31)) == [row]
    assert queries.in_force_on(firm.vendor, date(2027, 2, 1)) == queries.in_force_on(firm.other, date(2027, 1, 4)) == []
    with on(date(2027, 2, 1)):
        assert daily.run_out() == 1
        assert daily.daily().is_published
    assert published() == ""


def test_ending_a_case_ends_its_monitoring_and_takes_it_from_the_policy(firm: Firm, case: Case) -> None:
    row = firm.monitored(case)
    assert "max_eq = 0.5" in published()
    firm.skip(case, "steps")
    actions.close_early(firm.compliance, case, why="Opened in error.")
    row.refresh_from_db()
    assert (row.state, published()) == ("ended", "")


def test_monitoring_on_which_the_stage_rests_does_not_end_early(firm: Firm, case: Case) -> None:
    firm.at_monitoring(case)
    first = case.monitorings.get()
    with pytest.raises(Refusal, match="no other is in force"):
        actions.end_monitoring(firm.compliance, first, why="It is enough.")
    firm.monitored(case, limits={"max_eq": Decimal("0.4")})
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.end_monitoring(firm.supervisor, first, why="Narrower now.")
    actions.end_monitoring(firm.compliance, first, why="Narrower now.")
    assert published().count("[[heightened]]") == 1 and "max_eq = 0.4" in published()


def test_a_proposal_that_the_policy_overtook_is_not_approved(firm: Firm, case: Case) -> None:
    row = actions.propose_monitoring(firm.supervisor, case, limits={"max_eq": Decimal("0.5")}, from_on=MONDAY, reason="It fell short.")
    file = Path(settings.WORKSPACE) / "policy" / "policy.toml"
    before = next(line for line in file.read_text().splitlines() if line.startswith("max_eq ="))
    file.write_text(file.read_text().replace(before, "max_eq = 0.4"))
    with pytest.raises(Refusal, match="no narrower than the policy's any more"):
        actions.approve_monitoring(firm.compliance, row)


def test_a_run_that_does_not_come_is_told_once_for_each_day(firm: Firm, case: Case, bench: Bench) -> None:
    firm.monitored(case, every_days=1)  # from Monday 5 October
    with on(MONDAY):
        assert daily.silent() == [], "the first day is not over"
    with on(TUESDAY):
        assert (daily.tell_silent(), daily.tell_silent()) == (1, 0)
        bench.orders, bench.fills, bench.totals = [], [], []
        bench.order("O7", vendor="vendor_b", on=MONDAY)
        bench.fill("O7", "10.00", vendor="vendor_b", on=MONDAY)
        bench.receive()
        assert daily.silent() == []
    with on(FRIDAY):
        assert [(row.case.number, days) for row, days in daily.silent()] == [(1, [date(2026, 10, 8)])]
        assert daily.tell_silent() == 1
    assert Copy.objects.filter(to=firm.supervisor.key, notice__what__contains="no received run covers").count() == 2


def test_with_a_longer_period_one_day_within_it_is_enough(firm: Firm, case: Case, bench: Bench) -> None:
    firm.monitored(case, every_days=3)
    with on(date(2026, 10, 7)):
        assert daily.silent() == [], "only two of three days are over"
    with on(date(2026, 10, 8)):
        assert [days for _, days in daily.silent()] == [[MONDAY, TUESDAY, date(2026, 10, 7)]]
        bench.orders, bench.fills, bench.totals = [], [], []
        bench.order("O7", vendor="vendor_b", on=TUESDAY)
        bench.fill("O7", "10.00", vendor="vendor_b", on=TUESDAY)
        bench.receive()
        assert daily.silent() == []


def test_two_who_approve_at_once_approve_once(firm: Firm, case: Case, actor: Callable[..., Actor]) -> None:
    row = actions.propose_measure(firm.vm, case, **HALF)
    twice = Measure.objects.get(pk=row.pk)
    actions.decide(firm.compliance, row)
    with pytest.raises(Refusal, match="this is done while it is “proposed”"):
        actions.decide(firm.supervisor, twice)
