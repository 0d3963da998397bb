"""Tells Django of the app."""

from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    """The app `configuration`."""

    name = "oversight.configuration"
