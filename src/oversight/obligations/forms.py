"""What people are asked about duties, the profile, self-assessments, absences and escalation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from oversight import clock
from oversight.citations import CITATIONS
from oversight.lifecycle import spaced
from oversight.obligations import assessment, queries
from oversight.obligations.actions import FACTS
from oversight.obligations.bank import ANSWERS, NOT_APPLICABLE, Asked, Question
from oversight.obligations.lifecycle import SEVERITIES
from oversight.obligations.models import Answer, Duty, PullRight, SelfAnswer, SelfAssessment
from oversight.roles import STAFF
from oversight.vendors.queries import vendors

DAY = {"type": "date"}


class PeopleForm(forms.Form):
    """An owner and a deputy, of those who can do duties."""

    owner = forms.ChoiceField(label="Owner")
    deputy = forms.ChoiceField(label="Deputy", required=False, help_text="Asked while the owner is out. Somebody else than the owner.")
    why = forms.CharField(label="Why", required=False, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(account.key, account.name) for account in queries.doers()]
        self.fields["owner"].choices = [("", "choose"), *people]  # type: ignore[attr-defined]  # a choice field
        self.fields["deputy"].choices = [("", "nobody"), *people]  # type: ignore[attr-defined]  # the same

    def clean(self) -> dict[str, Any]:
        """The deputy is somebody else; said beside the field."""
        cleaned = super().clean() or {}
        if cleaned.get("owner") and cleaned.get("owner") == cleaned.get("deputy"):
            self.add_error("deputy", "The deputy is somebody else than the owner.")
        return cleaned


class DutyForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """What compliance says of a duty."""

    cites = forms.MultipleChoiceField(
        label="Authorities", required=False, choices=[(cite.key, cite.key) for cite in CITATIONS], widget=forms.SelectMultiple(attrs={"size": 6})
    )

    class Meta:
        model = Duty
        fields = FACTS
        widgets = {"runbook": forms.Textarea(attrs={"rows": 5})}  # noqa: RUF012 -- Django reads it
        help_texts = {  # noqa: RUF012 -- Django reads it
            "after": "0: by the end of the period.", "year_ends": "For a yearly duty: the month whose last day ends its year.",
            "act": "Where an act elsewhere in the desk proves it.",
        }  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        return {name: self.cleaned_data[name] for name in FACTS}

    def _post_clean(self) -> None:
        """The action checks the row; the row in memory stays as the database has it."""


class AddForm(DutyForm):
    """A duty that is added by hand, with its owner."""

    key = forms.SlugField(label="Short name", max_length=60, help_text="Lower-case letters, digits and hyphens, such as monthly-call.")
    vendor = forms.ModelChoiceField(label="Of one vendor", queryset=vendors(), required=False, empty_label="no, of the firm")
    owner = forms.ChoiceField(label="Owner")
    deputy = forms.ChoiceField(label="Deputy", required=False)
    field_order = ("title", "key", "vendor", "owner", "deputy")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(account.key, account.name) for account in queries.doers()]
        self.fields["vendor"].queryset = vendors()  # type: ignore[attr-defined]  # a choice of models
        self.fields["owner"].choices = [("", "choose"), *people]  # type: ignore[attr-defined]  # a choice field
        self.fields["deputy"].choices = [("", "nobody"), *people]  # type: ignore[attr-defined]  # the same


class AmendForm(DutyForm):
    """The same for a duty that is there, with the reason."""

    owed_from = forms.DateField(
        label="Owed from",
        required=False,
        widget=forms.DateInput(attrs=DAY),
        help_text="A later first day, within a quarter; what was missed before stays missed.",
    )
    why = forms.CharField(label="Why it is amended", max_length=1000)


class AnswerForm(forms.Form):
    """The answer to one question of the profile."""

    choice = forms.ChoiceField(label="Answer", widget=forms.RadioSelect)
    figure = forms.IntegerField(label="Number", required=False, min_value=0, max_value=10**12)
    words = forms.CharField(label="Why, and how you know", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, asked: Question, *args: Any, stands: Answer | None = None, **kwargs: Any) -> None:
        if stands:
            kwargs.setdefault("initial", {"choice": stands.choice, "figure": stands.figure, "words": stands.words})
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = list(asked.titles.items())  # type: ignore[attr-defined]  # a choice field
        if asked.figure:
            self.fields["figure"].label = f"Number of {asked.figure}"
        else:
            del self.fields["figure"]

    def clean(self) -> dict[str, Any]:
        """Words are wanted where something does not apply, or evidence filed afterwards beside the answer."""
        cleaned = super().clean() or {}
        if cleaned.get("choice") == NOT_APPLICABLE and not cleaned.get("words"):
            self.add_error("words", "Say why it does not apply: a second person signs this.")
        return cleaned


class AreaForm(forms.Form):
    """The questions of one area of the self-assessment; those left empty are not written."""

    def __init__(self, questions: tuple[Asked, ...], held: dict[str, SelfAnswer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for asked in questions:
            known = held.get(asked.key)
            self.fields[asked.key] = forms.ChoiceField(
                label="Answer", choices=ANSWERS, widget=forms.RadioSelect, required=False, initial=known.answer if known else None
            )
            words = forms.Textarea(attrs={"rows": 2})
            self.fields[f"{asked.key}-words"] = forms.CharField(
                label="Words: what there is, what is missing, where it can be seen", required=False, max_length=4000, widget=words,
                initial=known.words if known else "",
            )  # fmt: skip

    @property
    def drawn(self) -> list[tuple[Asked, forms.BoundField, forms.BoundField]]:
        """Each question with its two fields."""
        return [(asked, self[asked.key], self[f"{asked.key}-words"]) for asked in self.questions]

    def clean(self) -> dict[str, Any]:
        """Partly and not applicable want words; said beside the question."""
        cleaned = super().clean() or {}
        for asked in self.questions:
            said, words = cleaned.get(asked.key), (cleaned.get(f"{asked.key}-words") or "").strip()
            if said in ("partly", NOT_APPLICABLE) and not words:
                self.add_error(f"{asked.key}-words", "Say what is missing." if said == "partly" else "Say why it does not apply.")
            if words and not said:
                self.add_error(asked.key, "Choose an answer to these words.")
        return cleaned

    def given(self) -> dict[str, tuple[str, str]]:
        """What was answered: {question: (answer, words)}."""
        return {
            asked.key: (said, (self.cleaned_data.get(f"{asked.key}-words") or "").strip())
            for asked in self.questions
            if (said := self.cleaned_data.get(asked.key))
        }


class PlanForm(forms.Form):
    """Which gaps become duties, and by when; every gap is chosen at first."""

    def __init__(self, row: SelfAssessment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gaps = assessment.gaps(row)
        for gap in self.gaps:
            self.fields[gap.asked.key] = forms.BooleanField(label="Put it on the calendar", required=False, initial=True)
            self.fields[f"{gap.asked.key}-on"] = forms.DateField(
                label="Due", required=False, initial=max(gap.due_on, clock.today()), widget=forms.DateInput(attrs=DAY)
            )

    @property
    def drawn(self) -> list[tuple[assessment.Gap, forms.BoundField, forms.BoundField]]:
        """Each gap with its two fields."""
        return [(gap, self[gap.asked.key], self[f"{gap.asked.key}-on"]) for gap in self.gaps]

    def clean(self) -> dict[str, Any]:
        """A chosen gap has a day that is not over."""
        cleaned = super().clean() or {}
        for gap in self.gaps:
            on = cleaned.get(f"{gap.asked.key}-on")
            if cleaned.get(gap.asked.key) and (on is None or on < clock.today()):
                self.add_error(f"{gap.asked.key}-on", "Choose a day from today on.")
        return cleaned

    def chosen(self) -> dict[str, date]:
        """The chosen gaps with their days."""
        return {gap.asked.key: self.cleaned_data[f"{gap.asked.key}-on"] for gap in self.gaps if self.cleaned_data[gap.asked.key]}


class AbsenceForm(forms.Form):
    """Who is out, from when until when."""

    person = forms.ChoiceField(label="Who")
    from_on = forms.DateField(label="First day out", widget=forms.DateInput(attrs=DAY))
    until_on = forms.DateField(label="Last day out", widget=forms.DateInput(attrs=DAY))

    def __init__(self, own: Any, *args: Any, may_others: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(account.key, account.name) for account in queries.doers() if account.key != own.key] if may_others else []
        self.fields["person"].choices = [(own.key, f"{own.name} (you)"), *others]  # type: ignore[attr-defined]  # a choice field


class PullForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """A role that may pull something at once."""

    class Meta:
        model = PullRight
        fields = ("role", "what", "how")
        widgets = {"how": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012 -- Django reads it

    def validate_constraints(self) -> None:
        """The action says in words what the database would refuse."""


class MatrixForm(forms.Form):
    """Business days after which a role is told, by severity; empty: not told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {(step["severity"], step["role"]): step["after"] for step in queries.steps()}
        for severity, _ in SEVERITIES:
            for role in STAFF:
                self.fields[f"{severity}-{role}"] = forms.IntegerField(
                    label=f"{spaced(role)}, {severity}", required=False, min_value=1, max_value=250, initial=known.get((severity, role)),
                    widget=forms.NumberInput(attrs={"size": 4}),
                )  # fmt: skip
        self.fields["why"] = forms.CharField(label="Why it changes", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def drawn(self) -> list[tuple[str, list[forms.BoundField]]]:
        """A row for each role, with a field for each severity."""
        return [(role, [self[f"{severity}-{role}"] for severity, _ in SEVERITIES]) for role in STAFF]

    def steps(self) -> list[dict[str, Any]]:
        """The steps that were filled in."""
        return [
            {"severity": severity, "after": after, "role": role}
            for severity, _ in SEVERITIES
            for role in STAFF
            if (after := self.cleaned_data.get(f"{severity}-{role}")) is not None
        ]


class ReasonForm(forms.Form):
    """A reason."""

    why = forms.CharField(label="Why", max_length=1000)
