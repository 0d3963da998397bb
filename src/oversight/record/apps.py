"""Tells Django of the app."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The app `record`."""

    name = "oversight.record"

    def ready(self) -> None:
        """Name the checks, which need the models."""
        from oversight.record import checks  # noqa: F401, PLC0415 -- models are there from now on
