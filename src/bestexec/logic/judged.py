"""Stated rules held against routes: the routes that break one, and how each rule stands."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from bestexec.errors import Problem
from bestexec.logic.kinds import BY_KEY, Kind
from bestexec.logic.rules import Rule
from bestexec.schema import Column, Table
from bestexec.schema.shape import FIRM, KEY_ON, ORDER_ID, SYMBOL
from bestexec.units import COUNT, DAY, TEXT

KEPT, BROKEN, CANNOT_TELL, NOT_TESTED, ELSEWHERE = STANDINGS = ("kept", "broken", "cannot tell", "not tested", "judged elsewhere")

_RULE = (
    Column("rule", TEXT, "", "Key of the stated rule.", required=True),
    Column("vendor", TEXT, "", "Vendor whose rule it is.", required=True),
)
VIOLATIONS = Table(
    "violations", "One route that breaks one stated rule.", ("rule", "firm", "key_on", "symbol", "order_id", "route_id"), "day",
    (
        *_RULE, Column("day", DAY, "date", "Trading date of the route.", required=True), FIRM, KEY_ON, SYMBOL, ORDER_ID,
        Column("route_id", TEXT, "", "Route.", required=True),
        Column("venue", TEXT, "MIC", "Where it was sent."),
        Column("why", TEXT, "", "What the route did and what is stated.", required=True),
    ),
)  # fmt: skip
STANDING = Table(
    "standing", "One stated rule and how the routes of the period kept to it.", ("rule",), "",
    (
        *_RULE, Column("kind", TEXT, "", "Kind of rule.", required=True),
        Column("standing", TEXT, "", "How it stands.", required=True, values=STANDINGS),
        Column("tested", COUNT, "routes", "Routes that the rule is about, those that cannot be told included.", required=True),
        Column("kept", COUNT, "routes", "Of these, those that keep to it.", required=True),
        Column("broken", COUNT, "routes", "Those that break it.", required=True),
        Column("cannot_tell", COUNT, "routes", "Those that lack a fact that decides it.", required=True),
        Column("first_day", DAY, "date", "First day with a tested route."),
        Column("last_day", DAY, "date", "Last day with one."),
        Column("first_broken_on", DAY, "date", "First day on which it was broken."),
        Column("last_broken_on", DAY, "date", "Last day on which it was."),
        Column("why", TEXT, "", "What must be known beside the counts."),
    ),
)  # fmt: skip


def violations(rules: Iterable[Rule], attempts: pl.DataFrame) -> pl.DataFrame:
    """VIOLATIONS: one row a route and rule that it breaks. `attempts` are the routes as `tried` tells them."""
    found = [_broken_by(rule, BY_KEY[rule.kind], attempts) for rule in _once(rules)]
    return pl.concat([pl.DataFrame(schema=VIOLATIONS.schema), *found]).sort("day", *VIOLATIONS.key)


def standing(rules: Iterable[Rule], attempts: pl.DataFrame) -> pl.DataFrame:
    """STANDING: one row a rule, in their order. A rule that other judgements answer says which."""
    return pl.DataFrame([_stands(rule, BY_KEY[rule.kind], attempts) for rule in _once(rules)], schema=STANDING.schema)


def _once(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    given = tuple(rules)
    for place, rule in enumerate(given):
        if any(rule.key == other.key for other in given[:place]):
            raise Problem(f"two rules are called {rule.key}", where="stated rules", do="give each rule a key of its own")
    return given


def _is_broken(rule: Rule, kind: Kind) -> pl.Expr:
    """True where the rule is broken, false where it is kept; null where that cannot be told, of rows that `_is_tested` lets through."""
    decided = rule.concerns() & kind.among(rule)
    return pl.when(decided).then(kind.broken(rule))


def _is_tested(rule: Rule, kind: Kind) -> pl.Expr:
    return (rule.concerns() & kind.among(rule)).fill_null(True)


def _broken_by(rule: Rule, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
    if kind.judged_by:
        return pl.DataFrame(schema=VIOLATIONS.schema)
    told = rows.with_columns(_broken=_is_broken(rule, kind), why=kind.why(rule)).filter("_broken")
    return told.with_columns(rule=pl.lit(rule.key), vendor=pl.lit(rule.vendor)).select(VIOLATIONS.schema.names())


def _stands(rule: Rule, kind: Kind, rows: pl.DataFrame) -> dict[str, object]:
    said: dict[str, object] = {"rule": rule.key, "vendor": rule.vendor, "kind": rule.kind}
    if kind.judged_by:
        return {**said, "standing": ELSEWHERE, "tested": 0, "kept": 0, "broken": 0, "cannot_tell": 0, "why": f"answered by the judgement `{kind.judged_by}`"}
    told = rows.select("day", is_broken=_is_broken(rule, kind), is_tested=_is_tested(rule, kind)).filter("is_tested")
    counts = told.select(
        tested=pl.len(), kept=(~pl.col("is_broken")).sum(), broken=pl.col("is_broken").sum(), cannot_tell=pl.col("is_broken").null_count(),
        first_day=pl.col("day").min(), last_day=pl.col("day").max(),
        first_broken_on=pl.col("day").filter(pl.col("is_broken")).min(), last_broken_on=pl.col("day").filter(pl.col("is_broken")).max(),
    ).row(0, named=True)  # fmt: skip
    return {**said, **counts, **_word(counts)}


def _word(counts: dict[str, int]) -> dict[str, str | None]:
    unknown = f"{counts['cannot_tell']} of {counts['tested']} routes lack a fact that decides it" if counts["cannot_tell"] else None
    if not counts["tested"]:
        return {"standing": NOT_TESTED, "why": "no route of the period is one that the rule speaks of"}
    return {"standing": BROKEN if counts["broken"] else KEPT if counts["kept"] else CANNOT_TELL, "why": unknown}
