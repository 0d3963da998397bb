"""The pages of differences."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from oversight.access import allow
from oversight.differences.models import Difference
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def differences(request: HttpRequest) -> HttpResponse:
    """The index."""
    return render(request, "differences/differences.html")


@allow(*STAFF)
@require_GET
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference."""
    return render(request, "differences/difference.html", {"row": get_object_or_404(Difference, pk=pk)})
