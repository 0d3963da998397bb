"""Tells Django of the app."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """The app `packs`."""

    name = "oversight.packs"
