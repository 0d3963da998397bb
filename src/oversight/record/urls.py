"""Addresses of the app record."""

from django.urls import path

from oversight.record import views

app_name = "record"
urlpatterns = [
    path("", views.placeholder, name="entries"),
]
