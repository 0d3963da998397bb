"""Agreements, clauses, windows, possible breaches, credits and deliveries as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.urls import reverse

from bestexec import UNITS, Cell
from oversight.accounts.queries import names
from oversight.agreements import formulas, queries, reading
from oversight.agreements.models import OUTCOMES, Agreement, Breach, Clause, Credit, Delivery, Entitlement, Measurement
from oversight.agreements.queries import ClauseLine, Totals
from oversight.agreements.templates_of_clauses import TEMPLATES
from oversight.measured.reading import MISSED
from oversight.sheets import Column, Row, Sheet

USD = next(unit for unit in UNITS if unit.symbol == "$")
OF_AGREEMENTS = (
    Column("title", "Agreement"), Column("vendor", "Vendor"), Column("state", "State", kind="tag"), Column("effective_from", "From", kind="day"),
    Column("last_on", "Until", kind="day"), Column("notice_days", "Notice, days", kind="number"), Column("fee_usd", "Monthly fee", unit=USD),
    Column("clauses", "Clauses in force", kind="number"), Column("open", "Possible breaches open", kind="number"), Column("next_cure_on", "Next cure clock",
    kind="day"),
    Column("signed_on", "Signed", kind="day", is_for_files=True),
)  # fmt: skip
OF_CLAUSES = (
    Column("number", "Clause", kind="code"), Column("title", "Promise", kind="words"),
    Column("target", "Target"), Column("window", "Window"), Column("state", "State",
    kind="tag"),
    Column("last_window", "Last window"), Column("value", "Came to", kind="number"), Column("n", "n", kind="count"), Column("outcome", "Outcome", kind="tag"),
    Column("to_date", "This window so far", kind="number"), Column("to_date_n", "n so far", kind="count"), Column("open", "Possible breaches open",
    kind="number"),
    Column("figure", "Figure", is_for_files=True), Column("least_n", "Least n", kind="number", is_for_files=True),
    Column("cure_days", "Days to cure", kind="number", is_for_files=True), Column("credit", "Credit", is_for_files=True),
)  # fmt: skip
OF_WINDOWS = (
    Column("window", "Window"), Column("value", "Came to", kind="number"), Column("n", "n", kind="count"), Column("se", "Error", kind="number",
    is_for_files=True),
    Column("days", "Trading days measured"), Column("outcome", "Outcome", kind="tag"), Column("standing", "Standing"), Column("why", "Why, and what to know"),
    Column("credit_usd", "Credit", unit=USD), Column("arithmetic", "Its arithmetic"), Column("difference", "Against the figure before"),
    Column("measured_at", "Measured", kind="instant"), Column("run", "Run", kind="code"), Column("report", "Report", is_for_files=True),
)  # fmt: skip
OF_BREACHES = (
    Column("clause", "Clause"), Column("vendor", "Vendor"), Column("window", "Window"), Column("value", "Came to", kind="number"), Column("target", "Target"),
    Column("n", "n", kind="count"), Column("state", "State", kind="tag"), Column("due_on", "Cure clock", kind="day"), Column("promised_on",
    "Vendor says cured by", kind="day"),
    Column("credit_usd", "Credit by arithmetic", unit=USD), Column("answered_at", "Answered", kind="instant", is_for_files=True),
    Column("opened_at", "Opened", kind="instant", is_for_files=True),
)  # fmt: skip
OF_THE_VENDOR = (
    Column("clause", "Clause"), Column("window", "Window"), Column("value", "Came to", kind="number"), Column("target", "Agreed target"), Column("n", "n",
    kind="count"),
    Column("state", "State", kind="tag"), Column("due_on", "To be cured by", kind="day"), Column("promised_on", "You say cured by", kind="day"),
)  # fmt: skip
OF_CREDITS = (
    Column("month", "Month"), Column("vendor", "Vendor"), Column("clause", "Clause"), Column("window", "Window"), Column("computed_usd", "By arithmetic",
    unit=USD),
    Column("claimed_usd", "Claimed", unit=USD), Column("agreed_usd", "Agreed", unit=USD), Column("state", "State", kind="tag"), Column("received_on",
    "Received", kind="day"),
    Column("reason", "Why another amount"), Column("claimed_by", "Claimed by", kind="person"), Column("agreed_by", "Agreed noted by", kind="person"),
)  # fmt: skip
OF_MONTHS = (
    Column("month", "Month"), Column("number", "Credits", kind="number"), Column("claimed_usd", "Claimed", unit=USD), Column("pending_usd", "Still claimed",
    unit=USD),
    Column("agreed_usd", "Agreed, not received", unit=USD), Column("received_usd", "Received", unit=USD), Column("waived_usd", "Waived", unit=USD),
    Column("conceded_usd", "Let go in agreeing", unit=USD), Column("tied", "Tied"),
)  # fmt: skip
OF_DELIVERIES = (
    Column("month", "Month"), Column("standing", "Standing"), Column("delivered_on", "Delivered", kind="day"), Column("due_on", "Due by", kind="day"),
    Column("is_complete", "Complete"), Column("import_name", "Import", kind="code"), Column("what", "What came, what is missing"), Column("proved_by",
    "Noted by", kind="person"),
    Column("proved_at", "Noted", kind="instant"),
)  # fmt: skip
OF_TEMPLATES = (
    Column("title", "Clause"), Column("group", "Kind"), Column("figure", "Figure"), Column("narrowed", "Of"), Column("target", "Usual target"),
    Column("window", "Window"),
    Column("least_n", "Least n", kind="number"), Column("cure_days", "Days to cure", kind="number"), Column("credit", "Credit"), Column("by_hand",
    "Worked by hand"),
    Column("cites", "Rests on"),
)  # fmt: skip


def agreements(found: Iterable[Agreement]) -> Sheet:
    """The register; each row must come from `queries.agreements`."""
    rows = tuple(
        Row(
            (
                row.title, row.vendor.name, row.state_title, row.effective_from, row.last_on, row.notice_days, row.monthly_fee_usd,
                row.clause_count, row.open_count, row.next_cure_on, row.signed_on,  # type: ignore[attr-defined]  # annotated
            ),
            {"title": row.get_absolute_url(), "vendor": row.vendor.get_absolute_url()}, key=str(row.pk), tone="attention" if row.open_count else "",  # type: ignore[attr-defined]
        )
        for row in found
    )  # fmt: skip
    empty = "No agreement is written down that fits. Write the first one down from its paper with the button above; then add its clauses from templates."
    return Sheet("agreements", "Agreements", OF_AGREEMENTS, rows, source="Written down from the signed documents, which are filed beside each.", empty=empty)


def clauses(lines: Sequence[ClauseLine]) -> Sheet:
    """Clauses with the last window of each."""
    empty = "This agreement has no clause yet. Add the first from a template with the button above."
    source = "Measured over the runs in force. A window with fewer rows than its least n is not measurable, never met."
    return Sheet("clauses", "Each clause with its last window", OF_CLAUSES, tuple(_clause(line) for line in lines), source=source, empty=empty)


def windows(clause: Clause, found: Iterable[Measurement]) -> Sheet:
    """The history of one clause; each row must come from `queries.measurements_of`."""
    rows = tuple(_window(clause, row) for row in found)
    empty = "Nothing was measured yet. It is measured on the next run that is received, or when a person reports the period."
    return Sheet(
        "windows", f"Windows of {clause.title}", OF_WINDOWS, rows, source="Nothing here is ever changed; what is restated is a line of its own.", empty=empty
    )


def breaches(found: Iterable[Breach]) -> Sheet:
    """Possible breaches, for the firm."""
    rows = tuple(
        Row(
            (
                str(row.clause), row.clause.agreement.vendor.name, row.span.words, _figure(row.clause, row.latest), row.clause.target, row.latest.n,
                row.state_title,
                row.due_on, row.promised_on, row.latest.credit_usd, row.answered_at, row.opened_at,
            ),
            {"clause": row.get_absolute_url(), "value": reading.address(row.clause, row.span)}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet("possible-breaches", "Possible breaches", OF_BREACHES, rows,
    source="Opened by the desk, once for each complete window that missed its target.",
                 empty="No possible breach fits. The desk opens one when a complete window misses its target.")  # fmt: skip


def asked(found: Iterable[Breach]) -> Sheet:
    """Possible breaches, for the vendor that they are about: nothing of the firm's own words but what is addressed to it."""
    rows = tuple(
        Row(
            (str(row.clause), row.span.words, _figure(row.clause, row.latest), row.clause.target, row.latest.n, seen_by_vendor(row), row.due_on,
            row.promised_on),
            {"clause": reverse("agreements:asked_of", args=[row.pk])}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet("possible-breaches", "Possible breaches", OF_THE_VENDOR, rows, source="Measured by the firm from the orders that you routed.",
                 empty="Nothing is asked of you. When a window misses an agreed target, it stands here and you are told.")  # fmt: skip


def seen_by_vendor(row: Breach) -> str:
    """The state as the vendor sees it: that somebody proposes to accept is the firm's own affair."""
    if row.state == "possible":
        return "possible breach, your answer pending"
    return row.LIFECYCLE.state("answered" if row.state == "proposed" else row.state).title


def ledger(found: Iterable[Credit]) -> Sheet:
    """The credits, one a line."""
    people = names()
    rows = tuple(
        Row(
            (
                f"{row.month:%Y-%m}", row.breach.clause.agreement.vendor.name, str(row.breach.clause), row.breach.span.words, row.computed_usd, row.claimed_usd,
                row.agreed_usd, row.state_title, row.received_on, row.reason, people.get(row.claimed_by, row.claimed_by), people.get(row.agreed_by,
                row.agreed_by),
            ),
            {"clause": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    return Sheet("credits", "Credits", OF_CREDITS, rows, source="Claimed from possible breaches; the arithmetic stands on the page of each.",
                 empty="No credit was claimed. Claim one on the page of a possible breach.")  # fmt: skip


def months(totals: Mapping[date | None, Totals]) -> Sheet:
    """The credits by month, and their sum."""
    rows = tuple(
        Row(
            (
                f"{month:%Y-%m}" if month else "all months", total.rows, total.claimed, total.pending, total.agreed, total.received, total.waived,
                total.conceded,
                "yes" if total.is_tied else "no",
            ),
            key="" if month else "all",
        )
        for month, total in totals.items()
    )  # fmt: skip
    return Sheet("credits-by-month", "By month", OF_MONTHS, rows if len(rows) > 1 else (),
    source="Claimed = still claimed + agreed + received + waived + let go.",
                 empty="Nothing to add up yet.")  # fmt: skip


def grid(found: Iterable[Entitlement], over: Sequence[date], *, may_prove: bool) -> Sheet:
    """Rights to data by month; each month leads to its form for who may prove it, else to the right."""
    columns = (
        Column("vendor", "Vendor"), Column("what", "What"), Column("clause", "Clause"), Column("format", "Format", is_for_files=True),
        Column("clock_days", "Days after the month", kind="number"), *(Column(f"{month:%Y-%m}", f"{month:%Y-%m}", kind="tag") for month in over),
    )  # fmt: skip
    rows = []
    for right, cells in queries.grid(found, over):
        links = {f"{cell.month:%Y-%m}": _place(cell, may_prove) for cell in cells if cell.standing != "—"}
        shown = (right.vendor.name, right.obtainable.title, right.clause, right.format, right.clock_days, *(cell.standing for cell in cells))
        is_late = any(cell.tone == "late" for cell in cells)
        rows.append(Row(shown, {"what": right.get_absolute_url(), **links}, key=str(right.pk), tone="attention" if is_late else ""))
    empty = "No right to data is on the list. Write down what the agreement lets the firm obtain with the button above."
    return Sheet(
        "rights-to-data", "What was obtained, month by month", columns, tuple(rows), source="A month is proved by its import or a filed document.", empty=empty
    )


def deliveries(found: Iterable[Delivery]) -> Sheet:
    """The proofs of one right."""
    people = names()
    rows = tuple(
        Row(
            (
                f"{row.month:%Y-%m}", "corrected by a later one" if hasattr(row, "corrected_by") else "stands", row.delivered_on,
                row.entitlement.due_on(row.month),
                row.is_complete, row.import_name, row.what, people.get(row.proved_by, row.proved_by), row.proved_at,
            ),
            key=str(row.pk), tone="" if row.is_complete else "attention",
        )
        for row in found
    )  # fmt: skip
    return Sheet("deliveries", "Proofs", OF_DELIVERIES, rows, source="Nothing here is ever changed; a correction is a line of its own.",
                 empty="Nothing was proved yet. Choose a month in the table of rights to data.")  # fmt: skip


def templates() -> Sheet:
    """The shipped clauses."""
    rows = tuple(
        Row((
            one.title, one.group, one.measure.title, one.measure.narrowed, one.measure.target(one.side, one.bound / one.measure.unit.scale),
            _window_words(one.window, one.window_days),
            one.least_n, one.cure_days, formulas.words(one.credit, one.measure.unit), one.worked.by_hand, ", ".join(one.cites),
        ), key=one.key)
        for one in TEMPLATES
    )  # fmt: skip
    return Sheet("templates-of-clauses", "Clauses to begin with", OF_TEMPLATES, rows, source="Targets and credits are examples; what counts is the paper.")


def _clause(line: ClauseLine) -> Row:
    row, last, so_far = line.clause, line.last, line.to_date
    links = {"title": row.get_absolute_url()}
    if last is not None and (address := reading.address(row, last.span)):
        links["value"] = address
    if so_far is not None and (address := reading.address(row, so_far.span)):
        links["to_date"] = address
    cells = (
        row.number, row.title, row.target, row.window_words, row.state_title, last.span.words if last else "none yet", _figure(row, last),
        last.n if last else None,
        last.outcome_title if last else "—", _figure(row, so_far), so_far.n if so_far else None, line.open_breaches, row.measure.title, row.least_n,
        row.cure_days,
        row.credit_words,
    )  # fmt: skip
    return Row(cells, links, key=str(row.pk), tone="attention" if line.open_breaches or (last and last.outcome == MISSED) else "")


def _window(clause: Clause, row: Measurement) -> Row:
    row.clause = clause
    is_past = getattr(row, "later", None) is not None
    standing = ("went on since" if row.is_to_date else "restated since") if is_past else "to date" if row.is_to_date else "complete"
    cells = (
        row.span.words, _figure(clause, row), row.n, Cell(row.se, clause.unit), f"{row.days_measured} of {row.days_expected}", OUTCOMES[row.outcome],
        standing, row.why,
        row.credit_usd, row.arithmetic, row.difference, row.measured_at, row.run_id[:12] if row.run_id else "", str(row.report_id or ""),
    )  # fmt: skip
    links = {"value": reading.address(clause, row.span)} if not is_past else {}
    if row.run is not None:
        links["run"] = row.run.get_absolute_url()
    if row.report is not None:
        links["value"] = row.report.get_absolute_url()
    return Row(cells, links, key=str(row.pk), tone="attention" if row.outcome == MISSED and not is_past else "")


def _place(cell: queries.Cell, may_prove: bool) -> str:
    return reverse("agreements:prove", args=[cell.right.pk, f"{cell.month:%Y-%m}"]) if may_prove else cell.right.get_absolute_url()


def _figure(clause: Clause, row: Measurement | None) -> Cell:
    return Cell(row.value if row else None, clause.unit)


def _window_words(window: str, days: int) -> str:
    return Clause(window=window, window_days=days).window_words
