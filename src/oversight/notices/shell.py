"""The number of unread notices beside the navigation's entry."""

from __future__ import annotations

from django.http import HttpRequest

from oversight.notices import queries


def badge(request: HttpRequest) -> dict[str, int]:
    """`unread`, for every page of somebody who has signed in: one query, and only where a template shows it."""
    user = getattr(request, "user", None)
    return {"unread": queries.unread(user)} if user is not None and user.is_authenticated else {}
