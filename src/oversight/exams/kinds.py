"""What the desk tells of a quarter: one entry a kind of row, with which rows of it belong to a quarter's days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from oversight import clock
from oversight.agreements.models import Agreement, Breach, Clause, Credit, Delivery, DutyReport, Entitlement, Measurement
from oversight.analysis.models import Look
from oversight.cases import queries as cases
from oversight.cases.models import Case, CaseDifference, Evaluation, Measure, Monitoring, Notice, Override, Registration
from oversight.claims.models import Claim, ClaimTest
from oversight.configuration.models import Analysis
from oversight.configuration.models import Version as Configuration
from oversight.conflicts.models import Conflict, ConflictResult, Payment, PaymentBatch
from oversight.differences.models import Decision, Difference, Observation, Question
from oversight.diligence.models import Assessment, Condition
from oversight.disclosures.models import Adoption, Publication, YearlyNotice
from oversight.findings.models import Day as TradingDay
from oversight.findings.models import Draw, Finding, Run, RunDay, SampleItem, Signature, Suppression
from oversight.handling.models import Happening
from oversight.harm.models import Count, Harm, ReportDecision
from oversight.liquidity.models import Memo, Published, Reach
from oversight.obligations.models import Answer as ProfileAnswer
from oversight.obligations.models import Duty, Matrix, Occurrence
from oversight.plans.models import Item as PlanItem
from oversight.plans.models import Plan, PlanReading
from oversight.policy.models import WAS_IN_FORCE as PUBLISHED
from oversight.policy.models import Version as Policy
from oversight.procedures.lifecycle import WAS_IN_FORCE
from oversight.procedures.models import Attestation, Printing, Section
from oversight.procedures.models import Version as Procedure
from oversight.record.models import Recorded
from oversight.refreshes.models import Acknowledgement, ChangeAnswer, Extension, Gathering, Refresh, RefreshCondition
from oversight.retention.models import Period as RetentionPeriod
from oversight.retention.models import Restore
from oversight.reviews.models import Action, AgendaItem, Charter, LateItem, Minutes, Motion, Paper, Presence, Recusal, Review, Seat, Vote
from oversight.reviews.models import Signature as ReviewSignature
from oversight.vendors.models import AccessControl, Arrangement, ExitPlan, Product, Reliance, SubVendor, TestReport, Vendor


@dataclass(frozen=True)
class Span:
    """The days of a quarter, and the instants at which they begin and are over in the market's zone."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), clock.MARKET_ZONE)

    @property
    def over(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), clock.MARKET_ZONE)


Where = Callable[[Span], Q]


@dataclass(frozen=True)
class Kind:
    """One kind of row: its member `decisions/<name>.json`, what the rows are, and which of them belong to a span."""

    name: str
    about: str
    model: type[Recorded]
    where: Where

    @property
    def member(self) -> str:
        return f"decisions/{self.name}.json"


def on(name: str) -> Where:
    """Whose day lies within the span."""
    return lambda span: Q(**{f"{name}__range": (span.first, span.last)})


def days(first: str, last: str) -> Where:
    """Whose days, from the field `first` to the field `last`, touch the span; without a last day they go on."""
    return lambda span: Q(**{f"{first}__lte": span.last}) & (Q(**{f"{last}__gte": span.first}) | Q(**{last: None}))


def instants(since: str, until: str) -> Where:
    """Which stood at some time within the span, from the instant `since` until the instant `until`; without one it still stands."""
    return lambda span: Q(**{f"{since}__lt": span.over}) & (Q(**{f"{until}__gte": span.begins}) | Q(**{until: None}))


def of_cases(path: str) -> Where:
    """Of the cases that are about the span."""
    return lambda span: Q(**{f"{path}__in": cases.of_period(span.first, span.last, clock.now()).values("pk")})


def _in_force(state: tuple[str, ...], *wheres: Where) -> Where:
    def both(span: Span) -> Q:
        made = Q(state__in=state)
        for where in wheres:
            made &= where(span)
        return made

    return both


def _ended(until: str) -> Where:
    return lambda span: Q(**{f"{until}__gte": span.begins}) | Q(**{until: None})


def _begun(span: Span) -> Q:
    return Q(effective_on__lte=span.last)


def _year(span: Span) -> Q:
    return Q(year=span.first.year)


KINDS: tuple[Kind, ...] = (
    Kind("runs", "Sealed runs that were received", Run, days("first_on", "last_on")),
    Kind("run_days", "Which run measured a day, and which is in force", RunDay, on("on")),
    Kind("findings", "Exceptions, with how each was answered and by whom it was read", Finding, on("on")),
    Kind("suppressions", "Exceptions that are not shown, by whose approval", Suppression, days("from_on", "expires_on")),
    Kind("days", "Trading days and whether a supervisor signed them", TradingDay, on("on")),
    Kind("day_signatures", "Signatures of days, with what was open", Signature, on("day__on")),
    Kind("draws", "Samples drawn, with the seed that anybody can draw again from", Draw, on("on")),
    Kind("samples", "Orders drawn as a sample and who looked at them", SampleItem, on("draw__on")),
    Kind("handling", "Overrides, outages, failovers, error-account trades", Happening, instants("from_at", "to_at")),
    Kind("vendors", "Router vendors and their standing", Vendor, lambda span: Q(registered_at__lt=span.over)),
    Kind("sub_vendors", "Who stands behind them", SubVendor, days("since_on", "ended_on")),
    Kind("products", "Their products and versions", Product, days("since_on", "ended_on")),
    Kind("arrangements", "How the firm uses each router", Arrangement, days("from_on", "until_on")),
    Kind("reliances", "Reliance on a review that somebody else made", Reliance, lambda span: Q(quarter=_name(span))),
    Kind("test_reports", "Tests of routers", TestReport, lambda span: Q(tested_on__lte=span.last)),
    Kind("exit_plans", "What the firm does when a vendor fails", ExitPlan, instants("drafted_at", "superseded_at")),
    Kind("access_controls", "Who holds the controls of market access", AccessControl, lambda span: Q(stated_at__lt=span.over)),
    Kind("agreements", "Agreements with vendors", Agreement, days("effective_from", "effective_until")),
    Kind("clauses", "Their clauses, as arithmetic", Clause, days("from_on", "ended_on")),
    Kind("clause_measurements", "Each clause measured over its window", Measurement, days("first_on", "last_on")),
    Kind("duty_reports", "What vendors reported on their duties", DutyReport, days("first_on", "last_on")),
    Kind("possible_breaches", "Windows in which a clause was not met, and how each ended", Breach, days("first_on", "last_on")),
    Kind("clause_credits", "Credits claimed for them", Credit, days("breach__first_on", "breach__last_on")),
    Kind("entitlements", "Data that vendors owe", Entitlement, days("from_on", "until_on")),
    Kind("deliveries", "Data that they delivered", Delivery, on("delivered_on")),
    Kind("claims", "What vendors promised", Claim, instants("stated_at", "ended_at")),
    Kind("claim_tests", "What the data said of each claim", ClaimTest, days("first", "last")),
    Kind("conflicts", "Conflicts of interest and who accepted them", Conflict, days("since_on", "until_on")),
    Kind("conflict_results", "The yearly look at each conflict", ConflictResult, _year),
    Kind("payment_batches", "Statements of payments, with their control totals", PaymentBatch, lambda span: Q(months__in=_months(span))),
    Kind("payments", "Payments and rebates by venue and month", Payment, on("month_on")),
    Kind("configurations", "Router settings in force, each decided by two", Configuration, instants("in_force_from", "in_force_until")),
    Kind("configuration_changes", "What a change of settings was expected to do and what the figures did", Analysis, instants("version__in_force_from", "version__in_force_until")),
    Kind("reach", "Venues that routers reach", Reach, days("since_on", "until_on")),
    Kind("venue_memos", "Memos on venues used, not used or tried", Memo, instants("drafted_at", "concluded_at")),
    Kind("published", "Reports that venues and vendors published", Published, days("first_on", "last_on")),
    Kind("publications", "Public reports under Rules 605 and 606, made, checked and published", Publication, on("last_on")),
    Kind("adoptions", "Reports of other firms, examined before they are adopted", Adoption, instants("noted_at", "settled_at")),
    Kind("yearly_notices", "Yearly notices to customers, and their delivery", YearlyNotice, instants("drafted_at", "closed_at")),
    Kind("assessments", "Due diligence on vendors", Assessment, instants("drafted_at", "lapsed_at")),
    Kind("assessment_conditions", "Conditions that an approval was bound to", Condition, lambda span: Q(set_at__lt=span.over)),
    Kind("refreshes", "The yearly refresh of due diligence", Refresh, instants("opened_at", "completed_at")),
    Kind("refresh_changes", "What changed since, question by question", ChangeAnswer, instants("refresh__opened_at", "refresh__completed_at")),
    Kind("refresh_gatherings", "Over which runs it was gathered", Gathering, instants("refresh__opened_at", "refresh__completed_at")),
    Kind("refresh_conditions", "Conditions that it set", RefreshCondition, instants("set_at", "closed_at")),
    Kind("approval_extensions", "Approvals that were extended, and who signed", Extension, days("base_on", "until_on")),
    Kind("acknowledgements", "What senior managers acknowledged", Acknowledgement, instants("named_at", "acknowledged_at")),
    Kind("policies", "Versions of the firm's limits in force, with their approver", Policy, _in_force(PUBLISHED, instants("approved_at", "superseded_at"))),
    Kind("procedure_sections", "Sections of the written procedures", Section, lambda span: Q(opened_at__lt=span.over)),
    Kind("procedures", "Versions of the sections in force", Procedure, _in_force(WAS_IN_FORCE, _begun, _ended("superseded_at"), _ended("retired_at"))),
    Kind("attestations", "Who attested to have read them", Attestation, instants("asked_at", "attested_at")),
    Kind("procedure_printings", "The procedures printed as of a day", Printing, on("on")),
    Kind("duties", "What the firm owes, how often and by whom", Duty, lambda span: Q(owed_from__lte=span.last)),
    Kind("retention_periods", "How long the firm keeps what, where it stated it itself", RetentionPeriod, lambda span: Q(proposed_at__lt=span.over)),
    Kind("restore_tests", "Backups that were restored as a test", Restore, lambda span: Q(restored_at__gte=span.begins, restored_at__lt=span.over)),
    Kind("profile", "What the firm said of itself, from which its duties follow", ProfileAnswer, instants("answered_at", "replaced_at")),
    Kind("escalation", "To whom a late duty goes", Matrix, instants("proposed_at", "replaced_at")),
    Kind("duty_occurrences", "Each time a duty fell due, and what became of it", Occurrence, days("begins_on", "due_on")),
    Kind("looks", "What people looked at in the quarter's analysis", Look, days("first_on", "last_on")),
    Kind("differences", "Material differences", Difference, days("first_on", "last_on")),
    Kind("difference_questions", "What was asked of them, and when it was answered", Question, days("difference__first_on", "difference__last_on")),
    Kind("decisions", "Modify or justify: the decision on each difference", Decision, days("difference__first_on", "difference__last_on")),
    Kind("decision_observations", "Whether flow followed each decision", Observation, days("decision__difference__first_on", "decision__difference__last_on")),
    Kind("cases", "Remediation cases", Case, of_cases("pk")),
    Kind("case_differences", "Which differences each case is about", CaseDifference, of_cases("case")),
    Kind("case_notices", "Formal notices to vendors", Notice, of_cases("case")),
    Kind("interim_measures", "What was done at once", Measure, of_cases("case")),
    Kind("heightened_monitoring", "Limits that were narrower for a time", Monitoring, of_cases("case")),
    Kind("closing_tests", "The test that a case closes on, registered before its data came", Registration, of_cases("case")),
    Kind("closing_evaluations", "What that test found", Evaluation, of_cases("registration__case")),
    Kind("case_overrides", "Steps that were skipped, and who signed", Override, of_cases("case")),
    Kind("plans", "Vendors' corrective plans", Plan, of_cases("case")),
    Kind("plan_items", "Their items", PlanItem, of_cases("plan__case")),
    Kind("plan_readings", "What the figures said of each item", PlanReading, of_cases("item__plan__case")),
    Kind("harm", "What customers lost", Harm, days("first_on", "last_on")),
    Kind("harm_counts", "How it was counted", Count, days("harm__first_on", "harm__last_on")),
    Kind("harm_reporting", "Whether it is reported", ReportDecision, days("harm__first_on", "harm__last_on")),
    Kind("charters", "Charters of the committee", Charter, lambda span: Q(proposed_at__lt=span.over)),
    Kind("seats", "Who sits on the committee, for which independence", Seat, days("from_on", "until_on")),
    Kind("reviews", "Reviews of the committee", Review, days("first_on", "last_on")),
    Kind("review_items", "Their agenda", AgendaItem, days("review__first_on", "review__last_on")),
    Kind("review_papers", "Papers before the committee, by their hash", Paper, days("review__first_on", "review__last_on")),
    Kind("review_presences", "Who was there", Presence, days("review__first_on", "review__last_on")),
    Kind("review_recusals", "Who stood aside, and why they had to", Recusal, days("review__first_on", "review__last_on")),
    Kind("motions", "Motions", Motion, days("item__review__first_on", "item__review__last_on")),
    Kind("votes", "Votes", Vote, days("motion__item__review__first_on", "motion__item__review__last_on")),
    Kind("review_minutes", "Minutes by their hash; the signed ones are among the documents", Minutes, days("review__first_on", "review__last_on")),
    Kind("review_signatures", "Who signed them", ReviewSignature, days("review__first_on", "review__last_on")),
    Kind("review_actions", "What was to be done, by whom and by when", Action, days("review__first_on", "review__last_on")),
    Kind("late_items", "What came after a signature", LateItem, days("review__first_on", "review__last_on")),
)  # fmt: skip
"""What stands in an exam file of the desk's own. One more kind is one more line. Counsel's space and letters of request are none of it."""

LEFT_OUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("of people and their accounts; the record names them by opaque keys", ("account", "holding", "factor_reset", "access_review", "review_line", "token", "saved_view", "absence", "pull_right")),
    ("of customers", ("customer_credit", "payment_result", "customer_request", "customer_report")),
    ("of answering regulators, counsel's space within it", (
        "request", "request_counsel", "request_extension", "request_reminder", "request_item", "request_document", "request_placement", "counsel_paper",
        "production", "produced", "reading_room", "room_visit", "room_download",
    )),
    ("legal holds, which are between the firm, its counsel and whoever asked", ("legal_hold",)),
    ("disposals, whose tombstones stand in the file themselves", ("disposal", "disposed")),
    ("letters and reminders, which tell of what stands elsewhere", ("notice", "reminder", "questionnaire_reminder", "refresh_reminder", "room_reminder", "plan_reminder")),
    ("how documents are filed: the list of documents says it", ("filed", "link")),
    ("packs, whose documents are filed beside their review", ("pack",)),
    ("answers in free words, which stand outside the record's chain", (
        "selection", "candidate", "score", "challenge", "remark", "answer_test", "answer", "given", "question_form", "senior_question",
        "configuration_document", "self_assessment", "self_answer", "room", "room_hypothesis", "room_day", "shown_order", "room_statement",
        "room_file", "room_note",
    )),
    ("steps of the desk itself", ("policy_extra", "payment_month", "duty_escalation", "held_run", "exam_file")),
)  # fmt: skip
"""Which kinds of the record stand in no member of their own, and why. Their entries are in the record all the same."""


def _name(span: Span) -> str:
    return f"{span.first.year}Q{(span.first.month + 2) // 3}"


def _months(span: Span) -> Any:
    return Payment.objects.filter(month_on__range=(span.first, span.last)).values("month")
