"""Addresses of the app accounts."""

from django.urls import path

from oversight.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.placeholder, name="people"),
    path("reviews/", views.placeholder, name="reviews"),
    path("me/", views.placeholder, name="me"),
]
