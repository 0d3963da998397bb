"""The pages of the vendor register."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from oversight import sheets
from oversight.access import allow
from oversight.roles import STAFF
from oversight.vendors import queries
from oversight.vendors.models import Vendor


@allow(*STAFF)
@require_GET
def vendors(request: HttpRequest) -> HttpResponse:
    """The register."""
    return sheets.respond(request, "vendors/vendors.html", {}, queries.sheet(queries.vendors()))


@allow(*STAFF)
@require_GET
def vendor(request: HttpRequest, pk: int) -> HttpResponse:
    """One vendor."""
    return render(request, "vendors/vendor.html", {"row": get_object_or_404(Vendor, pk=pk)})
