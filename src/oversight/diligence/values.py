"""What can be said to a question of each kind: checked, kept in one form, and shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question
from oversight.lifecycle import Refusal

LARGEST = Decimal(10) ** 15


def checked(question: Question, value: str) -> str:
    """The value as it is kept; empty for none. Raises Refusal, saying what is asked for, for one that does not fit."""
    value = value.strip()
    if not value:
        return ""
    return CHECKS[question.kind](question, value)


def shown(question: Question, value: str) -> str:
    """The value as people read it, with its unit."""
    if not value:
        return ""
    if question.kind == NUMBER:
        return f"{Decimal(value):,f}{f' {question.unit}' if question.unit else ''}"
    return value


def _yes_no(question: Question, value: str) -> str:
    if value.lower() not in ("yes", "no"):
        raise Refusal("Answer yes or no.")
    return value.lower()


def _number(question: Question, value: str) -> str:
    try:
        number = Decimal(value.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > LARGEST or -int(number.as_tuple().exponent) > 12:
        unit = f" in {question.unit}" if question.unit else ""
        raise Refusal(f"Give one number{unit}, such as 12.5, without words or signs beside it.")
    return f"{number:f}"


def _choice(question: Question, value: str) -> str:
    if value not in question.choices:
        raise Refusal(f"Choose one of: {', '.join(question.choices)}.")
    return value


def _date(question: Question, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as wrong:
        raise Refusal("Give a date as year-month-day, such as 2026-09-30.") from wrong


def _text(question: Question, value: str) -> str:
    raise Refusal("This question is answered in words.")


CHECKS = {YES_NO: _yes_no, NUMBER: _number, CHOICE: _choice, DATE: _date, TEXT: _text}
