"""What can be asked of the list of entries."""

from __future__ import annotations

from django import forms


class Asked(forms.Form):
    """The filters of the record, in the address."""

    actor = forms.CharField(label="Who", required=False, max_length=64)
    verb = forms.CharField(label="Did", required=False, max_length=40, widget=forms.TextInput({"list": "verbs"}))
    kind = forms.CharField(label="To", required=False, max_length=40, widget=forms.TextInput({"list": "kinds"}))
    day = forms.DateField(label="On (New York)", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
