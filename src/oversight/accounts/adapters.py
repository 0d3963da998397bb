"""What sign-in may do here: no open sign-up, no second account for an outside identity, secrets kept encrypted."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any, ClassVar

import qrcode  # type: ignore[import-untyped]  # it has no types
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from oversight.access import address_and_roles
from oversight.accounts import actions, queries, sign_in
from oversight.accounts.models import PROVIDER, Account
from oversight.actor import Actor

JUST_NOW_SECONDS = 300


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator, never by their holder; signing in and out is recorded."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "The sign-in name and the password do not go together. An administrator can send you a link for a new password.",
        "too_many_login_attempts": "Too many attempts failed. Wait five minutes.",
        "rate_limited": "Too many attempts. Wait a minute.",
        "incorrect_code": "This is not the present code. Codes change every 30 seconds, and each works once.",
        "account_inactive": "This account is closed.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        super().login(request, user)
        sign_in.signed_in(request, user)

    def logout(self, request: HttpRequest) -> None:
        sign_in.signed_out(request)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in.failed(request, queries.of_username(str(credentials.get("username", ""))), "password", self.get_client_ip(request))

    def set_password(self, user: Account, password: str) -> None:
        actions.set_password(Actor(user.key, user.roles), user, password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of having signed in."""
        records = get_authentication_records(self.request, self.request.user)
        is_fresh = bool(records) and time.time() - records[-1]["at"] < JUST_NOW_SECONDS
        return not is_fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """What needs this person today; one's own account for roles that see nothing of it."""
        today, allowed = address_and_roles(settings.LOGIN_REDIRECT_URL)
        roles = request.user.roles if isinstance(request.user, Account) else frozenset()
        return today if roles & allowed else reverse("accounts:me")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")


class OutsideIdentityAdapter(DefaultSocialAccountAdapter):
    """The firm's provider signs in accounts that exist, are open, and that an administrator switched to it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let a linked account in; link one at its first sign-in by its verified address; refuse all else in the same words."""
        linked = sociallogin.user if sociallogin.is_existing else None
        addresses = [address.email for address in sociallogin.email_addresses if address.verified]
        account = linked or next((found for found in map(queries.of_address, addresses) if found), None)
        fits = account and account.is_active and account.sign_in == PROVIDER and (linked or not queries.is_linked(account))
        if account is None or not fits or sociallogin.state.get("process") not in (None, "login"):
            sign_in.failed(request, account, "provider", DefaultAccountAdapter(request).get_client_ip(request))
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
        if not linked:
            sociallogin.connect(request, account)
            sign_in.linked(account, sociallogin.account.provider)


class SecondFactorAdapter(DefaultMFAAdapter):
    """TOTP secrets, encrypted under the desk's secret key; one code as a drawing that needs no inline style."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This is not the present code. Codes change every 30 seconds, and each works once.",
        "cannot_delete_authenticator": "The desk asks everyone for a second factor, so it cannot be taken off. If yours is lost, ask an administrator.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: object) -> bool:
        return settings.MFA_POLICY != "required"

    def get_totp_label(self, user: Account) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """Black on white whatever the page's colors, so that every camera reads it."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
        size = len(rows)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="240" height="240" role="img" aria-label="Code for your app">'
            f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000" shape-rendering="crispEdges"/></svg>'
        )


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factors:" + settings.SECRET_KEY.encode()).digest()))
