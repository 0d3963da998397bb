"""Tells Django of the app."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """The app `obligations`."""

    name = "oversight.obligations"
