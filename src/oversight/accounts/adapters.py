"""What sign-in may do here: no open sign-up, no second account for an outside identity."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator, never by their holder."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class OutsideIdentityAdapter(DefaultSocialAccountAdapter):
    """The firm's provider signs in accounts that exist."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """TOTP secrets."""
