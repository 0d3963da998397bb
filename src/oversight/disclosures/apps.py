"""Tells Django of the app."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """The app `disclosures`."""

    name = "oversight.disclosures"
