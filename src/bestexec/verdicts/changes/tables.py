"""The tables that the watch over routers gives beside its verdicts."""

from __future__ import annotations

from bestexec.schema import Column, Table
from bestexec.units import COUNT, DAY, TEXT
from bestexec.verdicts.base import STATISTIC

ROUTER, MARKET, UNTOLD = MOVED = ("router moved", "market moved", "cannot tell")
ANNOUNCED, SILENT = "announced", "silent"

CHANGES = Table(
    "changes", "One change of one figure of a vendor's router, or of what the market made of it.", ("vendor", "figure", "began_on"), "",
    (
        Column("vendor", TEXT, "", "Vendor.", required=True),
        Column("figure", TEXT, "", "Family of figures and, where it has several, the word: venue_share:XNAS.", required=True),
        Column("began_on", DAY, "date", "Most likely first day.", required=True),
        Column("raised_on", DAY, "date", "Day on which it was told.", required=True),
        Column("moved", TEXT, "", "Who moved.", required=True, values=MOVED),
        Column("observed_shift", STATISTIC, "see unit", "Figure from then on less that of the reference days."),
        Column("expected_shift", STATISTIC, "see unit", "The part that the market explains: the reference days' cells at the later mix."),
        Column("effect", STATISTIC, "see unit", "The router's part: the step of observed less expected."),
        Column("low", STATISTIC, "see unit", "Lower end of its interval; null where the market moved."),
        Column("high", STATISTIC, "see unit", "Upper end."),
        Column("unit", TEXT, "", "fraction of flow, or fraction of the time.", required=True),
        Column("z", STATISTIC, "standard errors", "How far it stood out when it was told."),
        Column("p", STATISTIC, "probability", "Chance of as much on one day and window, of a figure that stays as expected; two-sided."),
        Column("coverage", STATISTIC, "fraction", "Part of the later rows whose market the reference days had seen."),
        Column("n", COUNT, "rows", "Rows that the effect rests on.", required=True),
        Column("clusters", COUNT, "symbol-days", "Symbol-days among them.", required=True),
        Column("notice", TEXT, "", "Of a router's change: whether a release note is near.", values=(ANNOUNCED, SILENT)),
        Column("release", TEXT, "", "That note: its day and words."),
    ),
)  # fmt: skip
DAILY = Table(
    "watched_days", "One figure of one vendor on one day.", ("vendor", "figure", "day"), "day",
    (
        Column("vendor", TEXT, "", "Vendor.", required=True), Column("figure", TEXT, "", "Figure.", required=True),
        Column("day", DAY, "date", "Trading date.", required=True), Column("n", COUNT, "rows", "Rows.", required=True),
        Column("observed", STATISTIC, "", "Figure; a time as the mean of its logarithm in ns.", required=True),
        Column("expected", STATISTIC, "", "What a router that did not move would have shown.", required=True),
        Column("error", STATISTIC, "", "Standard error of their difference, by symbol-days.", required=True),
    ),
)  # fmt: skip
