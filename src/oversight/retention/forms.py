"""What people are asked about holds, periods and disposals."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from oversight import clock
from oversight.retention.classes import BY_KEY, HELD, STATED, spoken
from oversight.retention.models import Hold, Period

DAY = {"type": "date"}


class HoldForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """What a hold is on, and why."""

    class Meta:
        model = Hold
        fields = ("title", "reason", "first_on", "last_on")
        widgets = {  # noqa: RUF012 -- Django reads it
            "reason": forms.Textarea(attrs={"rows": 3}), **{name: forms.DateInput(attrs=DAY, format="%Y-%m-%d") for name in ("first_on", "last_on")},
        }  # fmt: skip

    classes = forms.MultipleChoiceField(
        label="Classes", choices=HELD, required=False, widget=forms.CheckboxSelectMultiple, help_text="None ticked: every class of these days."
    )
    symbols = forms.CharField(label="Symbols", required=False, max_length=400, help_text="For the reader: no file is split by symbol, so whole files are held.")
    orders = forms.CharField(
        label="Orders", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}), help_text="One a line: day, symbol, order id."
    )
    subjects = forms.CharField(
        label="Cases, requests and other rows",
        required=False,
        max_length=400,
        help_text="Kind and id, comma-separated, such as case 1, request 2: the files beside them.",
    )

    def clean_orders(self) -> list[list[str]]:
        """[day, symbol, order id] of each line."""
        lines = [re.split(r"[\s,;]+", line.strip(), maxsplit=2) for line in self.cleaned_data["orders"].splitlines() if line.strip()]
        for line in lines:
            if len(line) != 3 or not re.fullmatch(r"\d{4}-\d\d-\d\d", line[0]):
                raise forms.ValidationError(f"Write a day, a symbol and an order id: {' '.join(line)[:60]}")
        return lines

    def clean_subjects(self) -> list[list[str]]:
        """[kind, id] of each."""
        pairs = [pair.split() for pair in self.cleaned_data["subjects"].split(",") if pair.strip()]
        for pair in pairs:
            if len(pair) != 2:
                raise forms.ValidationError(f"Write a kind and an id, such as case 1: {' '.join(pair)[:60]}")
        return pairs

    def clean_symbols(self) -> list[str]:
        """In capitals."""
        return [symbol.upper() for symbol in re.split(r"[\s,;]+", self.cleaned_data["symbols"]) if symbol]


class PeriodForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """A period of the firm's own."""

    class Meta:
        model = Period
        fields = ("record_class", "months", "from_on", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3}), "from_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d")}  # noqa: RUF012 -- Django reads it

    def clean(self) -> dict[str, Any]:
        """Too short a period, or a day that has passed, is said beside the field."""
        cleaned = super().clean() or {}
        told = BY_KEY.get(cleaned.get("record_class", ""))
        if told and cleaned.get("months") is not None and cleaned["months"] < told.least:
            self.add_error("months", f"At least {told.least}: {spoken(told.least)}, by {told.cite}.")
        if cleaned.get("from_on") and cleaned["from_on"] < clock.today():
            self.add_error("from_on", "From today on, or from a later day.")
        return cleaned


class DisposalForm(forms.Form):
    """Which classes, and why now."""

    classes = forms.MultipleChoiceField(label="Classes", choices=STATED, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label="Why now", max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
