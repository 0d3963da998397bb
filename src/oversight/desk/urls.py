"""Addresses of the app desk."""

from django.urls import path

from oversight.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.placeholder, name="today"),
    path("scorecard/", views.placeholder, name="scorecard"),
    path("venues/", views.placeholder, name="venues"),
    path("coverage/", views.placeholder, name="coverage"),
    path("orders/", views.placeholder, name="orders"),
    path("search/", views.placeholder, name="search"),
]
