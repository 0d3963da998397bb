"""The letters of a case: the formal notice with its data, and the letter of its end; the same values give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

from bestexec import Block, Callout, Cell, Facts, Heading, Items, Table, TableColumn, Text, Volume, render_volume
from oversight import clock
from oversight.cases.evidencing import runs_of
from oversight.cases.lifecycle import BY_KEY
from oversight.cases.models import ENDINGS, Case, Notice
from oversight.procedures.printing import firm
from oversight.roles import BY_KEY as ROLES

FIGURES = (
    TableColumn("Figure"), TableColumn("Of which flow"), TableColumn("From"), TableColumn("To"), TableColumn("Came to", align="right"),
    TableColumn("n", align="right"), TableColumn("Two standard errors"),
)  # fmt: skip
ORDERS = (TableColumn("Received on"), TableColumn("Symbol"), TableColumn("Order", code=True))
PENDING = "pending"


def notice(row: Notice) -> bytes:
    """The notice as it goes out today: what fell short, its figures, example orders, what is asked and by when."""
    case = row.case
    amends = (("Takes the place of", f"notice {case.number}.{row.supersedes.number}"),) if row.supersedes else ()
    cover = (
        ("To", case.vendor.name), ("Notice", f"{case.number}.{row.number}"), *amends, ("Subject", row.subject_line), ("Dated", clock.today().isoformat()),
        ("Answer due by", row.answer_due_on.isoformat()), ("Your answer", PENDING),
        ("Made from", "sealed runs that are named within; no customer and no account is"),
    )  # fmt: skip
    foot = f"Notice {case.number}.{row.number} · answer due by {row.answer_due_on}"
    about = "What fell short by our measurement, what we ask, and by when. A possible shortfall is no verdict of law."
    return render_volume(Volume("Formal notice", about, firm(), clock.today(), cover, foot, tuple(_notice(row))))


def closing(case: Case, why: str) -> bytes:
    """The letter of the end of a case: how it ended, on what, and every condition that was skipped by a signed override."""
    cover = (
        ("To", case.vendor.name), ("Case", str(case.number)), ("Opened", _day(case.opened_at)), ("Ended", clock.today().isoformat()),
        ("How", f"{case.state_title} {ENDINGS[case.ended_how]}".strip()),
    )  # fmt: skip
    about = f": {case.notice.subject_line}" if case.notice else ""
    foot = f"Case {case.number} · {case.state_title} {clock.today()}"
    return render_volume(Volume("End of a remediation case", f"Case {case.number}{about}", firm(), clock.today(), cover, foot, tuple(_closing(case, why))))


def _notice(row: Notice) -> Iterator[Block]:
    yield Heading("The notice")
    yield Heading("What fell short", 2)
    yield from _paragraphs(row.what)
    yield Heading("What we ask of you", 2)
    yield from _paragraphs(row.asked)
    words = "Answer and file your evidence in your account. Without an answer we go on by ourselves, and say so."
    yield Callout("attention", f"Answer due by {row.answer_due_on}.", words)
    yield Heading("Your answer", 2)
    yield Text("Pending. What you answer stands beside this notice wherever it is shown.")
    yield Heading("The data")
    yield from _figures(row)
    if row.orders:
        yield Heading("Example orders", 2)
        rows = tuple(tuple(Cell(text) for text in order) for order in row.orders)
        yield Table("Orders that show it", ORDERS, rows, "Order ids as you received them.")
    runs = runs_of(row.figures)
    if runs:
        yield Heading("Sealed runs", 2)
        yield Text("Each run is named by the SHA-256 of its manifest: every input, rule and output of it is fixed by that.")
        yield Items(tuple(runs))


def _figures(row: Notice) -> Iterator[Block]:
    yield Heading("Figures", 2)
    if not row.figures:
        yield Text("This notice names no figure; the orders below show what it is about.")
        return
    rows = tuple(tuple(Cell(text) for text in _figure(figure)) for figure in row.figures)
    yield Table("By our measurement", FIGURES, rows, "Each figure is recomputed from the sealed runs below; two standard errors where it has one.")
    for figure in row.figures:
        if figure["why"]:
            yield Callout("note", f"{figure['title']}.", f"{figure['why'][:1].upper()}{figure['why'][1:]}.")


def _figure(figure: dict[str, object]) -> tuple[str, ...]:
    shown = "not measured" if figure["value"] is None else str(figure["shown"])
    return str(figure["title"]), str(figure["flow"]), str(figure["first"]), str(figure["last"]), shown, f"{figure['n']:,}", str(figure["interval"]) or "none"


def _closing(case: Case, why: str) -> Iterator[Block]:
    yield Heading("The end of the case")
    yield Heading("How it ended", 2)
    yield Text(f"The case is {case.state_title} {ENDINGS[case.ended_how]}".strip() + ".")
    yield from _paragraphs(why)
    yield from _test(case)
    yield Heading("Steps", 2)
    stages = (("Opened", case.opened_at), ("Notice given", case.noticed_at), ("Joint investigation", case.investigating_at),
              ("Corrective plan", case.planning_at), ("Heightened monitoring", case.monitored_at), ("Ended", case.ended_at))  # fmt: skip
    yield Facts(tuple((name, _day(at) if at else "not reached") for name, at in stages))
    notices = case.notices.exclude(state__in=("draft", "discarded")).order_by("number")
    told = tuple(f"Notice {case.number}.{row.number}, sent {_day(row.sent_at)}: {_answered(row)}" for row in notices)
    yield Items(told or ("No notice was sent.",))
    yield from _skipped(case)
    yield from _measures(case)


def _answered(row: Notice) -> str:
    return f"answered {_day(row.answered_at)}" if row.answered_at else f"without an answer; it was due by {row.answer_due_on}"


def _test(case: Case) -> Iterator[Block]:
    registration = case.registration
    if registration is None:
        return
    latest = registration.latest
    yield Heading("Registered test", 2)
    said = "nothing was measured" if latest is None else f"{latest.get_outcome_display()}, n {latest.n:,}{f': {latest.why}' if latest.why else ''}"
    yield Facts((
        ("Figure", registration.the_figure.title), ("Window", f"{registration.first_on} to {registration.last_on}"), ("Outcome", said),
        ("Locked", f"{_day(registration.registered_at)}, {registration.hash[:16]}"),
    ))  # fmt: skip


def _skipped(case: Case) -> Iterator[Block]:
    yield Heading("What was skipped by a signed override", 2)
    used = list(case.overrides.filter(state="used").order_by("pk"))
    said = tuple(
        f"{BY_KEY[row.condition].title}: proposed {_day(row.proposed_at)} as {ROLES[row.proposed_as].title}, signed {_day(row.decided_at)} "
        "by a second person in another role" for row in used
    )  # fmt: skip
    yield Items(said) if said else Text("Nothing: every step met its condition.")


def _measures(case: Case) -> Iterator[Block]:
    stood = [row for row in case.measures.select_related("to_vendor").order_by("from_on", "pk") if row.state in ("in_force", "ended")]
    if stood:
        yield Heading("Interim measures", 2)
        yield Items(tuple(f"From {row.from_on}: {row.title_outside}; {row.state_title}" for row in stood))


def _paragraphs(text: str) -> Iterator[Block]:
    yield from (Text(part.strip()) for part in text.split("\n") if part.strip())


def _day(at: object) -> str:
    """The day of an instant in the market's zone."""
    return "—" if at is None else f"{at.astimezone(clock.MARKET_ZONE):%Y-%m-%d}"  # type: ignore[attr-defined]  # an instant
