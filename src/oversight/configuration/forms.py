"""What people are asked when they write configuration: texts, settings, what to read before a change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory

from oversight.configuration import analyzing
from oversight.configuration.models import Version
from oversight.configuration.terms import KINDS, MOST, VENUE, Setting
from oversight.measured.dimensions import BY_NAME
from oversight.vendors.forms import WithFiling, day, lines

INSTANT = {"type": "datetime-local", "step": "1"}


class DocumentForm(forms.Form):
    """The words of a statement or a profile."""

    text = forms.CharField(label="Its words", max_length=20_000, widget=lines(18))
    changed = forms.CharField(label="What changes, and why", max_length=4000, required=False, widget=lines(2))


class VersionForm(WithFiling, forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """What a version is about; its settings are asked beside it."""

    filing_name, is_filing_needed = "release_note", False

    class Meta:
        model = Version
        fields = ("summary", "effective_from", "release", "release_note")
        widgets = {  # noqa: RUF012 -- Django reads it
            "summary": lines(3),
            "effective_from": forms.DateTimeInput(attrs=INSTANT, format="%Y-%m-%dT%H:%M:%S"),
        }


class SettingForm(forms.Form):
    """One setting; a line without its second field is none."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "choose"), *((kind.name, kind.title) for kind in KINDS)])
    key = forms.CharField(label="Of what", required=False, max_length=120)
    value = forms.CharField(label="Value", required=False, max_length=300)
    unit = forms.CharField(label="Unit", required=False, max_length=40)
    meaning = forms.CharField(label="Meaning", required=False, max_length=300)
    is_gone = forms.BooleanField(label="Take it out", required=False)

    def clean(self) -> dict[str, Any]:
        """A venue's code is written in capitals; a setting that was begun says its kind."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == VENUE:
            cleaned["key"] = cleaned.get("key", "").upper()
        if cleaned.get("key") and not cleaned.get("kind") and not cleaned.get("is_gone"):
            self.add_error("kind", "Choose the kind.")
        if cleaned.get("value") and not cleaned.get("key") and not cleaned.get("is_gone"):
            self.add_error("key", "Say of what this is the value.")
        return cleaned


SettingForms = formset_factory(SettingForm, extra=6, max_num=MOST + 6, absolute_max=MOST + 6, validate_max=True)


def settings_said(of: Any) -> list[Setting]:
    """The settings that a sent form holds, without those taken out."""
    kept = [form.cleaned_data for form in of if form.cleaned_data.get("key") and not form.cleaned_data.get("is_gone")]
    return [Setting(each["kind"], each["key"], each["value"], each["unit"], each["meaning"]) for each in kept]


class AnalysisForm(forms.Form):
    """Which figures are read over which period before a change, of which flow."""

    metrics = forms.MultipleChoiceField(label="Figures", help_text=f"One to {analyzing.MOST_FIGURES}; hold Ctrl to choose several.")
    first = forms.DateField(label="From", widget=day())
    last = forms.DateField(label="To", widget=day(), help_text="As many trading days are read again after the change.")
    customer_class = forms.MultipleChoiceField(label="Customers", required=False, choices=list(BY_NAME["customer_class"].values.items()))
    held = forms.MultipleChoiceField(label="Held", required=False, choices=list(BY_NAME["held"].values.items()))
    expected = forms.CharField(label="What the change should do, and what it might hurt", max_length=4000, widget=lines(3))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["metrics"]
        chosen.choices = list(analyzing.choices())
        chosen.widget.attrs["size"] = 10
        for name in ("customer_class", "held"):
            self.fields[name].help_text = f"None chosen: {BY_NAME[name].titled(BY_NAME[name].default)}."

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to read by."""
        said = self.cleaned_data
        filters = {name: said[name] for name in ("customer_class", "held") if said[name]}
        return {"metrics": said["metrics"], "first": said["first"], "last": said["last"], "expected": said["expected"], "filters": filters}


class ConclusionForm(forms.Form):
    """What a change did."""

    concluded = forms.CharField(label="What the change did, and whether it stays", max_length=4000, widget=lines(3))
