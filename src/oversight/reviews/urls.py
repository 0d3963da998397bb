"""Addresses of the app reviews."""

from django.urls import path

from oversight.reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.reviews, name="reviews"),
]
