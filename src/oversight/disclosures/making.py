"""Reports made of the firm's own orders: what the library computes from the runs in force, as files."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from django.conf import settings

from bestexec import (
    Gathered606,
    Named605,
    Problem,
    Quarter606,
    Workspace,
    compute_605,
    gather_606,
    hold_605,
    hold_606,
    named_in_605,
    open_workspace,
    write_605,
    write_customer_606,
    write_held_605,
    write_held_606,
    write_public_606,
)  # fmt: skip
from oversight import clock
from oversight.disclosures.clocks import period_of
from oversight.disclosures.models import Adoption, CustomerRequest
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.measured.sources import Sources, all_in_force
from oversight.vendors.quarters import parse

Content = tuple[str, bytes]
"""A file: its name and its bytes."""
MOST_OPEN = 2
"""Open points of one kind that a refusal names; the rest are counted."""


@dataclass(frozen=True)
class ForCustomer:
    """A customer's reports, XML first; whether a not-held one is among them; the figures of the two tests, and what they rest on."""

    files: tuple[Content, ...]
    is_not_held: bool
    not_held_pct: Decimal
    monthly_usd: Decimal
    basis: str


@dataclass(frozen=True)
class Compared:
    """How many cells, or lines that one of the two lacks, were compared; how many are wrong, how many more doubtful; the differences with their orders."""

    cells: int
    differing: int
    doubts: int
    kinds: Mapping[str, int]
    """How many of those that are wrong are of each kind, the most frequent first."""
    files: tuple[Content, ...]
    basis: str


def for_customer(row: CustomerRequest) -> ForCustomer:
    """The reports that a request asks for, of the six months before it. Raises Refusal where there is no run, or no order of the account."""
    sources = _during(row.first_on, row.last_on)
    with _computed() as (workspace, folder):
        made = write_customer_606(
            workspace, _gathered(workspace, sources), row.account_key, row.asked_on, folder, customer_name=row.customer, generated_at=_now()
        )  # fmt: skip
        files = _read(made.files, (".xml", ".pdf"))
    firm, customer = made.tests
    return ForCustomer(
        files, any(name.startswith("606b3") for name, _ in files), _to(100 * firm.measured, 4), _to(customer.measured, 2),
        f"{_runs(sources)}. {' '.join(made.remarks)}",
    )  # fmt: skip


def of_quarter(period: str) -> tuple[Content, ...]:
    """The routing report of a quarter: XML, PDF, account of what it rests on. Raises Refusal that names what keeps it from being filed."""
    quarter = parse(period)
    sources = _during(quarter.first, quarter.last)
    with _computed() as (workspace, folder):
        made = write_public_606(_gathered(workspace, sources), Quarter606(quarter.year, quarter.number), folder, generated_at=_now())
        if made.gaps:
            is_or_are = "s are" if len(made.gaps) > 1 else " is"
            raise Refusal(f"It cannot be filed yet, {len(made.gaps)} point{is_or_are} open. {_to_do((gap.do, gap.what) for gap in made.gaps)}")
        return _read(made.files, (".xml", ".pdf", ".json"))


def of_month(period: str, code: str, participant: str) -> tuple[Content, ...]:
    """The Rule 605 report of a month: detail, summary where it can be made, then PDF, orders left out and account. Raises Refusal where it cannot."""
    sources, first = _month(period)
    with _computed() as (workspace, folder):
        made = compute_605(workspace, [run for run, _ in sources.in_force], first, Named605(code, participant))
        stem = f"{code}{first:%Y%m}"
        return _read(write_605(made, folder).files, (f"{stem}.txt", f"{stem}.csv", ".pdf", "-left-out.csv", ".json"))


def held(row: Adoption) -> Compared:
    """Another firm's report against what the runs in force give. Raises Refusal for a report of another period, or where ours cannot be computed."""
    by = {"rule606a": _held_606, "rule605": _held_605}[row.kind]
    with _computed() as (workspace, folder):
        theirs = folder / "theirs" / row.filed.name
        theirs.parent.mkdir()
        theirs.write_bytes(store.read(row.filed.sha256))
        return by(row, workspace, theirs, folder)


def _held_606(row: Adoption, workspace: Workspace, theirs: Path, folder: Path) -> Compared:
    quarter = parse(row.period)
    sources = _during(quarter.first, quarter.last)
    told = hold_606(workspace, _gathered(workspace, sources), theirs)
    written = write_held_606(told, folder / "held")
    wrong = [found.kind for found in told.differences if not found.is_doubt]
    return Compared(told.cells, len(wrong), len(told.differences) - len(wrong), _counted(wrong), _read(written, (".csv",)), _runs(sources))


def _held_605(row: Adoption, workspace: Workspace, theirs: Path, folder: Path) -> Compared:
    sources, first = _month(row.period)
    month, code, participant = named_in_605(theirs)
    if month != first:
        raise Refusal(f"The file is of {month:%Y-%m}, and it was put on file as that of {row.period}.")
    told = hold_605(theirs, compute_605(workspace, [run for run, _ in sources.in_force], first, Named605(code, participant)), {})
    written = write_held_605(told, folder / "held")
    wrong = told.compared.differences["kind"].to_list()
    return Compared(told.compared.cells, len(wrong), 0, _counted(wrong), _read(written, (".csv",)), _runs(sources))


def _to_do(gaps: Iterable[tuple[str, str]]) -> str:
    """What to do, each once, with the first of what is open for it."""
    by_advice: dict[str, list[str]] = {}
    for do, what in gaps:
        by_advice.setdefault(do, []).append(what)
    said = []
    for do, open_ in by_advice.items():
        more = f"; and {len(open_) - MOST_OPEN} more, which bestexec file606 lists" if len(open_) > MOST_OPEN else ""
        said.append(f"{do[0].upper()}{do[1:]}: {'; '.join(open_[:MOST_OPEN])}{more}.")
    return " ".join(said)


def _counted(kinds: Sequence[str]) -> dict[str, int]:
    return dict(Counter(kinds).most_common())


@contextmanager
def _computed() -> Iterator[tuple[Workspace, Path]]:
    """The workspace, and a folder that is gone afterwards. The library's own words become a Refusal, without the folder's name."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield open_workspace(settings.WORKSPACE, create=False), Path(folder)
        except Problem as problem:
            raise Refusal(f"It cannot be computed: {str(problem).replace(f'{folder}/', '')}.") from problem


def _gathered(workspace: Workspace, sources: Sources) -> Gathered606:
    return gather_606(workspace, sources.ids, dict(zip(sources.ids, (days for _, days in sources.in_force), strict=True)))


def _during(first: date, last: date) -> Sources:
    found = all_in_force().during(first, last)
    if not found.in_force:
        raise Refusal(f"No run in force has a day from {first} to {last}, so there is nothing to make it of.")
    return found


def _month(period: str) -> tuple[Sources, date]:
    """The runs in force of a month, and its first day."""
    _, last, _ = period_of("rule605", period)
    return _during(last.replace(day=1), last), last.replace(day=1)


def _read(files: tuple[Path, ...], endings: tuple[str, ...]) -> tuple[Content, ...]:
    """The files whose names end so, in the order of the endings."""
    return tuple((path.name, path.read_bytes()) for ending in endings for path in sorted(files) if path.name.endswith(ending))


def _runs(sources: Sources) -> str:
    ids = ", ".join(run_id[:12] for run_id in sources.ids)
    return f"Run{'s' if len(sources.ids) > 1 else ''} in force {ids}, {sources.days[0]} to {sources.days[-1]}"


def _to(value: Fraction, places: int) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _now() -> int:
    return int(clock.now().timestamp()) * 1_000_000_000
