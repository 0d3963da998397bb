"""The addresses of signing in: those of allauth's that are used, and no others."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as outside
from django.urls import path, re_path

from oversight.access import allow, everyone
from oversight.accounts import provider
from oversight.accounts.views import change_password
from oversight.roles import EVERY_ROLE

signed_in = allow(*EVERY_ROLE)

urlpatterns = [
    path("login/", everyone(views.login), name="account_login"),
    path("logout/", everyone(views.logout), name="account_logout"),
    path("inactive/", everyone(views.account_inactive), name="account_inactive"),
    path("reauthenticate/", signed_in(views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", change_password, name="account_change_password"),
    re_path(r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", everyone(views.password_reset_from_key), name="account_reset_password_from_key"),
    path("password/reset/key/done/", everyone(views.password_reset_from_key_done), name="account_reset_password_from_key_done"),
    path("2fa/", signed_in(factor.index), name="mfa_index"),
    path("2fa/authenticate/", everyone(factor.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", signed_in(factor.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", signed_in(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", signed_in(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("oidc/firm/login/", provider.login, {"provider_id": "firm"}, name="openid_connect_login"),
    path("oidc/firm/login/callback/", provider.callback, {"provider_id": "firm"}, name="openid_connect_callback"),
    path("3rdparty/login/cancelled/", everyone(outside.login_cancelled), name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", everyone(outside.login_error), name="socialaccount_login_error"),
]
