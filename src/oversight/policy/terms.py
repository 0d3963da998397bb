"""Every single thing that the files of a policy decide, as a row: what, how much, what it means, who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from bestexec import CHECKS, Policy, StatedRule
from oversight.lifecycle import spaced
from oversight.policy import reading
from oversight.policy.limits import DeskLimits

READERS = {limit: tuple(check.id for check in CHECKS if limit in check.limits) for limit in {name for check in CHECKS for name in check.limits}}
"""The checks held to each limit."""
DESK = (
    ("second_reader_usd", "second_reader.usd", "USD", "Estimated customer dollars of one exception from which a second person reads its answer."),
    ("second_reader_severities", "second_reader.severities", "", "Severities whose answers a second person always reads."),
    ("sample_per_day", "sample.per_day", "orders", "Orders without an exception that a person looks at for each trading day."),
    ("longest_suppression_days", "suppressions.longest_days", "days", "The longest that a suppression may last."),
    ("review_access_every_days", "access_review.every_days", "days", "How often at least access is looked through and signed."),
    ("decide_days", "differences.decide_days", "days", "From the day on which a material difference was identified to the decision on it."),
    ("longest_justification_days", "differences.longest_justification_days", "days", "The longest that a justification may hold."),
    ("block_shares", "lane.block_shares", "shares", "Size of one order from which it is judged by itself."),
    ("block_usd", "lane.block_usd", "USD", "Value of one order from which it is judged by itself."),
    ("digest_hour", "digest.hour", "hour", "Hour of the day in New York of the mail that says what is open."),
    ("review_due_days", "reviews.due_days", "days", "Calendar days after the quarter's end until its review is signed, unless the charter says otherwise."),
    ("review_notice_days", "reviews.notice_days", "days", "Days before the meeting until which papers of a review are circulated."),
    ("review_quorum", "reviews.quorum", "seats", "Seats with a vote that a new charter asks for at first."),
    ("room_conclusion_days", "rooms.conclusion_days", "days", "Days until the vendor's conclusion of a joint investigation is owed."),
    ("plan_answer_days", "plans.answer_days", "days", "Days until a corrective plan is owed."),
    ("plan_again_days", "plans.again_days", "days", "Days until the next version of a rejected plan is owed."),
    ("plan_remind_days", "plans.remind_days", "days", "Days before an item of a plan is due on which its owner is reminded."),
    ("plan_escalate_days", "plans.escalate_days", "days", "Days after an item was due on which compliance and supervisors are told."),
    ("make_whole_least_usd", "make_whole.least_usd", "USD", "Smallest credit that a customer is paid; 0 pays every customer."),
    ("make_whole_count_days", "make_whole.count_days", "days", "From opening an assessment of harm to its proposal."),
    ("make_whole_pay_days", "make_whole.pay_days", "days", "From the approval of credits to their end."),
)

CASES = {
    "notice_days": "From the opening of a case to its formal notice.",
    "answer_days": "From the notice to the vendor's answer.",
    "remind_days": "So long before its answer is due the vendor is reminded.",
    "escalate_days": "An answer so long overdue goes to a senior manager.",
    "investigation_days": "From the beginning of the joint investigation to the conclusions.",
    "plan_days": "From asking for the corrective plan to one that is accepted.",
    "closing_days": "From the last day of the registered test to the end of the case.",
}


@dataclass(frozen=True)
class Term:
    """One thing decided. `value` is text, dated steps and all; `readers` are checks by their ids, or who else reads it."""

    key: str
    part: str
    value: str
    unit: str = ""
    meaning: str = ""
    readers: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Change:
    """A term in two versions; None where one does not state it."""

    term: Term
    before: str | None
    after: str | None

    @property
    def differs(self) -> bool:
        return self.before != self.after


def terms(files: Mapping[str, str]) -> tuple[Term, ...]:
    """The terms of these files in the order in which a page shows them. Raises Problem for files that cannot be read."""
    read = reading.checked(files)
    is_stated = "desk.toml" in files
    return (
        *_head(read.policy),
        *_limits(read.policy),
        *_desk(read.desk, "the desk" if is_stated else "the desk; shipped, not stated by the firm"),
        *_rest(read.policy),
        *_of_vendors(read),
    )


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Each term of either side, in the order of `after`; those that only `before` has come last."""
    held, stated = {term.key: term for term in terms(before)}, {term.key: term for term in terms(after)}
    return tuple(
        Change(term, held[term.key].value if term.key in held else None, stated[term.key].value if term.key in stated else None)
        for term in {**held, **stated, **{key: held[key] for key in held if key not in stated}}.values()
    )


def _head(policy: Policy) -> Iterable[Term]:
    part = "The version"
    yield Term("version", part, policy.version, meaning="What each run held to it prints.")
    yield Term("effective_on", part, str(policy.effective_on), meaning="The day from which it is meant to hold.")
    yield Term("approved_by", part, policy.approved_by, meaning="The role or committee that approved it, as the file says.")
    yield Term("nbbo.source", part, policy.nbbo_source or "any", meaning="The feed whose quotes are the national best bid and offer.")
    yield Term("nbbo.stale_after_ms", part, _number(Decimal(policy.stale_after_ns) / 1_000_000), "ms", "Age from which a quote is stale and measures nothing.")


def _limits(policy: Policy) -> Iterable[Term]:
    for name, limit in policy.limits.items():
        declared = limit.declared
        yield Term(f"limits.{name}", "Limits of the checks", _steps(limit.steps), declared.unit, declared.meaning, READERS.get(name, ()), declared.reserved_for)


def _desk(desk: DeskLimits, note: str) -> Iterable[Term]:
    part = "Limits of the desk"
    for severity, hours in desk.clocks_h.items():
        yield Term(f"clocks_h.{severity}", part, _number(hours), "hours", f"Hours until an exception of severity {severity} is answered.", note=note)
    for name, key, unit, meaning in DESK:
        yield Term(key, part, _shown(getattr(desk, name)), unit, meaning, note=note)
    for name, meaning in CASES.items():
        yield Term(f"cases.{name}", part, str(desk.cases[name]), "days", meaning, note=note)
    for cause, title in desk.cause_codes:
        yield Term(f"cause_codes.{cause}", part, title, meaning="A cause that an exception can be given.", note=note)


def _rest(policy: Policy) -> Iterable[Term]:
    for name, listed in (("venues", policy.venues), ("venues_that_pay", policy.venues_that_pay), ("vendors", policy.vendors)):
        if listed is None:
            yield Term(name, "Lists", "not said", meaning=f"The firm has not said which {spaced(name)} there are; checks that need it are not asked.")
        for one, entries in groupby(listed or (), key=lambda entry: entry.name):
            yield Term(
                f"{name}.{one}", "Lists", "; ".join(_span(entry.from_on, entry.to_on, entry.kind) for entry in entries), meaning=f"One of the {spaced(name)}."
            )
    for order_class, rows in groupby(policy.speed_limits_ns.items(), key=lambda row: row[0][0]):
        value = " · ".join(f"from {bucket:,} USD {_number(Decimal(ns) / 1_000_000)}" for (_class, bucket), ns in rows)
        yield Term(f"speed_limits_ms.{order_class}", "Speed limits", value, "ms", "Longest time from the benchmark instant to a fill, by size of the order.")
    for (kind, value), how in policy.treatment.items():
        exclusion = policy.exclusions.get((kind, value))
        until = f", approved by {exclusion.approved_by} until {exclusion.until}" if exclusion and exclusion.until else ""
        yield Term(f"treatment.{kind}.{value}", "Measured or excluded", f"{how}{until}", meaning=f"Orders whose {spaced(kind)} is {spaced(value)}.")
    for name, setting in policy.settings.items():
        note = f"not read yet: kept for {setting.declared.reserved_for}" if setting.declared.reserved_for else ""
        yield Term(f"settings.{name}", "Readings of the rules", _steps(setting.steps), "", setting.declared.meaning, note=note)


def _of_vendors(read: reading.Read) -> Iterable[Term]:
    for rule in read.logic:
        yield Term(f"logic.{rule.key}", "Stated by vendors", _rule(rule), meaning=rule.source, readers=("VER-131",))
    for place, release in enumerate(read.policy.releases, start=1):
        yield Term(
            f"releases.{place}", "Release notes", f"{release.vendor}, {release.released_on}: {release.words}",
            meaning="A release that the vendor announced.", readers=("VER-121", "VER-122"),
        )  # fmt: skip
    for place, alias in enumerate(read.policy.fix_aliases, start=1):
        said = f"{alias.session}, {alias.tag}={alias.code}: {alias.means} ({_span(alias.from_on, alias.to_on, '')})"
        yield Term(f"fix_aliases.{place}", "Codes of FIX sessions", said, meaning="What the code means when a FIX log is imported.")


def _rule(rule: StatedRule) -> str:
    """`vendor_a: never by size, venues KNCM, qty_from 1000; market orders; from 2026-07-01`."""
    of_kind = [f"{spaced(name)} {_shown(value)}" for name, value in rule.terms.items()]
    flow = [" or ".join(map(spaced, words)) for words in (rule.order_types, rule.sessions, rule.customer_classes) if words]
    sizes = [f"{word} {_number(qty)} shares" for word, qty in (("from", rule.order_qty_from), ("below", rule.order_qty_below)) if qty is not None]
    days = _span(rule.from_on, rule.to_on, "")
    said = "; ".join((", ".join((spaced(rule.kind), *of_kind)), *flow, *sizes, *(() if days == "always" else (days,))))
    return f"{rule.vendor}: {said}"


def _steps(steps: Iterable[tuple[date | None, Any]]) -> str:
    return "; ".join(f"from {from_on} {_shown(value)}" if from_on else _shown(value) for from_on, value in steps)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return _number(value) if isinstance(value, Decimal) else str(value)


def _number(value: Decimal) -> str:
    """As few digits as say it exactly: 0.50 and 0.5 are the same limit."""
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _span(from_on: date | None, to_on: date | None, kind: str) -> str:
    days = " ".join((*([f"from {from_on}"] if from_on else ()), *([f"until the day before {to_on}"] if to_on else ()))) or "always"
    return f"{kind}, {days}" if kind else days
