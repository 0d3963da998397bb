"""What people are asked in a refresh."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from oversight.refreshes.actions import Said
from oversight.refreshes.changes import ANSWERS, BY_KEY
from oversight.refreshes.lifecycle import RECOMMENDATIONS
from oversight.refreshes.models import ChangeAnswer
from oversight.vendors.models import Vendor

DAY = forms.DateInput(attrs={"type": "date"})


def _words(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OpenForm(forms.Form):
    """Which vendor, and from which day where the desk does not know it."""

    vendor = forms.ModelChoiceField(Vendor.objects.none(), empty_label="choose")
    counted_from = forms.DateField(
        required=False, widget=DAY, help_text="Only where the last diligence or refresh was completed before this desk: its day. Otherwise leave it empty."
    )  # fmt: skip
    why = forms.CharField(label="What that day rests on", required=False, widget=_words(2), max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"].queryset = Vendor.objects.exclude(state__in=Vendor.LIFECYCLE.ends).order_by("name")  # type: ignore[attr-defined]


class ChangesForm(forms.Form):
    """Every question on what changed: an answer and words to each. What is left empty is left for later; half an answer is not taken."""

    def __init__(self, rows: Iterable[ChangeAnswer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            choices = [("", "not answered yet"), *ANSWERS.items()]
            self.fields[f"{row.key}-changed"] = forms.ChoiceField(label="Answer", required=False, choices=choices, initial=row.changed)
            self.fields[f"{row.key}-words"] = forms.CharField(label="In words", required=False, widget=_words(2), max_length=4000, initial=row.words)

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Each question with where to look, its authorities and its two fields."""
        known = ((row, BY_KEY.get(row.key)) for row in self.rows)
        return [
            {
                "row": row, "looks": one.looks if one else "", "cites": one.cites if one else (),
                "changed": self[f"{row.key}-changed"], "words": self[f"{row.key}-words"],
            }
            for row, one in known
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """An answer without words, or words without an answer, is said beside its field."""
        cleaned = super().clean() or {}
        for row in self.rows:
            changed, words = cleaned.get(f"{row.key}-changed", ""), (cleaned.get(f"{row.key}-words") or "").strip()
            if changed and not words:
                self.add_error(f"{row.key}-words", "Say it in words: what changed, or what you looked at.")
            if words and not changed:
                self.add_error(f"{row.key}-changed", "Choose an answer to go with the words.")
            if row.changed and not changed and not words:
                self.add_error(f"{row.key}-changed", "It was answered already; correct it, but do not leave it empty.")
        return cleaned

    def said(self) -> dict[str, Said]:
        """The questions that have an answer."""
        given = {row.key: Said(self.cleaned_data[f"{row.key}-changed"], self.cleaned_data[f"{row.key}-words"]) for row in self.rows}
        return {key: said for key, said in given.items() if said.changed}


class AssessmentForm(forms.Form):
    """The assessment and what it comes to."""

    assessment = forms.CharField(
        widget=_words(14), max_length=12000, help_text="What the year showed, claim by claim where one is contradicted; each paragraph is one of the paper."
    )
    recommendation = forms.ChoiceField(choices=[("", "choose"), *RECOMMENDATIONS.items()])


class ConditionForm(forms.Form):
    """A condition on which the vendor is retained."""

    what = forms.CharField(label="What must be done", widget=_words(), max_length=2000)
    due_on = forms.DateField(label="By", widget=DAY)


class NamingForm(forms.Form):
    """The senior managers to whom the paper is presented."""

    people = forms.MultipleChoiceField(label="Senior managers", widget=forms.CheckboxSelectMultiple)

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = choices  # type: ignore[attr-defined]  # a field of choices


class QuestionForm(forms.Form):
    """A question of a senior manager."""

    text = forms.CharField(label="Question", widget=_words(), max_length=4000)


class ExtensionForm(forms.Form):
    """How many more days, and why."""

    until_on = forms.DateField(label="Last day with the extension", widget=DAY, help_text="At most 30 days after the last day of the approval.")
    reason = forms.CharField(label="Why the refresh is not completed in time", widget=_words(), max_length=4000)
