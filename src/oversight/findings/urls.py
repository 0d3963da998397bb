"""Addresses of the app findings."""

from django.urls import path

from oversight.findings import views

app_name = "findings"
urlpatterns = [
    path("", views.placeholder, name="queue"),
    path("days/", views.placeholder, name="days"),
    path("sample/", views.placeholder, name="sample"),
    path("suppressions/", views.placeholder, name="suppressions"),
    path("runs/", views.placeholder, name="runs"),
]
