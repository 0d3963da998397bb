"""Tells Django of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "oversight.accounts"

    def ready(self) -> None:
        """Listen to second factors being set up and removed."""
        from oversight.accounts import sign_in  # noqa: PLC0415 -- models are not there before the apps are

        sign_in.watch()
