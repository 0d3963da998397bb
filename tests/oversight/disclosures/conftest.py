"""A customer who asks, the people who answer, and files that meet their schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from oversight.actor import Actor
from oversight.demo.quarter_end.disclosures import ROUTING_REPORT, VENDORS_REPORT
from oversight.disclosures import actions
from oversight.disclosures.models import Adoption, CustomerRequest, Publication

XML = ROUTING_REPORT.encode()
QUARTERLY = VENDORS_REPORT.encode()
ASKED = date(2026, 10, 1)
"""A Thursday."""


@dataclass
class Desk:
    """Who acts: an analyst makes, compliance and a supervisor check."""

    analyst: Actor
    compliance: Actor
    supervisor: Actor

    def asked(self, **said: Any) -> CustomerRequest:
        return actions.take_in(self.analyst, **{"customer": "Customer 1", "account_key": "k1", "asked_on": ASKED, **said})

    def decided(self, kind: str = "b3", **said: Any) -> CustomerRequest:
        return actions.decide(self.analyst, self.asked(**said), kind=kind, basis="Runs in force.")

    def made(self, kind: str = "b3", **said: Any) -> CustomerRequest:
        return actions.keep_report(self.analyst, self.decided(kind, **said), [("report.xml", XML)])

    def public(self, **said: Any) -> Publication:
        return actions.make_publication(self.analyst, **{"kind": "rule606a", "period": "2026Q3", "files": [("606.xml", QUARTERLY)], **said})

    def received(self, content: bytes = QUARTERLY) -> Adoption:
        return actions.note_adoption(self.analyst, kind="rule606a", maker="Router B", period="2026Q3", content=("theirs.xml", content))


@pytest.fixture
def desk(actor: Callable[..., Actor], settings: Settings, tmp_path: Path) -> Desk:
    settings.HOME = settings.WORKSPACE = tmp_path
    return Desk(actor("analyst"), actor("compliance"), actor("supervisor"))
