"""The questions that letters of examiners ask again and again, each with the evidence that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

NOTHING = "no evidence collected"


@dataclass(frozen=True)
class Question:
    """One question, in our own words. `evidence`: members of the exam file, `*` for any letters; `beside:kind` for documents filed beside that kind."""

    key: str
    chapter: str
    asks: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """A member that an exam file can point to: what it is, and its rows where it has rows."""

    about: str
    rows: int | None = None
    beside: frozenset[str] = frozenset()


def _d(*names: str) -> tuple[str, ...]:
    return tuple(f"decisions/{name}.json" for name in names)


def _t(*names: str) -> tuple[str, ...]:
    return tuple(f"runs/*/{name}.parquet" for name in names)


GOVERNANCE, STATISTICS, ROUTING, MONEY = "Who reviews, and how often", "What is measured", "Where orders go", "Payment and conflicts"
DECISIONS, VENDORS, CORRECTION, RECORDS = "What was decided", "Vendors of routers", "When it falls short", "Procedures and records"
QUESTIONS: tuple[Question, ...] = (
    Question("who-reviews", GOVERNANCE, "Who reviews execution quality, and who of them is independent of the trading desk and of the vendors?", _d("charters", "seats")),
    Question("how-often", GOVERNANCE, "How often was it reviewed, regularly and in between, and was every review held when it was due?", _d("reviews", "duty_occurrences")),
    Question("who-was-there", GOVERNANCE, "Who was present at each review, and who stood aside from which item?", _d("review_presences", "review_recusals")),
    Question("what-was-before-them", GOVERNANCE, "What was on the agenda, and which papers lay before the reviewers?", (*_d("review_items", "review_papers"), "beside:review_paper")),
    Question("minutes", GOVERNANCE, "Where are the minutes, and who signed them?", (*_d("review_minutes", "review_signatures"), "beside:review")),
    Question("every-day", GOVERNANCE, "Who looked at executions day by day, and did a supervisor sign each day?", _d("days", "day_signatures", "findings")),
    Question("senior-management", GOVERNANCE, "What did senior management see and acknowledge?", _d("acknowledgements")),
    Question("which-statistics", STATISTICS, "Which statistics are used, and how exactly is each one computed?", ("definitions/metrics.json",)),
    Question("price-improvement", STATISTICS, "What price improvement did customers get, by kind of order?", _t("fills", "orders")),
    Question("speed", STATISTICS, "How fast were orders routed and executed, from the moment they came in?", _t("orders", "routes", "fills")),
    Question("benchmark", STATISTICS, "Against which market were executions held?", _t("tape", "tape_symbols", "tape_venues")),
    Question("every-type", STATISTICS, "Were all types of orders, all sessions and all kinds of customers reviewed, and what was left out?", _t("excluded", "not_evaluated", "unlinked")),
    Question("is-data-complete", STATISTICS, "Is the data complete, and how is that known?", _t("completeness", "control", "reconciled", "match_rates", "unmatched")),
    Question("how-good-is-data", STATISTICS, "What can the data support, and what can it not?", _t("grade")),
    Question("exceptions", STATISTICS, "By which criteria are single executions picked out for a person to look at, and what was found?", ("definitions/checks.txt", *_t("findings"), *_d("findings"))),
    Question("sampling", STATISTICS, "Is a sample looked at beside the exceptions, and can it be drawn again?", _d("draws", "samples")),
    Question("thresholds", STATISTICS, "Which limits decide what is an exception, and who approved them?", ("policy/*", "runs/*/policy/*", *_d("policies"))),
    Question("which-venues", ROUTING, "Which venues are reached, and which are not?", _d("reach", "venue_memos")),
    Question("other-markets", ROUTING, "Were executions compared with what competing markets offered, used or not used?", (*_t("competing"), *_d("published", "venue_memos"))),
    Question("who-routes", ROUTING, "Who decides where an order goes, under which settings, and who approved a change of them?", _d("configurations", "configuration_changes", "arrangements")),
    Question("does-the-router", ROUTING, "Does the router do what its vendor says of it?", (*_t("standing", "violations", "detected", "changes"), *_d("claim_tests"))),
    Question("directed-and-manual", ROUTING, "Which orders were handled by hand, overridden or failed over?", _d("handling")),
    Question("payment", MONEY, "What was received from venues and what was paid to them, by kind of order?", _d("payments", "payment_batches")),
    Question("conflicts", MONEY, "Which conflicts of interest exist, how is each mitigated, and who accepted it?", _d("conflicts", "conflict_results")),
    Question("payment-and-quality", MONEY, "Did flow follow payment rather than quality?", (*_t("verdicts", "detected"), *_d("conflict_results"))),
    Question("material-differences", DECISIONS, "Where did execution quality differ materially between the firm's routing and what else there was?", (*_d("differences"), *_t("verdicts"))),
    Question("modify-or-justify", DECISIONS, "What was decided on each difference: modified, or justified and why?", _d("decisions", "motions", "votes")),
    Question("did-flow-follow", DECISIONS, "Did flow follow what was decided?", _d("decision_observations", "review_actions")),
    Question("open-actions", DECISIONS, "What was to be done after each review, by whom, and is it done?", _d("review_actions")),
    Question("reliance", VENDORS, "Does the firm rely on a review that another firm makes, and how does it examine that review?", _d("reliances")),
    Question("diligence", VENDORS, "How was each vendor examined before it was used, and since?", _d("assessments", "assessment_conditions", "refreshes", "refresh_changes")),
    Question("agreements", VENDORS, "What did vendors promise in their agreements, and was it met?", _d("agreements", "clauses", "clause_measurements", "possible_breaches")),
    Question("claims", VENDORS, "Are the vendor's own figures checked against the firm's?", (*_t("claimed"), *_d("claims", "claim_tests"))),
    Question("sub-vendors", VENDORS, "Who stands behind each vendor?", _d("sub_vendors")),
    Question("exit", VENDORS, "What happens when a vendor fails or is left?", _d("exit_plans", "test_reports")),
    Question("remediation", CORRECTION, "What was done when execution fell short: notice, measures, plan, test, end?", _d("cases", "case_notices", "interim_measures", "plans", "closing_tests", "closing_evaluations")),
    Question("heightened", CORRECTION, "Was a vendor watched more closely for a time?", _d("heightened_monitoring")),
    Question("harm", CORRECTION, "What did customers lose, how was it counted, and was it given back?", _d("harm", "harm_counts")),
    Question("reporting", CORRECTION, "Was it decided whether to report it?", _d("harm_reporting")),
    Question("skipped", CORRECTION, "Was any step left out, and who signed for that?", _d("case_overrides")),
    Question("procedures", RECORDS, "Which written supervisory procedures were in force, and who approved them?", (*_d("procedures", "procedure_sections"), "beside:procedures_printing")),
    Question("attested", RECORDS, "Who attested to have read them?", _d("attestations")),
    Question("duties", RECORDS, "Which recurring duties does the firm keep, and was each done in time?", _d("duties", "duty_occurrences")),
    Question("who-did-what", RECORDS, "Who did what, when, and can it be shown that nothing was altered since?", ("record/entries.jsonl",)),
    Question("raw-data", RECORDS, "What came in, from where, and what was refused?", ("imports/*/manifest.json",)),
    Question("late", RECORDS, "What came after a review was signed, and what did it change?", _d("late_items")),
)  # fmt: skip


def bound(quarter: str, members: Mapping[str, Evidence]) -> dict[str, Any]:
    """The binder of an exam file with these members: each question with the members that answer it; one without rows answers nothing."""
    filled = {name: found for name, found in sorted(members.items()) if found.rows != 0}
    questions = [
        {"key": one.key, "chapter": one.chapter, "asks": one.asks, "evidence": [_pointed(*each) for each in filled.items() if _answers(one, *each)]}
        for one in QUESTIONS
    ]
    return {"quarter": quarter, "questions": questions}


def _answers(question: Question, name: str, found: Evidence) -> bool:
    return any(
        pattern.removeprefix("beside:") in found.beside if pattern.startswith("beside:") else fnmatchcase(name, pattern) for pattern in question.evidence
    )


def _pointed(name: str, found: Evidence) -> dict[str, Any]:
    return {"member": name, "about": found.about, "rows": found.rows}


def spoken(binder: Mapping[str, Any]) -> str:
    """The binder as a text that people read."""
    lines, chapter = [f"Binder of {binder['quarter']}"], ""
    for number, question in enumerate(binder["questions"], 1):
        if question["chapter"] != chapter:
            chapter = question["chapter"]
            lines += ["", chapter, "-" * len(chapter)]
        lines += ["", f"{number}. {question['asks']}"]
        lines += [f"   {_line(evidence)}" for evidence in question["evidence"]] or [f"   {NOTHING}"]
    return "\n".join(lines) + "\n"


def _line(evidence: Mapping[str, Any]) -> str:
    rows = "" if evidence["rows"] is None else f", {evidence['rows']:,} row{'' if evidence['rows'] == 1 else 's'}"
    return f"{evidence['about']}{rows}: {evidence['member']}"
