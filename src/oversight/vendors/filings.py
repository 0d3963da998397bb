"""A field that points at a filing of evidence, and the choice that its form offers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from oversight.evidence.models import Filed


class FilingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # at run time it takes no type
    """One of the filings that nothing supersedes, the latest first, each with its number."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"invalid_choice": "No current filing has this number. File it under Evidence first."}
        given = {"empty_label": "choose a filing", "error_messages": words, **kwargs}
        super().__init__(Filed.objects.filter(superseded_by=None).order_by("-filed_at", "-pk"), **given)

    def label_from_instance(self, filed: Any) -> str:
        """`12 · Test report, filed 2026-09-15`."""
        return f"{filed.pk} · {filed.title}, filed {filed.filed_at:%Y-%m-%d}"


def filing(name: str, *, is_needed: bool = False) -> Any:
    """A column that points at a filing, needed or not; the filing stays for as long as somebody points at it."""
    return FilingField(Filed, models.PROTECT, verbose_name=name, related_name="+", null=not is_needed, blank=not is_needed)


class FilingField(models.ForeignKey):  # type: ignore[type-arg]  # at run time it takes no type
    """A filing, by its number in Evidence."""

    def formfield(self, **kwargs: Any) -> Any:
        """A choice among filings; evidence is filed first, then named here."""
        asked = {"required": not self.blank, "label": _capitalized(str(self.verbose_name)), "help_text": "File it under Evidence first, then choose it here."}
        return FilingChoice(**{**asked, **{name: value for name, value in kwargs.items() if name in ("required", "label", "help_text", "initial")}})

    def deconstruct(self) -> Any:
        """What migrations write: a plain foreign key."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


def _capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]
