"""What people are asked about a difference and the decision on it."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.claims import wording
from oversight.configuration.queries import versions
from oversight.differences.models import JUSTIFY, MODIFY, Difference
from oversight.measured.asking import NARROWED, NOT_CUT_SO, figure_choices, figure_chosen, filters_in
from oversight.vendors.forms import day
from oversight.vendors.queries import vendors


def _words(label: str, *, rows: int = 3, required: bool = True, most: int = 4000, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), help_text=hint)


class FigureForm(forms.Form):
    """A figure, metric or check, and what it is narrowed to."""

    figure = forms.ChoiceField(label="Figure")
    narrowed = forms.CharField(label="Narrowed to", required=False, max_length=400, help_text=NARROWED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = figure_choices("none: no figure shows it")  # type: ignore[attr-defined]  # a choice field has them

    def clean_narrowed(self) -> dict[str, tuple[str, ...]]:
        """The dimensions with their values."""
        return filters_in(self.cleaned_data["narrowed"])

    def clean(self) -> dict[str, Any]:
        """A figure that is not cut so is said beside its field."""
        cleaned = super().clean() or {}
        cleaned["read"] = figure_chosen(cleaned.get("figure") or "", cleaned.get("narrowed"))
        if cleaned["read"] is not None and not cleaned["read"].is_known:
            self.add_error("narrowed", NOT_CUT_SO)
        return cleaned


class IdentifyForm(FigureForm):
    """What is worse, than what, by how much."""

    title = forms.CharField(label="In a line", max_length=200)
    what = _words("What is worse, than what, and how it is known")
    vendor = forms.ModelChoiceField(vendors(), required=False, empty_label="no single vendor")
    first_on = forms.DateField(label="First day of the figures", widget=day())
    last_on = forms.DateField(label="Last day of the figures", widget=day())
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
    expires_on = forms.DateField(label="Holds until", widget=day(), help_text="Then it is decided again.")

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
    since_on = forms.DateField(label="Flow is looked at from", widget=day())
    by_on = forms.DateField(label="Flow shows it by", widget=day(), help_text="If it does not, it is decided again.")
    min_n = forms.IntegerField(label="Least n", min_value=1, max_value=10_000_000, initial=30, help_text="With fewer fills or orders, nothing is told.")
    field_order = ("modification", "configuration", "reasons", "alternatives", "figure", "narrowed", "side", "bound", "since_on", "by_on", "min_n")

    def __init__(self, *args: Any, difference: Difference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if difference.vendor:
            self.fields["configuration"].queryset = versions(difference.vendor.key)  # type: ignore[attr-defined]  # it has one
        self.fields["figure"].choices = figure_choices()  # type: ignore[attr-defined]  # it has them

    def said(self) -> dict[str, Any]:
        """What was given, for the action; the bound in the figure's stored unit."""
        given = self.cleaned_data
        names = ("reasons", "alternatives", "modification", "configuration", "side", "since_on", "by_on", "min_n")
        return {"kind": MODIFY, "figure": given["read"], "bound": given["bound"] / given["read"].unit.scale, **{name: given[name] for name in names}}


class QuestionForm(forms.Form):
    """What is to be found out before it is decided."""

    asks = _words("What is to be found out, and by whom", rows=2, most=2000)
    due_on = forms.DateField(label="By", widget=day())
