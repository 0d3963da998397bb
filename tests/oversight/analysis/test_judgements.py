"""Verdicts and competing markets on the desk: of the run that holds the most days, what must be decided first, nothing blank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bestexec import Run
from oversight.analysis import agenda, judgements
from oversight.vendors.quarters import parse

Q3 = parse("2026Q3")


def sealed(monkeypatch: pytest.MonkeyPatch, run: Run, *rows: dict[str, Any], **tables: Any) -> judgements.Judged:
    """The run's judgements as they would be read, with these verdicts."""
    import polars as pl
    from tests.bestexec.report.test_judgements import USUAL

    from bestexec.competing import COMPETING
    from bestexec.verdicts.base import table

    made = judgements.Judged(run, 1, 1, table({**USUAL, **row} for row in rows), tables.get("competing", pl.DataFrame(schema=COMPETING.schema)))
    monkeypatch.setattr(judgements, "judged", lambda quarter: made)
    return made


def test_without_a_run_that_judges_that_is_what_is_said(third: Callable[[], Run], browser: Callable[..., Client]) -> None:
    third()
    page = browser("committee").get("/analysis/2026Q3/verdicts/").content.decode()
    assert "No run of the quarter holds verdicts." in page
    assert "No evidence collected: no published Rule 605 report" in page


def test_what_must_be_decided_is_first_and_the_silent_are_a_click_away(
    third: Callable[[], Run], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ({"subject": "FINE", "verdict": "better"}, {"subject": "THIN", "effect": None, "verdict": "inconclusive", "why": "one trading day only"},
            {"subject": "OPEN", "verdict": "inconclusive", "needs_decision": True, "sentence": "Nobody can tell yet."})  # fmt: skip
    sealed(monkeypatch, third(), *rows)
    client = browser("committee")
    page = client.get("/analysis/2026Q3/verdicts/").content.decode()
    assert page.index("venue OPEN") < page.index("venue FINE")
    assert ("1 of 3 comparisons ask for a decision" in page, "Nobody can tell yet." in page, "venue THIN" in page) == (True, True, False)
    assert "venue THIN" in client.get("/analysis/2026Q3/verdicts/?every=1").content.decode()
    told = client.get("/analysis/2026Q3/verdicts/?every=1&format=csv").content.decode()
    assert "one trading day only" in told


def test_a_run_of_more_days_is_the_one_that_judges(third: Callable[[], Run], monkeypatch: pytest.MonkeyPatch) -> None:
    """Three runs in force, of which the longest was sealed before verdicts were made."""
    from types import SimpleNamespace

    from oversight.measured.sources import Sources

    third()
    runs = [SimpleNamespace(id=name, manifest={"outputs": outputs}, table=lambda key, name=name: f"{key} of {name}") for name, outputs in
            (("old", {}), ("one", {"verdicts.parquet": 1}), ("many", {"verdicts.parquet": 1}))]  # fmt: skip
    days = {"old": 9, "one": 1, "many": 5}
    held = Sources(tuple((run, tuple(range(days[run.id]))) for run in runs))  # type: ignore[arg-type,misc]  # stand-ins
    monkeypatch.setattr(judgements, "sources_of", lambda quarter: held if quarter == Q3 else None)
    made = judgements.judged(Q3)
    assert made is not None
    assert (made.run.id, made.days, made.of, made.verdicts) == ("many", 5, 15, "verdicts of many")


def test_what_stays_open_a_second_quarter_running_is_said_first_and_is_on_the_agenda(
    third: Callable[[], Run], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars as pl
    from tests.bestexec.report.test_judgements import USUAL

    from bestexec.competing import COMPETING
    from bestexec.verdicts.base import table

    run = third()
    still = {**USUAL, "subject": "OPEN", "verdict": "inconclusive", "effect": 0.02, "materiality": 0.01, "sentence": "Nobody can tell yet."}
    fresh = {**still, "subject": "NEW", "sentence": "Nobody could tell this once."}
    quarters = {"2026Q2": [{**still, "times_running": 1}], "2026Q3": [still, fresh]}
    monkeypatch.setattr(
        judgements,
        "_judged",
        lambda quarter: (
            judgements.Judged(run, 1, 1, table(quarters[str(quarter)]), pl.DataFrame(schema=COMPETING.schema)) if str(quarter) in quarters else None
        ),
    )
    made = judgements.judged(Q3)
    assert made is not None and made.again == ["Nobody can tell yet."]
    page = browser("committee").get("/analysis/2026Q3/verdicts/").content.decode()
    assert "A second quarter running" in page
    assert page.index("A second quarter running") < page.index("Nobody can tell yet.")
    told = {item.title: (item.why, item.address, item.severity) for item in agenda.items(Q3.first, Q3.last)}
    assert told["Inconclusive a second quarter running: 1 comparison"] == ("Nobody can tell yet.", "/analysis/2026Q3/verdicts/", "high")
