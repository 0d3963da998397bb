"""Tells Django of the app."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """The app `procedures`."""

    name = "oversight.procedures"
