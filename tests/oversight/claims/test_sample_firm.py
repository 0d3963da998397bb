"""The sample firm's three days against a vendor that promises something of every metric and every check."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from bestexec import CHECKS, import_files, measure, open_workspace
from oversight.actor import automated
from oversight.arrivals import actions as arrivals
from oversight.arrivals import queries as arrived
from oversight.claims import actions
from oversight.claims.models import ClaimTest
from oversight.findings.models import Finding
from oversight.measured import figures
from oversight.measured.reading import AT_LEAST, AT_MOST, CHECK, METRIC, Figure
from oversight.vendors import actions as vendors

BY = automated("receive")
NEVER = Decimal(10) ** 15
"""More than any figure reaches."""


@pytest.mark.check
def test_every_metric_and_check_can_contradict_a_promise_and_leads_to_its_rows(
    db: None, tmp_path: Path, settings: LazySettings, root: Path, browser: Callable[..., Client]
) -> None:
    settings.WORKSPACE = tmp_path / "workspace"
    workspace = open_workspace(settings.WORKSPACE)
    import_files(workspace, sorted((root / "samples" / "raw").iterdir()))
    figures.forget()
    vendor = vendors.register(BY, key="vendor_a", name="Alpha Router")
    every = [Figure(METRIC, key) for key in figures.BY_KEY] + [Figure(CHECK, check.id) for check in CHECKS]
    for figure in every:
        for side, bound in ((AT_MOST, NEVER), (AT_LEAST, NEVER)):
            terms = {"figure": figure, "side": side, "bound": bound, "min_n": 1}
            actions.state(BY, vendor=vendor, origin=vendor.subject, key=f"{figure.key} {side}", words=f"{figure.title} {side}", **terms)
    arrivals.receive(BY, measure(workspace).id)

    tests = {test.claim.key: test for test in ClaimTest.objects.select_related("claim__vendor", "finding")}
    assert (len(tests), arrived.pending()) == (2 * len(every), [])
    measured = [figure for figure in every if tests[f"{figure.key} {AT_MOST}"].value is not None]
    least = [tests[f"{figure.key} {AT_MOST}"] for figure in measured]
    in_doubt = [test for test in least if "could not be asked" in test.why or "whose they are must be found" in test.why]
    assert {test.claim.figure["kind"] for test in in_doubt} == {CHECK}, "a count that may be larger keeps nobody's word"
    assert [(test.claim.key, test.outcome) for test in least if test.outcome != "met"] == [(test.claim.key, "cannot_tell") for test in in_doubt]
    told = [tests[f"{figure.key} {AT_LEAST}"] for figure in measured]
    assert {test.outcome for test in told} <= {"missed", "cannot_tell"}
    missed = [test for test in told if test.outcome == "missed"]
    assert len(missed) > len(CHECKS)
    assert Finding.objects.filter(check_id="CLM-101", state="open").count() == len(missed)
    client = browser("vendor_manager")
    for test in told:
        assert test.reading is not None
        lines = client.get(f"{test.reading.address}&format=csv").content.decode().splitlines()[1:]
        assert (test.claim.key, len(lines)) == (test.claim.key, int(test.value or 0) if test.claim.figure["kind"] == CHECK else test.n)
