"""The ledger and a claim's tests as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bestexec import Cell
from oversight.accounts.queries import names
from oversight.claims import wording
from oversight.claims.models import Claim, ClaimTest
from oversight.claims.queries import Line
from oversight.claims.standing import Standing
from oversight.evidence.queries import Subject
from oversight.lifecycle import spaced
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("standing", "Standing", kind="tag"),
    Column("claim", "What the vendor says", kind="words"),
    Column("vendor", "Vendor"),
    Column("promised", "Promised"),
    Column("measured", "Measured", kind="number"),
    Column("interval", "Interval"),
    Column("n", "n", kind="number"),
    Column("period", "Period"),
    Column("why", "Why"),
    Column("exception", "Exception"),
    Column("origin", "Said in"),
    Column("first", "From", kind="day", is_for_files=True),
    Column("last", "To", kind="day", is_for_files=True),
    Column("area", "Area", is_for_files=True),
    Column("terms", "Terms", is_for_files=True),
    Column("figure", "Figure", kind="code", is_for_files=True),
    Column("flow", "Flow", is_for_files=True),
    Column("se", "Standard error", kind="number", is_for_files=True),
    Column("valid_until", "Valid until", kind="day"),
    Column("stated_at", "Stated", kind="instant", is_for_files=True),
    Column("stated_by", "Stated by", kind="person", is_for_files=True),
    Column("key", "Key", kind="code", is_for_files=True),
    Column("claim_no", "No.", kind="number", is_for_files=True),
)
TESTS = (
    Column("at", "When", kind="instant"),
    Column("outcome", "Outcome", kind="tag"),
    Column("measured", "Measured", kind="number"),
    Column("interval", "Interval"),
    Column("n", "n", kind="number"),
    Column("period", "Period"),
    Column("why", "Why"),
    Column("exception", "Exception"),
    Column("run", "Run that came", kind="code"),
    Column("first", "From", kind="day", is_for_files=True),
    Column("last", "To", kind="day", is_for_files=True),
    Column("se", "Standard error", kind="number", is_for_files=True),
)
SOURCE = "Each claim is held against the runs in force over the quarter to date whenever a run comes; the measured figure opens the fills or orders behind it."


def ledger(found: Sequence[Line], origins: Mapping[tuple[str, str], Subject], *, is_filtered: bool = False) -> Sheet:
    """The ledger as a table: each claim with its figure, what it rests on, and where it was said."""
    people = names()
    rows = tuple(_row(line, origins.get((line.claim.origin_kind, line.claim.origin_id)), people) for line in found)
    runs = tuple(sorted({line.test.run_id for line in found if line.test}))
    empty = "No claim fits. Take a filter away." if is_filtered else "Nothing was claimed yet. A claim is made by a vendor's answer in due diligence."
    return Sheet("claims", "Claims", COLUMNS, rows, runs=runs if len(runs) == 1 else (), source=SOURCE, empty=empty)


def tests(claim: Claim, found: Sequence[ClaimTest]) -> Sheet:
    """The tests of one claim as a table."""
    for test in found:
        test.claim = claim
    runs = (found[0].run_id,) if len({test.run_id for test in found}) == 1 else ()
    empty = (
        "No run was held against it yet: the next one that comes will be." if claim.figure else "No figure can speak of it: what stands for it is its evidence."
    )
    return Sheet(f"claim-{claim.pk}-tests", "Tests of this claim, the latest first", TESTS, tuple(_tested(test) for test in found), runs, SOURCE, empty)


def _row(line: Line, origin: Subject | None, people: Mapping[str, str]) -> Row:
    claim, test, target = line.claim, line.test, line.claim.target
    finding = test.finding if test else None
    cells = (
        line.standing.title, claim.words, claim.vendor.name, wording.promised(target) if target else claim.terms, _value(test), _interval(test),
        line.standing.n, _period(line.standing), line.standing.why, finding.state_title if finding else "",
        origin.title if origin else spaced(claim.origin_kind),
        line.standing.first, line.standing.last, claim.area, claim.terms, claim.figure["key"] if claim.figure else "", claim.flow,
        _error(test), claim.valid_until, claim.stated_at, people.get(claim.stated_by, claim.stated_by), claim.key, claim.pk,
    )  # fmt: skip
    links = {
        "claim": claim.get_absolute_url(), "measured": _address(test), "n": _address(test), "vendor": claim.vendor.get_absolute_url(),
        "exception": finding.get_absolute_url() if finding else "", "origin": origin.url if origin else "",
    }  # fmt: skip
    return Row(cells, links, key=str(claim.pk), tone="attention" if line.standing.key == "contradicted" else "")


def _tested(test: ClaimTest) -> Row:
    cells = (
        test.at, test.get_outcome_display(), _value(test), _interval(test), test.n, _period(test), test.why,
        test.finding.state_title if test.finding else "", test.run_id, test.first, test.last, _error(test),
    )  # fmt: skip
    links = {
        "measured": _address(test), "n": _address(test), "exception": test.finding.get_absolute_url() if test.finding else "",
        "run": test.run.get_absolute_url(),
    }  # fmt: skip
    return Row(cells, links, key=str(test.pk), tone="attention" if test.outcome == "missed" else "")


def _value(test: ClaimTest | None) -> Cell | Decimal | None:
    return _in_unit(test, test.value) if test else None


def _error(test: ClaimTest | None) -> Cell | Decimal | None:
    return _in_unit(test, test.se) if test else None


def _in_unit(test: ClaimTest, value: Decimal | None) -> Cell | Decimal | None:
    """The number with its figure's unit, without the zeros that the table keeps at its end."""
    if value is None:
        return None
    bare = Decimal(f"{value.normalize():f}")
    return Cell(bare, test.reading.figure.unit) if test.reading else bare


def _period(rests: Standing | ClaimTest) -> str:
    return f"{rests.first} to {rests.last}" if rests.first else ""


def _interval(test: ClaimTest | None) -> str:
    if test is None or test.reading is None:
        return ""
    return wording.interval(test.value, test.se, test.claim.errors, test.reading.figure.unit)


def _address(test: ClaimTest | None) -> str:
    """Where the fills or orders behind the figure are listed."""
    return test.reading.address if test is not None and test.reading is not None and test.value is not None else ""
