"""What people are asked about a conflict, its yearly result and a file of payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from bestexec import venue_called
from oversight import clock
from oversight.conflicts.actions import FACTS
from oversight.conflicts.models import Conflict, ConflictResult
from oversight.conflicts.queries import owners
from oversight.conflicts.reading import amount
from oversight.evidence.uploads import Uploading
from oversight.liquidity.lines import LineError

DAY = {"type": "date"}
MOST_BYTES = 20_000_000


class ConflictForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """The facts of a conflict."""

    class Meta:
        model = Conflict
        fields = FACTS
        widgets = {  # noqa: RUF012 -- Django reads it
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("description", "mitigation", "disclosure")},
            **{name: forms.DateInput(attrs=DAY, format="%Y-%m-%d") for name in ("since_on", "until_on")},
        }
        help_texts = {"since_on": "The day it began, not the day it was found."}  # noqa: RUF012 -- Django reads it

    owner = forms.ChoiceField(label="Owner", help_text="Who answers for it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "choose"), *owners()]  # type: ignore[attr-defined]  # a choice field has them

    def clean_venue(self) -> str:
        """The MIC, where the desk knows the name; else the name as it stands."""
        text: str = self.cleaned_data["venue"].strip()
        return venue_called(text) or text

    def clean(self) -> dict[str, Any]:
        """An end before the beginning, or a beginning in the future, is said beside the field."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("since_on"), cleaned.get("until_on")
        if begins and ends and ends < begins:
            self.add_error("until_on", "It would have ended before it began.")
        if begins and begins > clock.today():
            self.add_error("since_on", "It would begin in the future.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        return {name: self.cleaned_data[name] for name in FACTS}


class OwnerForm(forms.Form):
    """Who answers for it from now on."""

    owner = forms.ChoiceField(label="Owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owners()  # type: ignore[attr-defined]  # a choice field has them


class ResultForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """What a year's look found."""

    class Meta:
        model = ConflictResult
        fields = ("year", "looked_at", "figures", "conclusion")
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("looked_at", "figures", "conclusion")}  # noqa: RUF012 -- Django reads it


class PaymentsForm(Uploading):
    """A file of payments, and the total that it must tie to."""

    content = forms.FileField(label="File", help_text="CSV, UTF-8; the columns are listed below. At most 20 MB.", allow_empty_file=True)
    control_usd = forms.CharField(
        label="Control total, USD", max_length=40, help_text="Net of the whole file, read off the statement: received positive, paid negative."
    )

    @property
    def too_large(self) -> str:
        """With what to do."""
        return "The file is too large: at most 20 MB. Split it by month."

    def clean_content(self) -> Any:
        """The file, where it is of a size that can be read line by line in one go."""
        sent = self.cleaned_data["content"]
        if sent.size > MOST_BYTES:
            raise forms.ValidationError(self.too_large)
        if not sent.size:
            raise forms.ValidationError("The file is empty.")
        return sent

    def clean_control_usd(self) -> Decimal:
        """The amount, exact."""
        try:
            return amount(self.cleaned_data["control_usd"].strip(), "The control total")
        except LineError as wrong:
            raise forms.ValidationError(f"{str(wrong)[0].upper()}{str(wrong)[1:]}.") from wrong
