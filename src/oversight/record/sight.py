"""Who may see which part of the record: the rule, as data, in one place."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError

from oversight.record.models import Recorded
from oversight.roles import ADMINISTRATOR, AUDITOR, COMPLIANCE, SUPERVISOR

EVERYTHING = ("*",)
SIGHT: dict[str, tuple[str, ...]] = {
    AUDITOR: EVERYTHING,
    COMPLIANCE: EVERYTHING,
    SUPERVISOR: ("draw", "finding", "happening", "run", "run_day", "sample", "signature", "suppression", "trading_day"),
    ADMINISTRATOR: ("access_review", "account", "factor_reset", "holding", "review_line", "token"),
}
"""The kinds of subject whose every entry a role sees. Other roles have no list of entries; they see the history of what they may see itself."""


def kinds_seen(account: Any) -> tuple[str, ...] | None:
    """The kinds of which this account sees every entry, in order; None for all."""
    seen = {kind for role in account.roles for kind in SIGHT.get(role, ())}
    return None if "*" in seen else tuple(sorted(seen))


def apart_kinds() -> tuple[str, ...]:
    """The kinds that no role opens, in order: their entries are in the chain and in no list."""
    return tuple(sorted(model.RECORD for model in apps.get_models() if issubclass(model, Recorded) and model.IS_APART))


def may_see(account: Any, kind: str, id: str) -> bool:
    """Whether this account may see the history of one thing: by its role, or because it may see the thing itself; of what stands apart, the latter alone."""
    seen, model = kinds_seen(account), model_of(kind)
    is_apart = model is not None and model.IS_APART
    if not is_apart and (seen is None or kind in seen):
        return True
    if model is None:
        return False
    row = row_of(model, id)
    return row is not None and row.is_visible_to(account)


def model_of(kind: str) -> type[Recorded] | None:
    """The model that the record calls `kind`; None for what is no row (an exported head)."""
    return next((model for model in apps.get_models() if issubclass(model, Recorded) and kind == model.RECORD), None)


def row_of(model: type[Recorded], id: str) -> Any:
    """The row now; None where there is none of that id."""
    key = model._meta.pk
    assert key is not None
    try:
        return model._default_manager.filter(pk=key.to_python(id)).first()
    except (ValueError, OverflowError, ValidationError):
        return None
