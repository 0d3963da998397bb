"""Addresses of the app agreements."""

from django.urls import path

from oversight.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.agreements, name="agreements"),
    path("asked/", views.asked, name="asked"),
]
