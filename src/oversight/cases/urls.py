"""Addresses of the app cases."""

from django.urls import path

from oversight.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("<int:pk>/", views.case, name="case"),
]
