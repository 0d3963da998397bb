"""Tells Django of the app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app `cases`."""

    name = "oversight.cases"
