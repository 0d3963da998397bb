"""Tells Django of the app."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """The app `claims`."""

    name = "oversight.claims"
