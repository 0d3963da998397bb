"""Addresses of the app handling."""

from django.urls import path

from oversight.handling import views

app_name = "handling"
urlpatterns = [
    path("", views.placeholder, name="entries"),
]
