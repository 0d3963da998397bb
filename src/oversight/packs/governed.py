"""Chapters of what people owe and did: claims, agreements, exceptions, cases, conflicts, procedures, decisions, signatures."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Q, Sum
from django.urls import reverse

from bestexec import METRICS, Block, Cell, Facts, Heading, Table, TableColumn, Text, metric_definitions
from oversight.accounts.queries import names
from oversight.agreements import queries as agreements
from oversight.agreements import tables as agreement_tables
from oversight.analysis.factors import MEASURED
from oversight.cases import queries as cases
from oversight.cases import tables as case_tables
from oversight.claims import queries as claims
from oversight.claims import tables as claim_tables
from oversight.configuration import listing as configuration
from oversight.configuration import queries as configurations
from oversight.conflicts import queries as conflicts
from oversight.desk.scorecard import TIMED
from oversight.differences import queries as differences
from oversight.differences.models import Decision
from oversight.exams.queries import exam_files
from oversight.findings.listing import WORK
from oversight.findings.models import Finding, Run
from oversight.harm import queries as harm
from oversight.harm import tables as harm_tables
from oversight.measured import figures
from oversight.packs.drawn import address, blocks
from oversight.packs.telling import Told
from oversight.policy import queries as policy
from oversight.procedures import queries as procedures
from oversight.record.proof import head
from oversight.reviews import floor
from oversight.reviews import minutes as kept
from oversight.reviews import queries as reviews
from oversight.reviews.models import Action

USD = figures.unit_of("net_improvement_usd")
CLAIM_KEYS = ("standing", "claim", "vendor", "promised", "measured", "interval", "n", "why")
CLAUSE_KEYS = ("title", "target", "window", "last_window", "value", "n", "outcome", "open")


def claims_held(told: Told) -> Iterator[Block]:
    """What vendors say, held against what was measured."""
    found = claims.ledger(on=told.review.last_on)
    counts = claims.counted(found)
    said = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
    yield Text(f"{len(found)} claims stood at the quarter's end: {said}.")
    yield from blocks(claim_tables.ledger(found, claims.origins([line.claim for line in found])), reverse("claims:ledger"), keys=CLAIM_KEYS)


def promises(told: Told) -> Iterator[Block]:
    """Clauses as arithmetic, and possible breaches with the vendor's answer beside each."""
    is_any = False
    for agreement in agreements.agreements(state="in_force"):
        is_any = True
        yield Heading(str(agreement), 2)
        yield from blocks(agreement_tables.clauses(agreements.clause_lines(agreements.clauses_of(agreement))), agreement.get_absolute_url(), keys=CLAUSE_KEYS)
    if not is_any:
        yield Text("No agreement is in force: no clause was held against the quarter.")
    yield Heading("Possible breaches", 2)
    yield from blocks(agreement_tables.breaches(agreements.breaches()), reverse("agreements:breaches"))


def exceptions(told: Told) -> Iterator[Block]:
    """What the checks found, and what became of it."""
    rows = (
        Finding.objects.filter(on__range=told.review.days).order_by().values("check_id", "severity")
        .annotate(title=Max("title"), n=Count("pk"), work=Count("pk", filter=Q(state__in=WORK)), escalated=Count("pk", filter=Q(state="escalated")),
                  affected=Count("pk", filter=Q(customer_impact="yes")), harm=Sum("harm_usd"))
        .order_by("-n", "check_id", "severity")
    )  # fmt: skip
    held = [
        (Cell(row["check_id"]), Cell(row["title"]), Cell(row["severity"]), Cell(row["n"]), Cell(row["n"] - row["work"]), Cell(row["work"]),
         Cell(row["escalated"]), Cell(row["affected"]), Cell(row["harm"], USD) if row["harm"] is not None else Cell(None))
        for row in rows
    ]  # fmt: skip
    if not held:
        yield Text("No check found anything in this quarter.")
        return
    columns = (
        TableColumn("Check", code=True), TableColumn("What was found"), TableColumn("Severity"), TableColumn("Found", align="right"),
        TableColumn("Ended", align="right"), TableColumn("Not closed", align="right"), TableColumn("Escalated", align="right"),
        TableColumn("Customer affected", align="right"), TableColumn("Estimated cost", USD, "right"),
    )  # fmt: skip
    source = (
        "Findings of the quarter's trading days by check; ended: answered, read where a second reader is asked for, suppressed, or gone after a restatement."
    )
    first, last = told.review.days
    page = address(f"{reverse('findings:queue')}?state=all&since={first}&until={last}")
    yield Table("Exceptions by check", columns, tuple(held), source, (), (3, 4, 5, 6, 7, 8), page)


def remedies(told: Told) -> Iterator[Block]:
    """Cases, what customers lost, and what is carried out."""
    yield Heading("Cases", 2)
    yield from blocks(case_tables.cases(cases.cases()), reverse("cases:cases"))
    yield Heading("Customer harm", 2)
    yield from blocks(harm_tables.of_harms(harm.harms()), reverse("harm:harms"), summed=("orders", "usd", "credits"))


def conflicts_held(told: Told) -> Iterator[Block]:
    """Conflicts of interest with what keeps each in check."""
    yield from blocks(conflicts.sheet(conflicts.conflicts()), reverse("conflicts:register"))


def procedures_held(told: Told) -> Iterator[Block]:
    """Written procedures by the age of their evidence, and the configuration in force."""
    yield from blocks(procedures.sheet_by_age(told.review.last_on), reverse("procedures:sections"))
    unclaimed = procedures.unclaimed(told.review.last_on)
    if unclaimed:
        yield Text(f"Checks that no procedure in force claims: {', '.join(unclaimed)}.")
    yield Heading("The routers' configuration", 2)
    yield from blocks(configuration.versions(configurations.versions()), reverse("configuration:versions"))


def before(told: Told) -> Iterator[Block]:
    """What was decided before, and whether flow followed."""
    yield Heading("Material differences", 2)
    yield from blocks(differences.sheet(differences.differences()), reverse("differences:differences"))
    yield Heading("Whether flow followed", 2)
    adopted = Decision.objects.filter(kind="modify").exclude(state="proposed").select_related("difference").prefetch_related("observations")
    rows = []
    for decision in adopted.order_by("decided_at", "pk"):
        last = decision.observations.all()[0] if decision.observations.all() else None
        said = f"{last.get_outcome_display()} ({last.first} to {last.last}, n {last.n:,})" if last else "no run has come since"
        rows.append((Cell(str(decision.difference)), Cell(decision.by_on), Cell(decision.state_title), Cell(said), Cell(last.why if last else "")))
    columns = (TableColumn("Difference"), TableColumn("Flow by"), TableColumn("Decision"), TableColumn("Later flow"), TableColumn("Why"))
    page = address(reverse("differences:differences"))
    if rows:
        yield Table("Modifications, and what later flow says", columns, tuple(rows), "Each run that arrives is held against what was decided.", address=page)
    else:
        yield Text("No difference was answered by a modification yet, so no flow could follow.")
    yield Heading("Actions of earlier reviews", 2)
    found = Action.objects.exclude(review=told.review).select_related("review")
    yield from blocks(reviews.action_sheet(found), reverse("reviews:actions"))


def decided(told: Told) -> Iterator[Block]:
    """How each item of the agenda ended, or stands."""
    rows = tuple((Cell(one.source), Cell(one.title), Cell(one.severity), Cell(one.state), Cell(one.why)) for one in told.points)
    columns = (TableColumn("From"), TableColumn("Item"), TableColumn("Severity"), TableColumn("State"), TableColumn("Why it is taken up"))
    if not rows:
        yield Text("The desk holds nothing that this review must take up.")
        return
    said = "The agenda as it stands." if told.review.generated_at else "No agenda was generated yet: what would be on it now."
    yield Table("The agenda, item by item", columns, rows, said, address=address(told.review.get_absolute_url()))


def methodology(told: Told) -> Iterator[Block]:
    """The measures of this pack, each by its formula."""
    wanted = {
        *MEASURED,
        *TIMED,
        "effective_over_quoted",
        "effective_spread",
        "net_price_improvement",
        "reversion_1min",
        "venue_share",
        "limit_fill_rate_orders",
    }
    yield Text(
        "A positive cost is bad for the customer, everywhere. Each figure rests on the runs in force; averages are weighted by executed shares unless the "
        "formula says otherwise, and standard errors are clustered by symbol-day. What lacks a quote, a clock or a venue is left out, counted, and named."
    )
    yield metric_definitions(metric for metric in METRICS if metric.key in wanted and metric.on != "trades")


def rests_on(told: Told) -> Iterator[Block]:
    """Runs, policy, record and papers, by hash."""
    seq, hashed = head()
    version = policy.in_force(told.review.last_on)
    exam = exam_files().filter(quarter=str(told.quarter)).first()
    yield Facts((
        ("Record", f"entry {seq:,}, hash {hashed}"),
        ("Policy in force at the quarter's end", f"{version}" if version else "none of the desk; the shipped one"),
        ("Review", f"{told.review}, {told.review.state_title}"),
        ("Root of the quarter's last exam file", exam.root if exam else "none was made yet"),
    ))  # fmt: skip
    runs = Run.objects.in_bulk(told.sources.ids if told.sources else ())
    rows = tuple(
        (Cell(run.id), Cell(run.first_on), Cell(run.last_on), Cell(run.orders), Cell(run.fills), Cell(run.policy_sha256[:16]), Cell(run.code_version))
        for run in sorted(runs.values(), key=lambda one: (one.first_on, one.id))
    )
    columns = (
        TableColumn("Run", code=True), TableColumn("From"), TableColumn("To"), TableColumn("Orders", align="right"), TableColumn("Fills", align="right"),
        TableColumn("Policy", code=True), TableColumn("Version"),
    )  # fmt: skip
    if rows:
        yield Table("Sealed runs in force for a day of the quarter", columns, rows, "Each run's name is the SHA-256 of its manifest.", summed=())
    papers = told.review.papers.exclude(state="withdrawn").select_related("filed").order_by("pk")
    held = tuple((Cell(paper.filed.title), Cell(paper.sha256), Cell(paper.state_title)) for paper in papers)
    if held:
        heads = (TableColumn("Paper"), TableColumn("SHA-256", code=True), TableColumn("State"))
        yield Table("Papers on the table", heads, held, "As attached to the review.")


def signatures(told: Told) -> Iterator[Block]:
    """Who signs, or signed the minutes of this review."""
    people = names()
    signed = {one.person: one for one in told.review.signatures.select_related("seat").order_by("pk")}
    rows = []
    for seat in floor.seats(told.review.charter):
        one = signed.get(seat.person)
        rows.append((
            Cell(kept.who(people, seat.person)), Cell(seat.get_place_display()), Cell(seat.registration or "not said"),
            Cell(f"signed {kept.at(one.at)} under minutes {one.sha256[:16]}" if one else "not signed"),
        ))  # fmt: skip
    if not rows:
        yield Text("Nobody sits on the committee yet, so nobody can sign.")
        return
    columns = (TableColumn("Who"), TableColumn("Place"), TableColumn("Registered as"), TableColumn("Signature"))
    yield Table("Seats and signatures", columns, tuple(rows), "Signatures stand under the minutes of the review, each from the account of its seat.")
