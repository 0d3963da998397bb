"""Addresses of the app refreshes."""

from django.urls import path

from oversight.refreshes import views

app_name = "refreshes"
urlpatterns = [
    path("", views.refreshes, name="refreshes"),
]
