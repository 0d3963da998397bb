"""Addresses of the app evidence."""

from django.urls import path

from oversight.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.placeholder, name="files"),
]
