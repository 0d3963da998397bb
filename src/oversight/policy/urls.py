"""Addresses of the app policy."""

from django.urls import path

from oversight.policy import views

app_name = "policy"
urlpatterns = [
    path("", views.placeholder, name="versions"),
]
