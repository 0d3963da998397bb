"""Tells Django of the app."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    """The app `rooms`."""

    name = "oversight.rooms"
