"""Tells Django of the app."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """The app `plans`."""

    name = "oversight.plans"
