"""Addresses of the app rooms."""

from django.urls import path

from oversight.rooms import views

app_name = "rooms"
urlpatterns = [
    path("", views.rooms, name="rooms"),
]
