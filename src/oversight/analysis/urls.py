"""Addresses of the app analysis."""

from django.urls import path

from oversight.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.quarter, name="quarter"),
]
