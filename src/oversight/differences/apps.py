"""Tells Django of the app."""

from django.apps import AppConfig


class DifferencesConfig(AppConfig):
    """The app `differences`."""

    name = "oversight.differences"
