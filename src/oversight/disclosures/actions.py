"""Every write of disclosures: requests taken in, reports kept, checked, sent or published; other firms' reports examined; notices followed to delivery."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.text import get_valid_filename

from bestexec import validate
from oversight import clock
from oversight.actor import Actor, automated
from oversight.disclosures import clocks, making
from oversight.disclosures.lifecycle import B1, B3, MAKERS, NOTICES, SECOND
from oversight.disclosures.making import Content
from oversight.disclosures.models import Adoption, CustomerReport, CustomerRequest, Publication, YearlyNotice
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.evidence.queries import of_subject as linked
from oversight.lifecycle import Refusal, spoken
from oversight.notices.actions import tell
from oversight.obligations.models import Occurrence
from oversight.record import actions
from oversight.roles import COMPLIANCE

FACTS = ("customer", "account_key", "asked_on")
BESIDE = {"json": "what the report rests on", "csv": "orders left out", "pdf": "the report as a document"}
"""What the files are that go with a public report, by their names' endings."""


def take_in(by: Actor, **facts: Any) -> CustomerRequest:
    """Take a customer's request in; its clock is the shorter one until the report is decided. `facts` are FACTS. Raises Refusal for a day in the future."""
    _may(by, MAKERS, "Customers' requests are taken in")
    if facts["asked_on"] > clock.today():
        raise Refusal("The customer would have asked in the future.")
    row = CustomerRequest(**facts, **_days(B3, facts["asked_on"]), state=CustomerRequest.LIFECYCLE.start, noted_by=by.key, noted_at=clock.now())
    with actions.turn():
        actions.create(by, row, verb="take_in")
        tell(by, to_roles=(COMPLIANCE,), what=f"A customer asks for a routing report, due {row.due_on}.", url=row.get_absolute_url(), severity="medium")
    return row


def decide(by: Actor, row: CustomerRequest, *, kind: str = "", **given: Any) -> CustomerRequest:
    """Decide which report is owed: a not-held report only where neither the firm's nor the customer's test exempts. The clock becomes that report's."""
    with actions.turn():
        decided = actions.move(by, row, "decide", kind=kind, **given)
        return actions.change(by, decided, verb="set_clock", **_days(kind, row.asked_on))


def keep_report(by: Actor, row: CustomerRequest, files: list[Content]) -> CustomerRequest:
    """Keep the report's files, the XML first: one that breaks its schema or its rules is refused with the first of them named."""
    _may(by, MAKERS, "Reports for customers are made")
    texts = [file for number, file in enumerate(files) if number == 0 or file[0].lower().endswith(".xml")]
    broken = [line for file in texts for line in held_to_rules(*file)[0]]
    if broken:
        raise Refusal(f"The report breaks its rules, so it is not kept. {broken[0]}{_more(broken)}")
    with actions.turn():
        for name, content in files:
            kept, kind = evidence.keep(content)
            made = CustomerReport(
                request=row, sha256=kept.sha256, size=kept.size, kind=kind.key, name=get_valid_filename(name)[:200], made_by=by.key, made_at=clock.now()
            )
            actions.create(by, made, verb="keep")
        if CustomerRequest.objects.get(pk=row.pk).state == "made":
            return row
        return actions.move(by, row, "make")


def make_for_customer(by: Actor, row: CustomerRequest) -> CustomerRequest:
    """Make the report out of the runs in force, and keep it; where nobody decided yet which one is owed, the two tests decide.

    Raises Refusal where the tests say otherwise than was decided, or nothing can be made.
    """
    _may(by, MAKERS, "Reports for customers are made")
    if row.state not in ("received", "decided"):
        raise Refusal("The report is made while none is: send it back first.")
    made = making.for_customer(row)
    kind = B3 if made.is_not_held else B1
    if row.state == "decided" and row.kind != kind:
        owed = "a not-held report is owed as well" if made.is_not_held else "no not-held report is owed"
        raise Refusal(f"It was decided otherwise: by our orders {owed}. {made.basis} Decide again, or keep files made elsewhere.")
    with actions.turn():
        if row.state == "received":
            row = decide(by, row, kind=kind, basis=made.basis, not_held_pct=made.not_held_pct, monthly_usd=made.monthly_usd)
        return keep_report(by, row, list(made.files))


def send(by: Actor, row: CustomerRequest, **given: Any) -> CustomerRequest:
    """Say that the whole report was sent, and how; past its day only with the reason."""
    return _sent(by, row, "send", given)


def send_first(by: Actor, row: CustomerRequest, **given: Any) -> CustomerRequest:
    """Say that the report was sent without the running month, which follows by its own day."""
    return _sent(by, row, "send_first", given)


def make_publication(by: Actor, *, kind: str, period: str, files: list[Content], corrects: Publication | None = None) -> Publication:
    """File a public report, its data first, PDF or summary second. Raises Refusal for data that break their rules, or where a report is public and none is named as wrong."""
    _may(by, MAKERS, "Public reports are made")
    written, last_on, due_on = clocks.period_of(kind, period)
    if last_on >= clock.today():
        raise Refusal(f"{written} is not over yet.")
    broken, doubts = held_to_rules(*files[0])
    if broken:
        raise Refusal(f"The report breaks its rules, so it is not taken. {broken[0]}{_more(broken)}")
    with actions.turn():
        public = Publication.objects.filter(kind=kind, period=written, state="published").first()
        if public and corrects != public:
            raise Refusal(f"A report of {written} is public already. Correct it from its page.")
        filed = [_filed(by, name, content, f"{name}, {written}") for name, content in files]
        row = Publication(
            kind=kind, period=written, last_on=last_on, due_on=due_on, corrects=corrects, main=filed[0], document=filed[1] if len(filed) > 1 else None,
            doubts=doubts, made_by=by.key, made_at=clock.now(), state=Publication.LIFECYCLE.start,
        )  # fmt: skip
        actions.create(by, row, verb="make")
        tell(by, to_roles=SECOND, what=f"{row} waits to be checked.", url=row.get_absolute_url(), severity="medium")
    return row


def make_from_orders(by: Actor, *, kind: str, period: str, code: str = "", participant: str = "T", corrects: Publication | None = None) -> Publication:
    """Make a public report out of the runs in force, and file it with what it rests on. `code` and `participant` name the reporter of a Rule 605 report."""
    _may(by, MAKERS, "Public reports are made")
    main, *others = making.of_quarter(period) if kind == "rule606a" else making.of_month(period, code, participant)
    summary = f"{main[0].removesuffix('.txt')}.csv"
    others.sort(key=lambda file: (file[0] != summary, not file[0].endswith(".pdf")))
    with actions.turn():
        row = make_publication(by, kind=kind, period=period, files=[main, *others[:1]], corrects=corrects)
        for name, content in others[1:]:
            evidence.link(by, _filed(by, name, content, f"{name}, {row.period}"), row.subject, BESIDE[name.rpartition(".")[2]])
    return row


def publish(by: Actor, row: Publication, *, published_on: date | None = None, late_reason: str = "", **given: Any) -> Publication:
    """Say since when and where it is public. The corrected one steps back, and the duty of the calendar gets the files as its proof."""
    if published_on and published_on > clock.today():
        raise Refusal("Published: it would be public in the future. Say it when it is.")
    if published_on and published_on > row.due_on and not late_reason.strip():
        raise Refusal(f"Published: it was due on {row.due_on}. Say why it is late.")
    if row.report.key == "rule606a" and not given.get("receipt", "").strip():
        raise Refusal("Published: a routing report is filed with FINRA as well. Give its receipt.")
    late = {"late_reason": late_reason} if late_reason.strip() else {}
    with actions.turn():
        if row.corrects_id and row.corrects and row.corrects.state == "published":
            actions.move(automated("disclosures"), row.corrects, "correct")
        moved = actions.move(by, row, "publish", published_on=published_on, **late, **given)
        _prove(by, moved.report.duty, moved.last_on, [file for file in (moved.main, moved.document) if file])
    return moved


def note_adoption(by: Actor, *, kind: str, maker: str, period: str, content: Content) -> Adoption:
    """Put another firm's report on file, unexamined. One that breaks its own format is taken, with the count: that is part of its examination."""
    _may(by, MAKERS, "Other firms' reports are put on file")
    written, _, _ = clocks.period_of(kind, period)
    broken, _ = held_to_rules(*content)
    with actions.turn():
        filed = _filed(by, *content, f"{maker}: {written}")
        row = Adoption(
            kind=kind,
            maker=maker.strip(),
            period=written,
            filed=filed,
            broken=len(broken),
            noted_by=by.key,
            noted_at=clock.now(),
            state=Adoption.LIFECYCLE.start,
        )
        actions.create(by, row, verb="note")
        evidence.link(by, filed, row.subject, "the report itself")
    return row


def examine(by: Actor, row: Adoption, **given: Any) -> Adoption:
    """Note what the comparison with the firm's own orders says. Raises Refusal where more cells differ than were compared."""
    cells, differing = given.get("cells") or 0, given.get("differing") or 0
    if differing > cells or (given.get("unexplained") or 0) > differing:
        raise Refusal("Note the examination: cells without an explanation are among those that differ, and those among the cells compared.")
    given["unexplained"] = given.get("unexplained") or 0
    return actions.move(by, row, "examine", **given)


def hold_against_orders(by: Actor, row: Adoption) -> Adoption:
    """Hold another firm's report against the runs in force: the differences are filed beside it, and none has an explanation until somebody writes it down."""
    _may(by, MAKERS, "Reports of other firms are examined")
    found = making.held(row)
    doubts = f" {found.doubts} more are doubtful, and no error by themselves." if found.doubts else ""
    kinds = f" ({'; '.join(f'{kind}: {count}' for kind, count in found.kinds.items())})" if found.kinds else ""
    said = f"{found.basis}: {found.differing} of {found.cells} cells differ{kinds}.{doubts} Each difference, and the orders behind it, is in the files below."
    with actions.turn():
        there = {link.filed.sha256 for link in linked(*row.subject)}
        for name, content in found.files:
            filed = _filed(by, name, content, f"{row}: {name}")
            if filed.sha256 not in there:
                evidence.link(by, filed, row.subject, "the comparison with the firm's own orders")
        return examine(by, row, cells=found.cells, differing=found.differing, unexplained=found.differing, conclusion=said)


def draft_notice(by: Actor, *, kind: str, year: int, content: Content) -> YearlyNotice:
    """File the text of a yearly notice. Raises Refusal where the year has one."""
    _may(by, MAKERS, "Yearly notices are drafted")
    with actions.turn():
        if YearlyNotice.objects.filter(kind=kind, year=year).exclude(state="dropped").exists():
            raise Refusal(f"There is a notice of {year} already.")
        row = YearlyNotice(
            kind=kind,
            year=year,
            text=_filed(by, *content, f"Yearly notice of {year}"),
            drafted_by=by.key,
            drafted_at=clock.now(),
            state=YearlyNotice.LIFECYCLE.start,
        )
        actions.create(by, row, verb="draft")
        tell(by, to_roles=SECOND, what=f"The {row} waits for your reading.", url=row.get_absolute_url())
    return row


def follow_up(by: Actor, row: YearlyNotice, **given: Any) -> YearlyNotice:
    """Note what came back and what became of it. Raises Refusal for numbers that cannot be."""
    for name, value in given.items():
        setattr(row, name, value)
    if not row.is_consistent:
        raise Refusal("Note what came back: more came back than was sent, or more is settled than came back.")
    row = YearlyNotice.objects.get(pk=row.pk)
    return actions.move(by, row, "follow_up", **given)


def close_notice(by: Actor, row: YearlyNotice, **given: Any) -> YearlyNotice:
    """Say that it is delivered; the duty of the calendar gets the text as its proof."""
    duty = next(duty for key, _, _, duty in NOTICES if key == row.kind)
    with actions.turn():
        moved = actions.move(by, row, "close", **given)
        _prove(by, duty, moved.sent_on or clock.today(), [row.text])
    return moved


def held_to_rules(name: str, content: bytes) -> tuple[list[str], int]:
    """(each rule that the file breaks, in words; how many doubts): the rules of its format, as `bestexec validate` holds them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (get_valid_filename(name) or "report")
        path.write_bytes(content)
        found = validate([path])
    told = [row for row in found.iter_rows(named=True) if not row["is_doubt"]]
    return [f"Line {row['line']}{', ' + row['cell'] if row['cell'] else ''}: {row['says']}." for row in told], found.height - len(told)


def _days(kind: str, asked_on: date) -> dict[str, Any]:
    owed = clocks.owed(kind, asked_on)
    return {"first_on": owed.first_on, "last_on": owed.last_on, "due_on": owed.due_on, "rest_due_on": owed.rest_due_on}


def _sent(by: Actor, row: CustomerRequest, name: str, given: dict[str, Any]) -> CustomerRequest:
    if row.is_late and not given.get("late_reason", "").strip():
        raise Refusal(f"Sent: it was due on {row.clock_on}. Say why it is late.")
    return actions.move(by, row, name, **given)


def _prove(by: Actor, duty: str, on: date, files: list[Filed]) -> None:
    """Link the files to the duty's occurrence whose period holds the day, where there is one; its owner then says that it is done."""
    found = Occurrence.objects.filter(duty__key=duty, begins_on__lte=on, ends_on__gte=on).exclude(state="withdrawn").first()
    if found is None:
        return
    there = {link.filed_id for link in linked(*found.subject)}
    for filed in files:
        if filed.pk not in there:
            evidence.link(by, filed, found.subject, "as it went out")


def _filed(by: Actor, name: str, content: bytes, title: str) -> Filed:
    return evidence.file(by, name, content, title=title[:200])


def _more(broken: list[str]) -> str:
    return f" And {len(broken) - 1:,} more." if len(broken) > 1 else ""


def _may(by: Actor, roles: tuple[str, ...], what: str) -> None:
    if not by.roles & set(roles):
        raise Refusal(f"{what} by {spoken(roles)}.", is_forbidden=True)


MOVES: dict[tuple[str, str], Callable[..., Any]] = {
    ("customer_request", "decide"): decide,
    ("customer_request", "send"): send,
    ("customer_request", "send_first"): send_first,
    ("publication", "publish"): publish,
    ("adoption", "examine"): examine,
    ("yearly_notice", "follow_up"): follow_up,
    ("yearly_notice", "close"): close_notice,
}
"""Moves that are more than a change of state."""
