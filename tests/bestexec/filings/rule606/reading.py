"""How these tests make a public report, and read its elements."""

from __future__ import annotations

from typing import Any

from bestexec.filings.rule606.document import Node
from bestexec.filings.rule606.figures import Public
from bestexec.filings.rule606.public import public, report
from bestexec.filings.rule606.readings import Readings
from bestexec.filings.rule606.terms import OnFile

from .flow import LOOSE, QUARTER, Flow


def made(flow: Flow, *payments: tuple[Any, ...], readings: Readings = LOOSE, on_file: OnFile | None = None, **more: Any) -> Public:
    return public(flow.fed(*payments, **more), QUARTER, "Sample", readings, on_file or OnFile())


def section(figures: Public, element: str = "rSP500", month: int = 0) -> Node:
    found = report(figures).all("rMonthly")[month].one(element)
    assert found is not None
    return found


def venues(of: Node) -> dict[str, Node]:
    listed = of.one("rVenues")
    return {venue.value("mic"): venue for venue in (listed.below if listed else ())}
