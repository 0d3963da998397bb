"""Tells Django of the app."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """The app `requests`."""

    name = "oversight.requests"
