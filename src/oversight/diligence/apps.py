"""Tells Django of the app."""

from django.apps import AppConfig


class DiligenceConfig(AppConfig):
    """The app `diligence`."""

    name = "oversight.diligence"
