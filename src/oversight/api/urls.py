"""Addresses of the app api."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, path

from oversight.access import everyone
from oversight.api import views
from oversight.api.surface import API

app_name = "api"


def served() -> tuple[list[Any], str, str]:
    """The operations' addresses. Anyone may call them: the token decides, not the session."""
    patterns, _app, namespace = API.urls
    for pattern in patterns:
        assert pattern.callback is not None
        everyone(pattern.callback)
    return patterns, "ninja", namespace


urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("tokens/", views.issue, name="issue"),
    path("tokens/<int:pk>/end/", views.end, name="end"),
    path("v1/openapi.json", views.openapi, name="openapi"),
    path("v1/", served()),
    path("v1/<path:rest>", views.nothing, name="nothing"),
]
