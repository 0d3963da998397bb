"""What people are asked: the question of an assessment, the decision on reporting, a file of results."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from oversight import clock
from oversight.cases.models import Case
from oversight.harm import queries
from oversight.harm.models import QUESTION, RULES, Harm

DAY = {"type": "date"}
FIRST = ("title", "what", "check_id", "first_on", "last_on", "period_why")
NARROWING = ("vendor", "venue", "symbol", "order_class", "limits_are", "limits")
AGAINST = ("counterfactual", "comparison", "improvement_px", "counterfactual_why", "netting", "rounding", "arithmetic_why")


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """The question of an assessment."""

    check_id = forms.ChoiceField(label="Check", help_text="It is asked again over the whole period.")
    limits = forms.CharField(
        label="Stated limits", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only where limits are stated here: one a line, as max_outside_usd = 0. Never wider than the policy's.",
    )  # fmt: skip
    case = forms.ModelChoiceField(Case.objects.order_by("-number"), required=False, help_text="The remediation that it belongs to, if there is one.")
    reason = forms.CharField(label="Why another question", max_length=1000, required=False)

    class Meta:
        model = Harm
        fields = ("title", "what", "case", *QUESTION)
        widgets = {  # noqa: RUF012 -- Django reads it
            **{name: forms.Textarea(attrs={"rows": 2}) for name in ("what", "period_why", "counterfactual_why", "arithmetic_why")},
            **{name: forms.DateInput(attrs=DAY, format="%Y-%m-%d") for name in ("first_on", "last_on")},
        }
        help_texts = {  # noqa: RUF012 -- Django reads it
            "first_on": "The first day on which it may have happened, not the day it was found.",
            "last_on": "The last day on which it may have happened.",
            "vendor": "As the data names it. Empty: every vendor.", "venue": "Its MIC. Empty: every venue.",
            "limits_are": "An alert threshold must not decide who is made whole: the least sensible sets dollar and share thresholds to nothing.",
            "comparison": "Only for the ratio of a comparison.", "improvement_px": "Only for a stated price improvement.",
        }  # fmt: skip

    def __init__(self, *args: Any, is_asking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["check_id"].choices = queries.checks()  # type: ignore[attr-defined]  # a choice field has them
        self.fields["what"].required = self.fields["title"].required = not is_asking
        if is_asking:
            for name in ("title", "what", "case"):
                del self.fields[name]
        else:
            del self.fields["reason"]
        if self.instance.pk:
            self.initial["limits"] = "\n".join(f"{name} = {value}" for name, value in self.instance.limits.items())

    def _drawn(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def first(self) -> list[forms.BoundField]:
        return self._drawn((*FIRST, "case"))

    @property
    def narrowing(self) -> list[forms.BoundField]:
        return self._drawn(NARROWING)

    @property
    def against(self) -> list[forms.BoundField]:
        return self._drawn((*AGAINST, "reason"))

    def clean_limits(self) -> dict[str, str]:
        """Name and number, one a line."""
        stated = {}
        for line in self.cleaned_data["limits"].splitlines():
            name, equals, text = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            try:
                number = Decimal(text)
            except InvalidOperation:
                number = Decimal("NaN")
            if not equals or not number.is_finite() or number < 0:
                raise forms.ValidationError(f"“{line.strip()[:60]}” is no limit. Write: max_outside_usd = 0")
            stated[name] = text
        return stated

    def clean(self) -> dict[str, Any]:
        """Days in the wrong order are said beside the field."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "It comes before the first day.")
        if first and first > clock.today():
            self.add_error("first_on", "It is in the future.")
        return cleaned

    def question(self) -> dict[str, Any]:
        """The question alone, for the action to write."""
        return {name: self.cleaned_data[name] for name in QUESTION}


DECISIONS = (("", "choose"), ("yes", "report it"), ("no", "do not report it"))
REPORT_WITHIN_DAYS = 30
"""Calendar days from the firm's own conclusion, as FINRA 4530(b) is read here; the citation says what is doubtful. The form offers it and holds
nobody to it."""


class ReportForm(forms.Form):
    """Whether to report, and why."""

    is_to_report = forms.TypedChoiceField(label="Decision", choices=DECISIONS, coerce=lambda text: text == "yes")
    rule = forms.ChoiceField(choices=RULES, help_text="A reading, no advice: see what is doubtful about it beside this form.")
    why_so = forms.CharField(label="Why", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    due_on = forms.DateField(label="To be reported by", required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", clock.today() + timedelta(days=REPORT_WITHIN_DAYS))


class ResultsForm(forms.Form):
    """A file of what became of credits."""

    content = forms.FileField(label="File", help_text="CSV, UTF-8; the columns are listed below. At most 5 MB.", allow_empty_file=True)


class SupplementForm(forms.Form):
    """Why another look is owed."""

    why = forms.CharField(label="Why another look is owed", max_length=1000)
