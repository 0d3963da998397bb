"""The pages of the app liquidity."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oversight.access import allow
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    """Not built yet."""
    return render(request, "liquidity/reach.html")
