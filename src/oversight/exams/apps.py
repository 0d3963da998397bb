"""Tells Django of the app."""

from django.apps import AppConfig


class ExamsConfig(AppConfig):
    """The app `exams`."""

    name = "oversight.exams"
