"""Tells Django of the app."""

from django.apps import AppConfig


class HandlingConfig(AppConfig):
    """The app `handling`."""

    name = "oversight.handling"
