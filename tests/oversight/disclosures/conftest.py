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
from oversight.demo.quarter_end.disclosures import VENDORS_REPORT
from oversight.disclosures import actions
from oversight.disclosures.models import Adoption, CustomerRequest, Publication

ROUTING_REPORT = """<?xml version="1.0" encoding="utf-8"?>
<heldExemptNotHeldOrderRoutingCustomerReport>
<version>1.3</version><customer>Customer 4107</customer><bd>Sample Brokerage</bd><timestamp>2026-11-12T15:20:00Z</timestamp>
<startDate>2026-05-02</startDate><endDate>2026-11-01</endDate>
<held>
<order><orderId>4107-1</orderId><directed>N</directed>
<route><venueName>KNCM</venueName><mic>KNCM</mic><transaction><date>2026-08-13</date><time>14:02:11</time></transaction></route></order>
<order><orderId>4107-2</orderId><directed>N</directed>
<route><venueName>Nasdaq</venueName><mic>XNAS</mic></route>
<route><venueName>KNCM</venueName><mic>KNCM</mic><transaction><date>2026-09-22</date><time>13:31:40</time></transaction></route></order>
</held>
</heldExemptNotHeldOrderRoutingCustomerReport>
"""
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
