"""A form of questions as it was asked: taken from the bank once, and kept whatever the bank says later."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from oversight.diligence import bank
from oversight.diligence.bank.question import Question, Stated
from oversight.lifecycle import Refusal
from oversight.measured.reading import Figure
from oversight.record.actions import canonical
from oversight.record.models import plain


def chosen(areas: Collection[str] = ()) -> tuple[Question, ...]:
    """The bank's questions of these areas (of all, where none is named) and every gate question, in the bank's order. Raises Refusal for an unknown area."""
    unknown = set(areas) - set(bank.AREAS)
    if unknown:
        raise Refusal(f"There is no area {min(unknown)} in the bank of questions.")
    return tuple(question for question in bank.QUESTIONS if not areas or question.area in areas or question.is_gate)


def kept(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """The questions as JSON holds them exactly."""
    return [_flat(question) for question in questions]


def thawed(held: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions again, out of what `kept` made."""
    return tuple(_question(each) for each in held)


def sha256_of(areas: Mapping[str, str], questions: list[dict[str, Any]]) -> str:
    """The hash of a form: of its areas and questions as canonical JSON."""
    return hashlib.sha256(canonical([dict(areas), questions]).encode()).hexdigest()


def _flat(question: Question) -> dict[str, Any]:
    said = {field.name: plain(getattr(question, field.name)) for field in fields(Question) if field.name != "claim"}
    claim = question.claim
    if claim is None:
        return {**said, "claim": None}
    figure = {"kind": claim.figure.kind, "key": claim.figure.key, "filters": plain(claim.figure.filters)}
    return {**said, "claim": {**{field.name: plain(getattr(claim, field.name)) for field in fields(Stated) if field.name != "figure"}, "figure": figure}}


def _question(held: Mapping[str, Any]) -> Question:
    said = {**held, "scale": Decimal(held["scale"]), "claim": _stated(held["claim"]), **{name: tuple(held[name]) for name in ("cites", "choices", "good")}}
    return Question(**said)


def _stated(held: Mapping[str, Any] | None) -> Stated | None:
    if held is None:
        return None
    figure = Figure(held["figure"]["kind"], held["figure"]["key"], {name: tuple(values) for name, values in held["figure"]["filters"].items()})
    bound = None if held["bound"] is None else Decimal(held["bound"])
    return Stated(**{**held, "figure": figure, "bound": bound, "tolerance": Decimal(held["tolerance"])})
