"""Addresses of the app differences."""

from django.urls import path

from oversight.differences import views

app_name = "differences"
urlpatterns = [
    path("", views.differences, name="differences"),
    path("identify/", views.identify, name="identify"),
    path("<int:pk>/", views.difference, name="difference"),
    path("<int:pk>/modify/", views.modify, name="modify"),
    path("<int:pk>/justify/", views.justify, name="justify"),
    path("<int:pk>/ask/", views.ask, name="ask"),
]
