"""What people are asked in a room."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from oversight.evidence.actions import spoken
from oversight.evidence.forms import FileForm
from oversight.evidence.uploads import Uploading
from oversight.rooms.lifecycle import Kind

AREA = {"rows": 4}
ORDER = re.compile(r"(\d{4}-\d\d-\d\d)\s+(\S+)\s+(\S.*)")
MOST_ORDERS = 50


class AboutForm(forms.Form):
    """What the vendor reads at the top of the room."""

    about = forms.CharField(
        label="What is investigated", max_length=4000, widget=forms.Textarea(attrs=AREA),
        help_text="The vendor reads this. Name no customer, no account, no other vendor, and nothing of the committee's.",
    )  # fmt: skip


class SupposeForm(forms.Form):
    """A hypothesis."""

    words = forms.CharField(label="What may have caused it", max_length=400, widget=forms.Textarea(attrs={"rows": 2}), help_text="One cause in one sentence.")


class SayForm(Uploading):
    """Words of one kind, perhaps with a file. The firm says that what it shows names nobody."""

    value = forms.ChoiceField(label="In one word")
    words = forms.CharField(label="In words", max_length=8000, widget=forms.Textarea(attrs={"rows": 6}))
    content = forms.FileField(label="File that shows it", required=False, allow_empty_file=True)
    title = forms.CharField(label="What the file is", max_length=200, required=False)
    is_clean = forms.BooleanField(label="The file names no customer, no account, no other vendor and nothing of the committee's", required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, is_firm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_firm = is_firm
        self.fields["content"].help_text = f"At most {self.most}. {spoken()}. The other side sees it."
        if kind.values:
            self.fields["value"].label = "Root cause" if kind.key == "conclusion" else "It stands"
            self.fields["value"].choices = [("", "choose"), *kind.values]  # type: ignore[attr-defined]  # a choice field has them
        else:
            del self.fields["value"]
        if not is_firm:
            del self.fields["is_clean"]

    @property
    def most(self) -> str:
        """How large a file may be."""
        return FileForm().most

    @property
    def too_large(self) -> str:
        """With the size that is kept."""
        return FileForm().too_large

    def clean(self) -> dict[str, Any]:
        """What the firm shows, somebody has looked through."""
        cleaned = super().clean()
        if self.is_firm and cleaned.get("content") and not cleaned.get("is_clean"):
            self.add_error("is_clean", "Look through the file, then say so: the vendor sees it.")
        return cleaned


class DayForm(forms.Form):
    """A day whose configuration is shown."""

    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))


class OrdersForm(forms.Form):
    """Orders by their keys, one a line."""

    orders = forms.CharField(
        label="Orders", max_length=8000, widget=forms.Textarea(attrs={"rows": 4}), required=False,
        help_text="One a line: day, symbol, order id; such as 2026-08-14 ABCZ C260814-00017.",
    )  # fmt: skip
    why = forms.CharField(
        label="What to look at", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="The vendor reads this."
    )

    def clean_orders(self) -> list[tuple[date, str, str]]:
        """(day, symbol, order id) of each line, each once."""
        found: dict[tuple[date, str, str], None] = {}
        for line in filter(None, (line.strip() for line in self.cleaned_data["orders"].splitlines())):
            matched = ORDER.fullmatch(line)
            try:
                found[date.fromisoformat(matched[1] if matched else ""), matched[2] if matched else "", matched[3].strip() if matched else ""] = None
            except ValueError:
                raise forms.ValidationError(f"This names no order: {line[:80]}. Write the day, the symbol and the order id.") from None
        if len(found) > MOST_ORDERS:
            raise forms.ValidationError(f"At most {MOST_ORDERS} orders at a time.")
        return list(found)


class NoteForm(forms.Form):
    """A note of the firm for the firm."""

    words = forms.CharField(label="Note for the firm alone", max_length=4000, widget=forms.Textarea(attrs=AREA))
    subject_kind = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    subject_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
