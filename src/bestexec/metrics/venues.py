"""Where the shares went, and how concentrated that is."""

from __future__ import annotations

from bestexec import cite
from bestexec.metrics.base import Example, Metric
from bestexec.metrics.estimators import CONCENTRATION, VENUE_SHARE
from bestexec.metrics.worked import FILLS
from bestexec.units import FRACTION, INDEX

VENUES = (
    Metric(
        key="venue_share", title="Venue's share of executed shares", on="fills", summary=VENUE_SHARE, unit=FRACTION, better="neither",
        source=cite.RULE_606_VENUES,
        weight="executed shares", example=Example(FILLS, 2 / 3, "(100 + 100) / 300", by=("venue",)),
        note="known only where venue is among the dimensions; of the rows alike in every other dimension",
    ),
    Metric(
        key="venue_concentration", title="Concentration of venues (HHI)", on="fills", summary=CONCENTRATION, unit=INDEX, better="neither",
        source=cite.HERFINDAHL,
        weight="executed shares", example=Example(FILLS, 5 / 9, "(200 / 300) * (200 / 300) + (100 / 300) * (100 / 300)"), note="1 when one venue has all",
    ),
)  # fmt: skip
