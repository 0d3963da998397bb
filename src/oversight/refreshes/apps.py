"""Tells Django of the app."""

from django.apps import AppConfig


class RefreshesConfig(AppConfig):
    """The app `refreshes`."""

    name = "oversight.refreshes"
