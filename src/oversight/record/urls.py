"""Addresses of the app record."""

from django.urls import path

from oversight.record import views

app_name = "record"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("<int:seq>/", views.entry, name="entry"),
    path("<int:seq>/hashed.txt", views.hashed, name="hashed"),
    path("of/<str:kind>/<path:id>/", views.history, name="history"),
]
