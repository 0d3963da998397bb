"""How routers behaved, on the desk: what moved silently first, which stated rule broke, nothing blank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from django.test import Client

from bestexec import ROUTED, Run
from bestexec.logic import STANDING
from bestexec.verdicts.base import table
from bestexec.verdicts.changes import CHANGES
from bestexec.verdicts.leaking import LEAKING
from oversight.analysis import judgements

CHANGE = {"vendor": "vendor_b", "figure": "venue_share:KNCM", "began_on": date(2026, 8, 12), "raised_on": date(2026, 8, 12), "moved": "router",
          "effect": 0.31, "low": 0.28, "high": 0.34, "unit": "fraction of flow", "n": 812, "notice": "silent"}  # fmt: skip
RULE = {"rule": "no_payer_for_large", "vendor": "vendor_b", "kind": "never_by_size", "standing": "broken", "tested": 90, "kept": 81, "broken": 9,
        "cannot_tell": 0, "first_broken_on": date(2026, 8, 13), "last_broken_on": date(2026, 9, 2)}  # fmt: skip
FOLLOWS = {"judgement": "steering", "kind": "payment", "subject": "vendor_b", "against": "quality", "metric": "effective_spread", "verdict": "found",
           "sentence": "Vendor_b's flow follows what venues pay."}  # fmt: skip


def judging(monkeypatch: pytest.MonkeyPatch, run: Run, **tables: pl.DataFrame) -> None:
    stand_in = SimpleNamespace(id=run.id, manifest={"outputs": {f"{name}.parquet": 1 for name in tables}}, table=lambda name: tables[name])
    made: Any = judgements.Judged(stand_in, 1, 1, table([]), pl.DataFrame())  # type: ignore[arg-type]  # a stand-in for the run
    monkeypatch.setattr(judgements, "judged", lambda quarter: made)


def test_without_a_run_that_watched_routers_that_is_what_is_said(third: Callable[[], Run], browser: Callable[..., Client]) -> None:
    third()
    page = browser("committee").get("/analysis/2026Q3/routers/").content.decode()
    assert page.count("No run of the quarter watched routers.") == 6


def test_what_moved_and_what_broke_lead_to_their_exceptions(
    third: Callable[[], Run], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    changes = pl.DataFrame(
        [CHANGE, {**CHANGE, "figure": "passive_share", "raised_on": date(2026, 9, 1), "moved": "market", "notice": None}], schema_overrides=CHANGES.schema
    )
    standing = pl.DataFrame([RULE], schema_overrides=STANDING.schema)
    blank = lambda frame, declared: pl.concat([pl.DataFrame(schema=declared.schema), frame], how="diagonal_relaxed")  # noqa: E731
    judging(monkeypatch, third(), changes=blank(changes, CHANGES), standing=blank(standing, STANDING), detected=table([FOLLOWS]))
    client = browser("analyst")
    page = client.get("/analysis/2026Q3/routers/").content.decode()
    assert page.index("passive share") < page.index("venue share of KNCM"), "the latest first"
    for said in (
        "Vendor_b&#x27;s flow follows what venues pay.",
        "check=VER-121&amp;vendor=vendor_b",
        "check=VER-131&amp;vendor=vendor_b",
        "no_payer_for_large",
    ):
        assert said in page
    told = client.get("/analysis/2026Q3/routers/?format=csv").content.decode()
    assert "venue share of KNCM" in told and "none near" in told


def test_a_firm_without_stated_rules_is_told_where_to_write_them(
    third: Callable[[], Run], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    judging(monkeypatch, third(), changes=pl.DataFrame(schema=CHANGES.schema), standing=pl.DataFrame(schema=STANDING.schema), detected=table([]))
    page = browser("committee").get("/analysis/2026Q3/routers/").content.decode()
    assert ("Nothing moved." in page, "write what vendors state of their routers into logic.toml" in page) == (True, True)


def test_what_happened_on_the_routes_says_who_leaks_first(third: Callable[[], Run], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"judgement": "fade", "metric": "fade_1s", "rows": 40, "n": 40, "limit_bps": 0.5, "needed_n": 90, "sentence": "…"}
    leaking = pl.DataFrame(
        [
            {**row, "subject": "XNAS", "rank": 1, "effect_bps": 0.4, "verdict": "cannot tell", "why": "the interval holds both none and the limit"},
            {**row, "subject": "POOL", "rank": 2, "effect_bps": 2.0, "verdict": "leaks"},
        ],
        schema_overrides=LEAKING.schema,
    )
    given = {one.name: one.of.schema.to_frame() for one in ROUTED} | {"leaking": pl.concat([LEAKING.schema.to_frame(), leaking], how="diagonal_relaxed")}
    judging(monkeypatch, third(), **given)
    page = browser("committee").get("/analysis/2026Q3/routers/").content.decode()
    assert page.index("POOL") < page.index("XNAS")
    assert "No limit order rested at a venue." in page and "the interval holds both none and the limit" in page
