"""Forms of the desk."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.urls import Resolver404, resolve

PAGES = ("desk:scorecard", "desk:venues", "desk:coverage", "desk:orders", "desk:trend")
"""Whose addresses can be kept."""


class SavedViewForm(forms.Form):
    """A name for the page at an address."""

    name = forms.CharField(label="Name this view", max_length=80)
    address = forms.CharField(max_length=600, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        """Only pages of figures of this desk."""
        address = str(self.cleaned_data["address"])
        parts = urlsplit(address)
        try:
            is_ours = not parts.scheme and not parts.netloc and resolve(parts.path).view_name in PAGES
        except Resolver404:
            is_ours = False
        if not is_ours:
            raise forms.ValidationError("Only pages of figures can be kept: scorecard, venues, coverage, orders.")
        return address
