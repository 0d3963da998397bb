"""Addresses of the app procedures."""

from django.urls import path

from oversight.procedures import views

app_name = "procedures"
urlpatterns = [
    path("", views.sections, name="sections"),
]
