"""Addresses of the app differences."""

from django.urls import path

from oversight.differences import views

app_name = "differences"
urlpatterns = [
    path("", views.differences, name="differences"),
    path("<int:pk>/", views.difference, name="difference"),
]
