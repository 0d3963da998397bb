"""Cases, interim measures, monitoring, closing tests and overrides as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from bestexec import Cell
from oversight import clock
from oversight.accounts.queries import names
from oversight.cases import queries
from oversight.cases.lifecycle import BY_KEY
from oversight.cases.models import Case, Evaluation, Measure, Monitoring, Notice, Override, Registration
from oversight.cases.testing import MATCHED
from oversight.claims.wording import exact
from oversight.findings.models import RunDay
from oversight.measured.reading import MISSED, in_points
from oversight.sheets import Column, Row, Sheet

OF_CASES = (
    Column("number", "Case", kind="number"), Column("title", "What it is about"), Column("vendor", "Vendor"), Column("state", "Stage", kind="tag"),
    Column("stage_due_on", "Stage due", kind="day"), Column("difference_due_on", "Modify or justify due", kind="day"), Column("next",
    "What is next, and who first"),
    Column("measures", "Measures in force", kind="number"), Column("overrides", "Overrides", kind="number"), Column("opened_at", "Opened", kind="instant"),
    Column("origin", "From"), Column("opened_by", "Opened by", kind="person", is_for_files=True), Column("ended_at", "Ended", kind="instant",
    is_for_files=True),
)  # fmt: skip
OF_MEASURES = (
    Column("title", "Measure"), Column("what", "Which flow, and why"), Column("state", "State", kind="tag"), Column("from_on", "From", kind="day"),
    Column("until_on", "Until", kind="day"), Column("carried_out", "Carried out by"), Column("proposed_by", "Proposed by", kind="person"),
    Column("decided_by", "Decided by", kind="person"), Column("ended_at", "Ended", kind="instant", is_for_files=True),
)  # fmt: skip
OF_NOTICES = (
    Column("number", "Notice"), Column("subject_line", "Subject"), Column("standing", "Standing", kind="tag"), Column("answer_due_on", "Answer due",
    kind="day"),
    Column("sent_at", "Sent", kind="instant"), Column("answered_at", "Answered", kind="instant"), Column("case", "Case", kind="tag"),
)  # fmt: skip
OF_FIGURES = (
    Column("title", "Figure"), Column("flow", "Of which flow"), Column("first", "From"), Column("last", "To"), Column("shown", "Came to", kind="number"),
    Column("n", "n", kind="count"), Column("interval", "Two standard errors"), Column("why", "What to know"), Column("value", "Stored value",
    is_for_files=True),
    Column("unit", "Unit", is_for_files=True),
)  # fmt: skip
OF_MONITORINGS = (
    Column("from_on", "From", kind="day"), Column("to_on", "First day without", kind="day"), Column("state", "State", kind="tag"),
    Column("every_days", "Run at least every, trading days", kind="number"), Column("limits", "Narrower limits"),
    Column("proposed_by", "Proposed by", kind="person"), Column("decided_by", "Decided by", kind="person"),
)  # fmt: skip
OF_RUNS = (
    Column("on", "Trading day", kind="day"), Column("run", "Run", kind="code"), Column("received_at", "Received", kind="instant"),
    Column("findings", "Exceptions in it, of every vendor", kind="number"), Column("policy", "Policy", kind="code"),
)  # fmt: skip
OF_LINES = (
    Column("check", "Check", kind="code"),
    Column("title", "What it looks for"),
    Column("before", "Before", kind="number"),
    Column("since", "Since", kind="number"),
)
OF_TESTS = (
    Column("registered_at", "Registered", kind="instant"), Column("figure", "Figure"), Column("terms", "Met where"), Column("first_on", "From", kind="day"),
    Column("last_on", "To", kind="day"), Column("state", "State", kind="tag"), Column("outcome", "So far"), Column("hash", "Locked by", kind="code"),
)  # fmt: skip
OF_EVALUATIONS = (
    Column("at", "Evaluated", kind="instant"), Column("run", "Run", kind="code"), Column("days", "Trading days measured"), Column("value", "Came to",
    kind="number"),
    Column("bound", "Bound", kind="number"), Column("n", "n", kind="count"), Column("se", "Standard error", kind="number"),
    Column("outcome", "Outcome", kind="tag"), Column("why", "Why"),
)  # fmt: skip
OF_MATCHED = (
    Column("at", "Evaluated", kind="instant"), Column("run", "Run", kind="code"), Column("days", "Trading days measured"),
    Column("worse_by", "Worse by", kind="number"), Column("at_most", "At most", kind="number"), Column("margin", "Margin", kind="number"),
    Column("n", "Fills beside others", kind="count"), Column("outcome", "Outcome", kind="tag"), Column("why", "In words"),
)  # fmt: skip
OF_OVERRIDES = (
    Column("condition", "What is skipped"), Column("reason", "Why"), Column("state", "State", kind="tag"), Column("proposed_by", "Proposed by", kind="person"),
    Column("proposed_as", "In the role of"), Column("decided_by", "Signed or refused by", kind="person"), Column("decided_at", "When", kind="instant"),
)  # fmt: skip


def cases(found: Iterable[Case]) -> Sheet:
    """The register of cases; each must come from `queries.cases`."""
    people = names()
    rows = tuple(
        Row(
            (
                row.number, row.title, row.vendor.name, row.state_title, row.stage_due_on if row.is_open else None, row.difference_due_on,  # type: ignore[attr-defined]
                queries.next_words(row), row.measure_count, row.override_count, row.opened_at, row.origin_words, people.get(row.opened_by, row.opened_by),  # type: ignore[attr-defined]
                row.ended_at,
            ),
            {"number": row.get_absolute_url(), "title": row.get_absolute_url(), "vendor": row.vendor.get_absolute_url()}, key=str(row.pk),
            tone="attention" if row.is_past_its_day or _is_late(row) else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No case fits. One is opened from an exception, a claim, a possible breach or a difference, or with the button above."
    source = "A case's stage has one clock; modify or justify of its differences has another, which runs whatever the case does."
    return Sheet("cases", "Remediation cases", OF_CASES, rows, source=source, empty=empty)


def _is_late(row: Case) -> bool:
    return row.is_open and row.difference_due_on is not None and row.difference_due_on < clock.today()  # type: ignore[attr-defined]  # annotated


def measures(found: Iterable[Measure]) -> Sheet:
    """Interim measures of a case; each must come from `queries.measures_of`."""
    people = names()
    rows = tuple(
        Row(
            (
                f"{row.title[:1].upper()}{row.title[1:]}", row.what, row.state_title, row.from_on, row.until_on, _carried(row),
                people.get(row.proposed_by, row.proposed_by),
                people.get(row.decided_by, row.decided_by), row.ended_at,
            ),
            _carrying(row), key=f"measure-{row.pk}", tone="attention" if row.state == "in_force" and not row.is_carried_out else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No interim measure was proposed. Rerouting, taking a venue away, a cap or narrower limits can stand from the first day."
    return Sheet("measures", "Interim measures", OF_MEASURES, rows, source="Each was proposed by one person and decided by another.", empty=empty)


def _carried(row: Measure) -> str:
    said = [str(each) for each in (row.configuration, row.happening) if each is not None]
    return "; ".join(said) or ("not said yet" if row.state == "in_force" else "")


def _carrying(row: Measure) -> dict[str, str]:
    by = row.configuration or row.happening
    return {"carried_out": by.get_absolute_url()} if by else {}


def asked(found: Iterable[Notice]) -> Sheet:
    """A vendor's own notices."""
    rows = tuple(
        Row(
            (f"{row.case.number}.{row.number}", row.subject_line, row.standing, row.answer_due_on, row.sent_at, row.answered_at, row.case.state_title),
            {"number": (at := reverse("cases:asked_of", args=[row.pk])), "subject_line": at}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet("notices", "Formal notices to you", OF_NOTICES, rows, source="Each letter is kept as it was sent.", empty="No formal notice was sent to you.")


def figures(row: Notice, *, is_linked: bool = True) -> Sheet:
    """The figures of a notice as it keeps them; a vendor's page leads nowhere."""
    rows = tuple(
        Row(
            (one["title"], one["flow"], one["first"], one["last"], one["shown"] if one["value"] is not None else "not measured",
            one["n"], one["interval"], one["why"],
             one["value"], one["unit"]),
            {"shown": one["address"], "n": one["address"]} if is_linked else {},
        )
        for one in row.figures
    )  # fmt: skip
    source = "Read from the sealed runs when the notice was written; it does not change with later runs."
    return Sheet("figures", "Figures of the notice", OF_FIGURES, rows, source=source, empty="This notice names no figure.")


def monitorings(found: Iterable[Monitoring]) -> Sheet:
    """Heightened monitoring of a case."""
    people = names()
    rows = tuple(
        Row(
            (row.from_on, row.to_on, row.state_title, row.every_days, "; ".join(f"{name} {text}" for name, text in row.limits.items()),
             people.get(row.proposed_by, row.proposed_by), people.get(row.decided_by, row.decided_by)),
            {"from_on": row.get_absolute_url(), "limits": row.get_absolute_url()}, key=f"monitoring-{row.pk}",
        )
        for row in found
    )  # fmt: skip
    empty = "None was proposed. Narrower limits can hold from day one, as an interim measure."
    return Sheet("monitoring", "Heightened monitoring", OF_MONITORINGS, rows, source="In force, it lies beside the policy as heightened.toml.", empty=empty)


def runs(found: Iterable[RunDay]) -> Sheet:
    """The days measured since monitoring began."""
    rows = tuple(
        Row((row.on, row.run_id[:12], row.run.received_at, row.run.findings, row.run.policy_version), {"run": row.run.get_absolute_url()}) for row in found
    )
    empty = "No run of these days was received yet. The next one is held to the narrower limits."
    return Sheet("runs", "Days measured since", OF_RUNS, rows, source="The run in force for each day.", empty=empty)


def lines(found: Sequence[queries.Line], days: int, row: Monitoring) -> Sheet:
    """Exceptions of the vendor by check, before and since."""
    since = f"{reverse('findings:queue')}?state=standing&vendor={row.case.vendor.key}&since={row.from_on}"
    rows = tuple(Row((one.check_id, one.title, one.before, one.since), {"since": f"{since}&check={one.check_id}"}) for one in found)
    source = f"Over the {days} trading day{'' if days == 1 else 's'} measured since {row.from_on}, and as many measured just before, at most."
    return Sheet("exceptions", "Exceptions of this vendor by check", OF_LINES, rows, source=source, empty="No exception of this vendor, before or since.")


def tests(found: Iterable[Registration]) -> Sheet:
    """Registrations of a case, superseded ones too."""
    rows = tuple(
        Row(
            (row.registered_at, row.the_figure.title, terms(row), row.first_on, row.last_on, row.state_title, _outcome(row.latest), row.hash[:12]),
            {"figure": row.get_absolute_url()}, key=f"test-{row.pk}",
        )
        for row in found
    )  # fmt: skip
    empty = "No closing test is registered. It is fixed by two people before its window begins, and before monitoring does."
    return Sheet("tests", "Closing test", OF_TESTS, rows, source="What was registered is locked by its hash; a change is a later registration.", empty=empty)


def evaluations(found: Iterable[Evaluation], registration: Registration) -> Sheet:
    """What each received run said of a closing test."""
    unit, is_matched = registration.the_figure.unit, registration.compared == MATCHED
    rows = tuple(
        Row(
            (row.at, row.run_id[:12], f"{row.days_measured} of {row.days_expected}", Cell(row.value, unit),
             *((Cell(row.at_most, unit), Cell(row.bound, unit), row.n) if is_matched else (Cell(row.bound, unit), row.n, Cell(row.se, unit))),
             row.get_outcome_display(), row.why),
            {"run": row.run.get_absolute_url()}, tone="attention" if row.outcome == MISSED else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No run of the window was received yet."
    columns = OF_MATCHED if is_matched else OF_EVALUATIONS
    return Sheet("evaluations", "What each run said of it", columns, rows, source="One line a received run; nothing here is ever changed.", empty=empty)


def overrides(found: Iterable[Override]) -> Sheet:
    """Overrides of cases: they stay visible for good."""
    people = names()
    rows = tuple(
        Row(
            (BY_KEY[row.condition].title, row.reason, row.state_title, people.get(row.proposed_by, row.proposed_by), row.role_words,
             people.get(row.decided_by, row.decided_by), row.decided_at),
            key=f"override-{row.pk}", tone="attention" if row.state in ("signed", "used") else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No condition of this case was skipped."
    return Sheet("overrides", "Overrides", OF_OVERRIDES, rows, source="Proposed by one person, signed by another in another role, used once.", empty=empty)


def visible(row: Registration) -> str:
    """The smallest difference that a test could see, as printed; empty where it is not known."""
    return "" if row.smallest_visible is None else exact(row.smallest_visible, row.the_figure.unit)


def terms(row: Registration) -> str:
    """When a test is met, in words: `at most 15 % by two standard errors, n ≥ 100`."""
    unit = row.the_figure.unit
    if row.compared == MATCHED:
        assert row.confidence is not None, "a test of like against like has its confidence"
        margin, sure = exact(row.margin, unit), (row.confidence * 100).normalize()
        return f"worse than the other vendors, like for like, by less than {margin}, at {sure:f} % confidence, n ≥ {row.min_n:,}"
    allowed = f" {'plus' if row.side == 'at_most' else 'minus'} {in_points(exact(row.margin, unit))}" if row.margin else ""
    against = {
        "absolute": exact(row.bound, unit) if row.bound is not None else "",
        "baseline": f"its own {exact(row.baseline_value, unit) if row.baseline_value is not None else '—'} of {row.baseline_first} to {row.baseline_last}",
        "vendor": f"the figure of {row.other} over the same window",
    }[row.compared]  # fmt: skip
    return f"{row.get_side_display()} {against}{allowed}, by {row.errors.normalize():f} standard errors, n ≥ {row.min_n:,}"


def _outcome(latest: Evaluation | None) -> str:
    return "no run yet" if latest is None else f"{latest.get_outcome_display()}, {latest.days_measured} of {latest.days_expected} days"
