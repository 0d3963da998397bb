"""The sample firm's three days, measured twice: once as they are, once with an odd-lot limit that nothing exceeds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import LazySettings

from bestexec import import_files, measure, open_workspace
from oversight.actor import automated
from oversight.findings import actions, queries
from oversight.findings.models import Day, Draw, Finding, SampleItem
from oversight.record.actions import REASON
from oversight.record.models import Word


def test_a_limit_that_changed_closes_what_it_found_and_leaves_the_rest(db: None, tmp_path: Path, settings: LazySettings, root: Path) -> None:
    settings.WORKSPACE = tmp_path / "workspace"
    workspace = open_workspace(settings.WORKSPACE)
    import_files(workspace, sorted((root / "samples" / "raw").iterdir()))
    first = measure(workspace)
    policy = workspace.policy / "policy.toml"
    policy.write_text(re.sub(r"(?m)^(max_odd_lot_missed_usd\s*=\s*).*$", r"\g<1>100000", policy.read_text(encoding="utf-8")), encoding="utf-8")
    second = measure(workspace)

    found = first.table("findings")
    odd_lots = found.filter(pl.col("check_id") == "EXE-112").height
    assert (found.height > odd_lots > 0, second.table("findings").height) == (True, found.height - odd_lots)
    by: Any = automated("receive")
    assert actions.receive(by, first.id).opened == found.height
    receipt = actions.receive(by, second.id)
    assert (receipt.opened, receipt.vanished, receipt.recurred, receipt.drawn) == (0, odd_lots, 0, 0)
    assert set(Finding.objects.filter(state="vanished").values_list("check_id", flat=True)) == {"EXE-112"}
    why = set(Word.objects.filter(name=REASON, entry__verb="vanish").values_list("text", flat=True))
    assert {text.rpartition(": ")[2] for text in why} == {"the text of policy default-1 changed."}
    assert (Day.objects.count(), Draw.objects.count(), SampleItem.objects.count()) == (3, 3, 30)
    assert [queries.redraw(draw)[0] for draw in Draw.objects.all()] == [True, True, True]
    with_orders = Finding.objects.exclude(order_id="").exclude(symbol="")
    assert with_orders.filter(key_on=None).count() == 0
