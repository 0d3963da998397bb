"""The pages of harm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oversight.access import allow
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def harms(request: HttpRequest) -> HttpResponse:
    """The index."""
    return render(request, "harm/harms.html")
