"""Addresses of the app handling."""

from django.urls import path

from oversight.handling import views

app_name = "handling"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("new/", views.note, name="new"),
    path("<int:pk>/", views.entry, name="entry"),
    path("<int:pk>/correct/", views.correct, name="correct"),
]
