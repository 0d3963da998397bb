"""Addresses of the app plans."""

from django.urls import path

from oversight.plans import views

app_name = "plans"
urlpatterns = [
    path("", views.plans, name="plans"),
]
