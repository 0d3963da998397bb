"""The execution-quality report: its order, its sentences, what it refuses and what it says when something is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bestexec.report import cards, html
from bestexec.report.blocks import TOO_FEW, Callout, Cell, Figure, Heading, KeyFigures, Pack, Table, Text
from bestexec.report.quality import assemble
from bestexec.report.run_figures import KeyRow, Measured, Scorecard
from bestexec.report.sentences import compared
from bestexec.units import FRACTION, SHARES

from .given import EQ, IMPROVEMENT, RUN_ID, VENDORS, VENUES, WEEKS, run_figures


def tables(pack: Pack) -> dict[str, Table]:
    return {block.caption: block for block in pack.blocks if isinstance(block, Table)}


def section(pack: Pack, title: str) -> list[object]:
    """The blocks under a heading."""
    at = next(index for index, block in enumerate(pack.blocks) if isinstance(block, Heading) and block.text == title)
    rest = pack.blocks[at + 1 :]
    end = next((index for index, block in enumerate(rest) if isinstance(block, Heading) and block.level == 1), len(rest))
    return list(rest[:end])


def test_the_report_keeps_its_order() -> None:
    assert [block.text for block in assemble(run_figures()).blocks if isinstance(block, Heading) and block.level == 1] == [
        "Summary", "Transaction costs", "Quarterly review framework", "Verdicts", "Competing markets", "How the routers behaved",
        "What happened on the routes", "Scorecard by vendor", "Venues", "Price improvement",
        "Time to execution", "Reversion", "Completeness", "Coverage and exclusions", "Data grade", "Exceptions", "All other measures by vendor", "Methodology",
        "Run identity",
    ]  # fmt: skip


def test_the_first_screen_has_the_figures_what_was_reached_the_worst_findings_and_the_gaps() -> None:
    summary = section(assemble(run_figures()), "Summary")
    assert [type(block) for block in summary] == [KeyFigures, Callout, Text, Table, Callout, Callout]
    figures, reached, said, worst, gaps, sign = summary
    assert isinstance(figures, KeyFigures) and isinstance(worst, Table)
    assert figures.figures[0].figure == Cell(0.45, FRACTION)
    assert figures.figures[0].count == Cell(880)
    # 0.45 − 0.50 = −0.05: five points, and 1.96 × 0.01 = 0.0196 < 0.05.
    assert figures.figures[0].against == "5.00 percentage points below the tape (50.00%), better, beyond its 95% interval."
    assert reached == Callout(
        "attention", "Action threshold reached.", "Price improvement, Effective over quoted spread (E/Q): 45.00% (n 880). Threshold: E/Q above 0.4."
    )
    assert said == Text("Exceptions: 2 high, 12 low. Those of the highest severity:")
    assert [row[1].value for row in worst.rows] == ["EXE-101"]
    assert gaps == Callout("attention", "Data grade.", "Not supported: Odd lots.")
    assert isinstance(sign, Callout) and sign.text.startswith("A positive cost is bad for the customer, everywhere.")


def test_the_costs_table_prints_too_few_and_never_the_number_behind_it() -> None:
    (row,) = tables(assemble(run_figures()))["Market and limit orders against the benchmark"].rows
    assert row[2:7] == (Cell(0.45, FRACTION), Cell(880), TOO_FEW, Cell(12), Cell(0.5, FRACTION))
    assert row[7].value == (
        "Market orders: 5.00 percentage points below the benchmark, better, beyond its 95% interval. "
        "Limit orders: too few, 12 against the policy's minimum of 30."
    )


def test_a_scorecard_suppresses_rates_on_few_fills_and_keeps_amounts() -> None:
    run = run_figures()
    (eq,) = tables(assemble(run))["Vendors"].rows[2:3]
    beta = eq[6:10]
    assert beta == (TOO_FEW, Cell(None), Cell(12), Cell(1.0, FRACTION))
    alpha = eq[2:6]
    assert alpha == (Cell(0.45, FRACTION), Cell(pytest.approx(0.0196), FRACTION), Cell(880), Cell(0.98, FRACTION))  # 1.96 × 0.01
    others = section(assemble(run), "All other measures by vendor")
    assert isinstance(others[0], Table)
    assert others[0].caption == "Vendors, other measures (shares)"
    assert others[0].rows[0][:2] == (Cell("Shares outside the quote"), Cell(5000.0, SHARES))
    assert others[0].rows[0][5] == Cell(700.0, SHARES)  # a sum is a fact, however few rows made it


def test_dimensions_that_do_not_differ_are_said_once() -> None:
    source = tables(assemble(run_figures()))["Vendors"].source
    assert source == f"By vendor, held. All rows are held. Intervals are ±1.96 clustered standard errors. Run {RUN_ID[:12]}."


def test_a_scorecard_that_pools_kinds_of_order_says_which() -> None:
    source = next(block for block in section(assemble(run_figures()), "Venues") if isinstance(block, Table)).source
    assert source == f"By venue. Pools held and not held. Intervals are ±1.96 clustered standard errors. Run {RUN_ID[:12]}."


def test_venues_stand_by_shares_with_their_part_of_the_flow() -> None:
    picture = next(block for block in section(assemble(run_figures()), "Venues") if isinstance(block, Figure))
    assert [(row[0].value, row[1].value) for row in picture.values.rows] == [("XNAS", 0.5), ("MEMX", 0.25), ("IEXG", 0.125), ("ARCX", 0.0625), ("BATS", 0.0625)]


def test_groups_without_enough_fills_for_any_figure_stand_together_in_the_last_row() -> None:
    few = VENUES.with_columns(effective_over_quoted=pl.Series([0.5, 0.4, 0.3, None, 0.7]), effective_over_quoted_n=pl.Series([400, 300, 29, 0, 12]))
    run = run_figures(scorecards=(Scorecard("Venues", ("venue",), few),))
    rows = next(block for block in section(assemble(run), "Venues") if isinstance(block, Table)).rows
    # IEXG, ARCX and BATS: 100 + 60 + 52 fills, 12,500 + 6,250 + 6,250 shares. None of them counted at least 30.
    assert [tuple(cell.value for cell in row[:4]) for row in rows] == [
        ("XNAS", 400, Decimal(50000), 0.5),
        ("MEMX", 300, Decimal(25000), 0.4),
        ("3 other groups", 212, Decimal(25000), "too few"),
    ]


def test_a_line_of_the_trend_breaks_where_a_week_is_unknown() -> None:
    run = run_figures(scorecards=(Scorecard("Weeks", ("vendor", "week"), WEEKS.with_columns(effective_over_quoted_n=pl.Series([300, 29, 300]))),))
    figure = cards.trend(run, run.scorecards[0], EQ.key)
    assert figure is not None
    assert [tuple(cell.value for cell in row[:3]) for row in figure.values.rows] == [
        ("Alpha", "2026-07-06", 0.5), ("Alpha", "2026-07-13", None), ("Alpha", "2026-07-20", 0.4),
    ]  # fmt: skip
    assert figure.alt == "Effective over quoted spread (E/Q) by week: Alpha 50.00% in 2026-07-06, 40.00% in 2026-07-20."


def test_exclusions_are_summed_most_fills_first() -> None:
    rows = tables(assemble(run_figures()))["Left out of measures that need a quote"].rows
    assert [tuple(cell.value for cell in row) for row in rows] == [
        ("crossed", 9, Decimal(90)),
        ("no quote", 3, Decimal(30)),
        ("All exclusions", 12, Decimal(120)),
    ]


def test_findings_stand_by_severity_with_their_harm() -> None:
    rows = tables(assemble(run_figures()))["Exceptions by check"].rows
    assert [tuple(cell.value for cell in row) for row in rows] == [
        ("high", "EXE-101", "Outside the quote", 2, Decimal("31.5")),
        ("low", "CMP-001", "No quote", 12, None),
    ]


def test_alerts_are_counted_by_check_and_by_where_they_stand() -> None:
    """Three alerts of EXE-101 on two days with 1, 2 and 4 exceptions, the last below the line, and one of COM-112 that is never cut."""
    one = {"check_id": "EXE-101", "title": "Outside the quote", "severity": "medium"}
    other = {"check_id": "COM-112", "title": "Control total not met", "severity": "high", "findings": 3, "standing": "never cut", "is_above": True}
    alerts = pl.DataFrame([
        {**one, "day": date(2026, 7, 1), "findings": 1, "standing": "within the budget", "is_above": True},
        {**one, "day": date(2026, 7, 1), "findings": 2, "standing": "drawn from below", "is_above": False},
        {**one, "day": date(2026, 7, 2), "findings": 4, "standing": "below the line", "is_above": False},
        {**other, "day": date(2026, 7, 3)},
    ])  # fmt: skip
    rows = tables(assemble(run_figures(alerts=alerts)))["Alerts by check, and what each day's budget reached"].rows
    assert [tuple(cell.value for cell in row) for row in rows] == [
        ("high", "COM-112", "Control total not met", 1, 1, 0, 1, 0, 0, 0),
        ("medium", "EXE-101", "Outside the quote", 2, 3, 1, 0, 1, 1, 4),
        ("All checks", "", "", 3, 4, 1, 1, 1, 1, 4),
    ]


@pytest.mark.parametrize(
    ("value", "against", "said"),
    [
        (Measured(None, 0), Measured(0.5, 9), "not measured"),
        (Measured(0.4, 29), Measured(0.5, 9), "too few, 29 against the policy's minimum of 30"),
        (Measured(0.4, 30), None, "no benchmark in this run"),
        (Measured(0.500001, 30), Measured(0.5), "equal to the tape as printed"),
        (Measured(0.52, 30), Measured(0.5), "2.00 percentage points above the tape, worse"),
        (Measured(0.52, 30, 0.02), Measured(0.5), "2.00 percentage points above the tape, worse, but within its 95% interval"),  # 1.96 × 0.02 = 0.0392
        (Measured(0.55, 30, 0.02), Measured(0.5, 9, 0.01), "5.00 percentage points above the tape, worse, beyond its 95% interval"),  # 1.96 × √0.0005 = 0.0438
    ],
)
def test_a_comparison_says_only_what_the_figures_say(value: Measured, against: Measured | None, said: str) -> None:
    assert compared(run_figures(), EQ.key, value, against, "the tape") == said


def test_for_a_metric_that_is_better_when_higher_above_is_better() -> None:
    assert compared(run_figures(), IMPROVEMENT.key, Measured(0.003, 99), Measured(0.001), "it") == "0.002000\u00a0$/share above it, better"


def test_the_page_never_says_that_the_firm_obeys_or_breaks_a_rule() -> None:
    said = html.render(assemble(run_figures())).lower()
    assert re.findall("complian|violat", said) == []


def test_what_was_not_made_is_said_and_not_left_blank() -> None:
    bare = run_figures(
        kpis=(), tca=(), framework=(), scorecards=(), fills=None, tape=None, excluded=run_figures().excluded.clear(), grade=run_figures().grade.clear(),
        findings=run_figures().findings.clear(),
    )  # fmt: skip
    said = [block.text for block in assemble(bare).blocks if isinstance(block, Text)]
    assert said[:-1] == [
        "No check found anything in this period.", "This run made no transaction-cost table.", "This run made no framework table.",
        "This run was sealed before verdicts were made.", "This run was sealed before routers were watched.",
        "This run was sealed before routes were looked at one by one.", "This run made no scorecard by vendor.", "This run made no scorecard by venue.",
        "The run has no tape to set the venues beside.",
        "Not drawn: the run has no measured fills with net_price_improvement.", "Not drawn: the run has no measured fills with t0_to_fill_ns.",
        "Not drawn: no reversion was measured by vendor.", "This run does not say whether everything was fed.", "No fill was excluded.",
        "The data was not graded.", "No check found anything.",
    ]  # fmt: skip


def test_a_metric_that_the_registry_lacks_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="names metrics that the registry lacks: effective_spreed"):
        run_figures(kpis=(KeyRow("effective_spreed", Measured(1.0)),))


def test_a_frame_without_a_column_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="excluded lacks shares"):
        run_figures(excluded=run_figures().excluded.drop("shares"))
    with pytest.raises(ValueError, match="scorecard 'Vendors' lacks n"):
        run_figures(scorecards=(Scorecard("Vendors", ("vendor",), VENDORS.drop("n")),))


def test_a_severity_that_cannot_be_ordered_is_refused() -> None:
    with pytest.raises(ValueError, match="severities that the report cannot order: severe"):
        run_figures(findings=run_figures().findings.with_columns(severity=pl.lit("severe")))


def test_metrics_of_the_tape_lend_no_words_to_those_of_fills() -> None:
    of_trades = replace(EQ, on="trades", title="E/Q of the tape")
    assert run_figures(metrics=(*run_figures().metrics, of_trades)).words[EQ.key].title == EQ.title


def test_rows_in_another_order_make_the_same_report() -> None:
    run = run_figures()
    turned = run_figures(
        excluded=run.excluded.reverse(), findings=run.findings.reverse(),
        scorecards=tuple(Scorecard(card.title, card.by, card.table.reverse(), card.on) for card in run.scorecards),
    )  # fmt: skip
    assert assemble(turned) == assemble(run)
