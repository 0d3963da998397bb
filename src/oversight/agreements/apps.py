"""Tells Django of the app."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """The app `agreements`."""

    name = "oversight.agreements"
