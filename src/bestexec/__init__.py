"""Measures how well orders were executed: files in, a sealed and explained scorecard out."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_EXPORTS = {
    "Problem": "errors", "Run": "runs", "Workspace": "workspace", "open_workspace": "workspace",
    "validate": "api",
    "import_files": "api", "measure": "api", "scorecard": "api", "tape": "api", "explain": "api", "findings": "api", "excluded": "api", "grade": "api",
    "alerts": "api",
    "completeness": "api", "verdicts": "api:verdicts", "competing": "api:competing", "claimed": "api:claimed",
    "first_competing": "competing:first", "worst_first": "verdicts.base",
    "with_times_running": "verdicts.running",
    "closed_by": "verdicts.closing", "Closed": "verdicts.closing", "MATCHED_METRICS": "verdicts.closing", "MATCHED_READS": "verdicts.closing",
    "verify": "recompute", "chosen": "recompute", "open_run": "runs", "find_run": "runs:find", "altered": "runs",
    "StatedRule": "logic:Rule", "read_logic": "logic:read", "LOGIC_FILE": "logic:FILE", "RELEASES_FILE": "policy.releases:FILE",
    "FIX_ALIASES_FILE": "policy.fix_aliases:FILE", "Exclusion": "policy",
    "Policy": "policy", "load_policy": "policy:load", "sealed_policy": "policy:sealed",
    "shipped_policy": "policy:default", "METRICS": "metrics", "Metric": "metrics.base", "CHECKS": "checks",
    "checks_hash": "checks:definitions_hash", "Check": "checks",
    "scorecard_rows": "scorecards", "excluded_rows": "scorecards", "explain_order": "explain", "run_figures": "reporting:figures",
    "rows_behind": "scorecards", "columns_read": "scorecards", "KEPT_APART": "linking.columns",
    "two_tables": "reporting", "TWO_TABLES": "reporting", "TCA": "reporting", "FRAMEWORK": "reporting", "BENCHMARK": "reporting",
    "Measured": "report.run_figures", "figure_beside": "report.sentences:beside", "figure_alone": "report.sentences:alone", "is_few": "report.run_figures",
    "CHARTS": "report.charts", "Figure": "report.blocks", "chart_svg": "report.theme:svg",
    "trading_days": "market.sessions", "session_of_trades": "linking.symbol_tape",
    "venue_called": "market.venues:mic_from_name", "venue_kind": "market.venues:kind_of", "venue_name": "market.venues:name_of",
    "Life": "lives", "Event": "lives", "Source": "lives", "Judged": "lives", "Worked": "lives", "DayQuotes": "lives", "Steps": "lives", "RawLine": "lives",
    "life_of": "lives", "index_of": "lives", "judge": "lives", "worked": "lives", "quotes_of": "lives", "raw_lines": "lives", "EVENT_KINDS": "lives:KINDS",
    "CHECK_STATES": "lives.judged:STATES",
    "plain_decimal": "lives:plain", "spoken_order": "lives", "HORIZONS_NS": "linking.columns", "trading_date": "market.sessions",
    "OnePage": "report.one_page", "PageTable": "report.one_page:Listed", "render_one_page": "report.one_page:render",
    "Volume": "report.volume", "render_volume": "report.volume:render",
    "Pack": "report.blocks", "Contents": "report.blocks", "KeyFigure": "report.blocks", "KeyFigures": "report.blocks",
    "metric_definitions": "report.evidence:definitions", "pack_to_json": "report.plain:dumps", "pack_from_json": "report.plain:loads",
    "render_page": "report.html:render", "render_document": "report.pdf:render", "render_workbook": "report.xlsx:render",
    "Block": "report.blocks", "Heading": "report.blocks", "Text": "report.blocks", "Items": "report.blocks", "Facts": "report.blocks",
    "Callout": "report.blocks", "Table": "report.blocks", "TableColumn": "report.blocks:Column",
    "look_back": "lookback", "LookedBack": "lookback", "LookBack": "lookback:Question", "LimitUsed": "lookback", "Unseen": "lookback",
    "UNSEEN_KINDS": "lookback.unseen:KINDS", "NO_ORDERS": "lookback", "POPULATIONS": "lookback", "LEAST_LIMITS": "lookback:LEAST",
    "NARROWER": "lookback", "NARROWINGS": "lookback",
    "COUNTERFACTUALS": "lookback", "Counterfactual": "lookback", "COMPARISONS": "lookback", "Stated": "lookback", "NETTINGS": "lookback",
    "ROUNDINGS": "lookback", "Harmed": "lookback", "harm_of": "lookback", "harm_by_customer": "lookback:by_customer", "harm_in_words": "lookback:in_words",
    "accounts_of": "lookback", "raw_standing": "lookback",
    "gather_606": "file606:gather", "Gathered606": "file606:Gathered", "write_public_606": "file606:write_public",
    "write_customer_606": "file606:write_customer",
    "hold_606": "file606:held_against", "write_held_606": "file606.holding:write", "Quarter606": "examfile.quarter:Quarter",
    "compute_605": "file605:compute", "Named605": "file605:Named", "write_605": "file605.publishing:write",
    "hold_605": "file605.comparing:against_month", "write_held_605": "file605.comparing:write", "named_in_605": "file605.comparing:named_in",
    "ROUTED": "routed.shown:SHOWN", "ShownTable": "routed.shown:Shown",
    "grade_by_feed": "linking.grade:by_feed", "clocks_apart": "linking.clocks:apart",
    "canonical_json": "examfile:canonical", "exam_about": "examfile:about", "exam_members": "examfile:of_runs", "exam_policy": "examfile:in_force",
    "write_exam_file": "examfile:write", "verify_exam_file": "examfile:verify",
    "Tombstone": "tombstones", "Piece": "tombstones", "tombstone_of": "tombstones:of", "tombstones_in": "tombstones:every", "bury": "tombstones:bury",
    "resume_disposal": "tombstones:resume", "is_disposal_going": "tombstones:is_going", "run_disposed": "runs:disposed", "run_unexplained": "runs:unexplained",
    "sha256_within": "tombstones",
    "DisposalItem": "disposal:Item", "disposal_items": "disposal:items", "disposal_pieces": "disposal:pieces", "dispose": "disposal",
    "DISPOSAL_KINDS": "disposal:KINDS",
    "Unit": "units", "UNITS": "units", "Cell": "report.blocks", "printed_cell": "report.numerals:printed",
}  # fmt: skip
"""Each export by its module; `module:name` where it has another name there."""
__all__ = sorted(_EXPORTS)  # noqa: PLE0605 -- the names are the keys above


def __getattr__(name: str) -> Any:
    """Each export on its first use, so that `import bestexec` is quick."""
    if name not in _EXPORTS:
        raise AttributeError(f"module bestexec has no attribute {name}")
    module, _, there = _EXPORTS[name].partition(":")
    return getattr(import_module(f"bestexec.{module}"), there or name)


def __dir__() -> list[str]:
    return __all__
