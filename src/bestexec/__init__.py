"""Measures how well orders were executed: files in, a sealed and explained scorecard out."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_EXPORTS = {
    "Problem": "errors", "Run": "runs", "Workspace": "workspace", "open_workspace": "workspace",
    "import_files": "api", "measure": "api", "scorecard": "api", "tape": "api", "explain": "api", "findings": "api", "excluded": "api", "grade": "api",
    "verify": "recompute", "chosen": "recompute", "open_run": "runs", "find_run": "runs:find", "altered": "runs",
    "Policy": "policy", "load_policy": "policy:load", "METRICS": "metrics", "Metric": "metrics.base", "CHECKS": "checks", "Check": "checks",
    "scorecard_rows": "scorecards", "excluded_rows": "scorecards", "explain_order": "explain", "run_figures": "reporting:figures",
    "trading_days": "market.sessions",
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
