"""What the firm holds of a period, as it was known at an instant: one entry a kind of thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from oversight import clock
from oversight.cases import queries as cases
from oversight.cases.models import Case, Notice
from oversight.configuration.models import Version as Configuration
from oversight.differences import queries as differences
from oversight.differences.models import Decision, Difference
from oversight.evidence.models import Filed
from oversight.findings.models import Finding, RunDay, Signature
from oversight.harm import queries as harm
from oversight.harm.lifecycle import DECIDED
from oversight.harm.models import Harm, ReportDecision
from oversight.plans import queries as plans
from oversight.plans.models import Plan
from oversight.policy.models import WAS_IN_FORCE as PUBLISHED
from oversight.policy.models import Version as Policy
from oversight.procedures.lifecycle import WAS_IN_FORCE
from oversight.procedures.models import Printing
from oversight.procedures.models import Version as Procedure
from oversight.record.models import Entry, Moving
from oversight.record.sight import apart_kinds
from oversight.reviews import queries as reviews
from oversight.reviews.models import Paper

MOST_FILES = 300
OWN = ("request", "request_extension", "request_document", "production", "reading_room")
"""What is filed beside these is part of answering, not of what was known."""
BATCH = 5_000


@dataclass(frozen=True)
class Known:
    """One thing that was known. `said` is what is compared; things with the same key are the same thing. `sha256`: of its bytes, where it has some."""

    key: str
    title: str
    said: str
    url: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Source:
    """One kind of thing. `read` gives what was known of the days from `first` to `last` at an instant. `is_by_day`: neighbors that agree are one line.

    `most`: so many things are shown at most; None for all.
    """

    key: str
    title: str
    about: str
    read: Callable[[date, date, datetime], Iterable[Known]]
    is_by_day: bool = False
    most: int | None = None


def _runs(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = RunDay.objects.filter(on__range=(first, last), run__received_at__lte=at).select_related("run").order_by("run__received_at", "run__pk")
    held = {row.on: row.run for row in rows}
    for on, run in held.items():
        yield Known(on.isoformat(), on.isoformat(), f"run {run.pk[:12]}, received {_instant(run.received_at)}", run.get_absolute_url())


def _signatures(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = Signature.objects.filter(day__on__range=(first, last), signed_at__lte=at).order_by("day__on").values_list("day__on", "signed_at")
    signed = Counter(on for on, _ in rows)
    for on, times in signed.items():
        yield Known(on.isoformat(), on.isoformat(), "signed" if times == 1 else f"signed {times} times")


def _findings(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(Finding.objects.filter(on__range=(first, last), opened_at__lte=at).order_by("check_id").values_list("pk", "check_id", "title", "state"))
    states = {pk: state for pk, _, _, state in rows} if at >= clock.now() else states_at(Finding, [row[0] for row in rows], at)
    checks: dict[str, tuple[str, Counter[str]]] = {}
    for pk, check, title, _ in rows:
        checks.setdefault(check, (title, Counter()))[1][Finding.LIFECYCLE.state(states[pk]).title] += 1
    for check, (title, counts) in checks.items():
        said = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
        yield Known(check, f"{check} {title}", said, f"/exceptions/?check={check}&state=all")


def _differences(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(Difference.objects.filter(first_on__lte=last, last_on__gte=first, identified_at__lte=at))
    states = states_at(Difference, [row.pk for row in rows], at)
    for row in rows:
        yield Known(str(row.pk).zfill(9), row.title, Difference.LIFECYCLE.state(states[row.pk]).title, row.get_absolute_url())


def _decisions(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(differences.proposed_by(first, last, at))
    states = states_at(Decision, [row.pk for row in rows], at)
    for row in rows:
        until = f"holds until {row.expires_on}" if row.expires_on else f"flow shows it by {row.by_on}"
        decided = f", {_instant(row.decided_at)}" if row.decided_at and row.decided_at <= at else ""
        said = f"{Decision.LIFECYCLE.state(states[row.pk]).title}{decided}; {until}"
        yield Known(f"{row.pk:09d}", f"{row.get_kind_display().capitalize()}: {row.difference}", said, row.get_absolute_url())


def _reviews(first: date, last: date, at: datetime) -> Iterator[Known]:
    for row in reviews.signed_by(first, last, at):
        assert row.filed is not None and row.signed_at is not None, "the database asks both of a signed review"
        said = f"signed {_instant(row.signed_at)}, minutes SHA-256 {row.filed.sha256[:12]}"
        yield Known(f"{row.pk:09d}", str(row), said, row.get_absolute_url(), row.filed.sha256)


def _papers(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(reviews.tabled_by(first, last, at))
    states = states_at(Paper, [row.pk for row in rows], at)
    for row in rows:
        said = f"{Paper.LIFECYCLE.state(states[row.pk]).title}, on file since {_instant(row.attached_at)}, SHA-256 {row.sha256[:12]}"
        yield Known(f"{row.pk:09d}", f"{row}, for {row.review}", said, row.get_absolute_url(), row.sha256)


def _cases(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(cases.of_period(first, last, at))
    states = states_at(Case, [row.pk for row in rows], at)
    for row in rows:
        yield Known(f"{row.number:09d}", str(row), Case.LIFECYCLE.state(states[row.pk]).title, row.get_absolute_url())


def _notices(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(cases.notices_by(first, last, at))
    states = states_at(Notice, [row.pk for row in rows], at)
    for row in rows:
        assert row.sent_at is not None, "it was sent by then"
        said = f"sent {_instant(row.sent_at)}, {Notice.LIFECYCLE.state(states[row.pk]).title}"
        title = f"Notice {row.case.number}.{row.number}: {row.subject_line}"
        yield Known(f"{row.pk:09d}", title, said, row.get_absolute_url(), row.letter.sha256 if row.letter else "")


def _plans(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(plans.asked_by(first, last, at))
    states = states_at(Plan, [row.pk for row in rows], at)
    for row in rows:
        yield Known(f"{row.pk:09d}", str(row), Plan.LIFECYCLE.state(states[row.pk]).title, row.get_absolute_url())


def _harm(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(harm.opened_by(first, last, at))
    states = states_at(Harm, [row.pk for row in rows], at)
    for row in rows:
        state = states[row.pk]
        usd = f": {row.approved_usd:,.2f} USD" if state in DECIDED and row.approved_usd is not None else ""
        yield Known(f"{row.number:09d}", str(row), f"{Harm.LIFECYCLE.state(state).title}{usd}", row.get_absolute_url())


def _reports(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(harm.proposed_by(first, last, at))
    states = states_at(ReportDecision, [row.pk for row in rows], at)
    for row in rows:
        said = f"{row.get_is_to_report_display()}: {ReportDecision.LIFECYCLE.state(states[row.pk]).title}"
        yield Known(f"{row.pk:09d}", str(row.harm), said, row.get_absolute_url())


def _policies(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = list(Policy.objects.filter(state__in=PUBLISHED, approved_at__lte=at).order_by("approved_at", "number"))
    begins = [_day(row.approved_at) for row in rows if row.approved_at]
    for place, row in enumerate(rows):
        until = begins[place + 1] if place + 1 < len(rows) else None
        if begins[place] <= last and (until is None or until >= first):
            yield Known(f"{row.number:09d}", f"Policy {row.label}", f"in force since {begins[place]}, hash {row.hash[:12]}", row.get_absolute_url())


def _procedures(first: date, last: date, at: datetime) -> Iterator[Known]:
    rows = (
        Procedure.objects.filter(state__in=WAS_IN_FORCE, approved_at__lte=at, effective_on__lte=last)
        .select_related("section")
        .order_by("effective_on", "number")
    )
    held = {row.section_id: row for row in rows}
    for pk, row in sorted(held.items()):
        if row.retired_at is None or row.retired_at > at or _day(row.retired_at) > last:
            yield Known(f"{pk:09d}", row.title, f"version {row.number}, in force since {row.effective_on}", row.get_absolute_url())


def _printings(first: date, last: date, at: datetime) -> Iterator[Known]:
    for row in Printing.objects.filter(on__range=(first, last), printed_at__lte=at).select_related("filed").order_by("on", "pk"):
        said = f"printed {_instant(row.printed_at)}, SHA-256 {row.sha256[:12]}"
        yield Known(f"{row.pk:09d}", f"Procedures as of {row.on}", said, row.filed.get_absolute_url(), row.sha256)


def _configurations(first: date, last: date, at: datetime) -> Iterator[Known]:
    begins, ends = (datetime.combine(day, time(), clock.MARKET_ZONE) for day in (first, last + timedelta(days=1)))
    rows = Configuration.objects.filter(set_at__lte=at, in_force_from__lt=ends).filter(Q(in_force_until=None) | Q(in_force_until__gt=begins))
    for row in rows.select_related("vendor").order_by("vendor__name", "number"):
        said = f"{len(row.settings)} settings, set so since {_instant(row.in_force_from)}" if row.in_force_from else f"{len(row.settings)} settings"
        yield Known(f"{row.vendor.key} {row.number:06d}", f"{row.vendor.name}, version {row.number}", said, row.get_absolute_url())


def _evidence(first: date, last: date, at: datetime) -> Iterator[Known]:
    midnight = datetime.combine(first, time(), clock.MARKET_ZONE)
    of_period = Q(effective_on__range=(first, last)) | Q(effective_on=None, filed_at__gte=midnight)
    found = Filed.objects.filter(of_period, filed_at__lte=at).exclude(links__subject_kind__in=(*OWN, *apart_kinds()))
    for row in found.order_by("filed_at", "pk").iterator():
        yield Known(f"{row.pk:09d}", row.title, f"filed {_instant(row.filed_at)}", row.get_absolute_url(), row.sha256)


def states_at(model: type[Moving], keys: list[int], at: datetime) -> dict[int, str]:
    """The state of each row as the record has it at that instant: the target of its last move by then, else the start."""
    targets = {move.name: move.target for move in model.LIFECYCLE.moves}
    states = dict.fromkeys(keys, model.LIFECYCLE.start)
    for begin in range(0, len(keys), BATCH):
        wanted = [str(key) for key in keys[begin : begin + BATCH]]
        moved = Entry.objects.filter(subject_kind=model.RECORD, subject_id__in=wanted, at__lte=at, verb__in=list(targets)).order_by("seq")
        states |= {int(id_): targets[verb] for id_, verb in moved.values_list("subject_id", "verb")}
    return states


def _day(at: datetime) -> date:
    return at.astimezone(clock.MARKET_ZONE).date()


def _instant(at: datetime) -> str:
    local = at.astimezone(clock.MARKET_ZONE)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


ABOUT_CASES = "Cases about a difference of the period, or about none and going on since it began."
SOURCES: tuple[Source, ...] = (
    Source("known-runs", "Runs in force, by day", "The run received last by then measured the day.", _runs, is_by_day=True),
    Source("known-days", "Days signed by a supervisor", "A day that was signed again says how often.", _signatures, is_by_day=True),
    Source("known-findings", "Exceptions by check, as they stood", "States as the record has them at that instant.", _findings),
    Source("known-differences", "Material differences", "States as the record has them at that instant.", _differences),
    Source("known-decisions", "Decisions on material differences", "Modify or justify, from its proposal on.", _decisions),
    Source("known-reviews", "Signed reviews of the committee", "A review counts from its second signature on; then its minutes are filed.", _reviews),
    Source("known-papers", "Papers before the committee", "On the table of the reviews of these days; states as the record has them at that instant.", _papers),
    Source("known-cases", "Remediation cases", f"{ABOUT_CASES} Stages as the record has them at that instant.", _cases),
    Source("known-notices", "Notices to vendors", "In these cases; a notice counts from its sending on.", _notices),
    Source("known-plans", "Corrective plans", "In these cases; states as the record has them at that instant.", _plans),
    Source("known-harm", "Customer harm", "Assessments whose days touch the period; dollars once two people approved them.", _harm),
    Source("known-reporting", "Whether harm is reported to a regulator", "From its proposal on; decided once a senior manager seconds it.", _reports),
    Source("known-policy", "Policy in force in the period", "Versions approved by then.", _policies),
    Source("known-procedures", "Sections of the procedures in force on the last day", "Versions approved by then.", _procedures),
    Source("known-printings", "Procedures printed as of a day of the period", "Printings filed by then.", _printings),
    Source("known-configuration", "Router configuration in force in the period", "As it had been noted by then.", _configurations),
    Source(
        "known-evidence",
        "Evidence of the period",
        f"Files that speak of it, or came since it began without a day of their own; the first {MOST_FILES}.",
        _evidence,
        most=MOST_FILES,
    ),
)
"""What stands side by side on an item's page, in this order. One more kind is one more line."""
