"""The classes of record as data: what each is, where it lies, how long it is kept, from when that counts, and how sure the period is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

YEAR = 12
RULE, DOUBTFUL, OURS = "the rule names it", "doubtful", "our convention"
SURE = {
    RULE: "The rule names this period for this record.",
    DOUBTFUL: "Which paragraph this record falls under, or its period, was not settled here: the firm states its own reading, and counsel reads the rule.",
    OURS: "No rule speaks of it.",
}
WORKSPACE, DESK = "workspace", "desk"
ROOTS = ((WORKSPACE, "the workspace"), (DESK, "the desk's folder"))


@dataclass(frozen=True)
class RecordClass:
    """One class. `months` is the period that holds until the firm states another, None where nothing ends it; `least` the fewest months that the firm may state.

    `is_easy`: its first two years are easily accessible, which everything on the desk's own disk is. `stays` says why the desk never disposes of it.
    """

    key: str
    title: str
    what: str
    where: str
    counts: str
    cite: str
    sure: str
    months: int | None = 6 * YEAR
    least: int = 3 * YEAR
    is_easy: bool = True
    note: str = ""
    stays: str = ""


FILED = "the day it was filed, speaks of, or expires, whichever is last"
DAYS = "the last trading day in it, or the day it was received, whichever is later"
CLASSES = (
    RecordClass("trading", "Orders, routes and executions", "Files as they came and the rows read of them, with orders, routes, events or fills.", "raw/ and imports/ of the workspace", DAYS, "17 CFR 240.17a-4(a)", DOUBTFUL, note="Memoranda of orders alone are three years under 17a-4(b), executions as a blotter six under 17a-4(a). One file holds both, so the longer holds."),
    RecordClass("market", "Market data and what others published", "Quotes, tape, halts, reference data, published Rule 605 and 606 reports, vendors' figures.", "raw/ and imports/ of the workspace; files kept by reference lie where they lay", DAYS, "FINRA 4511(b)", DOUBTFUL, note="As working papers of a review three years would do under 17a-4(b); without them a run cannot be made again."),
    RecordClass("books", "Quote books", "Quotes sorted for looking up: built of rows, rebuilt when needed.", "books/ of the workspace", "the day it is of", "The firm's own schedule", OURS, months=1, least=0, is_easy=False, note="No record of its own: what it was built of is kept as market data."),
    RecordClass("runs", "Sealed runs", "The tables of what was measured. run.json, the policy it was measured under and the hashes stay.", "runs/ of the workspace", "the last trading day that it measured", "FINRA 4511(b)", DOUBTFUL, note="Three years as working papers under 17a-4(b), six where no rule names a period."),
    RecordClass("reviews", "Committee reviews and packs", "Papers, minutes, packs, analyses, decisions on differences, claims and limits.", "evidence/ of the desk", FILED, "FINRA 4511(b)", DOUBTFUL, note="Three years as working papers under 17a-4(b), six where no rule names a period."),
    RecordClass("vendor_file", "The vendor file", "Due diligence, agreements, configuration, conflicts, payments, liquidity, yearly refresh.", "evidence/ of the desk", FILED, "17 CFR 240.17a-4(b)", DOUBTFUL, note="Written agreements are three years under 17a-4(b); whether from signing or from their end was not settled, so six years are shipped."),
    RecordClass("remedies", "Cases and customers' losses", "Notices, joint investigations, corrective plans, credits and the decision on reporting.", "evidence/ of the desk", FILED, "FINRA 4511(b)", DOUBTFUL, note="What is communication with a vendor or a customer is three years under 17a-4(b)."),
    RecordClass("requests", "Regulators' requests", "Letters, gathered documents, productions and their log. What counsel keeps apart is neither counted nor disposed of here.", "evidence/ of the desk", FILED, "FINRA 4511(b)", DOUBTFUL, note="Ask counsel before the first disposal: a letter often names a time of its own."),
    RecordClass("reports", "Routing and execution reports of the firm", "Posted Rule 605 and 606(a) reports and reports to customers.", "evidence/ of the desk, filed beside a disclosure", "the day it was filed, as the day of first posting", "17 CFR 242.606(a)", RULE, months=3 * YEAR, note="Three years public from first posting."),
    RecordClass("communications", "Communications", "Letters and messages filed on the desk's notices and log of order handling.", "evidence/ of the desk", FILED, "17 CFR 240.17a-4(b)", DOUBTFUL, months=3 * YEAR, note="The firm's mail and chat lie elsewhere, and so does their schedule."),
    RecordClass("exam_files", "Exam files", "A quarter as one archive.", "exams/ of the desk", "the day it was made", "The firm's own schedule", OURS, note="Made again of the same things it is the same file."),
    RecordClass("procedures", "Written supervisory procedures", "Sections, their versions, attestations and what proves them.", "evidence/ of the desk", "the last day of its use", "17 CFR 240.17a-4(e)(7)", DOUBTFUL, months=3 * YEAR, stays="Its time begins when it is used no more, which the desk does not judge of a file."),
    RecordClass("evidence", "Other evidence", "Files beside exceptions, days, duties and anything else, or beside nothing.", "evidence/ of the desk", FILED, "FINRA 4511(b)", DOUBTFUL, note="Three years as working papers under 17a-4(b), six where no rule names a period."),
    RecordClass("record", "The record", "Every act with who, when, from what, to what, chained by hash; the desk's own rows.", "the desk's database", "never", "17 CFR 240.17a-4(f)", OURS, months=None, stays="It is the audit trail of everything else, tombstones included."),
    RecordClass("manifests", "Manifests, policies, mappings, tombstones", "What came in by hash and count, run.json, the limits in force, how files are read, what was disposed of.", "the workspace", "never", "17 CFR 240.17a-4(f)", OURS, months=None, stays="They say what was there, and are small."),
)  # fmt: skip
BY_KEY = {one.key: one for one in CLASSES}
CHOICES = tuple((one.key, one.title) for one in CLASSES)
STATED = tuple((one.key, one.title) for one in CLASSES if one.months is not None and not one.stays)
"""Classes that end, and that the firm may state a period of its own for."""

TRADING_TABLES = frozenset({"orders", "routes", "events", "fills", "control_totals"})
HELD = tuple((one.key, one.title) for one in CLASSES if one.months is not None)
"""Classes that a hold can name: what is never disposed of needs none."""
OF_KINDS = {"run": "runs", "book": "books", "exam_file": "exam_files"}
OF_APPS = {
    **dict.fromkeys(("reviews", "packs", "analysis", "differences", "claims", "policy"), "reviews"),
    **dict.fromkeys(("vendors", "diligence", "agreements", "configuration", "conflicts", "liquidity", "refreshes"), "vendor_file"),
    **dict.fromkeys(("cases", "rooms", "plans", "harm"), "remedies"),
    "requests": "requests", "disclosures": "reports", "notices": "communications", "handling": "communications", "procedures": "procedures",
}  # fmt: skip
"""The class of a file by the app of what it is filed beside; a file beside several is kept as long as the longest asks."""


def of_tables(tables: Collection[str]) -> str:
    """The class of a raw file or its rows by the tables that it feeds; one of which nobody knows what it feeds is kept as trading."""
    return "market" if tables and not TRADING_TABLES & set(tables) else "trading"


def spoken(months: int | None) -> str:
    """`6 years`, `1 month`; `for good`."""
    if months is None:
        return "for good"
    number, unit = (months // YEAR, "year") if months % YEAR == 0 and months else (months, "month")
    return f"{number} {unit}{'' if number == 1 else 's'}"
