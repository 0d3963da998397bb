"""Sign-in through the firm's OpenID Connect provider: what it says is believed only under its own published key."""

from __future__ import annotations

import json
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal.jwtkit import verify_jti
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from oversight.access import everyone

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key pair: a shared secret proves nothing about who signed."""
FIRM = "firm"


class FirmProvider(OpenIDConnectOAuth2Adapter):
    """Checks the signature even of tokens that came straight from the provider, and that both its answers speak of the same person."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        claims = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        answer = {"id_token": claims}
        if "email" not in claims and "userinfo_endpoint" in self.openid_config:
            answer["userinfo"] = self._fetch_user_info(token.token)
            if answer["userinfo"].get("sub") != claims["sub"]:
                raise OAuth2Error("the provider's two answers speak of different people")
        return self.get_provider().sociallogin_from_response(request, answer)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            claims: dict[str, Any] = jwt.decode(
                id_token, self._key(header.get("kid")), algorithms=list(ALGORITHMS), audience=app.client_id, issuer=self.openid_config["issuer"],
                options={"require": ["exp", "iat", "sub"]}, leeway=60,
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as wrong:
            raise OAuth2Error("the provider's id_token does not hold") from wrong
        verify_jti(claims)
        return claims

    def _key(self, kid: str | None) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        for key in answer.json()["keys"]:
            if key.get("kid") == kid and key.get("kty") != "oct":
                return jwt.PyJWK(key).key if "alg" in key else jwt.PyJWK.from_json(json.dumps(key), algorithm="RS256").key
        raise OAuth2Error("the provider publishes no such key")


@everyone
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider."""
    return _answered(request, OAuth2LoginView)


@everyone
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The browser comes back from the provider."""
    return _answered(request, OAuth2CallbackView)


def _answered(request: HttpRequest, view: Any) -> HttpResponse:
    if not settings.OIDC_ISSUER:
        raise Http404
    provider = FirmProvider(request, FIRM)
    try:
        return view.adapter_view(provider)(request)
    except requests.RequestException as unreachable:
        return render_authentication_error(request, provider.get_provider(), exception=unreachable)
