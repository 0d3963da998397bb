"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.accounts.models import Account
from oversight.api.actions import MOST_DAYS
from oversight.api.scopes import SCOPES


class TokenForm(forms.Form):
    """What uses it, what it may do, how long."""

    name = forms.CharField(label="What uses it", max_length=80, help_text="Such as: the nightly export on the research machine.")
    scopes = forms.MultipleChoiceField(label="What it may do", widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label="Days it lasts", min_value=1, max_value=MOST_DAYS, initial=90, help_text=f"At most {MOST_DAYS}.")

    def __init__(self, account: Account, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.key, f"{scope.title} ({scope.key})") for scope in SCOPES if account.roles & set(scope.roles)]
