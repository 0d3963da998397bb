"""What people are asked when they note a happening."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from oversight import clock
from oversight.handling.actions import FACTS
from oversight.handling.models import Happening

INSTANT = {"type": "datetime-local", "step": "1"}
ORDER_ID = re.compile(r"[\w.:/+=#@|-]{1,120}")
FIRST = ("kind", "what", "from_at", "to_at", "vendor", "venue")
"""What is asked first; the rest can wait."""


class HappeningForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """The facts of a happening, the few that matter first. Times are New York's."""

    class Meta:
        model = Happening
        fields = FACTS
        widgets = {  # noqa: RUF012 -- Django reads it
            "what": forms.Textarea(attrs={"rows": 3}),
            "cause": forms.Textarea(attrs={"rows": 2}),
            "orders": forms.Textarea(attrs={"rows": 3}),
            "from_at": forms.DateTimeInput(attrs=INSTANT, format="%Y-%m-%dT%H:%M:%S"),
            "to_at": forms.DateTimeInput(attrs=INSTANT, format="%Y-%m-%dT%H:%M:%S"),
            "vendor": forms.TextInput(attrs={"list": "vendors", "autocomplete": "off"}),
            "venue": forms.TextInput(attrs={"list": "venues", "autocomplete": "off"}),
        }
        labels = {"amount_usd": "Loss in the error account, USD", "order_count": "Number of orders"}  # noqa: RUF012 -- Django reads it
        help_texts = {  # noqa: RUF012 -- Django reads it
            "from_at": "New York time.",
            "to_at": "New York time. Empty: still going on.",
            "orders": "One a line, or separated by spaces or commas.",
            "order_count": "Where they are too many to name.",
            "amount_usd": "For an error-account trade; a gain is negative.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.choices = [("", "choose"), *Happening._meta.get_field("kind").choices]  # type: ignore[misc]
        for name in ("what", "cause"):
            self.fields[name].validators.append(MaxLengthValidator(4000))
        if not self.instance.pk:
            self.initial.setdefault("from_at", clock.now().replace(second=0, microsecond=0))

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [self[name] for name in FIRST]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields that only some happenings need."""
        return [self[name] for name in FACTS if name not in FIRST]

    def clean_orders(self) -> str:
        """Order ids, one a line, each once, in the order given."""
        ids = list(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["orders"].strip())))
        ids = [id_ for id_ in ids if id_]
        odd = [id_ for id_ in ids if not ORDER_ID.fullmatch(id_)]
        if odd or len(ids) > 5000:
            raise forms.ValidationError("At most 5,000 order ids." if not odd else f"This does not look like an order id: {odd[0][:40]}")
        return "\n".join(ids)

    def clean(self) -> dict[str, Any]:
        """An end before the beginning, or a beginning in the future, is said beside the field."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("from_at"), cleaned.get("to_at")
        if begins and ends and ends < begins:
            self.add_error("to_at", "It would have ended before it began.")
        if begins and begins > clock.now():
            self.add_error("from_at", "It would begin in the future.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        return {name: self.cleaned_data[name] for name in FACTS}


class CorrectionForm(HappeningForm):
    """The same, with the reason for the correction."""

    reason = forms.CharField(label="Why it is corrected", max_length=1000, required=False)
