"""Addresses of the app vendors."""

from django.urls import path

from oversight.vendors import views

app_name = "vendors"
urlpatterns = [
    path("", views.vendors, name="vendors"),
    path("<int:pk>/", views.vendor, name="vendor"),
]
