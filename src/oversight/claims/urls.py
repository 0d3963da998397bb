"""Addresses of the app claims."""

from django.urls import path

from oversight.claims import views

app_name = "claims"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("judge/", views.judge, name="judge"),
    path("<int:pk>/", views.claim, name="claim"),
]
