"""Addresses of the app packs."""

from django.urls import path

from oversight.packs import views

app_name = "packs"
urlpatterns = [
    path("", views.packs, name="packs"),
    path("bind/", views.bind, name="bind"),
    path("<int:pk>/", views.pack, name="pack"),
    path("<int:pk>/page/", views.page, name="page"),
]
