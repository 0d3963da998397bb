"""The pages of the app claims."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oversight.access import allow
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Not built yet."""
    return render(request, "claims/ledger.html")
