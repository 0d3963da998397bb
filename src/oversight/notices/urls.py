"""Addresses of the app notices."""

from django.urls import path

from oversight.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.placeholder, name="inbox"),
]
