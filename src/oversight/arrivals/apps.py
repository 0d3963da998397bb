"""Tells Django of the app."""

from django.apps import AppConfig


class ArrivalsConfig(AppConfig):
    """The app `arrivals`."""

    name = "oversight.arrivals"
