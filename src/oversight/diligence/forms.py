"""What people are asked in due diligence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from oversight import clock
from oversight.accounts.models import Account
from oversight.diligence import bank, values
from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question
from oversight.diligence.choices import VERDICTS, Candidate, Selection
from oversight.diligence.judgements import POINTS, Condition
from oversight.lifecycle import Refusal
from oversight.vendors import queries as vendors
from oversight.vendors.models import Vendor

DAY = forms.DateInput(attrs={"type": "date"})
YEAR = timedelta(days=364)


class PeriodForm(forms.Form):
    """Which vendor, for which period, answered by whom."""

    vendor: forms.ModelChoiceField[Vendor] = forms.ModelChoiceField(queryset=Vendor.objects.none(), label="Vendor", empty_label="choose")
    first_on = forms.DateField(label="The approval is for the days from", widget=DAY)
    last_on = forms.DateField(
        label="To", widget=DAY, help_text="Not the days that are asked about: those for which the vendor may be used once it is approved."
    )
    is_by_firm = forms.BooleanField(
        label="The firm answers itself", required=False, help_text="For a candidate that has nobody to ask: building it, or the clearing firm's router."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"].queryset = vendors.vendors().exclude(state="ended")  # type: ignore[attr-defined]  # a choice of models has one
        self.initial.setdefault("first_on", clock.today())
        self.initial.setdefault("last_on", clock.today() + YEAR)

    def clean(self) -> dict[str, Any]:
        """A period that ends before it begins is said beside the field."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "The period would end before it begins.")
        return cleaned


class AreasField(forms.MultipleChoiceField):
    """The areas of the bank, each with its number of questions."""

    def __init__(self) -> None:
        super().__init__(label="Areas asked", required=False, widget=forms.CheckboxSelectMultiple, help_text="None chosen: all. Gates are always asked.")
        count = {key: sum(question.area == key for question in bank.QUESTIONS) for key in bank.AREAS}
        self.choices = [(key, f"{title} ({count[key]})") for key, title in bank.AREAS.items()]


class BeginForm(PeriodForm):
    """A new assessment."""

    purpose = forms.CharField(label="Why it is made", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"] = AreasField()


class SelectionForm(forms.Form):
    """A new selection."""

    title = forms.CharField(label="Title", max_length=120)
    need = forms.CharField(label="What is needed, and for which flow", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"] = AreasField()


class MemoForm(forms.Form):
    """The memo: whom to choose and why, the alternatives, a verdict and its reason for every candidate."""

    def __init__(self, selection: Selection, candidates: Iterable[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = list(candidates)
        area = forms.Textarea(attrs={"rows": 4})
        self.fields["summary"] = forms.CharField(label="Whom to choose, and why", required=False, max_length=8000, widget=area, initial=selection.summary)
        label = "Alternatives considered"
        self.fields["alternatives"] = forms.CharField(label=label, required=False, max_length=8000, widget=area, initial=selection.alternatives)
        for each in self.held:
            name = each.assessment.vendor.name
            choices = [("", "not decided"), *VERDICTS]
            self.fields[f"verdict-{each.pk}"] = forms.ChoiceField(label=name, required=False, choices=choices, initial=each.verdict)
            why = forms.Textarea(attrs={"rows": 2})
            label = f"Why {name}, or why not"
            self.fields[f"reason-{each.pk}"] = forms.CharField(label=label, required=False, max_length=4000, widget=why, initial=each.reason)

    def verdicts(self) -> dict[int, tuple[str, str]]:
        """What was said of each candidate, by its number."""
        return {each.pk: (self.cleaned_data[f"verdict-{each.pk}"], self.cleaned_data[f"reason-{each.pk}"]) for each in self.held}


class ScoreForm(forms.Form):
    """Points and why."""

    points = forms.TypedChoiceField(
        label="Points", coerce=int, choices=[(str(number), f"{number} · {means}") for number, means in POINTS], widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="Why", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}), help_text="Needed for less than full points."
    )


class AreaScoreForm(forms.Form):
    """Points and why for each answer of an area that has no score yet; what is left open stays so."""

    def __init__(self, lines: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "score-%s", **kwargs})
        self.held = list(lines)
        points = [("", "not yet"), *((str(number), f"{number} · {means}") for number, means in POINTS)]
        why = forms.TextInput(attrs={"autocomplete": "off", "size": 60})
        for line in self.held:
            name = line.answer.pk
            self.fields[f"points-{name}"] = forms.ChoiceField(label=f"Points for {line.question.id}", required=False, choices=points)
            self.fields[f"words-{name}"] = forms.CharField(label="Why", required=False, max_length=4000, widget=why)

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """(line, points, why) for the page."""
        return [(line, self[f"points-{line.answer.pk}"], self[f"words-{line.answer.pk}"]) for line in self.held]

    def given(self) -> dict[int, tuple[int, str]]:
        """(points, why) by the answer's number, of those that were scored."""
        said = {line.answer.pk: (self.cleaned_data[f"points-{line.answer.pk}"], self.cleaned_data[f"words-{line.answer.pk}"]) for line in self.held}
        return {name: (int(points), words) for name, (points, words) in said.items() if points}


class ChallengeForm(forms.Form):
    """What is asked of who answered, and what stays with the firm."""

    words = forms.CharField(label="What you ask", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), help_text="Who answered reads this.")
    note = forms.CharField(label="Note for the firm alone", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class ConditionForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """A condition of the approval."""

    class Meta:
        model = Condition
        fields = ("words", "due_on", "owner_role", "answer")
        widgets = {"due_on": DAY, "words": forms.Textarea(attrs={"rows": 2})}  # noqa: RUF012 -- Django reads it
        labels = {"answer": "Answer that it covers"}  # noqa: RUF012 -- Django reads it

    def __init__(self, assessment: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        field.queryset = assessment.answers.order_by("place")  # type: ignore[attr-defined]  # a choice of models has one
        field.label_from_instance = lambda answer: answer.question_id  # type: ignore[attr-defined]  # the same
        field.empty_label = "none in particular"  # type: ignore[attr-defined]  # the same


class AccountForm(forms.Form):
    """Who of the vendor should get an outside account."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="E-mail address")


class AnswerForm(forms.Form):
    """The draft of one answer, drawn by the kind of its question. `seen` is the revision that its writer looked at."""

    value = forms.CharField(required=False, max_length=200)
    words = forms.CharField(required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(label="No answer? Say why", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.IntegerField(min_value=0, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{question.id}-%s", **kwargs})
        self.question = question
        self.fields["words"].label = "Your answer" if question.kind == TEXT else "In words, where it needs them"
        if question.kind == TEXT:
            del self.fields["value"]
        else:
            self.fields["value"].label = f"Your answer, {question.unit}" if question.unit else "Your answer"
            self.fields["value"].widget = _widget(question)

    def clean_value(self) -> str:
        """A value that does not fit the question is said beside the field."""
        try:
            return values.checked(self.question, self.cleaned_data["value"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.words) from refusal

    def clean(self) -> dict[str, Any]:
        """An answer and a reason for none exclude each other."""
        cleaned = super().clean() or {}
        if cleaned.get("value") and cleaned.get("reason"):
            self.add_error("reason", "You gave an answer and a reason for having none. Keep one of the two.")
        return cleaned


class DelegateForm(forms.Form):
    """Who else should answer."""

    def __init__(self, people: Iterable[Account], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ChoiceField(
            label="Ask somebody else", required=False, choices=[("", "nobody in particular"), *((each.key, each.name) for each in people)]
        )


def _widget(question: Question) -> forms.Widget:
    if question.kind == YES_NO:
        return forms.Select(choices=[("", "choose"), ("yes", "yes"), ("no", "no")])
    if question.kind == CHOICE:
        return forms.Select(choices=[("", "choose"), *((choice, choice) for choice in question.choices)])
    if question.kind == DATE:
        return forms.DateInput(attrs={"type": "date"})
    assert question.kind == NUMBER, f"no field for a question of kind {question.kind}"
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 14})
