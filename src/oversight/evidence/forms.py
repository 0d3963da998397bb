"""What people are asked when they file or link evidence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from oversight.evidence.actions import spoken
from oversight.evidence.uploads import Uploading


class FileForm(Uploading):
    """A file and what it is."""

    content = forms.FileField(label="File", allow_empty_file=True)
    title = forms.CharField(label="What it is", max_length=200, required=False, help_text="For the list. Empty: the file's name.")
    shows = forms.CharField(label="What it shows", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    effective_on = forms.DateField(
        label="Effective", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="The day it speaks of or takes effect."
    )
    expires_on = forms.DateField(
        label="Expires", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="The last day it holds. Empty: it does not expire."
    )
    subject_kind = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    subject_id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    supersedes = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content"].help_text = f"At most {self.most}. {spoken()}."

    @property
    def most(self) -> str:
        """How large a file may be."""
        return f"{settings.EVIDENCE_MAX_BYTES / 1e6:,.0f} MB"

    @property
    def too_large(self) -> str:
        """With the size that is kept."""
        return f"The file is too large: at most {self.most} are kept."

    def clean(self) -> dict[str, Any]:
        """An expiry before the effective date is said beside the field."""
        cleaned = super().clean()
        begins, ends = cleaned.get("effective_on"), cleaned.get("expires_on")
        if begins and ends and ends < begins:
            self.add_error("expires_on", "It would expire before it takes effect.")
        return cleaned


class LinkForm(forms.Form):
    """What a file is evidence of."""

    subject_kind = forms.SlugField(label="Kind", max_length=40, help_text="As the record calls it: finding, happening, run …")
    subject_id = forms.CharField(label="Id", max_length=64)
    what = forms.CharField(label="What it shows there", max_length=300, required=False)
