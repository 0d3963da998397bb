"""What people are asked in reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from oversight import clock
from oversight.accounts.models import Account
from oversight.evidence.models import Filed
from oversight.policy.queries import desk_limits
from oversight.reviews import queries
from oversight.reviews.lifecycle import CHOICES, CONDITIONS, EXIT, MODES, PLACES, RULES, SEATED
from oversight.reviews.models import AgendaItem, Review

DAY = forms.DateInput(attrs={"type": "date"})
WIDE = forms.TextInput(attrs={"size": 64})
CONDITION_LINES = 3


def _words(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CharterForm(forms.Form):
    """The rules under which reviews are held."""

    mode = forms.ChoiceField(label="Who decides", choices=MODES)
    quorum = forms.IntegerField(
        min_value=1, max_value=50, help_text="Seats with a vote that are present and not recused. One for a small firm, two or more for a committee."
    )
    majority = forms.ChoiceField(label="A motion carries when", choices=RULES)
    due_days = forms.IntegerField(label="Days after the quarter's end until its review is signed", min_value=1, max_value=120)
    notice_days = forms.IntegerField(label="Days before the meeting until which papers are circulated", min_value=0, max_value=60)
    purpose = forms.CharField(label="What the committee is for, and what it decides", widget=_words(), max_length=4000)

    @staticmethod
    def begun() -> dict[str, Any]:
        """What a first charter begins with: the desk's limits."""
        limits = desk_limits()
        return {"quorum": limits.review_quorum, "due_days": limits.review_due_days, "notice_days": limits.review_notice_days}


class SeatForm(forms.Form):
    """Who is appointed, in which place, registered as what, independent of whom."""

    person = forms.ChoiceField(label="Who")
    place = forms.ChoiceField(choices=PLACES)
    registration = forms.CharField(
        label="Registered as", required=False, max_length=200, help_text="Such as: Series 24, principal. File what proves it beside the seat."
    )
    is_independent_of_desk = forms.BooleanField(label="Independent of the routing desk", required=False)
    is_independent_of_vendors = forms.BooleanField(label="Independent of vendors", required=False)
    why = forms.CharField(label="Why independent, or why not", widget=_words(2), max_length=4000)
    from_on = forms.DateField(label="First day", widget=DAY)
    until_on = forms.DateField(label="Last day", widget=DAY, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Account.objects.filter(is_active=True, held__role__in=SEATED, held__ended_at=None).distinct().order_by("name", "key")
        self.fields["person"].choices = [("", "choose"), *found.values_list("key", "name")]  # type: ignore[attr-defined]  # a field of choices


class ConveneForm(forms.Form):
    """When and where the committee meets; New York time."""

    on = forms.DateField(label="Day", widget=DAY)
    at = forms.TimeField(label="Time, New York", widget=forms.TimeInput(attrs={"type": "time"}))
    place = forms.CharField(label="Where", max_length=200, help_text="A room, or how to join.")

    def meeting_at(self) -> datetime:
        """The instant."""
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], clock.MARKET_ZONE)


class OutOfTurnForm(forms.Form):
    """Which days, by when, and why it does not wait."""

    first_on = forms.DateField(label="First day reviewed", widget=DAY)
    last_on = forms.DateField(label="Last day reviewed", widget=DAY)
    due_on = forms.DateField(label="To be signed by", widget=DAY)
    why = forms.CharField(label="Why it does not wait for the quarter", widget=_words(), max_length=4000)


class ItemForm(forms.Form):
    """A matter for the agenda, by hand; a figure by the address of its page."""

    review = forms.ModelChoiceField(Review.objects.none(), empty_label=None)
    title = forms.CharField(max_length=200, widget=WIDE)
    why = forms.CharField(label="Why it is taken up", widget=_words(), max_length=4000)
    address = forms.CharField(
        label="Page of the figure", required=False, max_length=500, widget=WIDE, help_text="Copied from the address line, from its first slash on."
    )
    severity = forms.ChoiceField(choices=[(key, key) for key in ("high", "medium", "low", "info")], initial="medium")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review"].queryset = Review.objects.filter(state__in=("raised", "convened", "in_session")).order_by("last_on", "pk")  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """Evidence on file by its number, or a file to be filed now."""

    filed = forms.IntegerField(label="Number of filed evidence", required=False, min_value=1, help_text="The number at the end of its page's address.")
    file = forms.FileField(label="Or a file", required=False)
    title = forms.CharField(required=False, max_length=200)
    item = forms.ModelChoiceField(AgendaItem.objects.none(), required=False, label="For item", empty_label="the whole review")

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = review.items.order_by("number")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or {}
        number, file = cleaned.get("filed"), cleaned.get("file")
        if bool(number) == bool(file) and not self.errors:
            raise forms.ValidationError("Name filed evidence by its number, or choose a file: one of the two.")
        if number and not file:
            cleaned["evidence"] = Filed.objects.filter(pk=number).first()
            if cleaned["evidence"] is None:
                self.add_error("filed", f"No evidence has the number {number}.")
        return cleaned


class TogetherForm(forms.Form):
    """Items that were discussed as one, with what was said and resolved on all of them."""

    items = forms.ModelMultipleChoiceField(AgendaItem.objects.none(), to_field_name="number")
    discussion = forms.CharField(label="What was said", widget=_words(2), max_length=4000)
    resolution = forms.CharField(label="What was resolved", widget=_words(2), max_length=4000)

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = review.items.select_related("review").order_by("number")  # type: ignore[attr-defined]


class RecusalForm(forms.Form):
    """From what the seat stands aside, and why."""

    item = forms.ModelChoiceField(AgendaItem.objects.none(), required=False, label="From item", empty_label="the whole review")
    seat = forms.ChoiceField(label="Whose", required=False)
    reason = forms.CharField(label="Why", widget=_words(2), max_length=4000)

    def __init__(self, review: Review, people: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = review.items.order_by("number")  # type: ignore[attr-defined]
        self.fields["seat"].choices = [("", "my own"), *people]  # type: ignore[attr-defined]  # a field of choices


class MotionForm(forms.Form):
    """What is moved, which alternatives were considered, and the conditions where there are any."""

    kind = forms.ChoiceField(label="What it does")
    text = forms.CharField(label="What is moved", widget=_words(), max_length=4000)
    alternatives = forms.CharField(label="Alternatives considered, and why not", widget=_words(), max_length=4000)

    def __init__(self, kinds: list[tuple[str, str]], owners: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a field of choices
        self.takes_terms = bool({CONDITIONS, EXIT} & {key for key, _ in kinds})
        for place in range(1, CONDITION_LINES + 1) if self.takes_terms else ():
            self.fields[f"what-{place}"] = forms.CharField(label=f"Condition {place}", required=False, max_length=2000)
            self.fields[f"owner-{place}"] = forms.ChoiceField(label="Who", required=False, choices=[("", "choose"), *owners])
            self.fields[f"due_on-{place}"] = forms.DateField(label="By", required=False, widget=DAY)

    def terms(self) -> list[dict[str, Any]]:
        """The conditions that have any word in them."""
        lines = [{name: self.cleaned_data.get(f"{name}-{place}") for name in ("what", "owner", "due_on")} for place in range(1, CONDITION_LINES + 1)]
        return [line for line in lines if any(line.values())]


class VoteForm(forms.Form):
    """A vote; words where it is against."""

    choice = forms.ChoiceField(choices=CHOICES)
    words = forms.CharField(required=False, max_length=4000)


class ActionForm(forms.Form):
    """What is asked of whom, by which day, and what proves it."""

    what = forms.CharField(label="What is to be done", widget=_words(2), max_length=4000)
    owner = forms.ChoiceField(label="Who")
    due_on = forms.DateField(label="By", widget=DAY)
    wanted = forms.CharField(label="What proves it", required=False, max_length=300, help_text="Leave it empty where words suffice.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "choose"), *queries.owners()]  # type: ignore[attr-defined]  # a field of choices


class HandOverForm(forms.Form):
    """To whom, and why."""

    owner = forms.ChoiceField(label="To")
    why = forms.CharField(widget=_words(2), max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "choose"), *queries.owners()]  # type: ignore[attr-defined]  # a field of choices


class SignForm(forms.Form):
    """Words beside a signature, if any."""

    statement = forms.CharField(label="In your own words, if you like", required=False, widget=_words(2), max_length=4000)
