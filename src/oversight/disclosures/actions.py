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
from oversight.disclosures import clocks
from oversight.disclosures.lifecycle import B3, MAKERS, NOTICES, SECOND
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
Content = tuple[str, bytes]
"""A file: its name and its bytes."""


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
    broken, _ = held_to_rules(*files[0])
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
