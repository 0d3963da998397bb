"""Placeholder."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oversight.access import allow
from oversight.roles import EVERY_ROLE


@allow(*EVERY_ROLE)
def placeholder(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")
