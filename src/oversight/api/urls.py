"""Addresses of the app api."""

from django.urls import path

from oversight.api import views

app_name = "api"
urlpatterns = [
    path("", views.placeholder, name="home"),
]
