"""Tells Django of the app."""

from django.apps import AppConfig


class ConflictsConfig(AppConfig):
    """The app `conflicts`."""

    name = "oversight.conflicts"
