"""Tells Django of the app."""

from django.apps import AppConfig


class LiquidityConfig(AppConfig):
    """The app `liquidity`."""

    name = "oversight.liquidity"
