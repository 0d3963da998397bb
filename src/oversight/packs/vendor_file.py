"""A vendor's due-diligence file as a pack: page one says what stands and what is missing, then everything that the firm holds of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from django.urls import reverse

from bestexec import Block, Callout, Cell, Contents, Facts, Heading, Items, KeyFigure, KeyFigures, Pack, Table, TableColumn, Text
from oversight import clock
from oversight.agreements import queries as agreements
from oversight.agreements import tables as agreement_tables
from oversight.claims import queries as claims
from oversight.claims import tables as claim_tables
from oversight.conflicts import queries as conflicts
from oversight.diligence import queries as diligence
from oversight.diligence import scoring, stating
from oversight.diligence import tables as answer_tables
from oversight.diligence.checklist import checklist
from oversight.diligence.dossier import Dossier, dossier
from oversight.evidence import queries as evidence
from oversight.evidence.models import Link
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.packs.drawn import address, blocks
from oversight.packs.governed import CLAIM_KEYS, CLAUSE_KEYS
from oversight.reviews.printing import firm
from oversight.vendors import checklist as going_live
from oversight.vendors import listing
from oversight.vendors import queries as vendors
from oversight.vendors.models import Vendor

SUBTITLE = "Everything that the firm holds of this vendor. The figures are evidence; the firm concludes."
ANSWER_KEYS = ("question", "text", "answer", "points", "test", "challenges", "claim", "files")
NO_ASSESSMENT = "No due diligence was begun on this vendor."


def runs() -> tuple[str, ...]:
    """The sealed runs that claims and clauses were last held against; none where nothing was received."""
    try:
        return all_in_force().ids
    except NothingReceived:
        return ()


def assemble(vendor: Vendor, runs_named: str, progress: Callable[[str, int, int], None]) -> Pack:
    """The file as the desk stands now: the same desk gives the same pack."""
    latest = diligence.latest(vendor)
    of = dossier(latest) if latest else None
    found: list[Block] = [*_opening(vendor, of), Contents()]
    for number, (title, draw) in enumerate(CHAPTERS):
        progress(title, number, len(CHAPTERS))
        found += [Heading(title), *draw(vendor, of)]
    progress("bound", len(CHAPTERS), len(CHAPTERS))
    first: date = vendor.registered_at.astimezone(clock.MARKET_ZONE).date()
    return Pack(f"Due-diligence file of {vendor.name}", SUBTITLE, firm(), first, clock.today(), runs_named, tuple(found))


def _opening(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    yield Heading("What stands, and what is missing")
    lines = claims.of_vendor(vendor)
    counts = claims.counted(lines)
    wrong, said = counts.get("contradicted", 0), ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items() if number)
    open_breaches = list(agreements.breaches(vendor=vendor.key, state="open"))
    yield KeyFigures(
        (
            KeyFigure("Claims that the data contradicts", Cell(wrong), Cell(len(lines)), f"{said or 'No claim is made'}."),
            _gates(of),
            KeyFigure(
                "Possible breaches open",
                Cell(len(open_breaches)),
                Cell(agreements.breaches(vendor=vendor.key).count()),
                "The vendor's answer stands beside each.",
            ),
        )
    )
    score = scoring.breakdown(of).whole if of else None
    yield Facts((
        ("State", vendor.state_title),
        ("Due diligence", str(of.assessment.state_title) if of else NO_ASSESSMENT),
        ("Score", f"{score.percent}, {score.arithmetic}" if score else "not scored"),
        ("Arrangement", "; ".join(str(each) for each in vendors.arrangements(vendor) if each.standing == "in force") or "none is in force"),
    ))  # fmt: skip
    missing = [f"{item.title}: {words}" for item in (checklist(of) if of else ()) for words, _ in item.missing]
    missing += [f"{one.what}: {one.said}" for one in going_live.conditions(vendor) if not one.is_met]
    if missing:
        yield Heading("What is missing", 2)
        shown = missing[:12]
        yield Items((*shown, f"And {len(missing) - 12} more, in the chapters.") if len(missing) > 12 else tuple(shown))
    else:
        yield Callout("note", "Nothing is missing.", "Everything that an approval and going live ask is met.")


def _gates(of: Dossier | None) -> KeyFigure:
    gates = of.gates if of else []
    failed = [line for line in gates if line.gate_reason]
    named = f"Not passed: {', '.join(line.question.id for line in failed[:6])}." if failed else "Every gate is passed." if gates else NO_ASSESSMENT
    return KeyFigure("Gates not passed", Cell(len(failed)) if of else Cell(None), Cell(len(gates)), named)


def _going_live(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    rows = tuple(
        (Cell(one.what), Cell("met" if one.is_met else "not met"), Cell(f"{one.said}{f'. {one.warning}' if one.warning else ''}"))
        for one in going_live.conditions(vendor)
    )
    strong = tuple(number for number, row in enumerate(rows) if row[1].value == "not met")
    columns = (TableColumn("Condition"), TableColumn("Stands"), TableColumn("By what"))
    yield Table(
        "What going live asks",
        columns,
        rows,
        "Bold: not met." if 0 < len(strong) < len(rows) else "From the desk.",
        strong if len(strong) < len(rows) else (),
        (),
        address(vendor.get_absolute_url()),
    )
    yield from blocks(listing.history(vendors.stays(vendor.pk)), vendor.get_absolute_url())


def _score(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    if of is None:
        yield Text(NO_ASSESSMENT)
        return
    yield from blocks(answer_tables.areas(of, scoring.breakdown(of)), of.assessment.get_absolute_url())
    rows = tuple(
        (Cell(item.title), Cell("met" if item.is_met else "not met"), Cell(item.met if item.is_met else "; ".join(words for words, _ in item.missing)))
        for item in checklist(of)
    )
    yield Table(
        "Before it can be approved",
        (TableColumn("What must be so"), TableColumn("Stands"), TableColumn("What it rests on, or what is missing")),
        rows,
        "From the desk.",
        (),
        (),
        address(of.assessment.get_absolute_url()),
    )


def _answers(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    if of is None:
        yield Text(NO_ASSESSMENT)
        return
    stated = stating.of_answers(line.answer.pk for line in of.lines)
    for key, title, lines in of.areas:
        yield Heading(title, 2)
        yield from blocks(answer_tables.answers(of, lines, stated), f"{of.assessment.get_absolute_url()}?area={key}", keys=ANSWER_KEYS)


def _doubts(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    """Challenges with how they ended, and what a second person tested."""
    lines = of.lines if of else ()
    asked = tuple((Cell(line.question.id), Cell(one.state_title), Cell(one.conclusion or "not concluded")) for line in lines for one in line.challenges)
    if asked:
        yield Table("Challenges", (TableColumn("Question", code=True), TableColumn("State"), TableColumn("What the firm concluded")), asked, "From the desk.")
    else:
        yield Text("No answer was challenged." if of else NO_ASSESSMENT)
    results = Counter(line.test.get_result_display() if line.test.state == "tested" else "to be tested" for line in lines if line.test is not None)
    yield Text(f"Second-person test of sampled answers: {', '.join(f'{number} {name}' for name, number in sorted(results.items())) or 'none was drawn'}.")


def _conditions(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    yield from blocks(answer_tables.conditions(of.conditions if of else ()), of.assessment.get_absolute_url() if of else vendor.get_absolute_url())


def _claims(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    lines = claims.of_vendor(vendor)
    yield from blocks(
        claim_tables.ledger(lines, claims.origins([line.claim for line in lines])), f"{reverse('claims:ledger')}?vendor={vendor.key}", keys=CLAIM_KEYS
    )


def _agreements(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    found = list(agreements.of_vendor(vendor))
    if not found:
        yield Text("No agreement with this vendor is on file.")
    for agreement in found:
        yield Heading(str(agreement), 2)
        yield from blocks(agreement_tables.clauses(agreements.clause_lines(agreements.clauses_of(agreement))), agreement.get_absolute_url(), keys=CLAUSE_KEYS)
    yield from blocks(agreement_tables.breaches(agreements.breaches(vendor=vendor.key)), f"{reverse('agreements:breaches')}?vendor={vendor.key}")


def _conflicts(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    yield from blocks(conflicts.sheet(conflicts.of_vendor(vendor)), f"{reverse('conflicts:register')}?vendor={vendor.key}")


def _chain(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    here = vendor.get_absolute_url()
    yield from blocks(listing.products(vendors.products(vendor)), here)
    yield from blocks(listing.links(vendors.flat(vendors.chain(vendor, with_ended=True))), reverse("vendors:chain", args=[vendor.pk]))


def _arranged(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    here, arranged = vendor.get_absolute_url(), vendors.arrangements(vendor)
    yield from blocks(listing.arrangements(arranged), here)
    yield from blocks(listing.reliances([each for one in arranged for each in one.reliances.all()]), here)
    yield from blocks(listing.controls(vendor.access_controls.select_related("evidence")), here)


def _tested(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    yield from blocks(listing.tests(vendor.test_reports.select_related("report")), vendor.get_absolute_url())


def _leaving(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    yield from blocks(listing.plans(vendor.exit_plans.select_related("fallback_vendor")), vendor.get_absolute_url())


def _files(vendor: Vendor, of: Dossier | None) -> Iterator[Block]:
    """The filings beside the vendor and beside the answers, each by its hash."""
    beside: dict[int, Link] = {link.filed_id: link for link in evidence.of_subject(*vendor.subject)}
    beside |= {link.filed_id: link for line in (of.lines if of else ()) for link in line.links}
    rows = tuple(
        (Cell(link.filed.title), Cell(evidence.standing_of(link.filed) or "in force"), Cell(link.filed.effective_on), Cell(link.filed.expires_on), Cell(link.filed.sha256))
        for link in sorted(beside.values(), key=lambda one: (one.filed.title, one.filed_id))
    )  # fmt: skip
    if not rows:
        yield Text("No evidence is filed.")
        return
    columns = (TableColumn("What it is"), TableColumn("Standing"), TableColumn("Effective"), TableColumn("Expires"), TableColumn("SHA-256", code=True))
    yield Table("Filed evidence", columns, rows, "Bytes are kept under their SHA-256.", (), (), address(reverse("evidence:files")))


Draw = Callable[[Vendor, Dossier | None], Iterator[Block]]
CHAPTERS: tuple[tuple[str, Draw], ...] = (
    ("State, and what going live asks", _going_live),
    ("Score", _score),
    ("Answers", _answers),
    ("Doubts and tests", _doubts),
    ("Conditions", _conditions),
    ("Claims against measurements", _claims),
    ("Agreements", _agreements),
    ("Conflicts of interest", _conflicts),
    ("Products and the chain behind it", _chain),
    ("Arrangements, reliance and market access", _arranged),
    ("Tests", _tested),
    ("Exit plan", _leaving),
    ("Evidence", _files),
)
"""(title, what draws it), in the order in which they are read."""
