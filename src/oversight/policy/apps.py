"""Tells Django of the app."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """The app `policy`."""

    name = "oversight.policy"
