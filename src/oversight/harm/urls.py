"""Addresses of the app harm."""

from django.urls import path

from oversight.harm import views

app_name = "harm"
urlpatterns = [
    path("", views.harms, name="harms"),
]
