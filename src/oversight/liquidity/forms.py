"""What people are asked about reachable venues, memos and published reports."""

from __future__ import annotations

from typing import Any

from django import forms

from bestexec import venue_called
from oversight.evidence.uploads import Uploading
from oversight.liquidity.actions import MEMO_FACTS, REACH_FACTS
from oversight.liquidity.lifecycle import DIRECT, PUBLISHED_KINDS
from oversight.liquidity.models import Memo, Reach
from oversight.vendors.models import Vendor

DAY = {"type": "date"}
MOST_BYTES = 5_000_000


def mic(text: str) -> str:
    """The MIC, where the desk knows the name; else the name as it stands."""
    return venue_called(text) or text.strip()


class ReachForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """A venue that a router reaches."""

    vendor = forms.ModelChoiceField(Vendor.objects.order_by("name", "pk"), label="Router of", empty_label="choose")

    class Meta:
        model = Reach
        fields = REACH_FACTS
        widgets = {name: forms.DateInput(attrs=DAY, format="%Y-%m-%d") for name in ("ats_n_on", "since_on", "until_on")}  # noqa: RUF012 -- Django reads it

    field_order = ("vendor", *REACH_FACTS)

    def clean_venue(self) -> str:
        """By its MIC."""
        return mic(self.cleaned_data["venue"])

    def clean(self) -> dict[str, Any]:
        """Who is named as broker, and the two days, are said beside the field."""
        cleaned = super().clean() or {}
        if cleaned.get("how") and (cleaned["how"] == DIRECT) == bool(cleaned.get("through")):
            self.add_error("through", "Name the broker where the venue is reached through one, and nobody where it is reached directly.")
        if cleaned.get("until_on") and cleaned.get("since_on") and cleaned["until_on"] < cleaned["since_on"]:
            self.add_error("until_on", "It would have ended before it began.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        return {name: self.cleaned_data[name] for name in REACH_FACTS}


class SizedFile(Uploading):
    """A file of a size that can be read in one go."""

    content = forms.FileField(label="File", allow_empty_file=True)

    def clean_content(self) -> Any:
        """Neither empty nor too large."""
        sent = self.cleaned_data["content"]
        if not sent.size:
            raise forms.ValidationError("The file is empty.")
        return sent


class ListForm(SizedFile):
    """A list of venues as CSV."""

    vendor = forms.ModelChoiceField(Vendor.objects.order_by("name", "pk"), label="Router of", empty_label="choose")
    field_order = ("vendor", "content")

    def clean_content(self) -> Any:
        """A list of venues is short."""
        sent = super().clean_content()
        if sent.size > MOST_BYTES:
            raise forms.ValidationError("The file is too large for a list of venues: at most 5 MB.")
        return sent


class MemoForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """A try-or-decline memo."""

    class Meta:
        model = Memo
        fields = MEMO_FACTS
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("asked", "reasons", "scope", "success")}  # noqa: RUF012 -- Django reads it

    def clean_venue(self) -> str:
        """By its MIC."""
        return mic(self.cleaned_data["venue"])

    def clean(self) -> dict[str, Any]:
        """A success figure has three parts or none; a memo on a venue names it."""
        cleaned = super().clean() or {}
        if cleaned.get("about") == "venue" and not cleaned.get("venue"):
            self.add_error("venue", "A memo on a new venue names it by its MIC.")
        if len({bool(cleaned.get("success_metric")), bool(cleaned.get("success_side")), cleaned.get("success_bound") is not None}) > 1:
            self.add_error("success_metric", "Give the metric, at least or at most, and the figure: all three or none.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        return {name: self.cleaned_data[name] for name in MEMO_FACTS}


class PublishedForm(SizedFile):
    """A report that a venue or broker published."""

    kind = forms.ChoiceField(choices=[(kind.key, kind.title) for kind in PUBLISHED_KINDS])
    venue = forms.CharField(max_length=60, help_text="MIC of the venue that it is about.")
    first_on = forms.DateField(label="Period from", widget=forms.DateInput(attrs=DAY))
    last_on = forms.DateField(label="To", widget=forms.DateInput(attrs=DAY))
    field_order = ("kind", "venue", "first_on", "last_on", "content")

    def clean_venue(self) -> str:
        """By its MIC."""
        return mic(self.cleaned_data["venue"])

    def clean(self) -> dict[str, Any]:
        """A period that ends before it begins is said beside the field."""
        cleaned = super().clean() or {}
        if cleaned.get("first_on") and cleaned.get("last_on") and cleaned["last_on"] < cleaned["first_on"]:
            self.add_error("last_on", "The period would end before it begins.")
        return cleaned
