"""Tells Django of the app."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The app `record`."""

    name = "oversight.record"
