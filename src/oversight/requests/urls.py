"""Addresses of the app requests."""

from django.urls import path

from oversight.requests import views

app_name = "requests"
urlpatterns = [
    path("", views.requests, name="requests"),
]
