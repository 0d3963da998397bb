"""Tells Django of the app."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """The app `retention`."""

    name = "oversight.retention"
