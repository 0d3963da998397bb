"""Every check is complete, finds its hit, passes over its miss, and reads only what exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bestexec import checks, policy
from bestexec.checks import base, printed
from bestexec.checks.families import ASKED, CHECKS, FAMILIES
from bestexec.cite import CITES
from bestexec.policy import LIMITS, SETTINGS

DAY = date(2026, 8, 3)
POLICY = policy.default()
EMPTY = {name: table.schema.to_frame() for name, table in checks.GIVEN.items()}
SCHEMAS = {name: asked.make(EMPTY, POLICY).schema for name, asked in ASKED.items()}
by_id = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def test_each_id_is_of_its_family_and_there_once() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids)
    assert [id for family in FAMILIES for id in (check.id for check in family.checks) if not re.fullmatch(rf"{family.prefix}-1\d\d", id)] == []


@by_id
def test_a_check_has_a_severity_a_source_and_a_question(check: checks.Check) -> None:
    assert check.severity in base.SEVERITIES
    assert check.source in CITES
    assert check.ask.rstrip().endswith("?")
    assert check.title and check.numbers


@by_id
def test_a_check_names_only_what_exists(check: checks.Check) -> None:
    columns = set(SCHEMAS[check.on])
    asked_of = {name for text in (check.among, check.enough, check.where, check.harm_usd or "TRUE") for name in names_in(text)}
    shown = set(re.findall(r"{(\w+)}", check.ask))
    assert set(check.limits) <= {limit.name for limit in LIMITS}
    assert asked_of | set(check.needs) | set(check.numbers) <= columns | set(check.limits)
    assert shown <= columns | set(check.limits)
    assert set(check.hit) | set(check.miss) <= columns


@by_id
def test_a_check_does_not_lean_on_is_not_true(check: checks.Check) -> None:
    """Polars answers unknown to `x IS NOT TRUE` of an unknown x, against the standard."""
    assert not re.search(r"IS\s+NOT\s+(TRUE|FALSE)", " ".join((check.among, check.enough, check.where)), re.IGNORECASE)


@by_id
def test_a_hit_is_found(check: checks.Check) -> None:
    found = base.answer(check, ASKED[check.on], row(check, check.hit), POLICY)
    assert [finding["check_id"] for finding in found.findings] == [check.id]
    assert found.not_evaluated == ()


@by_id
def test_a_miss_is_not_found_and_was_looked_at(check: checks.Check) -> None:
    if not check.miss:
        assert check.where == "TRUE"
        return
    found = base.answer(check, ASKED[check.on], row(check, check.miss), POLICY)
    assert found == base.Answer()


@by_id
def test_a_row_that_lacks_what_is_needed_is_counted_as_not_evaluated(check: checks.Check) -> None:
    for needed in check.needs:
        found = base.answer(check, ASKED[check.on], row(check, {**check.hit, needed: None}), POLICY)
        assert found.findings == ()
        assert [(gap["reason"].split(" is not")[0], gap["rows"], gap["of_rows"]) for gap in found.not_evaluated] == [(needed, 1, 1)]


@pytest.mark.parametrize("asked", ASKED.values(), ids=lambda asked: asked.name)
def test_a_table_has_a_day_its_key_and_what_its_subject_names(asked: base.Asked) -> None:
    columns = set(SCHEMAS[asked.name])
    assert {"day", *asked.key, *(asked.raw or ())} <= columns
    assert set(re.findall(r"{(\w+)}", asked.subject)) <= columns
    assert set(asked.given) <= set(checks.GIVEN)
    assert columns.isdisjoint(limit.name for limit in LIMITS)


def test_every_table_is_asked_something_and_every_check_asks_a_table() -> None:
    assert {check.on for check in CHECKS} == set(ASKED)


def test_every_limit_is_read_or_reserved_and_not_both() -> None:
    assert [limit.name for limit in LIMITS if bool(printed.readers(limit.name)) == bool(limit.reserved_for)] == []


def test_every_setting_is_read_or_reserved_and_not_both(root: Path) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (root / "src/bestexec").rglob("*.py"))
    assert [setting.name for setting in SETTINGS if (f'setting("{setting.name}"' in code) == bool(setting.reserved_for)] == []


def test_the_shipped_policy_says_which_settings_nothing_reads_yet() -> None:
    lines = (policy.SHIPPED / policy.FILE).read_text(encoding="utf-8").splitlines()
    unread = {lines[place + 2] for place, line in enumerate(lines) if line == "# Not read yet: kept for checks of ticks and access fees."}
    assert unread == {f"[settings.{setting.name}]" for setting in SETTINGS if setting.reserved_for}


def test_the_tables_read_the_limits_they_say(root: Path) -> None:
    """`policy.limit("…")` in the two files that make tables."""
    read = {
        node.args[0].value
        for name in ("tables", "summaries")
        for node in ast.walk(ast.parse((root / f"src/bestexec/checks/{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "limit" and isinstance(node.args[0], ast.Constant)
    }
    assert read == {limit for asked in ASKED.values() for limit in asked.limits}


def test_the_shipped_policy_explains_each_limit_and_setting_as_declared() -> None:
    lines = (policy.SHIPPED / policy.FILE).read_text(encoding="utf-8").splitlines()
    above = {line.split(" = ")[0]: lines[place - 1] for place, line in enumerate(lines) if " = " in line}
    heads = {line: lines[place - 1] for place, line in enumerate(lines) if line.startswith("[settings.")}
    assert [limit.name for limit in LIMITS if not above[limit.name].startswith(f"# {limit.meaning} [{limit.unit}]")] == []
    assert [setting.name for setting in SETTINGS if not heads[f"[settings.{setting.name}]"].startswith(f"# {setting.meaning}")] == []


def test_limits_and_settings_are_declared_once() -> None:
    names = [declared.name for declared in (*LIMITS, *SETTINGS)]
    assert len(set(names)) == len(names)


def row(check: checks.Check, given: Mapping[str, Any]) -> pl.DataFrame:
    """One row of the check's table: what is given, the day, and null for the rest."""
    values = {"day": DAY, **given}
    schema = SCHEMAS[check.on]
    return pl.DataFrame({name: pl.Series([values.get(name)]).cast(dtype) for name, dtype in schema.items()})


def names_in(text: str) -> list[str]:
    return pl.sql_expr(text.replace("{", "").replace("}", "")).meta.root_names()
