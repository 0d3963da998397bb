"""Addresses of the app liquidity."""

from django.urls import path

from oversight.liquidity import views

app_name = "liquidity"
urlpatterns = [
    path("", views.reach, name="reach"),
]
