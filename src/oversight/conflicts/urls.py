"""Addresses of the app conflicts."""

from django.urls import path

from oversight.conflicts import views

app_name = "conflicts"
urlpatterns = [
    path("", views.register, name="register"),
]
