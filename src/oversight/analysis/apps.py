"""Tells Django of the app."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """The app `analysis`."""

    name = "oversight.analysis"
