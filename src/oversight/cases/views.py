"""The pages of cases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from oversight.access import allow
from oversight.cases.models import Case
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The index."""
    return render(request, "cases/cases.html")


@allow(*STAFF)
@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case."""
    return render(request, "cases/case.html", {"row": get_object_or_404(Case, pk=pk)})
