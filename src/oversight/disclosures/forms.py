"""What people are asked of requests, reports and notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from oversight import clock
from oversight.disclosures.lifecycle import NOTICES, REPORTS
from oversight.disclosures.models import CustomerRequest
from oversight.evidence.uploads import Uploading


class RequestForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """Who asks, and since when."""

    class Meta:
        model = CustomerRequest
        fields = ("customer", "account_key", "asked_on")
        widgets = {"asked_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}  # noqa: RUF012 -- Django reads it
        help_texts = {"asked_on": "The day on which the request came in, however it came."}  # noqa: RUF012 -- Django reads it

    def clean_asked_on(self) -> Any:
        """Not in the future."""
        on = self.cleaned_data["asked_on"]
        if on > clock.today():
            raise forms.ValidationError("It would have come in the future.")
        return on


class Filing(Uploading):
    """A file that the desk holds against its rules, and another that goes with it."""

    content = forms.FileField(label="File", allow_empty_file=True)

    @property
    def too_large(self) -> str:
        """With the size that is kept."""
        return f"The file is too large: at most {settings.EVIDENCE_MAX_BYTES / 1e6:,.0f} MB are kept."

    def clean_content(self) -> Any:
        """Bytes there must be."""
        sent = self.cleaned_data["content"]
        if not sent.size:
            raise forms.ValidationError("The file is empty.")
        return sent

    def sent(self) -> list[tuple[str, bytes]]:
        """(name, bytes) of what was sent, the data first."""
        those = [self.cleaned_data["content"], self.cleaned_data.get("document")]
        return [(one.name, one.read()) for one in those if one]


class ReportForm(Filing):
    """The report that a customer gets."""

    content = forms.FileField(label="XML", help_text="Held against the schema before it is kept.", allow_empty_file=True)
    document = forms.FileField(label="PDF", required=False)


class PublicationForm(Filing):
    """A public report: its data, and the document or summary beside them."""

    kind = forms.ChoiceField(label="Report", choices=[(report.key, report.title) for report in REPORTS])
    period = forms.CharField(label="Period", max_length=7, help_text="2026Q3 for a routing report, 2026-08 for a Rule 605 report.")
    content = forms.FileField(label="Data", help_text="XML of a 606 report, or the detail file of a 605 report; held against its rules.", allow_empty_file=True)
    document = forms.FileField(label="PDF or summary", required=False)
    field_order = ("kind", "period", "content", "document")


class CorrectionForm(Filing):
    """The report that takes a public one's place."""

    content = forms.FileField(label="Data", allow_empty_file=True)
    document = forms.FileField(label="PDF or summary", required=False)


class OwnForm(forms.Form):
    """A public report that the desk makes of the firm's own orders."""

    kind = forms.ChoiceField(label="Report", choices=[(report.key, report.title) for report in REPORTS])
    period = forms.CharField(label="Period", max_length=7, help_text="2026Q3 for a routing report, 2026-08 for a Rule 605 report.")
    code = forms.RegexField(
        "^[A-Z]{1,8}$", label="Reporter's code", required=False, help_text="Of a Rule 605 report: capital letters, as the plan gave it.",
        error_messages={"invalid": "Write capital letters alone."},
    )  # fmt: skip
    participant = forms.RegexField(
        "^[A-Z]$", label="Designated participant", required=False, initial="T", help_text="Of a Rule 605 report: one letter, such as T for FINRA.",
        error_messages={"invalid": "Write one capital letter."},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A Rule 605 report names its reporter."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "rule605":
            for name in ("code", "participant"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "A Rule 605 report names its reporter by it.")
        return cleaned


class AdoptionForm(Filing):
    """Another firm's report."""

    kind = forms.ChoiceField(label="Report", choices=[(report.key, report.title) for report in REPORTS])
    maker = forms.CharField(label="Made by", max_length=120, help_text="The vendor or clearing firm, as the report names it.")
    period = forms.CharField(label="Period", max_length=7, help_text="2026Q3 for a routing report, 2026-08 for a Rule 605 report.")
    content = forms.FileField(label="Its file", allow_empty_file=True)
    field_order = ("kind", "maker", "period", "content")


class NoticeForm(Filing):
    """The text of a yearly notice."""

    kind = forms.ChoiceField(label="Notice", choices=[(key, title) for key, title, _, _ in NOTICES])
    year = forms.IntegerField(label="Year", min_value=2000, max_value=2099)
    content = forms.FileField(label="Its text", allow_empty_file=True)
    field_order = ("kind", "year", "content")
