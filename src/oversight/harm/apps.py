"""Tells Django of the app."""

from django.apps import AppConfig


class HarmConfig(AppConfig):
    """The app `harm`."""

    name = "oversight.harm"
