"""Tells Django of the app."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """The app `vendors`."""

    name = "oversight.vendors"
