"""What people are asked about a difference and the decision on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from oversight.claims import wording
from oversight.configuration.queries import versions
from oversight.differences.models import JUSTIFY, MODIFY, Difference
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import BY_NAME
from oversight.measured.reading import CHECK, CHECKS_BY_ID, METRIC, Figure
from oversight.measured.scope import parse
from oversight.vendors.queries import vendors

NARROWED = "Dimension and value, for example venue=KNCM customer_class=retail. Several values of one: order_class=MXXNN,LYNNN. Empty: all of it."
CHANGES = re.compile(r"(\w+)=(\S+)")


class Day(forms.DateInput):
    """A day, as the browser asks for it."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def _words(label: str, *, rows: int = 3, required: bool = True, most: int = 4000, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), help_text=hint)


class FigureForm(forms.Form):
    """A figure, metric or check, and what it is narrowed to."""

    figure = forms.ChoiceField(label="Figure")
    narrowed = forms.CharField(label="Narrowed to", required=False, max_length=400, help_text=NARROWED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        metrics = [(f"{METRIC}:{key}", one.title) for key, one in sorted(figures.BY_KEY.items(), key=lambda pair: pair[1].title)]
        checks = [(f"{CHECK}:{key}", f"{key} {one.title}") for key, one in CHECKS_BY_ID.items()]
        self.fields["figure"].choices = [("", "none: no figure shows it"), ("Metrics", metrics), ("Checks", checks)]  # type: ignore[attr-defined]  # it has them

    def clean_narrowed(self) -> dict[str, tuple[str, ...]]:
        """The dimensions with their values."""
        return filters_in(self.cleaned_data["narrowed"])

    def clean(self) -> dict[str, Any]:
        """A figure that is not cut so is said beside its field."""
        cleaned = super().clean() or {}
        kind, _, key = (cleaned.get("figure") or "").partition(":")
        cleaned["read"] = Figure(kind, key, cleaned.get("narrowed") or {}) if key else None
        if cleaned["read"] is not None and not cleaned["read"].is_known:
            self.add_error("narrowed", "This figure is not cut so: its rows lack one of these dimensions, or it is a check, which takes none.")
        return cleaned


class IdentifyForm(FigureForm):
    """What is worse, than what, by how much."""

    title = forms.CharField(label="In a line", max_length=200)
    what = _words("What is worse, than what, and how it is known")
    vendor = forms.ModelChoiceField(vendors(), required=False, empty_label="no single vendor")
    first_on = forms.DateField(label="First day of the figures", widget=Day())
    last_on = forms.DateField(label="Last day of the figures", widget=Day())
    usd = forms.DecimalField(label="Dollars a quarter", required=False, min_value=0, max_digits=20, decimal_places=2, help_text="Empty where nobody can tell.")
    bps = forms.DecimalField(label="Basis points of notional", required=False, min_value=0, max_digits=12, decimal_places=4)
    beside = forms.CharField(label="Compared with", required=False, max_length=400, help_text="The same figure narrowed otherwise, written in the same way.")
    field_order = ("title", "what", "vendor", "first_on", "last_on", "usd", "bps", "figure", "narrowed", "beside")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figure"].required = False

    def clean_beside(self) -> dict[str, tuple[str, ...]]:
        """The dimensions with their values."""
        return filters_in(self.cleaned_data["beside"])

    def said(self) -> dict[str, Any]:
        """What was given, for the action."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("title", "what", "vendor", "first_on", "last_on", "usd", "bps")}
        return {**plain, "figure": given["read"], "beside": given["beside"] or None}


class JustifyForm(forms.Form):
    """Why it stays as it is, for what, and until when."""

    reasons = _words("Reasons")
    alternatives = _words("Alternatives considered, and why not")
    scope = _words("For which orders, venues and order types it holds", rows=2)
    expires_on = forms.DateField(label="Holds until", widget=Day(), help_text="Then it is decided again.")

    def said(self) -> dict[str, Any]:
        """What was given, for the action."""
        return {"kind": JUSTIFY, **self.cleaned_data}


class ModifyForm(FigureForm):
    """Which change is made, and which figure of later flow shows it, by when."""

    reasons = _words("Reasons")
    alternatives = _words("Alternatives considered, and why not")
    modification = _words("Which change is made", rows=2)
    configuration = forms.ModelChoiceField(
        versions(), label="Version of the configuration", required=False, empty_label="not drafted yet", help_text="The version that makes the change."
    )
    side = forms.ChoiceField(label="The figure of later flow is", choices=list(wording.SIDES.items()))
    bound = forms.DecimalField(label="This", max_digits=20, decimal_places=9, help_text="In the unit in which the figure is printed: 15 for 15 %.")
    since_on = forms.DateField(label="Flow is looked at from", widget=Day())
    by_on = forms.DateField(label="Flow shows it by", widget=Day(), help_text="If it does not, it is decided again.")
    min_n = forms.IntegerField(label="Least n", min_value=1, max_value=10_000_000, initial=30, help_text="With fewer fills or orders, nothing is told.")
    field_order = ("modification", "configuration", "reasons", "alternatives", "figure", "narrowed", "side", "bound", "since_on", "by_on", "min_n")

    def __init__(self, *args: Any, difference: Difference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if difference.vendor:
            self.fields["configuration"].queryset = versions(difference.vendor.key)  # type: ignore[attr-defined]  # it has one
        self.fields["figure"].choices = [("", "choose"), *list(self.fields["figure"].choices)[1:]]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """What was given, for the action; the bound in the figure's stored unit."""
        given = self.cleaned_data
        names = ("reasons", "alternatives", "modification", "configuration", "side", "since_on", "by_on", "min_n")
        return {"kind": MODIFY, "figure": given["read"], "bound": given["bound"] / given["read"].unit.scale, **{name: given[name] for name in names}}


class QuestionForm(forms.Form):
    """What is to be found out before it is decided."""

    asks = _words("What is to be found out, and by whom", rows=2, most=2000)
    due_on = forms.DateField(label="By", widget=Day())


def filters_in(text: str) -> dict[str, tuple[str, ...]]:
    """`venue=KNCM customer_class=retail` as dimensions with their values. Raises ValidationError for what it cannot mean."""
    pairs = dict(CHANGES.findall(text))
    if len(CHANGES.findall(text)) != len(text.split()) or not set(pairs) <= set(BY_NAME):
        unknown = sorted(set(pairs) - set(BY_NAME))
        raise forms.ValidationError(f"There is no dimension “{unknown[0]}”. Known: {', '.join(BY_NAME)}." if unknown else NARROWED)
    try:
        return dict(parse(pairs, (date.min, date.max)).chosen)
    except Refusal as refused:
        raise forms.ValidationError(refused.words) from refused


def written(filters: Mapping[str, Any] | None) -> str:
    """The same the other way round."""
    return " ".join(f"{name}={','.join(values)}" for name, values in (filters or {}).items())
