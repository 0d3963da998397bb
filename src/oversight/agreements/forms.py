"""What people are asked about agreements, clauses, reports, credits and deliveries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from oversight.agreements import formulas, windows
from oversight.agreements.actions import TERMS
from oversight.agreements.formulas import Formula
from oversight.agreements.measures import Measure
from oversight.agreements.models import Agreement, Entitlement
from oversight.agreements.promises import SIDES
from oversight.agreements.templates_of_clauses import ClauseTemplate
from oversight.evidence.uploads import Uploading
from oversight.measured.asking import figure_choices
from oversight.vendors.forms import day
from oversight.vendors.queries import vendors

DATE = {"type": "date"}
NEEDED = {formulas.FLAT: ("usd",), formulas.PER_UNIT: ("usd",), formulas.PERCENT: ("percent",), formulas.NONE: ()}
TAKEN = {
    formulas.FLAT: ("usd", "cap_percent"), formulas.PER_UNIT: ("usd", "cap_usd", "cap_percent"),
    formulas.PERCENT: ("percent", "step", "cap_usd", "cap_percent"), formulas.NONE: (),
}  # fmt: skip
"""Which numbers each kind of credit takes."""


class AgreementForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """The terms of an agreement, as the paper has them."""

    class Meta:
        model = Agreement
        fields = TERMS
        widgets = {  # noqa: RUF012 -- Django reads it
            "signed_on": day(), "effective_from": day(), "effective_until": day(), "terms": forms.Textarea(attrs={"rows": 4}),
        }  # fmt: skip
        help_texts = {"monthly_fee_usd": "Credits that are a part of the fee are computed from it."}  # noqa: RUF012 -- Django reads it

    def clean(self) -> dict[str, Any]:
        """An end before the beginning is said beside the field."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("effective_from"), cleaned.get("effective_until")
        if begins and ends and ends < begins:
            self.add_error("effective_until", "It would run out before it begins.")
        return cleaned

    def terms_given(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        return {name: self.cleaned_data[name] for name in TERMS}


class DraftForm(AgreementForm):
    """The same, with whose it is."""

    vendor = forms.ModelChoiceField(queryset=vendors(), label="Vendor", empty_label="choose")
    field_order = ("vendor", *TERMS)


class FigureForm(forms.Form):
    """Another figure than a template's: any metric or check."""

    figure = forms.ChoiceField(label="Figure", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = figure_choices()  # type: ignore[attr-defined]  # a choice field has them


class ClauseForm(forms.Form):
    """A clause over a given figure: its words, bound, window and credit. Numbers are asked in the figure's printed unit."""

    number = forms.CharField(label="Clause", max_length=20, help_text="As the paper numbers it.")
    title = forms.CharField(label="Short name", max_length=120)
    words = forms.CharField(label="What the paper says", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    side = forms.ChoiceField(label="The figure is", choices=SIDES)
    bound = forms.DecimalField(label="Target", max_digits=20, decimal_places=9)
    window = forms.ChoiceField(label="Over", choices=list(windows.KINDS.items()))
    window_days = forms.IntegerField(label="Trading days of a rolling window", required=False, min_value=2, max_value=windows.LONGEST_ROLL)
    least_n = forms.IntegerField(label="Least n", min_value=1, max_value=10_000_000, help_text="With fewer, the window is not measurable.")
    cure_days = forms.IntegerField(label="Days to cure", min_value=1, max_value=730)
    credit_kind = forms.ChoiceField(label="Credit for a miss", choices=list(formulas.KINDS.items()))
    usd = forms.DecimalField(label="Amount, USD", required=False, min_value=0, max_digits=14, decimal_places=6)
    percent = forms.DecimalField(label="Percent of the monthly fee", required=False, min_value=0, max_value=100, max_digits=7, decimal_places=4)
    step = forms.DecimalField(label="For each step begun of", required=False, max_digits=14, decimal_places=6, help_text="Empty: once for each window missed.")
    cap_usd = forms.DecimalField(label="At most, USD", required=False, min_value=0, max_digits=14, decimal_places=2)
    cap_percent = forms.DecimalField(label="At most, percent of the monthly fee", required=False, min_value=0, max_value=100, max_digits=7, decimal_places=4)
    from_on = forms.DateField(label="Measured from", required=False, widget=day(), help_text="Empty: from the first day of the agreement.")

    def __init__(self, *args: Any, measure: Measure, template: ClauseTemplate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(template), **kwargs})
        self.measure = measure
        symbol = measure.unit.symbol or "as an index"
        self.fields["bound"].label = f"Target, {symbol}"
        self.fields["step"].label = f"For each step begun, {symbol}"
        self.fields["least_n"].label = f"Least n, {measure.counts}"
        if measure.is_reported:
            self.fields["window"].choices = [(key, windows.KINDS[key]) for key in (windows.MONTH, windows.QUARTER)]  # type: ignore[attr-defined]  # it has them

    def clean(self) -> dict[str, Any]:
        """A rolling window without its days, a credit without its numbers or with those of another kind: each said beside its field."""
        cleaned = super().clean() or {}
        is_rolling = cleaned.get("window") == windows.ROLLING
        if is_rolling != bool(cleaned.get("window_days")):
            self.add_error("window_days", "A rolling window says how many trading days; no other does.")
        kind = cleaned.get("credit_kind", formulas.NONE)
        for name in ("usd", "percent", "step", "cap_usd", "cap_percent"):
            if name in NEEDED[kind] and not cleaned.get(name):
                self.add_error(name, "This kind of credit needs it, above zero.")
            elif name not in TAKEN[kind] and cleaned.get(name) is not None:
                self.add_error(name, "This kind of credit does not take it.")
        if cleaned.get("step") is not None and cleaned["step"] <= 0:
            self.add_error("step", "A step is above zero.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was said, for the action: the bound in the stored unit, the credit as a formula."""
        given = self.cleaned_data
        formula = Formula(given["credit_kind"], *(given[name] for name in ("usd", "percent", "step", "cap_usd", "cap_percent")))
        plain = {name: given[name] for name in ("number", "title", "words", "side", "window", "least_n", "cure_days", "from_on")}
        bound = given["bound"] / self.measure.unit.scale
        return {**plain, "measure": self.measure, "bound": bound, "window_days": given["window_days"] or 0, "credit": formula}


class ReportForm(forms.Form):
    """What happened in one period. The figure is asked in its printed unit."""

    on = forms.ChoiceField(label="Period")
    n = forms.IntegerField(min_value=0, max_value=100_000_000)
    value = forms.DecimalField(required=False, max_digits=18, decimal_places=6)
    what = forms.CharField(label="What happened", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, measure: Measure, asks: str, periods: list[windows.Window], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        self.fields["on"].choices = [(window.last.isoformat(), window.words) for window in reversed(periods)]  # type: ignore[attr-defined]  # it has them
        self.fields["n"].label = f"How many {measure.counts}"
        self.fields["n"].help_text = "0 where there was none: then the period is not measurable."
        self.fields["value"].label = f"{measure.title}, {measure.unit.symbol}"
        self.fields["value"].help_text = asks

    def clean(self) -> dict[str, Any]:
        """A figure goes with a count, and no count with no figure."""
        cleaned = super().clean() or {}
        if "n" in cleaned and "value" in cleaned and (cleaned["value"] is None) != (cleaned["n"] == 0):
            self.add_error("value", "Where there was none, n is 0 and this is empty; otherwise both are said.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        value = given["value"]
        return {
            "on": date.fromisoformat(given["on"]),
            "n": given["n"],
            "what": given["what"],
            "value": None if value is None else value / self.measure.unit.scale,
        }


class ClaimForm(forms.Form):
    """The credit to claim."""

    claimed_usd = forms.DecimalField(label="Amount, USD", min_value=Decimal("0.01"), max_digits=14, decimal_places=2)
    reason = forms.CharField(label="Why another amount", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                             help_text="Only where it is not what the arithmetic gives.")  # fmt: skip


class RightForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """What a vendor must deliver each month."""

    class Meta:
        model = Entitlement
        fields = ("vendor", "what", "clause", "format", "clock_days", "from_on", "until_on")
        widgets = {"from_on": day(), "until_on": day()}  # noqa: RUF012 -- Django reads it

    def clean(self) -> dict[str, Any]:
        """An end before the beginning is said beside the field."""
        cleaned = super().clean() or {}
        if cleaned.get("from_on") and cleaned.get("until_on") and cleaned["until_on"] < cleaned["from_on"]:
            self.add_error("until_on", "It would end before it begins.")
        return cleaned


class DeliveryForm(Uploading):
    """That one month's files came."""

    delivered_on = forms.DateField(label="Delivered on", widget=day())
    import_name = forms.CharField(label="Import", max_length=200, required=False, help_text="The file's name as it was imported, where it was.")
    content = forms.FileField(label="Or a file that shows it", required=False, allow_empty_file=True, help_text="The delivery note, the list of files.")
    is_complete = forms.BooleanField(label="Complete, in the agreed format", required=False)
    what = forms.CharField(label="What came, and what is missing", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Without proof, or incomplete without words: said beside the field."""
        cleaned = super().clean()
        if not self.was_too_large and not cleaned.get("import_name") and not cleaned.get("content"):
            self.add_error("import_name", "Name the import, or file what shows the delivery.")
        if not cleaned.get("is_complete") and not cleaned.get("what"):
            self.add_error("what", "Say what is missing.")
        return cleaned


def _initial(template: ClauseTemplate | None) -> dict[str, Any]:
    if template is None:
        return {"window": windows.MONTH, "least_n": 100, "cure_days": 30}
    credit = template.credit
    numbers = {name: formulas.plain(value) for name, value in vars(credit).items() if isinstance(value, Decimal)}
    plain = {name: getattr(template, name) for name in ("title", "words", "side", "window", "least_n", "cure_days")}
    return {**plain, "bound": formulas.plain(template.bound), "window_days": template.window_days or None, "credit_kind": credit.kind, **numbers}
