"""The pages of the app diligence."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oversight.access import allow
from oversight.roles import STAFF, VENDOR


@allow(*STAFF)
@require_GET
def assessments(request: HttpRequest) -> HttpResponse:
    """Not built yet."""
    return render(request, "diligence/assessments.html")


@allow(VENDOR)
@require_GET
def questionnaires(request: HttpRequest) -> HttpResponse:
    """Not built yet."""
    return render(request, "diligence/questionnaires.html")
