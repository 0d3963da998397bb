"""Tells Django of the app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The app `reviews`."""

    name = "oversight.reviews"
