"""What is wrong with how the desk is set up: models that the record cannot hold, a clock that somebody set."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register

from oversight import environment
from oversight.record.models import Recorded

TAKEN = ("by", "row", "verb")
"""Parameters of the record's actions, so no field may be called so."""


@register(Tags.models)
def recorded_models(**_: Any) -> list[CheckMessage]:
    """Every recorded model says what the record calls it, once, and names its own fields."""
    named: dict[str, type[Recorded]] = {}
    found: list[CheckMessage] = []
    for model in (model for model in apps.get_models() if issubclass(model, Recorded)):
        fields = {field.attname for field in model._meta.concrete_fields}
        unknown = sorted({*model.PRIVATE, *model.UNRECORDED} - fields)
        taken = sorted(fields & set(TAKEN))
        if not model.RECORD or named.setdefault(model.RECORD, model) is not model:
            found.append(Error("RECORD is missing, or another model's", "Name what the record calls such a row.", model, "record.E001"))
        if unknown:
            found.append(Error(f"PRIVATE or UNRECORDED names {', '.join(unknown)}", "Name columns of the model (`x_id` for a relation).", model, "record.E002"))
        if taken:
            found.append(Error(f"a field is called {', '.join(taken)}", "Call it otherwise: the record's actions take the word.", model, "record.E003"))
    return found


@register(Tags.security, deploy=True)
def stated_clock(**_: Any) -> list[CheckMessage]:
    """A desk that people rely on goes by the machine's clock."""
    if not environment.text("OVERSIGHT_CLOCK"):
        return []
    return [Error("OVERSIGHT_CLOCK is set: the desk would not go by the machine's clock", "Remove it; it is for demonstrations.", id="record.E004")]
