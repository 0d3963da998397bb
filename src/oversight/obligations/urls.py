"""Addresses of the app obligations."""

from django.urls import path

from oversight.obligations import views

app_name = "obligations"
urlpatterns = [
    path("", views.duties, name="duties"),
    path("profile/", views.profile, name="profile"),
]
