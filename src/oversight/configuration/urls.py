"""Addresses of the app configuration."""

from django.urls import path

from oversight.configuration import views

app_name = "configuration"
urlpatterns = [
    path("", views.versions, name="versions"),
]
