"""The desk's limits, read from the text of a desk.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bestexec import Problem

FILE = "desk.toml"
SHIPPED = Path(__file__).parent / FILE
SEVERITIES = ("high", "medium", "low", "info")
TABLES = {
    "clocks_h": SEVERITIES, "second_reader": ("usd", "severities"), "sample": ("per_day",), "suppressions": ("longest_days",),
    "access_review": ("every_days",), "digest": ("hour",),
    "reviews": ("due_days", "notice_days", "quorum"),
    "cases": ("notice_days", "answer_days", "remind_days", "escalate_days", "investigation_days", "plan_days", "closing_days"),
    "differences": ("decide_days", "longest_justification_days"),
    "lane": ("block_shares", "block_usd"),
    "rooms": ("conclusion_days",),
    "plans": ("answer_days", "again_days", "remind_days", "escalate_days"),
    "make_whole": ("least_usd", "count_days", "pay_days"),
    "disclosures": ("routing_report_days", "not_held_business_days", "not_held_rest_days", "remind_days", "escalate_days"),
    "requests": ("prefix", "item_lead_days", "remind_days", "escalate_days", "room_days", "room_attempts", "room_minutes"),
}  # fmt: skip
"""Each table of the file with its keys, all needed."""


@dataclass(frozen=True)
class DeskLimits:
    """What the firm decided about the desk's work. Hours are hours of trading days, midnight to midnight in New York; days are days of the calendar."""

    clocks_h: Mapping[str, Decimal]
    """Hours until an exception is answered, by severity."""
    second_reader_usd: Decimal
    second_reader_severities: tuple[str, ...]
    sample_per_day: int
    longest_suppression_days: int
    cause_codes: tuple[tuple[str, str], ...]
    """(key, title), in the order in which people are offered them."""
    review_access_every_days: int
    digest_hour: int
    """Hour of the day in the market's zone."""
    review_due_days: int
    """Calendar days after the quarter's end until the committee's review is signed."""
    review_notice_days: int
    review_quorum: int
    cases: Mapping[str, int]
    """Days of the calendar for each stage of a remediation case, by name."""
    decide_days: int
    """From the day on which a material difference was identified to the decision on it."""
    longest_justification_days: int
    block_shares: int
    """Size of one order from which it is judged by itself."""
    block_usd: int
    room_conclusion_days: int
    """Days until the vendor's conclusion of a joint investigation is owed."""
    plan_answer_days: int
    plan_again_days: int
    """Days until a corrective plan, and the next version of a rejected one, are owed."""
    plan_remind_days: int
    plan_escalate_days: int
    """Days before an item of a plan is due on which its owner is reminded, and after it on which the firm's deciders are told."""
    make_whole_least_usd: Decimal
    """Smallest credit that a customer is paid; zero pays all."""
    make_whole_count_days: int
    make_whole_pay_days: int
    routing_report_days: int
    """Days until a customer's 606(b)(1) report is owed: the firm's own, for we know of no number in the rule."""
    not_held_business_days: int
    not_held_rest_days: int
    """Business days until a customer's 606(b)(3) report is owed, and days after the month's end until the running month follows."""
    disclosure_remind_days: int
    disclosure_escalate_days: int
    production_prefix: str
    """Begins the number of each document that is produced to a regulator."""
    request_item_lead_days: int
    request_remind_days: int
    request_escalate_days: int
    longest_room_days: int
    room_attempts: int
    """Wrong passphrases after which a reader's room locks."""
    room_minutes: int
    """How long a reader's passphrase holds."""


def read(text: str) -> DeskLimits:
    """The limits in the text of a desk.toml. Raises Problem that names the key and what is allowed."""
    try:
        rows = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"not a TOML file: {error}", where=FILE, do="mend that line") from error
    _keys(rows, "", (*TABLES, "cause_codes"))
    for name, keys in TABLES.items():
        if not isinstance(rows[name], dict):
            raise _wrong(f"{rows[name]!r} is not a table", name, f"write [{name}] with keys: {', '.join(keys)}")
        _keys(rows[name], name, keys)
    return DeskLimits(
        clocks_h=MappingProxyType({severity: _number(rows, "clocks_h", severity, least="0.25", most="2160") for severity in SEVERITIES}),
        second_reader_usd=_number(rows, "second_reader", "usd"),
        second_reader_severities=_severities(rows["second_reader"]["severities"]),
        sample_per_day=_whole(rows, "sample", "per_day", 0, 1000),
        longest_suppression_days=_whole(rows, "suppressions", "longest_days", 1, 366),
        cause_codes=_causes(rows["cause_codes"]),
        review_access_every_days=_whole(rows, "access_review", "every_days", 1, 366),
        digest_hour=_whole(rows, "digest", "hour", 0, 23),
        review_due_days=_whole(rows, "reviews", "due_days", 1, 120),
        review_notice_days=_whole(rows, "reviews", "notice_days", 0, 60),
        review_quorum=_whole(rows, "reviews", "quorum", 1, 50),
        cases=MappingProxyType({name: _whole(rows, "cases", name, 1, 366) for name in TABLES["cases"]}),
        decide_days=_whole(rows, "differences", "decide_days", 1, 366),
        longest_justification_days=_whole(rows, "differences", "longest_justification_days", 1, 732),
        block_shares=_whole(rows, "lane", "block_shares", 1, 100_000_000),
        block_usd=_whole(rows, "lane", "block_usd", 1, 10_000_000_000),
        room_conclusion_days=_whole(rows, "rooms", "conclusion_days", 1, 180),
        plan_answer_days=_whole(rows, "plans", "answer_days", 1, 180),
        plan_again_days=_whole(rows, "plans", "again_days", 1, 180),
        plan_remind_days=_whole(rows, "plans", "remind_days", 0, 90),
        plan_escalate_days=_whole(rows, "plans", "escalate_days", 1, 90),
        make_whole_least_usd=_number(rows, "make_whole", "least_usd", most="100"),
        make_whole_count_days=_whole(rows, "make_whole", "count_days", 1, 366),
        make_whole_pay_days=_whole(rows, "make_whole", "pay_days", 1, 366),
        routing_report_days=_whole(rows, "disclosures", "routing_report_days", 1, 180),
        not_held_business_days=_whole(rows, "disclosures", "not_held_business_days", 1, 60),
        not_held_rest_days=_whole(rows, "disclosures", "not_held_rest_days", 0, 60),
        disclosure_remind_days=_whole(rows, "disclosures", "remind_days", 0, 30),
        disclosure_escalate_days=_whole(rows, "disclosures", "escalate_days", 1, 30),
        production_prefix=_prefix(rows["requests"]["prefix"]),
        request_item_lead_days=_whole(rows, "requests", "item_lead_days", 0, 90),
        request_remind_days=_whole(rows, "requests", "remind_days", 1, 30),
        request_escalate_days=_whole(rows, "requests", "escalate_days", 1, 30),
        longest_room_days=_whole(rows, "requests", "room_days", 1, 366),
        room_attempts=_whole(rows, "requests", "room_attempts", 3, 20),
        room_minutes=_whole(rows, "requests", "room_minutes", 5, 600),
    )


def _wrong(what: str, key: str, allowed: str) -> Problem:
    return Problem(what, where=f"{FILE}, {key}" if key else FILE, do=allowed)


def _keys(rows: Mapping[str, Any], key: str, needed: Collection[str]) -> None:
    for name in rows:
        if name not in needed:
            close = get_close_matches(name, needed, n=1)
            meant = f"did you mean `{close[0]}`? " if close else ""
            raise _wrong(f"`{name}` is not known", key, f"{meant}allowed: {', '.join(needed)}")
    for name in needed:
        if name not in rows:
            raise _wrong(f"`{name}` is missing", key, "add it; the shipped desk.toml shows how")


def _number(rows: Mapping[str, Any], table: str, name: str, *, least: str = "0", most: str = "") -> Decimal:
    value = rows[table][name]
    number = value if isinstance(value, Decimal) else Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None
    if number is None or not number.is_finite() or number < Decimal(least) or (most and number > Decimal(most)):
        shown = str(value) if isinstance(value, Decimal) else repr(value)
        raise _wrong(f"{shown} is not allowed", f"{table}.{name}", f"allowed: a number from {least}" + (f" to {most}" if most else " up"))
    return number


def _whole(rows: Mapping[str, Any], table: str, name: str, least: int, most: int) -> int:
    value = rows[table][name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(f"{value} is not allowed", f"{table}.{name}", f"allowed: a whole number from {least} to {most}")
    return value


def _prefix(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"[A-Z]{1,8}", given):
        raise _wrong(f"{given!r} is not allowed", "requests.prefix", "allowed: one to eight capital letters in quotation marks")
    return given


def _severities(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(severity in SEVERITIES for severity in given) or len(set(given)) != len(given):
        raise _wrong(f"{given!r} is not allowed", "second_reader.severities", f"allowed: a list of any of {', '.join(SEVERITIES)}, each once")
    return tuple(severity for severity in SEVERITIES if severity in given)


def _causes(given: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise _wrong("they are not a list", "cause_codes", "write one [[cause_codes]] with key and title for each")
    causes: dict[str, str] = {}
    for place, row in enumerate(given, start=1):
        at = f"cause_codes {place}"
        _keys(row, at, ("key", "title"))
        key, title = row["key"], row["title"]
        if not isinstance(key, str) or not re.fullmatch(r"[a-z][a-z_]{0,39}", key):
            raise _wrong(f"{key!r} is not allowed", f"{at}.key", "allowed: small letters and underscores, at most 40")
        if key in causes:
            raise _wrong(f"`{key}` stands there twice", f"{at}.key", "each key once")
        if not isinstance(title, str) or not title.strip() or len(title) > 80:
            raise _wrong(f"{title!r} is not a title", f"{at}.title", "allowed: a text of at most 80 letters in quotation marks")
        causes[key] = title.strip()
    if "other" not in causes:
        raise _wrong("`other` is missing", "cause_codes", "add it, so that nobody is forced into a wrong cause")
    return tuple(causes.items())
